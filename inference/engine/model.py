"""The Qwen2 forward pass over rows: each row is one token of some sequence at some position.

arXiv 2407.10671: RMSNorm, rotary positions, grouped-query attention with biases on q, k and v,
SwiGLU. Two rewrites that change no result: q|k|v and gate|up are one product each, and the two
halves of every head are interleaved at loading, so that rotating is one complex multiplication.
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
from .linear import Linear, Linear8, library
from .quantize import Panels, quantized
from .weights import Checkpoint, ModelConfig, rope_frequencies

Product = Linear | Linear8
Attend = Callable[[Tensor, Held], Tensor]  # queries [rows, heads · head_dim] to their outputs
SMALL = 30_000_000  # parameters below which calls cost more than what they compute
KEPT_FROM = 30_000_000  # parameters from which quantised weights are worth a file of their own


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


class Qwen2:
    """Weights and the forward pass. `cache` is written in place."""

    def __init__(
        self,
        config: ModelConfig,
        dtype: torch.dtype,
        embed: Tensor,
        layers: list[Layer],
        norm: Tensor | None,
        head: Product,
    ) -> None:
        self.config, self.embed, self.layers = config, embed, layers
        self.norm, self.head = norm, head
        angles, self.rope_scale = rope_frequencies(config)
        self._angles = angles
        self.rotations = torch.empty(0)
        self.kinds: dict[int, Attention] = {}
        self.dtype = self.cache_dtype = dtype
        self.source: Checkpoint | None = None
        self.makers: dict[str, Callable[[], Tensor]] = {}
        self.exact = False  # products give a row the same bits in any number of rows
        self.together = BATCHED  # positions below which rows share an attention call
        self._eps = torch.tensor(math.sqrt(config.hidden * config.eps), device=embed.device)

    def prepare(self, cache: KVCache) -> None:
        """Tables for every position of `cache`."""
        c, device = self.config, cache.data.device
        turns = torch.outer(torch.arange(cache.context).float(), self._angles)
        scale = torch.full_like(turns, self.rope_scale)
        self.rotations = torch.polar(scale, turns).to(device)[:, None]
        group = c.heads // c.kv_heads
        like = cache.data.new_zeros(0)
        self.kinds = {
            w: Attention(c.kv_heads, group, c.head_dim, cache.context, w, like)
            for w in sorted(set(c.windows))
        }

    @torch.inference_mode()
    def forward(
        self, cache: KVCache, chunks: Sequence[Chunk], rows: Sequence[Row], pad: int = 2
    ) -> Tensor:
        """float32 logits: the last token of each chunk, then every row; [n, vocabulary].

        At least `pad` rows are computed, the rest of them on the cache's scratch slot.
        """
        tokens, positions, where = _inputs(cache, chunks, rows, pad)
        attends = {
            w: _plan(kind, chunks, rows, len(tokens), self.together)
            for w, kind in self.kinds.items()
        }
        x = self.layers_pass(cache, tokens, positions, where, attends)
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
    ) -> Tensor:
        """Hidden states [rows, hidden] behind the last layer; `attends` has one per window."""
        c, width = self.config, self.config.heads * self.config.head_dim
        x = embedding(tokens, self.embed).to(self.dtype)
        turn = self.rotations.index_select(0, positions)
        pairs, rotated = (len(x), -1, c.head_dim // 2, 2), c.heads + c.kv_heads
        for layer, held in zip(self.layers, cache.layers, strict=True):
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
    tokens: list[int] = []
    positions: list[int] = []
    where: list[int] = []
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


def _interleaved(tensor: Tensor, heads: int) -> Tensor:
    """Rows of each head from (first half | second half) to pairs, as the rotation reads them."""
    dim = tensor.shape[0] // heads
    return tensor.view(heads, 2, dim // 2, -1).transpose(1, 2).reshape(tensor.shape)


def load_model(
    config: ModelConfig, source: Checkpoint, device: torch.device, bits: int, revision: str
) -> Qwen2:
    """Build the model on `device`: in the checkpoint's dtype, or with products of 8 or 4 bits.

    With 4 bits the head keeps 8: it decides between tokens, and is 15 % of the largest model.
    """
    c, whole = config, bits < 16  # products of whole numbers
    # Small models are computed in float32 on a CPU, which holds their weights exactly.
    plain = device.type == "cpu" and (whole or c.parameters < SMALL)
    dtype = torch.float32 if plain else c.dtype
    # Folding saves an operation per norm, but rounds in bfloat16 and brings back the outliers
    # that the norm's weight tames, which int8 would pay for.
    fold = dtype == torch.float32 and not whole and device.type == "cpu"

    def get(name: str, *shape: int) -> Tensor:
        return source.get(name, *shape).to(device, dtype)

    def norm(name: str) -> Tensor:
        return get(f"{name}.weight", c.hidden)

    def folded(key: str, weight: Tensor) -> Tensor:
        before = norm_before(key)
        return weight * norm(before) * math.sqrt(c.hidden) if fold and before else weight

    makers = _products(c, source)
    if whole:
        native = device.type == "cpu" and library() is not None
        keep = c.parameters > KEPT_FROM
        stored = quantized(makers, revision, keep, native, lambda k: 8 if k == "head" else bits)

    def product(key: str, bias: Tensor | None = None) -> Product:
        if whole:
            weight, scale = stored(key)
            weight = weight if isinstance(weight, Panels) else weight.to(device)
            return Linear8(weight, scale.to(device), bias)
        return Linear(folded(key, makers[key]().to(device, dtype)), bias)

    layers = [
        Layer(
            None if fold else norm(norm_before(f"{i}.qkv")),
            product(f"{i}.qkv", _qkv_bias(c, source, i).to(device, dtype)),
            product(f"{i}.out"),
            None if fold else norm(norm_before(f"{i}.gate_up")),
            product(f"{i}.gate_up"),
            product(f"{i}.down"),
            c.windows[i],
        )
        for i in range(c.layers)
    ]
    # Only the rows of tokens that occur are ever read, so int8 leaves the table in the file.
    embed = source.get("model.embed_tokens.weight", c.vocab, c.hidden)
    embed = embed if whole and device.type == "cpu" else embed.to(device, dtype)
    last = None if fold else norm("model.norm")
    model = Qwen2(config, dtype, embed, layers, last, product("head"))
    model.exact = whole
    model.cache_dtype = dtype if c.parameters < SMALL else c.dtype
    model.source, model.makers = source, makers
    return model


def norm_before(key: str) -> str:
    """The norm whose output a product reads; "" for none."""
    layer, _, part = key.partition(".")
    if key == "head":
        return "model.norm"
    names = {"qkv": "input_layernorm", "gate_up": "post_attention_layernorm"}
    return f"model.layers.{layer}.{names[part]}" if part in names else ""


def _products(c: ModelConfig, source: Checkpoint) -> dict[str, Callable[[], Tensor]]:
    """How to make the weight of each product [outputs, inputs] from the checkpoint's tensors."""
    q, kv = c.heads * c.head_dim, c.kv_heads * c.head_dim

    def qkv(name: str) -> Tensor:
        return torch.cat(
            [
                _interleaved(source.get(f"{name}q_proj.weight", q, c.hidden), c.heads),
                _interleaved(source.get(f"{name}k_proj.weight", kv, c.hidden), c.kv_heads),
                source.get(f"{name}v_proj.weight", kv, c.hidden),
            ]
        )

    def gate_up(name: str) -> Tensor:
        parts = ("gate_proj", "up_proj")
        return torch.cat([source.get(f"{name}{p}.weight", c.inner, c.hidden) for p in parts])

    makers: dict[str, Callable[[], Tensor]] = {}
    for i in range(c.layers):
        attention, mlp = f"model.layers.{i}.self_attn.", f"model.layers.{i}.mlp."
        makers[f"{i}.qkv"] = partial(qkv, attention)
        makers[f"{i}.out"] = partial(source.get, f"{attention}o_proj.weight", c.hidden, q)
        makers[f"{i}.gate_up"] = partial(gate_up, mlp)
        makers[f"{i}.down"] = partial(source.get, f"{mlp}down_proj.weight", c.hidden, c.inner)
    tied = c.tied or "lm_head.weight" not in source
    head = "model.embed_tokens.weight" if tied else "lm_head.weight"
    makers["head"] = partial(source.get, head, c.vocab, c.hidden)
    return makers


def _qkv_bias(c: ModelConfig, source: Checkpoint, layer: int) -> Tensor:
    name = f"model.layers.{layer}.self_attn."
    q, kv = c.heads * c.head_dim, c.kv_heads * c.head_dim
    return torch.cat(
        [
            _interleaved(source.get(f"{name}q_proj.bias", q), c.heads),
            _interleaved(source.get(f"{name}k_proj.bias", kv), c.kv_heads),
            source.get(f"{name}v_proj.bias", kv),
        ]
    )
