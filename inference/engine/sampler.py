"""Drawing tokens without a generator: every draw is a function of (seed, token index, token id).

Each allowed token gets an exponential variate from a hash of those three numbers, and the token
with the smallest variate divided by its probability wins: the exponential race, equal in law to
drawing from the distribution. Nothing is remembered between draws, so a reply resumed on another
machine, in another batch, goes on as it would have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from inference.protocol import SamplingParams

MASK = 0xFFFFFFFF


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
class Want:
    """What one row of logits is for: token number `index` of a reply that began with `seen`."""

    params: SamplingParams
    index: int
    seen: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """The token drawn for one row; `token` is -1 where the logits were not numbers."""

    token: int
    logprob: float = 0.0  # under the model itself, before temperature and filters


def sample(logits: torch.Tensor, wants: Sequence[Want]) -> list[Draw]:
    """One draw per row of float32 logits [n, vocabulary]."""
    plain = logits
    for i, want in enumerate(wants):
        if want.params.repetition_penalty != 1.0 and want.seen:
            logits = logits.clone() if logits is plain else logits
            _penalise(logits[i], want)
    best = logits.max(dim=-1)
    tops, tokens = best.values.tolist(), best.indices.tolist()
    tokens = [t if math.isfinite(top) else -1 for top, t in zip(tops, tokens, strict=True)]
    warm = [i for i, w in enumerate(wants) if w.params.temperature > 0 and tokens[i] >= 0]
    if warm:
        some = logits if len(warm) == len(wants) else logits[warm]
        heat = np.array([[tops[i], wants[i].params.temperature] for i in warm], np.float32)
        chances = np.exp((some.cpu().numpy() - heat[:, :1]) / heat[:, 1:])
        for row, total, i in zip(chances, chances.sum(1).tolist(), warm, strict=True):
            if total * wants[i].params.top_p > 1:  # else the likeliest token is the whole nucleus
                tokens[i] = _race(row, total, wants[i].params, wants[i].index)
    return [
        Draw(t, _logprob(plain[i], t) if w.params.logprobs and t >= 0 else 0.0)
        for i, (t, w) in enumerate(zip(tokens, wants, strict=True))
    ]


def _penalise(row: torch.Tensor, want: Want) -> None:
    """Make the tokens of the reply so far less likely again (arXiv 1909.05858, section 4.1)."""
    ids = torch.tensor(sorted(set(want.seen)), device=row.device)
    old, factor = row[ids], want.params.repetition_penalty
    row[ids] = torch.where(old > 0, old / factor, old * factor)


def _logprob(row: torch.Tensor, token: int) -> float:
    return float(row[token] - row.logsumexp(0))


def _race(chances: NDArray[np.float32], total: float, params: SamplingParams, index: int) -> int:
    """The token drawn from `chances`, which are relative to the likeliest one's 1."""
    # No token this unlikely can belong to the nucleus: all such together weigh at most 1 - top_p.
    floor = (1 - params.top_p) / len(chances) * total
    ids = np.flatnonzero(chances >= max(floor, params.min_p))
    held = chances[ids].astype(np.float64)
    if params.top_p < 1 or 0 < params.top_k < len(ids):
        order = np.argsort(-held, kind="stable")
        if params.top_k > 0:
            order = order[: params.top_k]
        if params.top_p < 1:
            before = np.cumsum(held[order]) - held[order]
            order = order[before < params.top_p * total]
        ids, held = ids[order], held[order]
    if len(ids) == 1:
        return int(ids[0])
    return int(ids[np.argmin(exponentials(params.seed, index, ids) / held)])
