"""C code of this package, compiled once for this machine (about two seconds) and kept."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

Address = ctypes.c_void_p
MOST_ROWS = 64  # of one call
SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
FLAGS = ["-O3", "-march=native", "-fno-math-errno", "-fopenmp", "-shared", "-fPIC"]


def compiled(source: Path) -> ctypes.CDLL | None:
    """The functions of a file, from the last time or compiled now; None if that cannot be.

    Without a C compiler, or on another kind of processor, torch does the work.
    """
    compiler = next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None)
    if compiler is None or os.environ.get("THINKTRAIL_FUSED") == "0":
        return None
    cpu = Path("/proc/cpuinfo")
    model = cpu.read_text().split("\n\n")[0] if cpu.exists() else platform.processor()
    flags = [line for line in model.splitlines() if line.startswith(("flags", "model name"))]
    seen = [*_texts(source), *FLAGS, *(flags or [model])]
    name = hashlib.sha256("\n".join(seen).encode()).hexdigest()[:32]
    folder = Path(os.environ.get("THINKTRAIL_DATA", "var")) / "fused"
    path, part = folder / f"{name}.so", folder / f"{name}.{os.getpid()}"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            command = [compiler, *FLAGS, "-o", str(part), str(source), "-lm"]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            part.replace(path)
        return ctypes.CDLL(str(path.resolve()))
    except (OSError, subprocess.SubprocessError):
        return None


class Step:
    """A decode step in C, called with the model, and of each row its token, position and slot."""

    def __init__(self, function: Any, model: ctypes.Structure) -> None:
        self._run, self._model = function, ctypes.pointer(model)
        function.argtypes = [type(self._model), ctypes.c_long, *[Address] * 3]
        function.restype = None
        self._arrays = tuple((ctypes.c_long * MOST_ROWS)() for _ in range(3))
        self._where = [ctypes.addressof(a) for a in self._arrays]

    def __call__(self, rows: Sequence[tuple[int, int, int]]) -> None:
        """rows: at most MOST_ROWS of (slot, position, token)."""
        tokens, positions, slots = self._arrays
        for i, (slot, position, token) in enumerate(rows):
            tokens[i], positions[i], slots[i] = token, position, slot
        self._run(self._model, len(rows), *self._where)


def threads_allowed() -> int:
    """One for each physical core that this process may use, at most OMP_NUM_THREADS.

    Two on one core would share what they wait for, and wait for each other at every barrier.
    """
    most, can = os.cpu_count() or 1, getattr(os, "sched_getaffinity", None)
    files = [Path(SIBLINGS.format(n)) for n in (can(0) if can else range(most))]
    cores = len({f.read_text() if f.exists() else str(f) for f in files})
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(asked)) if asked.isdigit() and int(asked) else cores


def _texts(source: Path) -> list[str]:
    """A file's text and those of the files beside it that it includes."""
    text = source.read_text()
    inner = re.findall(r'^#include "(.+)"$', text, re.MULTILINE)
    return [text, *(t for name in inner for t in _texts(source.with_name(name)))]


def tiles_allowed() -> bool:
    """Whether the system lets this process use matrix tiles (AMX), where the machine has them."""
    return bool(torch.cpu._is_amx_tile_supported() and torch.cpu._init_amx())
