"""Decoding small models on a CPU by one C function, where the machine has a C compiler.

A model of a few million parameters spends its steps in the hundreds of calls that torch makes
for them. `fused.c` is the whole step in one call; it is compiled once for this machine (about two
seconds) and kept. Without a compiler, or should it disagree with torch, torch does the work.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from .kv_cache import KVCache
from .loading import norm_before
from .model import Qwen2, Row
from .native import MOST_ROWS, Address, Step, compiled, threads_allowed, tiles_allowed
from .weights import ModelConfig

SOURCE = Path(__file__).with_name("fused.c")
MOST_THREADS = 2  # each holds half of the weights in its own cache; more were not measured


class _Layer(ctypes.Structure):
    _fields_ = [
        *((name, Address) for name in ("qkv", "out", "gate_up", "down")),
        *((name, Address) for name in ("bias", "before_attention", "before_mlp")),
        ("window", ctypes.c_long),
    ]


SIZES = ("hidden", "inner", "heads", "kv", "dim", "layers", "vocab", "context")


class _Model(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_long) for name in (*SIZES, "layer_stride", "threads")),
        *((name, Address) for name in ("embed", "rotations", "norm", "head")),
        ("layer", ctypes.POINTER(_Layer)),
        *((name, Address) for name in ("cache", "scratch", "logits")),
        ("eps", ctypes.c_double),
        ("bf16", ctypes.c_long),
        ("parts", Address),
    ]


def panels(weight: Tensor) -> Tensor:
    """[outputs, inputs] as the C code reads it, the outputs padded to 64 with zeros.

    float32: [outputs / 64][inputs][64]; bfloat16: [outputs / 16][inputs / 2][16][2].
    """
    padded = torch.nn.functional.pad(weight, (0, 0, 0, -len(weight) % 64))
    if weight.dtype == torch.bfloat16:
        return padded.view(-1, 16, weight.shape[1] // 2, 2).transpose(1, 2).contiguous()
    return padded.view(-1, 64, weight.shape[1]).transpose(1, 2).contiguous()


class FusedDecoder:
    """Rows of one model through the C function; the cache is the engine's own."""

    def __init__(self, library: ctypes.CDLL, model: Qwen2, cache: KVCache, threads: int) -> None:
        c, source, makers = model.config, model.source, model.makers
        assert source is not None
        self._held: list[Tensor] = [cache.data]  # everything the C side points at
        half = c.dtype == torch.bfloat16
        dtype = torch.bfloat16 if half else torch.float32

        def keep(tensor: Tensor) -> int:
            self._held.append(tensor.contiguous())
            return self._held[-1].data_ptr()

        def plain(tensor: Tensor) -> int:
            return keep(torch.nn.functional.pad(tensor.float(), (0, -tensor.shape[-1] % 64)))

        def product(key: str) -> int:
            return keep(panels(makers[key]().to(dtype)))

        def norm(key: str) -> int:
            return plain(source.get(f"{norm_before(key)}.weight", c.hidden))

        self._layers = (_Layer * c.layers)()
        for i, layer in enumerate(self._layers):
            for name in ("qkv", "out", "gate_up", "down"):
                setattr(layer, name, product(f"{i}.{name}"))
            layer.bias = plain(model.layers[i].qkv.bias)
            layer.before_attention, layer.before_mlp = norm(f"{i}.qkv"), norm(f"{i}.gate_up")
            layer.window = c.windows[i]
        self._logits = torch.zeros(MOST_ROWS, -(-c.vocab // 64) * 64)
        self._views = [self._logits[:n, : c.vocab] for n in range(MOST_ROWS + 1)]
        per_row = 8 * (c.hidden + c.inner + c.heads * c.head_dim) + 1024
        self._scratch = torch.zeros(MOST_ROWS * per_row + threads * 3 * (cache.context + 64))
        widths = (c.hidden, c.inner, c.heads * c.head_dim)
        tiled = half and tiles_allowed() and all(width % 32 == 0 for width in widths)
        self._parts = torch.zeros(3 * MOST_ROWS * max(widths) if tiled else 0, dtype=torch.bfloat16)
        self._model = _Model(
            *(c.hidden, c.inner, c.heads, c.kv_heads, c.head_dim, c.layers, c.vocab),
            *(cache.context, cache.data.stride(0), threads),
            *(keep(model.embed.float()), keep(torch.view_as_real(model.rotations))),
            *(norm("head"), product("head"), self._layers, cache.data.data_ptr()),
            *(self._scratch.data_ptr(), self._logits.data_ptr()),
            *(c.eps, int(half), self._parts.data_ptr() if tiled else None),
        )
        self._run = Step(library.decode, self._model)

    def fits(self, rows: Sequence[Row]) -> bool:
        return len(rows) <= MOST_ROWS

    def forward(self, rows: Sequence[Row]) -> Tensor:
        """float32 logits of every row, valid until the next call; writes keys and values."""
        self._run(rows)
        return self._views[len(rows)]


def fused_decoder(model: Qwen2, cache: KVCache) -> FusedDecoder | None:
    """The decoder if this model and machine suit it and it agrees with torch."""
    c = model.config
    if not suits(c) or model.exact or cache.data.dtype != torch.float32 or cache.data.is_cuda:
        return None
    if (library := compiled(SOURCE)) is None:
        return None
    decoder = FusedDecoder(library, model, cache, min(MOST_THREADS, threads_allowed()))
    rows = [Row(i % cache.slots, i, (37 * i + 5) % c.vocab) for i in range(7)]
    for row in rows:
        theirs = model.forward(cache, [], [row])
        ours = decoder.forward([row])
        if not (ours - theirs).abs().max() < 1e-3 * theirs.abs().max():
            return None
    return decoder


def suits(c: ModelConfig) -> bool:
    """Whether every size is a multiple of the C code's vectors."""
    return all(size % 16 == 0 for size in (c.hidden, c.inner, c.head_dim)) and 2 * c.inner % 64 == 0
