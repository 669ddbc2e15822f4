"""Keys and values of the running sequences, and blocks of finished prompts kept for re-use."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .attention import BLOCK, padded
from .weights import ModelConfig


class KVCache:
    """[layers, slots + 1, context, 2 × kv heads, head_dim]; the last slot is scratch.

    Zeroed, because a masked NaN would still be a NaN. On a CPU by numpy, whose zeros take no
    memory until they are written to (the system commits pages when they are first touched).
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
            plain = np.zeros(shape, np.float32 if dtype == torch.float32 else np.int16)
            self.data: Tensor = torch.from_numpy(plain).view(dtype)
        else:
            self.data = torch.zeros(shape, dtype=dtype, device=device)
        self.layers = list(self.data)
        self.bytes_per_token = self.data[:, 0, 0].numel() * self.data.element_size()
        self.blocks = self.context // BLOCK

    def clear(self, slot: int) -> None:
        """Wipe a slot that may hold broken numbers."""
        self.data[:, slot].zero_()
