"""Attention over the slot cache, in the three shapes the engine needs.

A slot's keys and values are one tensor [positions, 2 × kv heads, head_dim], keys first. Query
heads that share a kv head are handed over as extra query rows, so nothing is repeated in memory.
On a CPU every form gives a row the same bits whichever rows are computed beside it: masks are
padded to multiples of BLOCK, and rows are batched only up to BATCHED positions, below which the
kernels sum in one order (the engine checks this at start, see Engine._settle).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention as sdpa

if TYPE_CHECKING:
    from .kv_cache import Held

BLOCK = 64  # positions; masks, prefill chunks and prefix blocks are multiples of it
BATCHED = 384  # positions up to which rows of different lengths share one call


def padded(length: int) -> int:
    return -(-length // BLOCK) * BLOCK


class Masks:
    """Additive masks as views of two fixed ramps: no mask is built for a single row."""

    def __init__(self, context: int, window: int, like: Tensor) -> None:
        self.context, self.window = context, window
        self.ramp = like.new_zeros(2 * context)
        self.ramp[context:] = -torch.inf
        if window:
            self.ramp[: context - window] = -torch.inf

    def row(self, position: int) -> Tensor:
        """[padded(position + 1)]: 0 where `position` may look, -inf elsewhere."""
        start = self.context - 1 - position
        return self.ramp[start : start + padded(position + 1)]

    def rows(self, positions: Sequence[int], width: int) -> Tensor:
        """[len(positions), width], one row each."""
        starts = torch.tensor([self.context - 1 - p for p in positions], device=self.ramp.device)
        steps = torch.arange(width, device=self.ramp.device)
        return self.ramp[starts[:, None] + steps]


class Attention:
    """One kind of layer (full, or one sliding window) over the cache of one layer."""

    def __init__(
        self, kv_heads: int, group: int, head_dim: int, context: int, window: int, like: Tensor
    ) -> None:
        self.kv, self.group, self.dim = kv_heads, group, head_dim
        self.masks = Masks(context, window, like)

    def batch(self, first: int, mask: Tensor, q: Tensor, held: Held) -> Tensor:
        """Row i of q [n, heads·dim] against slot first + i, under mask [n, 1, 1, width]."""
        n, width = mask.shape[0], mask.shape[3]
        keys, values = held.view(first, n, width)
        q = q.view(n, self.kv, self.group, self.dim)
        return sdpa(q, keys, values, attn_mask=mask).view(n, -1)

    def repeated(self, slot: int, mask: Tensor, q: Tensor, held: Held) -> Tensor:
        """Every row of q [n, heads·dim] against the same slot, under mask [n, 1, 1, width]."""
        n, width = mask.shape[0], mask.shape[3]
        keys, values = held.view(slot, 1, width)
        keys, values = keys.expand(n, -1, -1, -1), values.expand(n, -1, -1, -1)
        q = q.view(n, self.kv, self.group, self.dim)
        return sdpa(q, keys, values, attn_mask=mask).view(n, -1)

    def chunk(self, slot: int, mask: Tensor, q: Tensor, held: Held) -> Tensor:
        """Consecutive prompt rows q [n, heads·dim] of one slot under mask [n, width]."""
        n, width = mask.shape
        keys, values = held.view(slot, 1, width)
        q = q.view(n, self.kv, self.group, self.dim).permute(1, 2, 0, 3)
        q = q.reshape(1, self.kv, self.group * n, self.dim)
        mask = mask.expand(self.group, n, width).reshape(1, 1, -1, width)
        out = sdpa(q, keys, values, attn_mask=mask)
        return out.view(self.kv, self.group, n, self.dim).permute(2, 0, 1, 3).reshape(n, -1)
