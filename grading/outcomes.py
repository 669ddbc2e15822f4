"""What became of one test of a program, in words a student can use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypedDict

from grading.prepared import Limits
from grading.running import Finished

CodeVerdict = Literal[
    "accepted",
    "wrong_answer",
    "runtime_error",
    "time_limit",
    "memory_limit",
    "output_limit",
    "unjudged",
]

_FRAME = re.compile(r'File "(?:/main\.py|/proc/self/fd/\d+)", line (\d+)')


class Spent(TypedDict):
    """What a test used."""

    time_ms: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test. `expected` and `got` quote one line each: show them only for public samples."""

    __test__ = False  # not a pytest class

    verdict: CodeVerdict
    reason: str
    time_ms: int = 0  # processor time
    memory_mb: int = 0  # largest resident size seen
    line: int = 0  # first differing line of the output, from 1
    expected: str = ""
    got: str = ""
    source_line: int = 0  # the line of the student's program that failed, from 1


def failed(done: Finished, error: str, limits: Limits, spent: Spent, source: str) -> TestResult:
    last = next((line for line in reversed(error.splitlines()) if line.strip()), "")
    if "MemoryError" in last or "bad_alloc" in error or "Cannot allocate memory" in last:
        return TestResult("memory_limit", f"More than {limits.memory_mb} MB needed.", **spent)
    frames = _FRAME.findall(error)
    number = int(frames[-1]) if frames else 0
    if number:
        lines = source.splitlines()
        quoted = lines[number - 1].strip()[:120] if number <= len(lines) else ""
        reason = f"Line {number}: {last[:200]}" + (f" (in “{quoted}”)" if quoted else "")
    elif done.code > 128:
        reason = f"Stopped by signal {done.code - 128}" + (
            ", often an index outside an array or recursion too deep." if done.code == 139 else "."
        )
    else:
        reason = last[:200] or f"Ended with exit status {done.code}."
    return TestResult("runtime_error", reason, source_line=number, **spent)
