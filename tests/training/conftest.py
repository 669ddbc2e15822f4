"""A tokenizer and a very small model, made once."""

from __future__ import annotations

import pytest
import torch

from training.model import ModelShape, Qwen2
from training.tokenizer import VOCABULARY, train_tokenizer

torch.set_num_threads(1)  # two threads on a busy machine mostly wait for each other
TINY = ModelShape(vocab=VOCABULARY, layers=2, hidden=48, heads=6, kv_heads=2, ffn=96)


@pytest.fixture(scope="session")
def tokenizer():
    return train_tokenizer(rows=1500)


@pytest.fixture
def tiny():
    torch.manual_seed(3)
    model = Qwen2(TINY)
    for weight in model.parameters():
        if weight.ndim == 2:
            torch.nn.init.normal_(weight, std=0.15)
    return model.eval()
