"""Which device the model runs on, and how much of its memory keys and values may take."""

from __future__ import annotations

import os

import torch

from .attention import BLOCK
from .kv_cache import Blocks, KVCache
from .weights import ModelConfig


def choose_device(name: str) -> torch.device:
    """The device of that name; ValueError if it is none or not here."""
    if name == "auto":
        name = "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ValueError(f"{name!r} is not a device; say auto, cpu or cuda:0.") from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("There is no usable CUDA card here; choose the device cpu or auto.")
    return device


def make_memory(
    config: ModelConfig,
    device: torch.device,
    dtype: torch.dtype,
    slots: int,
    context: int,
    memory_mb: int,
) -> tuple[KVCache, Blocks]:
    """A cache as large as memory allows: `context` tokens per slot where not all must fit."""
    if device.type == "cuda":
        free = torch.cuda.mem_get_info(device)[0]
    else:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    budget = memory_mb << 20 or free // 3
    per_token = 2 * config.layers * config.kv_heads * config.head_dim * dtype.itemsize
    tokens = budget // per_token
    reach = min(context or config.context, config.context, tokens)
    if device.type == "cuda":  # a card's memory is taken at once, not when it is touched
        reach = min(reach, tokens // (slots + 1))
    if reach < BLOCK:
        raise ValueError(f"{budget >> 20} MB are too little for this model's keys and values.")
    reach -= reach % BLOCK
    return KVCache(config, slots, reach, dtype, device), Blocks(tokens // BLOCK)
