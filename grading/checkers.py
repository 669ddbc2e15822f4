"""Compares what a program printed with what was expected: exactly, by tokens or by value.

A custom checker is a program of its own behind `CUSTOM_PREFIX`; here it is only read, the judge
runs it inside the sandbox.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

DEFAULT_TOLERANCE = 1e-6
CUSTOM_PREFIX = "python:"
MAX_CUSTOM = 64_000  # characters of a custom checker
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


def checker_trouble(checker: str) -> str:
    """Why this checker cannot be used, in one sentence for a teacher; empty when it can.

    A custom one is read but not run: it must be Python and define `check` for three arguments.
    """
    if not is_checker(checker):
        return (
            f"The checker {checker[:40]!r} is unknown: take exact, tokens, float, float:1e-9, or "
            f"{CUSTOM_PREFIX} and a program that defines check(input, expected, output)."
        )
    if not checker.startswith(CUSTOM_PREFIX):
        return ""
    source = checker.removeprefix(CUSTOM_PREFIX)
    if len(source) > MAX_CUSTOM:
        return f"The checker has {len(source):,} characters; {MAX_CUSTOM:,} fit."
    try:
        tree = ast.parse(source)
        compile(tree, "checker", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"The checker is not Python: line {error.lineno or 1}: {error.msg}."
    except (ValueError, RecursionError, MemoryError) as error:
        return f"The checker cannot be read as Python ({error})."
    if any(isinstance(node, ast.FunctionDef) and _takes_three(node) for node in tree.body):
        return ""
    return "The checker does not define check(input, expected, output)."


def _takes_three(function: ast.FunctionDef) -> bool:
    given = function.args
    positional = len(given.posonlyargs) + len(given.args)
    needed = positional - len(given.defaults)
    enough = needed <= 3 and (positional >= 3 or given.vararg is not None)
    keywords = any(default is None for default in given.kw_defaults)
    return function.name == "check" and enough and not keywords


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
