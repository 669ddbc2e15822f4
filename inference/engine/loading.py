"""A checkpoint's tensors become a model: products joined, heads interleaved, weights quantised.

Two rewrites that change no result: q|k|v and gate|up are one product each, and the two halves of
every head are interleaved, so that rotating is one complex multiplication.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from .linear import Linear, Linear8, library
from .model import Layer, Product, Qwen2
from .quantize import Panels, quantized
from .weights import Checkpoint, ModelConfig

KEPT_FROM = 30_000_000  # parameters from which quantised weights are worth a file of their own


def load_model(
    config: ModelConfig, source: Checkpoint, device: torch.device, bits: int, revision: str
) -> Qwen2:
    """Build the model on `device`: in the checkpoint's dtype, or with products of 8 or 4 bits.

    With 4 bits the head keeps 8: it decides between tokens, and is 15 % of the largest model.
    """
    c, cpu, whole = config, device.type == "cpu", bits < 16  # products of whole numbers
    # Small models are computed in float32 on a CPU, which holds their weights exactly.
    dtype = torch.float32 if cpu and (whole or c.small) else c.dtype
    # Folding saves an operation per norm, but rounds in bfloat16 and brings back the outliers
    # that the norm's weight tames, which int8 would pay for.
    fold = cpu and dtype == torch.float32 and not whole
    makers = _products(c, source)
    if whole:
        keep, native = c.parameters > KEPT_FROM, cpu and library() is not None
        stored = quantized(makers, revision, keep, native, lambda k: 8 if k == "head" else bits)

    def norm(key: str) -> Tensor:
        return source.get(f"{norm_before(key)}.weight", c.hidden).to(device, dtype)

    def product(key: str, bias: Tensor | None = None) -> Product:
        if whole:
            weight, scale = stored(key)
            weight = weight if isinstance(weight, Panels) else weight.to(device)
            return Linear8(weight, scale.to(device), bias)
        weight = makers[key]().to(device, dtype)
        folded = fold and norm_before(key)
        return Linear(weight * norm(key) * math.sqrt(c.hidden) if folded else weight, bias)

    layers = [
        Layer(
            None if fold else norm(f"{i}.qkv"),
            product(f"{i}.qkv", _qkv(c, source, i, "bias").to(device, dtype)),
            product(f"{i}.out"),
            None if fold else norm(f"{i}.gate_up"),
            product(f"{i}.gate_up"),
            product(f"{i}.down"),
            c.windows[i],
        )
        for i in range(c.layers)
    ]
    # Only the rows of tokens that occur are ever read, so int8 leaves the table in the file.
    embed = source.get("model.embed_tokens.weight", c.vocab, c.hidden)
    return Qwen2(
        config=c,
        dtype=dtype,
        cache_dtype=dtype if c.small else c.dtype,
        embed=embed if whole and cpu else embed.to(device, dtype),
        layers=layers,
        norm=None if fold else norm("head"),
        head=product("head"),
        exact=whole,
        source=source,
        makers=makers,
    )


def norm_before(key: str) -> str:
    """The norm whose output a product reads; "" for none."""
    layer, _, part = key.partition(".")
    if key == "head":
        return "model.norm"
    names = {"qkv": "input_layernorm", "gate_up": "post_attention_layernorm"}
    return f"model.layers.{layer}.{names[part]}" if part in names else ""


def _products(c: ModelConfig, source: Checkpoint) -> dict[str, Callable[[], Tensor]]:
    """How to make the weight of each product [outputs, inputs] from the checkpoint's tensors."""

    def gate_up(mlp: str) -> Tensor:
        parts = ("gate_proj", "up_proj")
        return torch.cat([source.get(f"{mlp}{p}.weight", c.inner, c.hidden) for p in parts])

    makers: dict[str, Callable[[], Tensor]] = {}
    for i in range(c.layers):
        out, mlp = f"model.layers.{i}.self_attn.o_proj.weight", f"model.layers.{i}.mlp."
        makers[f"{i}.qkv"] = partial(_qkv, c, source, i, "weight", c.hidden)
        makers[f"{i}.out"] = partial(source.get, out, c.hidden, c.heads * c.head_dim)
        makers[f"{i}.gate_up"] = partial(gate_up, mlp)
        makers[f"{i}.down"] = partial(source.get, f"{mlp}down_proj.weight", c.hidden, c.inner)
    tied = c.tied or "lm_head.weight" not in source
    head = "model.embed_tokens.weight" if tied else "lm_head.weight"
    makers["head"] = partial(source.get, head, c.vocab, c.hidden)
    return makers


def _qkv(c: ModelConfig, source: Checkpoint, layer: int, kind: str, *inputs: int) -> Tensor:
    """q | k | v of a layer: the weight [outputs, hidden] or the bias [outputs]."""

    def part(name: str, heads: int) -> Tensor:
        name = f"model.layers.{layer}.self_attn.{name}_proj.{kind}"
        return source.get(name, heads * c.head_dim, *inputs)

    q, k, v = part("q", c.heads), part("k", c.kv_heads), part("v", c.kv_heads)
    return torch.cat([_interleaved(q, c.heads), _interleaved(k, c.kv_heads), v])


def _interleaved(tensor: Tensor, heads: int) -> Tensor:
    """Rows of each head from (first half | second half) to pairs, as the rotation reads them."""
    dim = tensor.shape[0] // heads
    return tensor.view(heads, 2, dim // 2, -1).transpose(1, 2).reshape(tensor.shape)
