"""Compiles C++ inside the sandbox; the program comes out through standard output."""

from __future__ import annotations

import os
import shutil

from grading.prepared import Limits, memory_file
from grading.running import run
from grading.sandbox import prepare, sandbox_trouble

_LIMITS = Limits(
    cpu_s=20, memory_mb=1024, output_bytes=32 << 20, file_bytes=32 << 20, may_fork=True
)
_SCRIPT = "g++ -std=c++17 -O2 -x c++ -o /tmp/main /main.cpp 1>&2 && cat /tmp/main"


def compile_cpp(source: str) -> bytes | str:
    """The executable, or one or two sentences saying why there is none."""
    if shutil.which("g++") is None:
        return "C++ programs cannot be judged here: g++ is not installed."
    if sandbox_trouble():
        return sandbox_trouble()
    files = {"/main.cpp": source.encode("utf-8", "replace")}
    stdin = memory_file(b"")
    try:
        ready = prepare(["sh", "-c", _SCRIPT], _LIMITS, files, scratch_mb=64)
        done = run(ready, _LIMITS, stdin)
    finally:
        os.close(stdin)
    if done.stopped:
        return "The program took too long, or too much, to compile."
    if done.code != 0:
        lines = done.error.decode("utf-8", "replace").splitlines()
        first = next((line for line in lines if "error" in line), "no message")
        return f"The program does not compile: {first.replace('/main.cpp:', 'line ')[:200]}"
    return done.output
