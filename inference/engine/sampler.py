"""Drawing tokens without a generator: every draw is a function of (seed, token index, token id).

Each allowed token gets an exponential variate from a hash of those three numbers, and the token
with the smallest variate divided by its probability wins: the exponential race, equal in law to
drawing from the distribution. Nothing is remembered between draws, so a reply resumed on another
machine, in another batch, goes on as it would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from inference.protocol import SamplingParams

MASK = 0xFFFFFFFF
CANDIDATES = 1024  # the likeliest tokens looked at before all of them are
REACH = 32 * np.log(2) + 1  # no 32-bit draw lifts a token further above its logit


def _mix(h: int) -> int:
    """lowbias32 of Chris Wellons (2018), a 32-bit integer hash."""
    h = ((h ^ (h >> 16)) * 0x7FEB352D) & MASK
    h = ((h ^ (h >> 15)) * 0x846CA68B) & MASK
    return h ^ (h >> 16)


def exponentials(seed: int, index: int, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """One exponential variate per token id, for the reply's token number `index`."""
    key = _mix(_mix(_mix(seed & MASK) ^ ((seed >> 32) & MASK)) ^ (index & MASK))
    h = _mix_all(_mix_all(ids.astype(np.uint32) ^ np.uint32(key)) + np.uint32(0x9E3779B9))
    uniform = (h.astype(np.float64) + 0.5) * 2.0**-32
    return -np.log1p(-uniform)


def _mix_all(h: NDArray[np.uint32]) -> NDArray[np.uint32]:
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    return h ^ (h >> np.uint32(16))


@dataclass(frozen=True, slots=True)
class Draw:
    """The token drawn for one row; `token` is -1 where the logits were not numbers."""

    token: int
    logprob: float = 0.0  # under the model itself, before temperature and filters


def sample(logits: torch.Tensor, wants: Sequence[tuple[SamplingParams, int]]) -> list[Draw]:
    """One draw per row of float32 logits [n, vocabulary]; `wants` gives (parameters, index)."""
    best = logits.max(dim=-1)
    tops, ids = best.values.tolist(), best.indices.tolist()
    draws = []
    for i, (params, index) in enumerate(wants):
        if not np.isfinite(tops[i]):
            draws.append(Draw(-1))
            continue
        token = ids[i] if params.temperature <= 0 else _race(logits[i], params, index, tops[i])
        draws.append(Draw(token))
    return draws


def _race(row: torch.Tensor, params: SamplingParams, index: int, top: float) -> int:
    scaled = ((row - top) / params.temperature).cpu().numpy()
    chances = np.exp(scaled)
    total = chances.sum(dtype=np.float64)
    # No token this unlikely can belong to the nucleus: all such together weigh at most 1 - top_p.
    floor = (1 - params.top_p) / len(chances) * total
    ids = np.flatnonzero(chances >= max(floor, params.min_p))
    held = chances[ids].astype(np.float64)
    if params.top_p < 1 or 0 < params.top_k < len(ids):
        order = np.argsort(-held, kind="stable")
        if 0 < params.top_k < len(ids):
            order = order[: params.top_k]
        if params.top_p < 1:
            before = np.cumsum(held[order]) - held[order]
            order = order[before < params.top_p * total]
        ids, held = ids[order], held[order]
    if len(ids) == 1:
        return int(ids[0])
    return int(ids[np.argmin(exponentials(params.seed, index, ids) / held)])
