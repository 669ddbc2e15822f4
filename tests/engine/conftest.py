"""One thread for every engine test: models this small only lose by a second one."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import torch

from inference.engine import fused, linear, native, team

torch.set_num_threads(1)


STAND_INS = Path(__file__).with_name("stand_ins.h")
LESS = "-mno-avx512f -mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
MACHINES = {
    "native": "",
    "avx512 and tiles": f"{LESS} -DLANES=16 -DSTAND_IN_AVX512_AMX -include {STAND_INS} -O1",
    "avx-vnni": f"{LESS} -DSTAND_IN_AVX_VNNI -include {STAND_INS}",
    "avx2": LESS,
    "sse": f"{LESS} -mno-avx",
}


@pytest.fixture(params=MACHINES)
def instructions(request, monkeypatch):
    """C code as this machine would compile it, and as other ones would."""
    monkeypatch.setattr(native, "FLAGS", [*native.FLAGS, *MACHINES[request.param].split()])
    if request.param == "avx512 and tiles":
        for module in (linear, team, fused):
            monkeypatch.setattr(module, "tiles_allowed", lambda: True)
    linear.library.cache_clear()
    yield request.param
    linear.library.cache_clear()
