"""The first line at which a student's work leaves a reference solution, or that this could not be
told.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from grading.leaks import NUMBER_WORDS
from grading.steps import check_steps
from grading.steps.results import Result, Value, numbers_in, results
from grading.steps.words import number

_WORD = re.compile(r"[a-z]+")
_CONCLUSION = re.compile(
    r"^\W*-?[\d.,/]+\W*$|\\boxed|\b(?:answer|therefore|thus|hence|so|total|altogether|means)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Divergence:
    """`line` counts from 0 in the student's text; None when no line can be named, and `reason`
    says why.
    """

    line: int | None
    reason: str


def first_divergence(student: str, reference: str, problem: str = "") -> Divergence:
    """Compares the student's lines with a reference solution by contradiction and by value.

    A line departs when a rule contradicts it, or when it computes a value that neither the
    reference nor the
    statement has while the final answer differs. A different road to the same answer does not
    depart.
    """
    lines = student.split("\n")
    wrong = next((c for c in check_steps(student, problem) if c.status == "contradicted"), None)
    known = _values(reference) | _values(problem)
    goal = _final(reference)
    own = _final(student)
    derived = {
        r.value for line in reference.split("\n") for r in results(line) if r.computed
    } - _values(problem)
    off = _first_off(lines, known, derived)
    if wrong is not None and (off is None or wrong.line <= off[0]):
        return Divergence(wrong.line, wrong.reason)
    if goal is not None and own is not None and _ends_with(lines, goal.value):
        if wrong is not None:
            return Divergence(wrong.line, wrong.reason)
        return Divergence(None, "the answer agrees with the reference, and no line is contradicted")
    if goal is None or own is None:
        if wrong is not None:
            return Divergence(wrong.line, wrong.reason)
        return Divergence(None, "could not tell: no final value to compare")
    if off is None:
        return _stops(lines, reference, known, own, goal)
    line, result = off
    shown = _shown(result.value)
    what = shown if result.claim == shown else f"{result.claim} = {shown}"
    return Divergence(
        line, f"{what}: the reference solution has no such value, and ends with another answer"
    )


def _values(text: str) -> set[Value]:
    out: set[Value] = set()
    for line in text.split("\n"):
        out |= numbers_in(line)
        out |= {r.value for r in results(line)}
        out |= {
            n for w in _WORD.findall(line.lower()) for n in [NUMBER_WORDS.get(w)] if n is not None
        }
    return out


def _final(text: str) -> Result | None:
    """The last value of the text."""
    for line in reversed(text.split("\n")):
        found = results(line)
        if found:
            return found[-1]
    return None


def _ends_with(lines: list[str], goal: Value) -> bool:
    """Whether the last line that has numbers has the goal among them."""
    for line in reversed(lines):
        numbers = numbers_in(line) | {r.value for r in results(line)}
        if numbers:
            return any(_same(goal, n) for n in numbers)
    return False


def _first_off(
    lines: list[str], known: set[Value], derived: set[Value]
) -> tuple[int, Result] | None:
    """The first line that computes a value unknown to the reference, unless later work leads back
    from it.
    """
    found = [results(line) for line in lines]
    for i, here in enumerate(found):
        for result in here:
            if not _is_in(result.value, known) and not _leads_back(
                result.value, lines, found, i, derived
            ):
                return i, result
    return None


def _leads_back(
    value: Value, lines: list[str], found: list[list[Result]], start: int, known: set[Value]
) -> bool:
    """Whether a later line works with `value` and arrives at a value of the reference: another
    road, not an error.
    """
    for i in range(start, len(lines)):
        ends = {r.value for r in found[i]} - {value}
        used = i > start and _is_in(value, numbers_in(lines[i]))
        if used and any(_is_in(e, known) and not _small(e) for e in ends):
            return True
    return False


def _small(value: Value) -> bool:
    return value in (0, 1, 2)


def _is_in(value: Value, known: set[Value]) -> bool:
    return value in known or any(_same(value, k) for k in known if not isinstance(k, Fraction))


def _stops(
    lines: list[str], reference: str, known: set[Value], own: Result, goal: Result
) -> Divergence:
    """Every value is the reference's, but the end is not: the line after the last new value.

    Unfinished work, whose last line draws no conclusion, does not depart.
    """
    end = next((line for line in reversed(lines) if line.strip()), "")
    if not _CONCLUSION.search(end):
        return Divergence(None, "could not tell: so far every value also stands in the reference")
    seen: set[Value] = set()
    last = -1
    for i, line in enumerate(lines):
        new = {r.value for r in results(line) if r.computed} - seen
        if new:
            last = i
        seen |= new
    after = next(
        (i for i in range(last + 1, len(lines)) if re.search(r"[A-Za-z]{3}", lines[i])), None
    )
    named = after if after is not None else last
    if named < 0:
        return Divergence(None, "could not tell: nothing is computed here, but the answer differs")
    return Divergence(
        named,
        f"up to here every value is also in the reference solution, but it does not end with "
        f"{_shown(own.value)}",
    )


def _same(a: Value, b: Value) -> bool:
    if a == b:
        return True
    x, y = float(a), float(b)
    return abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y))


def _shown(value: Value) -> str:
    return number(value) if isinstance(value, Fraction) else f"about {value:.6g}"
