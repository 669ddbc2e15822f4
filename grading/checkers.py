"""Compares what a program printed with what was expected: exactly, by tokens or by value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

DEFAULT_TOLERANCE = 1e-6
CUSTOM_PREFIX = "python:"
Same = Callable[[str, str], bool]
_SHOWN = 200  # characters of a line that are kept for the page


@dataclass(frozen=True, slots=True)
class Comparison:
    """`line` is the first differing line, counted from 1; 0 when nothing differs."""

    ok: bool
    line: int = 0
    expected: str = ""
    got: str = ""
    reason: str = ""


def is_checker(checker: str) -> bool:
    """Whether `compare` (or, for a custom one, the judge) knows this checker."""
    if checker in ("exact", "tokens", "float") or checker.startswith(CUSTOM_PREFIX):
        return True
    return checker.startswith("float:") and tolerance_of(checker) is not None


def tolerance_of(checker: str) -> float | None:
    """The tolerance of "float" or "float:1e-9"; None when it is not a positive number."""
    _, _, number = checker.partition(":")
    try:
        value = float(number) if number else DEFAULT_TOLERANCE
    except ValueError:
        return None
    return value if value > 0 and math.isfinite(value) else None


def compare(expected: str, got: str, checker: str) -> Comparison:
    """Compare two outputs with one of the built-in checkers; ValueError for an unknown name."""
    if checker == "exact":
        # Only the newline at the very end is forgiven: editors and print differ about it.
        wanted, given = expected.removesuffix("\n").split("\n"), got.removesuffix("\n").split("\n")
        return _first_difference(wanted, given, lambda a, b: a == b)
    if checker == "tokens":
        return _by_tokens(expected, got, lambda a, b: a == b)
    if checker.partition(":")[0] == "float":
        tolerance = tolerance_of(checker)
        if tolerance is not None:
            return _by_tokens(expected, got, lambda a, b: _close(a, b, tolerance))
    raise ValueError(f"Unknown checker: {checker[:40]!r}.")


def _close(wanted: str, given: str, tolerance: float) -> bool:
    if wanted == given:
        return True
    try:
        a, b = float(wanted), float(given)
    except ValueError:
        return False
    if not (math.isfinite(a) and math.isfinite(b)):
        return False
    return abs(a - b) <= tolerance * max(1.0, abs(a))


def _clip(line: str) -> str:
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _first_difference(wanted: list[str], given: list[str], same: Same) -> Comparison:
    for number, (a, b) in enumerate(zip_longest(wanted, given), 1):
        if a is None:
            return Comparison(False, number, "", _clip(b), f"Line {number} should not be there.")
        if b is None:
            return Comparison(False, number, _clip(a), "", f"Line {number} is missing.")
        if not same(a, b):
            return Comparison(False, number, _clip(a), _clip(b), f"Line {number} differs.")
    return Comparison(True)


def _by_tokens(expected: str, got: str, same: Same) -> Comparison:
    """Whitespace and empty lines do not count; the difference is reported by the student's line."""
    wanted = [(word, line) for line in expected.splitlines() for word in line.split()]
    lines = got.splitlines()
    given = [(word, number) for number, line in enumerate(lines, 1) for word in line.split()]
    for pair, answer in zip_longest(wanted, given):
        if answer is None:
            number = len(lines) + 1
            return Comparison(False, number, _clip(pair[1]), "", "The output ends too early.")
        number = answer[1]
        if pair is None:
            return Comparison(
                False, number, "", _clip(lines[number - 1]), f"Line {number}: too much output."
            )
        if not same(pair[0], answer[0]):
            return Comparison(
                False, number, _clip(pair[1]), _clip(lines[number - 1]), f"Line {number} differs."
            )
    return Comparison(True)
