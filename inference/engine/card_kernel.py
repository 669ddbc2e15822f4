"""The Triton kernel of `card`: attention of one row over one stretch of its sequence."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from .kv_cache import Held

SPLIT = 256
TILE = 64  # positions loaded at once
LEAST = 16  # rows the matrix units want; a group of query heads is padded to it


@triton.jit
def _partial(  # type: ignore[no-untyped-def]
    Q, HELD, SLOTS, LENGTHS, SUMS, TOPS, WEIGHTS, scale, slot_stride, position_stride, splits,
    KV: tl.constexpr, GROUP: tl.constexpr, ROWS: tl.constexpr, DIM: tl.constexpr,
    STRETCH: tl.constexpr, STEP: tl.constexpr, WINDOW: tl.constexpr,
):  # fmt: skip
    row, head, split = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    length = tl.load(LENGTHS + row)
    slot = tl.load(SLOTS + row).to(tl.int64)
    g, d = tl.arange(0, ROWS), tl.arange(0, DIM)
    heads = row * KV * GROUP + head * GROUP + g
    q = tl.load(Q + heads[:, None] * DIM + d[None], mask=g[:, None] < GROUP, other=0.0)
    top = tl.full([ROWS], -1e30, tl.float32)
    weight = tl.zeros([ROWS], tl.float32)
    total = tl.zeros([ROWS, DIM], tl.float32)
    base = HELD + slot * slot_stride + head * DIM
    first = split * STRETCH
    last = tl.minimum(first + STRETCH, length)
    for at in range(first, last, STEP):
        p = at + tl.arange(0, STEP)
        seen = p < last
        if WINDOW > 0:
            seen = seen & (p >= length - WINDOW)
        place = base + p[:, None].to(tl.int64) * position_stride + d[None]
        keys = tl.load(place, mask=seen[:, None], other=0.0)
        scores = tl.where(seen[None], tl.dot(q, tl.trans(keys)) * scale, -float("inf"))
        higher = tl.maximum(top, tl.max(scores, 1))
        chances = tl.exp(scores - higher[:, None])
        shrink = tl.exp(top - higher)
        values = tl.load(place + KV * DIM, mask=seen[:, None], other=0.0)
        total = total * shrink[:, None] + tl.dot(chances.to(values.dtype), values)
        weight = weight * shrink + tl.sum(chances, 1)
        top = higher
    out = heads * splits + split
    keep = g < GROUP
    tl.store(SUMS + out[:, None] * DIM + d[None], total, mask=keep[:, None])
    tl.store(TOPS + out, top, mask=keep)
    tl.store(WEIGHTS + out, weight, mask=keep)


def partial_sums(
    q: Tensor, held: Held, slots: Tensor, lengths: Tensor, reach: int, window: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Sums [n, heads, splits, dim], tops and weights [n, heads, splits], for `card.merge`."""
    n, heads, dim = q.shape
    kv = held.data.shape[2] // 2
    splits = -(-reach // SPLIT)
    sums = torch.empty(n, heads, splits, dim, device=q.device)
    tops = torch.empty(n, heads, splits, device=q.device)
    weights = torch.empty_like(tops)
    group = heads // kv
    _partial[n, kv, splits](
        q.contiguous(), held.data, slots, lengths, sums, tops, weights, dim**-0.5,
        held.data.stride(0), held.data.stride(1), splits,
        KV=kv, GROUP=group, ROWS=max(LEAST, triton.next_power_of_2(group)), DIM=dim,
        STRETCH=SPLIT, STEP=TILE, WINDOW=window,
    )  # fmt: skip
    return sums, tops, weights
