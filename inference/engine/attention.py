"""Attention over the slot cache, in the three shapes the engine needs.

A slot's keys and values are one tensor [positions, 2 × kv heads, head_dim], keys first. Query
heads that share a kv head are handed over as extra query rows, so nothing is repeated in memory.
On a CPU every form gives a row the same bits whichever rows are computed beside it: masks are
padded to multiples of BLOCK, and rows are batched only up to BATCHED positions, below which the
kernels sum in one order (the engine checks this at start, see Engine._settle).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention as sdpa

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
    """One kind of layer (full, or one sliding window) over a cache of [slots, context, …]."""

    def __init__(
        self, kv_heads: int, group: int, head_dim: int, context: int, window: int, like: Tensor
    ) -> None:
        self.kv, self.group, self.dim = kv_heads, group, head_dim
        self.masks = Masks(context, window, like)

    def _split(self, held: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values [n, kv, positions, dim] of cache rows [n, positions, 2·kv, dim]."""
        turned = held.transpose(1, 2)
        return turned[:, : self.kv], turned[:, self.kv :]

    def row(self, q: Tensor, cache: Tensor, slot: int, position: int) -> Tensor:
        """One query row [heads·dim] at `position` of `slot`."""
        mask = self.masks.row(position)
        keys, values = self._split(cache[slot : slot + 1, : len(mask)])
        q = q.view(1, self.kv, self.group, self.dim)
        return sdpa(q, keys, values, attn_mask=mask.view(1, 1, 1, -1)).view(-1)

    def batch(self, q: Tensor, cache: Tensor, mask: Tensor) -> Tensor:
        """Row i of q [n, heads·dim] against slot i, under mask [n, width]."""
        n, width = mask.shape
        keys, values = self._split(cache[:n, :width])
        q = q.view(n, self.kv, self.group, self.dim)
        return sdpa(q, keys, values, attn_mask=mask.view(n, 1, 1, width)).view(n, -1)

    def chunk(self, q: Tensor, cache: Tensor, slot: int, mask: Tensor) -> Tensor:
        """Consecutive prompt rows q [n, heads·dim] of one slot under mask [n, width]."""
        n, width = mask.shape
        keys, values = self._split(cache[slot : slot + 1, :width])
        q = q.view(n, self.kv, self.group, self.dim).permute(1, 2, 0, 3)
        q = q.reshape(1, self.kv, self.group * n, self.dim)
        mask = mask.expand(self.group, n, width).reshape(1, 1, -1, width)
        out = sdpa(q, keys, values, attn_mask=mask)
        return out.view(self.kv, self.group, n, self.dim).permute(2, 0, 1, 3).reshape(n, -1)
