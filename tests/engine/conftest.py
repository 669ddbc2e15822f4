"""One thread for every engine test: models this small only lose by a second one."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import torch

from inference.engine import linear, native

torch.set_num_threads(1)


# What the instruction of the same name does, for machines that lack it.
DOT = """
#include <immintrin.h>
static inline __m256i dot(__m256i sums, __m256i inputs, __m256i weights) {
    typedef union { __m256i all; unsigned char u[32]; signed char s[32]; int whole[8]; } Bytes;
    Bytes a = {inputs}, b = {weights}, c = {sums};
    for (int i = 0; i < 32; i++) c.whole[i / 4] += a.u[i] * b.s[i];
    return c.all;
}
"""
LESS = {
    "native": "",
    "avx-vnni": "-mno-avx512f -mno-amx-tile -DDOT=dot -include {}",
    "avx2": "-mno-avx512f -mno-amx-tile",
    "sse": "-mno-avx -mno-amx-tile",
}


@pytest.fixture(scope="session")
def dot(tmp_path_factory):
    header = tmp_path_factory.mktemp("dot") / "dot.h"
    header.write_text(DOT)
    return header


@pytest.fixture(params=LESS)
def instructions(request, dot, monkeypatch):
    """C code as this machine would compile it, and as other ones would."""
    flags = LESS[request.param].format(dot).split()
    monkeypatch.setattr(native, "FLAGS", [*native.FLAGS, *flags])
    linear.library.cache_clear()
    yield request.param
    linear.library.cache_clear()
