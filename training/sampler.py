"""Many replies at once from a training model, for evaluation while it trains.

Serving and reinforcement use `inference.engine`; this is the short path that needs no checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from training.model import Qwen2, rotate
from training.tokenizer import END, PAD


class Cache:
    """Keys and values of left-padded rows: per layer (rows, kv_heads, length, head_dim)."""

    def __init__(self, model: Qwen2, rows: int, length: int) -> None:
        s = model.shape
        size = (s.layers, rows, s.kv_heads, length, s.head_dim)
        dtype = model.model.embed_tokens.weight.dtype
        self.keys, self.values = torch.zeros(size, dtype=dtype), torch.zeros(size, dtype=dtype)
        self.used = 0

    def keep(self, rows: Tensor) -> None:
        self.keys, self.values = self.keys[:, rows], self.values[:, rows]


def forward(model: Qwen2, ids: Tensor, start: Tensor, cache: Cache) -> Tensor:
    """Logits (rows, vocab) after the last of `ids` (rows, n); `start` is each row's padding."""
    rows, length = ids.shape
    s, begin, end = model.shape, cache.used, cache.used + ids.shape[1]
    cache.used = end
    slots = torch.arange(begin, end)
    positions = (slots[None, :] - start[:, None]).clamp(min=0)
    cos, sin = model.cos[positions][:, None], model.sin[positions][:, None]
    past = torch.arange(end)
    own = past[None, None] == slots[None, :, None]  # padding sees itself, or softmax gives NaN
    before = past[None, None] < slots[None, :, None]
    visible = own | (before & (past[None, None] >= start[:, None, None]))
    x = model.model.embed_tokens(ids)
    for index, layer in enumerate(model.model.layers):
        attention, h = layer.self_attn, layer.input_layernorm(x).to(x.dtype)
        q = attention.q_proj(h).view(rows, length, s.heads, s.head_dim).transpose(1, 2)
        k = attention.k_proj(h).view(rows, length, s.kv_heads, s.head_dim).transpose(1, 2)
        v = attention.v_proj(h).view(rows, length, s.kv_heads, s.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        cache.keys[index, :, :, begin:end] = k
        cache.values[index, :, :, begin:end] = v
        out = F.scaled_dot_product_attention(
            q,
            cache.keys[index, :, :, :end],
            cache.values[index, :, :, :end],
            attn_mask=visible[:, None],
            enable_gqa=True,
        )
        x = x + attention.o_proj(out.transpose(1, 2).reshape(rows, length, s.hidden))
        x = x + layer.mlp(layer.post_attention_layernorm(x).to(x.dtype))
    last = model.model.norm(x[:, -1]).to(x.dtype)
    return F.linear(last, model.model.embed_tokens.weight).float()


@torch.inference_mode()
def sample(
    model: Qwen2,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    *,
    max_tokens: int = 640,
    temperature: float = 0.0,
    seed: int = 0,
    batch: int = 64,
) -> list[str]:
    """One reply per prompt (already rendered); greedy at temperature 0."""
    encoded = [tokenizer.encode(prompt).ids for prompt in prompts]
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    replies = [""] * len(encoded)
    generator = torch.Generator().manual_seed(seed)
    for at in range(0, len(order), batch):
        chosen = order[at : at + batch]
        new = _sample_batch(model, [encoded[i] for i in chosen], max_tokens, temperature, generator)
        for index, ids in zip(chosen, new, strict=True):
            replies[index] = tokenizer.decode(ids, skip_special_tokens=True)
    return replies


def _sample_batch(
    model: Qwen2, rows: list[list[int]], limit: int, temperature: float, generator: torch.Generator
) -> list[list[int]]:
    width = max(map(len, rows))
    limit = min(limit, model.shape.context - width)
    ids = torch.tensor([[PAD] * (width - len(row)) + row for row in rows])
    start = torch.tensor([width - len(row) for row in rows])
    cache = Cache(model, len(rows), width + limit)
    live = torch.arange(len(rows))
    new: list[list[int]] = [[] for _ in rows]
    for _ in range(limit):
        logits = forward(model, ids, start, cache)
        if temperature:
            chance = torch.softmax(logits / temperature, dim=-1)
            drawn = torch.multinomial(chance, 1, generator=generator)[:, 0]
        else:
            drawn = logits.argmax(dim=-1)
        going = drawn != END
        for row, token in zip(live[going].tolist(), drawn[going].tolist(), strict=True):
            new[row].append(token)
        if not going.all():
            live, start = live[going], start[going]
            cache.keep(going)
        if not len(live):
            break
        ids = drawn[going][:, None]
    return new
