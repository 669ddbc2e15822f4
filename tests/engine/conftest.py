"""One thread for every engine test: models this small only lose by a second one."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import torch

from inference.engine import linear, native

torch.set_num_threads(1)


@pytest.fixture(params=["", "-mno-avx512f -mno-amx-tile", "-mno-avx -mno-amx-tile"])
def instructions(request, monkeypatch):
    """C code as this machine would compile it, and as less able ones would."""
    monkeypatch.setattr(native, "FLAGS", [*native.FLAGS, *request.param.split()])
    linear.library.cache_clear()
    yield request.param
    linear.library.cache_clear()
