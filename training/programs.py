"""Programs inside replies, judged in the sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from grading import judge, last_program

__all__ = ["last_program", "passes"]

TIME_S = 2.0  # processor seconds for one test
MEMORY_MB = 256


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
