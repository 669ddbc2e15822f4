"""Drawing tokens without a generator: every draw is a function of (seed, token index, token id).

Each allowed token gets an exponential variate from a hash of those three numbers, and the token
with the smallest variate divided by its probability wins: the exponential race, equal in law to
drawing from the distribution. Nothing is remembered between draws, so a reply resumed on another
machine, in another batch, goes on as it would have.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from inference.protocol import SamplingParams

MASK = 0xFFFFFFFF
CANDIDATES = 512  # tokens per row that leave a card


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


class Want(NamedTuple):
    """What one row of logits is for: token `number` of a reply that began with `seen`."""

    params: SamplingParams
    number: int
    seen: Sequence[int] = ()


class Draw(NamedTuple):
    """The token drawn for one row; `token` is -1 where the logits were not numbers."""

    token: int
    logprob: float = 0.0  # under the model itself, before temperature and filters


def sample(logits: torch.Tensor, wants: Sequence[Want], few: bool | None = None) -> list[Draw]:
    """One draw per row of float32 logits [n, vocabulary].

    few: reduce the rows to their likeliest tokens first (None: on a card).
    """
    plain, few = logits, logits.is_cuda if few is None else few
    for i, want in enumerate(wants):
        if want.params.repetition_penalty != 1.0 and want.seen:
            logits = logits.clone() if logits is plain else logits
            _penalise(logits[i], want)
    tops, tokens = _best(logits)
    tokens = [t if math.isfinite(top) else -1 for top, t in zip(tops, tokens, strict=True)]
    warm = [i for i, w in enumerate(wants) if w.params.temperature > 0 and tokens[i] >= 0]
    if warm:
        some = logits if len(warm) == len(wants) else logits[warm]
        heat = np.array([[tops[i], wants[i].params.temperature] for i in warm], np.float32)
        rows = _likeliest(some, heat, wants, warm) if few else _whole(some, heat)
        for (chances, ids, total), i in zip(rows, warm, strict=True):
            if total * wants[i].params.top_p > 1:  # else the likeliest token is the whole nucleus
                tokens[i] = _race(chances, ids, total, some.shape[1], wants[i])
    return [
        Draw(t, _logprob(plain[i], t) if w.params.logprobs and t >= 0 else 0.0)
        for i, (t, w) in enumerate(zip(tokens, wants, strict=True))
    ]


def _best(logits: torch.Tensor) -> tuple[list[float], list[int]]:
    """The greatest logit of each row and the first token that has it."""
    if logits.is_cuda:
        best = logits.max(dim=-1)
        return best.values.tolist(), best.indices.tolist()
    rows = logits.numpy()  # whose argmax costs a fraction of a torch call
    first = rows.argmax(1)
    return rows[np.arange(len(rows)), first].tolist(), first.tolist()


def _penalise(row: torch.Tensor, want: Want) -> None:
    """Make the tokens of the reply so far less likely again (arXiv 1909.05858, section 4.1)."""
    ids = torch.tensor(sorted(set(want.seen)), device=row.device)
    old, factor = row[ids], want.params.repetition_penalty
    row[ids] = torch.where(old > 0, old / factor, old * factor)


def _logprob(row: torch.Tensor, token: int) -> float:
    return float(row[token] - row.logsumexp(0))


# Of one row: chances relative to the likeliest token's 1, their token ids, and what all chances of
# the row add up to.
Chances = tuple[NDArray[np.float32], NDArray[np.int64] | None, float]


def _whole(logits: torch.Tensor, heat: NDArray[np.float32]) -> Iterator[Chances]:
    """Every token of each row; heat is [n, 2]: the row's maximum and its temperature."""
    chances = np.exp((logits.cpu().numpy() - heat[:, :1]) / heat[:, 1:])
    for row, total in zip(chances, chances.sum(1).tolist(), strict=True):
        yield row, None, total


def _likeliest(
    logits: torch.Tensor, heat: NDArray[np.float32], wants: Sequence[Want], warm: Sequence[int]
) -> Iterator[Chances]:
    """Only the likeliest tokens of each row leave the card, unless its nucleus needs more."""
    top, scale = torch.from_numpy(heat).to(logits.device).split(1, 1)
    found = logits.topk(min(CANDIDATES, logits.shape[1]), dim=1)
    totals = torch.logsumexp((logits - top) / scale, 1, keepdim=True).exp()
    chances = ((found.values - top) / scale).exp()
    packed = torch.cat([chances, totals], 1).cpu().numpy()
    ids = found.indices.cpu().numpy()
    for i, (row, names) in enumerate(zip(packed, ids, strict=True)):
        params, total = wants[warm[i]].params, float(row[-1])
        enough = 0 < params.top_k <= len(names) or row[:-1].sum() >= params.top_p * total
        if enough or len(names) == logits.shape[1]:
            yield row[:-1], names, total
        else:
            yield from _whole(logits[i : i + 1], heat[i : i + 1])


def _race(
    chances: NDArray[np.float32],
    ids: NDArray[np.int64] | None,
    total: float,
    vocab: int,
    want: Want,
) -> int:
    """The token drawn among `chances`."""
    params = want.params
    # No token this unlikely can belong to the nucleus: all such together weigh at most 1 - top_p.
    floor = (1 - params.top_p) / vocab * total
    kept = np.flatnonzero(chances >= max(floor, params.min_p))
    held = chances[kept].astype(np.float64)
    names = kept if ids is None else ids[kept]
    if params.top_p < 1 or 0 < params.top_k < len(names):
        order = np.lexsort((names, -held))  # of equals, the lower id first
        if params.top_k > 0:
            order = order[: params.top_k]
        if params.top_p < 1:
            before = np.cumsum(held[order]) - held[order]
            order = order[before < params.top_p * total]
        names, held = names[order], held[order]
    if len(names) == 1:
        return int(names[0])
    return int(names[np.argmin(exponentials(params.seed, want.number, names) / held)])
