"""Drawing tokens without a generator: every draw is a function of (seed, token index, token id).

Each allowed token gets an exponential variate from a hash of those three numbers, and the token
with the smallest variate divided by its probability wins: the exponential race, equal in law to
drawing from the distribution. Nothing is remembered between draws, so a reply resumed on another
machine, in another batch, goes on as it would have.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference.protocol import SamplingParams

MASK = 0xFFFFFFFF
CANDIDATES = 512  # tokens per row that leave a card
LEAST = 1e-45  # the smallest chance above nothing
LOT = 1 << 16  # chances worked on together, so that they stay in the processor's cache


def _mix(h: int) -> int:
    """lowbias32 of Chris Wellons (2018), a 32-bit integer hash."""
    h = ((h ^ (h >> 16)) * 0x7FEB352D) & MASK
    h = ((h ^ (h >> 15)) * 0x846CA68B) & MASK
    return h ^ (h >> 16)


def _mix_all(h: NDArray[np.uint32]) -> NDArray[np.uint32]:
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    return h ^ (h >> np.uint32(16))


def draw_key(seed: int, number: int) -> int:
    """What the draw of a reply's token number `number` hangs on, in 32 bits."""
    return _mix(_mix(_mix(seed & MASK) ^ ((seed >> 32) & MASK)) ^ (number & MASK))


def exponentials(keys: NDArray[np.uint32], ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """One exponential variate per token id, each under the key beside it or all under one."""
    h = _mix_all(_mix_all(ids.astype(np.uint32) ^ keys) + np.uint32(0x9E3779B9))
    uniform = (h.astype(np.float64) + 0.5) * 2.0**-32
    return -np.log1p(-uniform)


class Want(NamedTuple):
    """What one row of logits is for: token `number` of a reply that began with `seen`."""

    params: SamplingParams
    number: int
    seen: Sequence[int] = ()


def sample(logits: Tensor, wants: Sequence[Want], few: bool | None = None) -> list[int]:
    """The token drawn for each row of float32 logits [n, vocabulary]; -1 if they are not numbers.

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
    vocab = logits.shape[1]
    lot = len(wants) if few else max(1, LOT // vocab)
    for part in (warm[start : start + lot] for start in range(0, len(warm), lot)):
        heat = np.array([[tops[i], wants[i].params.temperature] for i in part], np.float32)
        rows = _likeliest(logits, heat, wants, part) if few else _whole(logits, heat, part)
        nuclei = {
            i: _nucleus(*row, vocab, wants[i].params)
            for i, row in zip(part, rows, strict=True)
            if row[2] * wants[i].params.top_p > 1  # else the likeliest token is all of it
        }
        if nuclei:
            for i, token in zip(nuclei, _race(nuclei, wants), strict=True):
                tokens[i] = token
    return tokens


def logprob(row: Tensor, token: int) -> float:
    """Of a token under the model itself, before temperature and filters."""
    return float(row[token] - row.logsumexp(0))


def _best(logits: Tensor) -> tuple[list[float], list[int]]:
    """The greatest logit of each row and the first token that has it."""
    if logits.is_cuda:
        best = logits.max(dim=-1)
        return best.values.tolist(), best.indices.tolist()
    rows = logits.numpy()  # whose argmax costs a fraction of a torch call
    first = rows.argmax(1)
    return rows[np.arange(len(rows)), first].tolist(), first.tolist()


def _penalise(row: Tensor, want: Want) -> None:
    """Make the tokens of the reply so far less likely again (arXiv 1909.05858, section 4.1)."""
    ids = torch.tensor(sorted(set(want.seen)), device=row.device)
    old, factor = row[ids], want.params.repetition_penalty
    row[ids] = torch.where(old > 0, old / factor, old * factor)


# Of one row: chances relative to the likeliest token's 1, their token ids (None: all in order), and
# what all chances of the row add up to.
Chances = tuple[NDArray[np.float32], NDArray[np.int64] | None, float]
Nucleus = tuple[NDArray[np.int64], NDArray[np.float64]]  # tokens that may be drawn, their chances


def _whole(logits: Tensor, heat: NDArray[np.float32], part: Sequence[int]) -> Iterator[Chances]:
    """Every token of each row of `part`; heat is [n, 2]: the row's maximum and its temperature."""
    # Either way a copy, which is then worked on in place.
    chances = logits[part].cpu().numpy() if logits.is_cuda else logits.numpy()[part]
    chances -= heat[:, :1]
    chances /= heat[:, 1:]
    np.exp(chances, out=chances)
    for row, total in zip(chances, chances.sum(1).tolist(), strict=True):
        yield row, None, total


def _likeliest(
    logits: Tensor, heat: NDArray[np.float32], wants: Sequence[Want], part: Sequence[int]
) -> Iterator[Chances]:
    """Only the likeliest tokens of each row leave the card, unless its nucleus needs more."""
    some = logits if len(part) == len(wants) else logits[part]
    top, scale = torch.from_numpy(heat).to(logits.device).split(1, 1)
    found = some.topk(min(CANDIDATES, logits.shape[1]), dim=1)
    totals = torch.logsumexp((some - top) / scale, 1, keepdim=True).exp()
    chances = ((found.values - top) / scale).exp()
    packed = torch.cat([chances, totals], 1).cpu().numpy()
    ids = found.indices.cpu().numpy()
    for at, (i, row, names) in enumerate(zip(part, packed, ids, strict=True)):
        params, total = wants[i].params, float(row[-1])
        enough = 0 < params.top_k <= len(names) or row[:-1].sum() >= params.top_p * total
        if enough or len(names) == logits.shape[1]:
            yield row[:-1], names, total
        else:
            yield from _whole(logits, heat[at : at + 1], [i])


def _nucleus(
    chances: NDArray[np.float32],
    ids: NDArray[np.int64] | None,
    total: float,
    vocab: int,
    params: SamplingParams,
) -> Nucleus:
    """What top_p, top_k and min_p leave of one row."""
    # No token this unlikely can belong to the nucleus: all such together weigh at most 1 - top_p.
    floor = max((1 - params.top_p) / vocab * total, params.min_p, LEAST)
    kept = np.flatnonzero(chances >= floor)
    if 0 < params.top_k < len(kept):  # sorting takes longer than finding the last one allowed
        some = chances[kept]
        kept = kept[some >= np.partition(some, -params.top_k)[-params.top_k]]
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
    return names, held


def _race(nuclei: dict[int, Nucleus], wants: Sequence[Want]) -> list[int]:
    """The token that wins in each nucleus; all run at once, which takes fewer calls."""
    seeded = [draw_key(wants[i].params.seed, wants[i].number) for i in nuclei]
    keys = np.array(seeded, np.uint32)
    if len(nuclei) == 1:
        ((names, held),) = nuclei.values()
        return [int(names[(exponentials(keys, names) / held).argmin()])]
    names, held = (np.concatenate(parts) for parts in zip(*nuclei.values(), strict=True))
    lengths = [len(ids) for ids, _ in nuclei.values()]
    times = exponentials(np.repeat(keys, lengths), names) / held
    return [int(names[a + times[a:b].argmin()]) for a, b in pairwise([0, *accumulate(lengths)])]
