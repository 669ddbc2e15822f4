"""Keys and values of the running sequences, and blocks of finished prompts kept for re-use."""

from __future__ import annotations

import hashlib
import mmap
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from torch import Tensor

from .attention import BLOCK, padded
from .weights import ModelConfig


class Held:
    """One layer's part of the cache: [slots + 1, context, 2 × kv heads, head_dim], keys first."""

    def __init__(self, data: Tensor) -> None:
        self.data = data
        self.flat = data.view(-1, data.shape[2] * data.shape[3])
        self._turned = data.transpose(1, 2)
        self._views: dict[tuple[int, int, int], tuple[Tensor, Tensor]] = {}

    def view(self, first: int, count: int, width: int) -> tuple[Tensor, Tensor]:
        """Keys and values [count, kv heads, width, head_dim] of `count` slots; made once each."""
        key = (first, count, width)
        if (found := self._views.get(key)) is None:
            if len(self._views) > 1000:
                self._views.clear()
            part = self._turned[first : first + count, :, :width]
            found = self._views[key] = part.chunk(2, 1)
        return found


class KVCache:
    """[layers, slots + 1, context, 2 × kv heads, head_dim]; the last slot is scratch.

    Zeroed, because a masked NaN would still be a NaN. On a CPU these are pages that the system
    takes from memory only when they are first written to.
    """

    def __init__(
        self,
        config: ModelConfig,
        slots: int,
        context: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self.slots, self.context = slots, padded(context)
        shape = (config.layers, slots + 1, self.context, 2 * config.kv_heads, config.head_dim)
        if device.type == "cpu":
            pages = mmap.mmap(-1, prod(shape) * dtype.itemsize)
            if hasattr(mmap, "MADV_NOHUGEPAGE"):  # else one token takes 2 MB in every layer
                pages.madvise(mmap.MADV_NOHUGEPAGE)
            self.data: Tensor = torch.frombuffer(pages, dtype=dtype).view(shape)
        else:
            self.data = torch.zeros(shape, dtype=dtype, device=device)
        self.layers = [Held(layer) for layer in self.data]
        self.bytes_per_token = self.data[:, 0, 0].numel() * self.data.element_size()

    def clear(self, slot: int, tokens: int) -> None:
        """Wipe what a slot holds of its first `tokens` positions and of the block they end in."""
        self.data[:, slot, : padded(tokens)].zero_()

    def save(self, slot: int, block: int) -> Tensor:
        """A copy of one block of positions, every layer."""
        return self.data[:, slot, block * BLOCK : (block + 1) * BLOCK].clone()

    def load(self, slot: int, block: int, saved: Tensor) -> None:
        self.data[:, slot, block * BLOCK : (block + 1) * BLOCK].copy_(saved)


def block_keys(prompt: Sequence[int]) -> list[bytes]:
    """A key per full block of a prompt, each a hash of everything up to that block's end.

    The block with the prompt's last token has none: that token must be computed for its logits.
    """
    keys, key = [], b""
    for end in range(BLOCK, len(prompt), BLOCK):
        part = np.asarray(prompt[end - BLOCK : end], np.int32).tobytes()
        key = hashlib.blake2b(key + part, digest_size=16).digest()
        keys.append(key)
    return keys


@dataclass(slots=True)
class Kept:
    """A prefix block: its numbers and how many running requests stand on it."""

    data: Tensor
    users: int


class Blocks:
    """Counts the memory: blocks of BLOCK tokens in slots, and kept prefix blocks beside them.

    Prefix blocks nobody stands on give way, least recently used first, when a slot must grow.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.in_slots: dict[int, int] = {}
        self.kept: OrderedDict[bytes, Kept] = OrderedDict()

    @property
    def free(self) -> int:
        return self.total - sum(self.in_slots.values()) - len(self.kept)

    def room(self, blocks: int) -> bool:
        """Could that many blocks be had?"""
        return self.free + sum(kept.users == 0 for kept in self.kept.values()) >= blocks

    def grow(self, slot: int, tokens: int) -> bool:
        """Let `slot` hold `tokens` tokens; False if memory does not allow it (nothing changes)."""
        more = -(-tokens // BLOCK) - self.in_slots.get(slot, 0)
        if more > 0:
            if not self._make_room(more):
                return False
            self.in_slots[slot] = self.in_slots.get(slot, 0) + more
        return True

    def release(self, slot: int) -> None:
        self.in_slots.pop(slot, None)

    def _make_room(self, blocks: int) -> bool:
        if not self.room(blocks):
            return False
        idle = [key for key, kept in self.kept.items() if kept.users == 0]
        for key in idle[: max(0, blocks - self.free)]:
            del self.kept[key]
        return True

    def match(self, keys: Sequence[bytes]) -> list[Tensor]:
        """The kept blocks a prompt with these keys begins with; each gains a user."""
        found = []
        for key in keys:
            kept = self.kept.get(key)
            if kept is None:
                break
            kept.users += 1
            self.kept.move_to_end(key)
            found.append(kept.data)
        return found

    def keep(self, key: bytes, data: Tensor) -> bool:
        """Keep a block its computer stands on; True if that request now counts as its user."""
        if key in self.kept:
            self.kept[key].users += 1
            return True
        if not self._make_room(1):
            return False
        self.kept[key] = Kept(data, users=1)
        return True

    def leave(self, keys: Sequence[bytes]) -> None:
        """A request no longer stands on these blocks."""
        for key in keys:
            self.kept[key].users -= 1
