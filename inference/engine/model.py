"""The Qwen2 forward pass over rows: each row is one token of some sequence at some position.

arXiv 2407.10671: RMSNorm, rotary positions, grouped-query attention with biases on q, k and v,
SwiGLU. Two rewrites that change no result: q|k|v and gate|up are one product each, and the two
halves of every head are interleaved at loading, so that rotating is one complex multiplication.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import rms_norm, silu

from .attention import Attention, padded
from .kv_cache import KVCache
from .linear import Linear, Linear8
from .weights import Checkpoint, ModelConfig, rope_frequencies

Product = Linear | Linear8


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive prompt tokens of one slot, from position `start`."""

    slot: int
    start: int
    tokens: Sequence[int]


@dataclass(frozen=True, slots=True)
class Row:
    """One token that is not part of the prompt."""

    slot: int
    position: int
    token: int


@dataclass(slots=True)
class Layer:
    before_attention: Tensor
    qkv: Product
    out: Product
    before_mlp: Tensor
    gate_up: Product
    down: Product
    window: int


class Qwen2:
    """Weights and the forward pass. `cache` is written in place."""

    def __init__(
        self, config: ModelConfig, embed: Tensor, layers: list[Layer], norm: Tensor, head: Product
    ) -> None:
        self.config, self.embed, self.layers = config, embed, layers
        self.norm, self.head = norm, head
        angles, self.rope_scale = rope_frequencies(config)
        self._angles = angles
        self.rotations = torch.empty(0)

    def prepare(self, cache: KVCache) -> None:
        """Tables for every position of `cache`."""
        c, device = self.config, cache.data.device
        turns = torch.outer(torch.arange(cache.context).float(), self._angles)
        scale = torch.full_like(turns, self.rope_scale)
        self.rotations = torch.polar(scale, turns).to(device)[:, None]
        group = c.heads // c.kv_heads
        like = cache.data.new_zeros(0)
        kinds = {
            w: Attention(c.kv_heads, group, c.head_dim, cache.context, w, like)
            for w in sorted(set(c.windows))
        }
        self.kinds = kinds

    @torch.inference_mode()
    def forward(
        self, cache: KVCache, chunks: Sequence[Chunk], rows: Sequence[Row], pad: int = 2
    ) -> Tensor:
        """float32 logits: the last token of each chunk, then every row; [n, vocabulary].

        At least `pad` rows are computed, the rest of them on the cache's scratch slot.
        """
        tokens, positions, where = _inputs(cache, chunks, rows, pad)
        attends = {w: _plan(kind, chunks, rows) for w, kind in self.kinds.items()}
        x = self.embed[tokens].to(self.norm.dtype)
        turn = self.rotations[positions]
        c = self.config
        width = c.heads * c.head_dim
        for layer, held in zip(self.layers, cache.layers, strict=True):
            h = rms_norm(x, (c.hidden,), layer.before_attention, c.eps)
            qkv = layer.qkv(h).float()
            heads = qkv.view(len(qkv), -1, c.head_dim // 2, 2)
            torch.view_as_complex(heads[:, : c.heads + c.kv_heads]).mul_(turn)
            qkv = qkv.to(held.dtype)
            held.view(-1, held.shape[2] * c.head_dim).index_copy_(0, where, qkv[:, width:])
            attended = attends[layer.window](qkv[:, :width], held)
            x = layer.out(attended.to(x.dtype), x)
            h = rms_norm(x, (c.hidden,), layer.before_mlp, c.eps)
            both = layer.gate_up(h)
            x = layer.down(silu(both[:, : c.inner]).mul_(both[:, c.inner :]), x)
        x = rms_norm(x[_wanted(chunks, rows)], (c.hidden,), self.norm, c.eps)
        if len(x) < pad:
            x = torch.cat([x, x.new_zeros(pad - len(x), c.hidden)])
        return self.head(x)[: len(chunks) + len(rows)].float()


def _inputs(
    cache: KVCache, chunks: Sequence[Chunk], rows: Sequence[Row], pad: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Token ids, positions and cache rows of everything computed in this pass."""
    tokens, positions, where = [], [], []
    for chunk in chunks:
        base = chunk.slot * cache.context
        span = range(chunk.start, chunk.start + len(chunk.tokens))
        tokens += chunk.tokens
        positions += span
        where += [base + p for p in span]
    for row in rows:
        tokens.append(row.token)
        positions.append(row.position)
        where.append(row.slot * cache.context + row.position)
    for i in range(pad - len(tokens)):
        tokens.append(0)
        positions.append(i)
        where.append(cache.slots * cache.context + i)
    made = torch.tensor([tokens, positions, where], device=cache.data.device)
    return made[0], made[1], made[2]


def _wanted(chunks: Sequence[Chunk], rows: Sequence[Row]) -> list[int] | slice:
    ends, total = [], 0
    for chunk in chunks:
        total += len(chunk.tokens)
        ends.append(total - 1)
    if not ends:
        return slice(0, len(rows))
    return ends + list(range(total, total + len(rows)))


def _plan(
    kind: Attention, chunks: Sequence[Chunk], rows: Sequence[Row]
) -> Callable[[Tensor, Tensor], Tensor]:
    """What this pass does in each layer of one kind; masks are made once, here."""
    masks = []
    for chunk in chunks:
        end = chunk.start + len(chunk.tokens)
        masks.append(kind.masks.rows(range(chunk.start, end), padded(end)))

    def attend(q: Tensor, held: Tensor) -> Tensor:
        out = torch.zeros_like(q)
        done = 0
        for chunk, mask in zip(chunks, masks, strict=True):
            end = done + len(chunk.tokens)
            out[done:end] = kind.chunk(q[done:end], held, chunk.slot, mask)
            done = end
        for i, row in enumerate(rows, done):
            out[i] = kind.row(q[i], held, row.slot, row.position)
        return out

    return attend


def _interleaved(tensor: Tensor, heads: int) -> Tensor:
    """Rows of each head from (first half | second half) to pairs, as the rotation reads them."""
    dim = tensor.shape[0] // heads
    return tensor.view(heads, 2, dim // 2, -1).transpose(1, 2).reshape(tensor.shape)


def load_model(
    config: ModelConfig, source: Checkpoint, device: torch.device, dtype: torch.dtype
) -> Qwen2:
    """Build the model in `dtype` on `device`."""
    c = config
    q, kv = c.heads * c.head_dim, c.kv_heads * c.head_dim

    def get(name: str, *shape: int) -> Tensor:
        return source.get(name, *shape).to(device, dtype)

    def fused(*parts: Tensor) -> Tensor:
        return torch.cat(parts)

    embed = get("model.embed_tokens.weight", c.vocab, c.hidden)
    layers = []
    for i in range(c.layers):
        name = f"model.layers.{i}."
        weight = fused(
            _interleaved(get(f"{name}self_attn.q_proj.weight", q, c.hidden), c.heads),
            _interleaved(get(f"{name}self_attn.k_proj.weight", kv, c.hidden), c.kv_heads),
            get(f"{name}self_attn.v_proj.weight", kv, c.hidden),
        )
        bias = fused(
            _interleaved(get(f"{name}self_attn.q_proj.bias", q), c.heads),
            _interleaved(get(f"{name}self_attn.k_proj.bias", kv), c.kv_heads),
            get(f"{name}self_attn.v_proj.bias", kv),
        )
        gate_up = fused(
            get(f"{name}mlp.gate_proj.weight", c.inner, c.hidden),
            get(f"{name}mlp.up_proj.weight", c.inner, c.hidden),
        )
        layers.append(
            Layer(
                get(f"{name}input_layernorm.weight", c.hidden),
                Linear(weight, bias),
                Linear(get(f"{name}self_attn.o_proj.weight", c.hidden, q)),
                get(f"{name}post_attention_layernorm.weight", c.hidden),
                Linear(gate_up),
                Linear(get(f"{name}mlp.down_proj.weight", c.hidden, c.inner)),
                c.windows[i],
            )
        )
    norm = get("model.norm.weight", c.hidden)
    tied = c.tied and "lm_head.weight" not in source
    head = embed if tied else get("lm_head.weight", c.vocab, c.hidden)
    return Qwen2(config, embed, layers, norm, Linear(head))
