"""Programs inside replies: found in their fences and judged in the sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grading import judge

TIME_S = 2.0  # processor seconds for one test
MEMORY_MB = 256

_FENCE = re.compile(
    r"^```[ \t]*(?P<name>[\w+-]*)[^\n]*\n(?P<body>.*?)^```", re.DOTALL | re.MULTILINE
)
_PYTHON = ("python", "python3", "py")


def last_program(reply: str) -> str | None:
    """What the last fenced Python block holds; None when there is none that is closed.

    A fence without a language counts only where no block names Python.
    """
    found = [(m["name"].lower(), m["body"]) for m in _FENCE.finditer(reply)]
    named = [body for name, body in found if name in _PYTHON]
    bare = [body for name, body in found if not name]
    return (named or bare or [None])[-1]


def passes(
    program: str,
    tests: Iterable[tuple[str, str]],
    *,
    time_s: float = TIME_S,
    memory_mb: int = MEMORY_MB,
    checker: str = "tokens",
) -> bool | None:
    """Whether the program prints what every (input, output) wants; None if nothing could judge it.

    The first test goes ahead alone, because most wrong programs fail it.
    """
    cases = [{"input": given, "output": wanted} for given, wanted in tests]
    for part in (cases[:1], cases[1:]) if len(cases) > 1 else (cases,):
        verdict = judge(program, part, time_s, memory_mb, checker=checker).verdict
        if verdict == "unjudged":
            return None
        if verdict != "accepted":
            return False
    return True
