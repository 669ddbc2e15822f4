"""The Qwen2 forward pass over rows: each row is one token of some sequence at some position.

arXiv 2407.10671: RMSNorm, rotary positions, grouped-query attention with biases on q, k and v,
SwiGLU. `loading` prepares the weights: q|k|v and gate|up are one product each, and the halves of
every head are interleaved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, view_as_complex
from torch.linalg import vector_norm
from torch.nn.functional import embedding, rms_norm, silu

from .attention import BATCHED, Attention, padded
from .kv_cache import Held, KVCache
from .linear import Linear, Linear8
from .weights import Checkpoint, ModelConfig, rope_frequencies

Product = Linear | Linear8
Attend = Callable[[Tensor, Held], Tensor]  # queries [rows, heads · head_dim] to their outputs


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive prompt tokens of one slot, from position `start`."""

    slot: int
    start: int
    tokens: Sequence[int]


class Row(NamedTuple):
    """One token that is not part of the prompt."""

    slot: int
    position: int
    token: int


@dataclass(slots=True)
class Layer:
    before_attention: Tensor | None
    qkv: Product
    out: Product
    before_mlp: Tensor | None
    gate_up: Product
    down: Product
    window: int


@dataclass(eq=False)
class Qwen2:
    """Weights and the forward pass. `cache` is written in place."""

    config: ModelConfig
    dtype: torch.dtype
    cache_dtype: torch.dtype
    embed: Tensor  # [vocabulary, hidden]
    layers: list[Layer]
    norm: Tensor | None
    head: Product
    exact: bool  # products give a row the same bits in any number of rows
    source: Checkpoint  # for decoders that lay the weights out in their own way,
    makers: dict[str, Callable[[], Tensor]]  # with what joins the weights of each product
    together: int = BATCHED  # positions below which rows share an attention call

    def prepare(self, cache: KVCache) -> None:
        """Tables for every position of `cache`."""
        c, device = self.config, cache.data.device
        angles, scale = rope_frequencies(c)
        turns = torch.outer(torch.arange(cache.context).float(), angles)
        self.rotations = torch.polar(torch.full_like(turns, scale), turns).to(device)[:, None]
        self._eps = torch.tensor(math.sqrt(c.hidden * c.eps), device=device)
        group, like = c.heads // c.kv_heads, cache.data.new_zeros(0)
        self.kinds = {
            w: Attention(c.kv_heads, group, c.head_dim, cache.context, w, like)
            for w in sorted(set(c.windows))
        }

    @torch.inference_mode()
    def forward(
        self,
        cache: KVCache,
        chunks: Sequence[Chunk],
        rows: Sequence[Row],
        pad: int = 2,
        layers: range | None = None,
        x: Tensor | None = None,
    ) -> Tensor:
        """float32 logits: the last token of each chunk, then every row; [n, vocabulary].

        At least `pad` rows are computed, the rest on the cache's scratch slot. With `layers`
        before the last, hidden states behind them instead, for `x` of the call that goes on.
        """
        tokens, positions, where = _inputs(cache, chunks, rows, pad)
        attends = {
            w: _plan(kind, chunks, rows, len(tokens), self.together)
            for w, kind in self.kinds.items()
        }
        through = layers or range(len(self.layers))
        x = self.layers_pass(cache, tokens, positions, where, attends, through, x)
        if through.stop < len(self.layers):
            return x
        if chunks:
            x = x[_wanted(chunks, rows, pad)]
        return self.finish(x)[: len(chunks) + len(rows)]

    def layers_pass(
        self,
        cache: KVCache,
        tokens: Tensor,
        positions: Tensor,
        where: Tensor,
        attends: Mapping[int, Attend],
        layers: range,
        x: Tensor | None = None,
    ) -> Tensor:
        """Hidden states [rows, hidden] behind the last of `layers`; x: those before the first.

        `attends` has one per window.
        """
        c, width = self.config, self.config.heads * self.config.head_dim
        x = embedding(tokens, self.embed).to(self.dtype) if x is None else x
        turn = self.rotations.index_select(0, positions)
        pairs, rotated = (len(x), -1, c.head_dim // 2, 2), c.heads + c.kv_heads
        for layer, held in ((self.layers[i], cache.layers[i]) for i in layers):
            qkv = layer.qkv(self._normed(x, layer.before_attention)).float()
            view_as_complex(qkv.view(pairs)[:, :rotated]).mul_(turn)
            qkv = qkv.to(held.data.dtype)
            held.flat.index_copy_(0, where, qkv[:, width:])
            x = layer.out(attends[layer.window](qkv[:, :width], held).to(self.dtype), x)
            gate, up = layer.gate_up(self._normed(x, layer.before_mlp)).chunk(2, 1)
            x = layer.down(silu(gate).mul_(up), x)
        return x

    def finish(self, x: Tensor) -> Tensor:
        """float32 logits of hidden states."""
        return self.head(self._normed(x, self.norm)).float()

    def _normed(self, x: Tensor, weight: Tensor | None) -> Tensor:
        """RMSNorm. Where `weight` is None it sits, with √hidden, in the product that follows."""
        if weight is None:
            return x / torch.hypot(vector_norm(x, 2, -1, True), self._eps)
        return rms_norm(x, weight.shape, weight, self.config.eps)


def _inputs(
    cache: KVCache, chunks: Sequence[Chunk], rows: Sequence[Row], pad: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Token ids, positions and cache rows of everything computed in this pass."""
    spare = pad - len(rows) - sum(len(chunk.tokens) for chunk in chunks)
    tokens, positions, slots = list[int](), list[int](), list[int]()
    for chunk in chunks:
        tokens += chunk.tokens
        positions += range(chunk.start, chunk.start + len(chunk.tokens))
        slots += [chunk.slot] * len(chunk.tokens)
    for slot, position, token in (*rows, *(Row(cache.slots, i, 0) for i in range(spare))):
        tokens.append(token)
        positions.append(position)
        slots.append(slot)
    made = torch.tensor([tokens, positions, slots], device=cache.data.device)
    return made[0], made[1], made[2] * cache.context + made[1]


def _wanted(chunks: Sequence[Chunk], rows: Sequence[Row], pad: int) -> list[int]:
    """The rows whose logits are asked for, the last one repeated up to `pad`."""
    wanted, total = [], 0
    for chunk in chunks:
        total += len(chunk.tokens)
        wanted.append(total - 1)
    wanted += range(total, total + len(rows))
    return wanted + wanted[-1:] * (pad - len(wanted))


def _plan(
    kind: Attention, chunks: Sequence[Chunk], rows: Sequence[Row], total: int, limit: int
) -> Attend:
    """What this pass does in each layer of one kind; masks are made once, here."""
    if rows and not chunks:
        first, count = rows[0].slot, len(rows)
        together = all(row.slot == first + i for i, row in enumerate(rows))
        if count == 1 or (together and max(row.position for row in rows) < limit):
            positions = [row.position for row in rows]
            mask = kind.masks.rows(positions, padded(max(positions) + 1))[:, None, None]
            if count == total:
                return partial(kind.batch, first, mask)
            return lambda q, held: kind.batch(first, mask, q[:count], held).expand(total, -1)
    steps: list[tuple[int, int, Attend]] = []
    done = 0
    for chunk in chunks:
        end = chunk.start + len(chunk.tokens)
        mask = kind.masks.rows(range(chunk.start, end), padded(end))
        steps.append((done, done + len(chunk.tokens), partial(kind.chunk, chunk.slot, mask)))
        done += len(chunk.tokens)
    for run in _runs(rows, limit):
        positions = [row.position for row in run]
        mask = kind.masks.rows(positions, padded(max(positions) + 1))[:, None, None]
        steps.append((done, done + len(run), partial(kind.repeated, run[0].slot, mask)))
        done += len(run)

    def attend(q: Tensor, held: Held) -> Tensor:
        out = torch.zeros(q.shape, dtype=q.dtype, device=q.device)
        for start, end, one in steps:
            out[start:end] = one(q[start:end], held)
        return out

    return attend


def _runs(rows: Sequence[Row], limit: int) -> list[list[Row]]:
    """Rows that share a call: consecutive ones of one slot, while they are short."""
    runs: list[list[Row]] = []
    for row in rows:
        if runs and runs[-1][-1].slot == row.slot and row.position < limit:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs
