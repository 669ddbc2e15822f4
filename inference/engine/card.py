"""Decoding on a CUDA card: one graph per batch size and reach, attention split over positions.

A step of a small model is hundreds of short kernels; replaying them as one CUDA graph takes the
launches out. Attention reads each sequence's own length from device memory, so one graph serves
all lengths up to its reach. With Triton a split-KV kernel computes partial softmax sums (flash
decoding, arXiv 2311.01282); without it, SDPA under a mask. On a CPU the same code runs without
graphs, which is how it is tested where there is no card.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention as sdpa

from .kv_cache import Held, KVCache
from .model import Qwen2, Row

SIZES = (1, 2, 4, 8, 16, 32, 64, 128)  # rows a graph is made for
REACHES = (512, 2048, 8192, 1 << 30)  # positions a graph is made for
SPLIT = 256  # positions one program sums over

Sums = Callable[[Tensor, Held, Tensor, Tensor, int, int], tuple[Tensor, Tensor, Tensor]]
partial_sums: Sums | None = None
with suppress(ImportError):  # the CPU build of torch comes without Triton
    from .card_kernel import partial_sums


def merge(sums: Tensor, tops: Tensor, weights: Tensor) -> Tensor:
    """Join partial softmaxes: sums [n, heads, splits, dim], tops and weights [n, heads, splits]."""
    scale = torch.exp(tops - tops.amax(-1, keepdim=True))
    total = (weights * scale).sum(-1, keepdim=True)
    return (sums * scale[..., None]).sum(2) / total


def plain_sums(
    q: Tensor, held: Held, slots: Tensor, lengths: Tensor, reach: int, window: int
) -> tuple[Tensor, Tensor, Tensor]:
    """What the kernel computes, in plain torch: the oracle of its test and of its self-check."""
    n, heads, dim = q.shape
    kv = held.data.shape[2] // 2
    rows = held.data[slots, :reach].float()
    at = torch.arange(reach, device=q.device)
    seen = at < lengths[:, None]
    if window:
        seen &= at >= lengths[:, None] - window
    keys, values = rows[:, :, :kv], rows[:, :, kv:]
    split = (n, kv, heads // kv, -1, reach if reach % SPLIT else SPLIT)
    scores = torch.einsum("nkgd,nskd->nkgs", q.float().view(n, kv, -1, dim), keys) * dim**-0.5
    scores = scores.masked_fill(~seen[:, None, None], -torch.inf).view(split)
    tops = scores.amax(-1).clamp_min(-1e30)
    chances = torch.exp(scores - tops[..., None])
    pieces = values.transpose(1, 2).reshape(n, kv, -1, split[-1], dim)
    sums = torch.einsum("nkgps,nkpsd->nkgpd", chances, pieces)
    flat = (n, heads, -1)
    return sums.reshape(*flat, dim), tops.reshape(flat), chances.sum(-1).reshape(flat)


class CardDecoder:
    """The forward pass for rows of different slots, ready to be replayed."""

    def __init__(self, model: Qwen2, cache: KVCache) -> None:
        self.model, self.cache = model, cache
        self.sums = partial_sums if cache.data.is_cuda else plain_sums
        self._graphs: dict[tuple[int, int], tuple[Tensor, Tensor, Any]] = {}
        if cache.data.is_cuda and partial_sums and not self._agrees(partial_sums):
            self.sums = None

    def fits(self, rows: Sequence[Row]) -> bool:
        """At most one row per slot, and not too many of them."""
        return len({row.slot for row in rows}) == len(rows) <= SIZES[-1]

    @torch.inference_mode()
    def forward(self, rows: Sequence[Row]) -> Tensor:
        """float32 logits of every row; writes their keys and values."""
        size = next(size for size in SIZES if size >= len(rows))
        longest = max(row.position for row in rows) + 1
        reach = min(next(r for r in REACHES if r >= longest), self.cache.context)
        spare = [Row(self.cache.slots, i, 0) for i in range(size - len(rows))]
        host = torch.tensor([*rows, *spare]).t().contiguous()
        if (size, reach) not in self._graphs:
            self._graphs[size, reach] = self._capture(host.to(self.cache.data.device), reach)
        inputs, logits, graph = self._graphs[size, reach]
        inputs.copy_(host.pin_memory() if inputs.is_cuda else host, non_blocking=True)
        if graph is None:
            logits = self._pass(inputs, reach)
        else:
            graph.replay()
        return logits[: len(rows)]

    def _capture(self, inputs: Tensor, reach: int) -> tuple[Tensor, Tensor, Any]:
        if not inputs.is_cuda:
            return inputs, inputs, None
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):  # warm-up: libraries choose their kernels here
            for _ in range(2):
                self._pass(inputs, reach)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            logits = self._pass(inputs, reach)
        return inputs, logits, graph

    def _pass(self, inputs: Tensor, reach: int) -> Tensor:
        slots, positions, tokens = inputs
        attends = {
            window: self._attend(slots, positions + 1, reach, window) for window in self.model.kinds
        }
        where = slots * self.cache.context + positions
        return self.model.finish(
            self.model.layers_pass(
                self.cache, tokens, positions, where, attends, range(self.model.config.layers)
            )
        )

    def _attend(self, slots: Tensor, lengths: Tensor, reach: int, window: int) -> Any:
        if (sums := self.sums) is not None:

            def split(q: Tensor, held: Held) -> Tensor:
                rows = q.view(len(q), -1, self.model.config.head_dim)
                parts = sums(rows, held, slots, lengths, reach, window)
                return merge(*parts).view(len(q), -1).to(q.dtype)

            return split
        at = torch.arange(reach, device=slots.device)
        seen = at < lengths[:, None]
        if window:
            seen &= at >= lengths[:, None] - window

        def masked(q: Tensor, held: Held) -> Tensor:
            kv = held.data.shape[2] // 2
            keys, values = held.data[slots, :reach].transpose(1, 2).split(kv, 1)
            rows = q.view(len(q), kv, -1, self.model.config.head_dim)
            return sdpa(rows, keys, values, attn_mask=seen[:, None, None]).reshape(len(q), -1)

        return masked

    def _agrees(self, kernel: Sums) -> bool:
        """Whether the kernel runs on this card and gives what plain torch gives."""
        c, held = self.model.config, self.cache.layers[0]
        reach = min(REACHES[0], self.cache.context)
        try:
            held.data[:1, :reach].normal_()
            q = torch.randn(1, c.heads, c.head_dim, dtype=held.data.dtype, device=held.data.device)
            slots = torch.zeros(1, dtype=torch.long, device=q.device)
            for window in sorted(set(c.windows)):
                args = (q, held, slots, slots + reach - 37, reach, window)
                got, want = merge(*kernel(*args)), merge(*plain_sums(*args))
                if (got - want).abs().max() > 0.02 * want.abs().max():
                    return False
            return True
        except Exception:  # whatever a compiler on an unknown card may raise
            return False
        finally:
            self.cache.clear(0, reach)
