"""Decoding int8 models on a CPU by one C function and a team of threads, see decode8.c.

Between the products of a large model lie some 400 small operations a step; as calls from Python
they take as long as a fifth of reading the weights. Without a compiler, on a machine without AVX2,
or should the C code disagree with torch, torch does the work.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor

from .kv_cache import KVCache
from .linear import Compiled, CProduct, Linear8, library
from .model import Qwen2, Row
from .native import MOST_ROWS, Address, Step, tiles_allowed
from .weights import ModelConfig


class _Layer(ctypes.Structure):
    _fields_ = [
        *((name, CProduct) for name in ("qkv", "out", "gate_up", "down")),
        ("before_attention", Address),
        ("before_mlp", Address),
        ("window", ctypes.c_long),
    ]


SIZES = ("hidden", "inner", "heads", "kv", "dim", "layers", "context", "layer_stride")


class _Model(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_long) for name in (*SIZES, "threads", "tiled")),
        ("eps", ctypes.c_double),
        *((name, Address) for name in ("embed", "rotations", "norm")),
        ("head", CProduct),
        ("layer", ctypes.POINTER(_Layer)),
        *((name, Address) for name in ("cache", "scratch", "logits")),
    ]


class TeamDecoder:
    """Rows of one model through the C function; the cache is the engine's own."""

    def __init__(self, found: ctypes.CDLL, model: Qwen2, cache: KVCache) -> None:
        c = model.config
        self._held: list[Tensor] = [cache.data]  # everything the C side points at
        self._vocab, self._products = c.vocab, model  # whose products hold their own weights

        def keep(tensor: Tensor | None) -> int:
            assert tensor is not None
            self._held.append(tensor.contiguous())
            return self._held[-1].data_ptr()

        self._layers = (_Layer * c.layers)()
        for mine, layer in zip(self._layers, model.layers, strict=True):
            for name in ("qkv", "out", "gate_up", "down"):
                setattr(mine, name, _shape(getattr(layer, name)))
            mine.before_attention = keep(layer.before_attention)
            mine.before_mlp = keep(layer.before_mlp)
            mine.window = layer.window
        self._logits = torch.empty(0)
        threads = torch.get_num_threads()
        widths = 3 * c.hidden + 4 * c.heads * c.head_dim + 2 * c.inner
        group = c.heads // c.kv_heads
        own = 16 * c.head_dim + group * (cache.context + 16)
        self._scratch = torch.empty(MOST_ROWS * (widths + 64) + threads * own)
        self._model = _Model(
            *(c.hidden, c.inner, c.heads, c.kv_heads, c.head_dim, c.layers),
            *(cache.context, cache.data.stride(0), threads, tiles_allowed(), c.eps),
            *(keep(model.embed), keep(torch.view_as_real(model.rotations)), keep(model.norm)),
            *(_shape(model.head), self._layers, cache.data.data_ptr(), self._scratch.data_ptr()),
        )
        self._run = Step(found.decode8, self._model)

    def fits(self, rows: Sequence[Row]) -> bool:
        return len(rows) <= MOST_ROWS

    def forward(self, rows: Sequence[Row]) -> Tensor:
        """float32 logits of every row, valid until the next call; writes keys and values."""
        if len(self._logits) < len(rows):
            self._logits = torch.empty(len(rows), self._vocab)
            self._model.logits = self._logits.data_ptr()
        self._run(rows)
        return self._logits[: len(rows)]


def _shape(product: object) -> CProduct:
    assert isinstance(product, Linear8) and isinstance(product.product, Compiled)
    return product.product.shape


def team_decoder(model: Qwen2, cache: KVCache) -> TeamDecoder | None:
    """The decoder if this model and machine suit it and it agrees with torch."""
    if cache.data.is_cuda or cache.data.dtype != torch.bfloat16 or not suits(model.config):
        return None
    kind = getattr(model.head, "product", None)
    if not isinstance(kind, Compiled) or (found := library()) is None:
        return None
    decoder = TeamDecoder(found, model, cache)
    rows = [Row(i % cache.slots, i, (37 * i + 5) % model.config.vocab) for i in range(3)]
    for row in rows:
        theirs = model.forward(cache, [], [row])
        ours = decoder.forward([row])
        if not (ours - theirs).abs().max() < 0.1 * theirs.abs().max():
            return None
    return decoder


def suits(c: ModelConfig) -> bool:
    """Whether every size is a multiple of the C code's vectors."""
    return c.hidden % 16 == 0 and c.inner % 32 == 0 and c.head_dim % 64 == 0
