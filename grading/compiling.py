"""Compiles C++ inside the sandbox; the program comes out through standard output."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass

from grading.prepared import Limits, memory_file
from grading.running import run
from grading.sandbox import prepare

NO_COMPILER = "C++ programs cannot be judged here: g++ is not installed."
_LIMITS = Limits(
    cpu_s=20, memory_mb=1024, output_bytes=32 << 20, file_bytes=32 << 20, may_fork=True
)
_SCRIPT = "g++ -std=c++17 -O2 -x c++ -o /tmp/main /main.cpp 1>&2 && cat /tmp/main"
_ERROR = re.compile(r"/main\.cpp:(\d+)(?::\d+)?: (?:fatal )?error: (.*)")
_UNDEFINED = re.compile(r"undefined reference to [`'‘](.+?)['’]")


@dataclass(frozen=True, slots=True)
class NotCompiled:
    """Why there is no executable, for the student; `line` is that of her program, 0 if unknown."""

    reason: str
    line: int = 0


def can_compile_cpp() -> bool:
    """Whether a compiler is on this machine."""
    return shutil.which("g++") is not None


def compile_cpp(source: str) -> bytes | NotCompiled:
    """The executable, or why there is none; the judge has seen to compiler and sandbox."""
    files = {"/main.cpp": source.encode("utf-8", "replace")}
    stdin = memory_file(b"")
    try:
        ready = prepare(["sh", "-c", _SCRIPT], _LIMITS, files, scratch_mb=64)
        done = run(ready, _LIMITS, stdin)
    finally:
        os.close(stdin)
    if done.stopped:
        return NotCompiled("The program took too long, or too much, to compile.")
    if done.code != 0:
        return _first_error(done.error.decode("utf-8", "replace"), source)
    return done.output


def _first_error(said: str, source: str) -> NotCompiled:
    """Only the first: those after it are mostly its echo."""
    if found := _ERROR.search(said):
        line, words = int(found[1]), found[2].strip()[:200]
        lines = source.splitlines()
        quoted = lines[line - 1].strip()[:120] if 0 < line <= len(lines) else ""
        where = f" (in “{quoted}”)" if quoted else ""
        return NotCompiled(f"The program does not compile: line {line}: {words}{where}.", line)
    if found := _UNDEFINED.search(said):
        return NotCompiled(
            f"The program does not compile: {found[1]} is used, but nowhere defined."
        )
    lines = [line for line in said.splitlines() if "error" in line] or ["no message"]
    return NotCompiled(f"The program does not compile: {lines[0][:200]}")
