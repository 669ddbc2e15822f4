"""“Either x − 3 = 0 or x + 3 = 0”, “the possible values of x are 3 and −3”: every alternative must
solve the equation that they come from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grading.steps.chains import Chain
from grading.steps.facts import gap_of, single
from grading.steps.judging import read
from grading.steps.solutions import Coefficients, common
from grading.steps.words import number, written

AGO = 4  # lines back in which the equation is looked for
_VALUES = re.compile(
    r"(?:values?|solutions?|roots?|zeros)\s+(?:of|for)\s+\$?(?:the\s+\w+\s+)?([a-z])\$?\s+"
    r"(?:are|is|can\s+be|could\s+be)\s+(?:either\s+)?\$?(-?\d{1,9})\$?\s*(?:and|or)\s*\$?(-?\d{1,9})\$?\s*\.?\s*$"
    r"|\b(?:so|thus|hence|then|therefore|get|gives?|or|means)\s*,?\s+\$?([a-z])\s*=\s*(-?\d{1,9})\s*(?:,|\$?\s*or)\s*\$?(-?\d{1,9})"
    r"\$?\s*\.?\s*$",
    re.IGNORECASE,
)
Line = tuple[str, list[Chain]]


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation in one letter; `shown` is how it is written."""

    letter: str
    coefficients: Coefficients
    shown: str

    @property
    def degree(self) -> int:
        return len(self.coefficients) - 1


def wrong_alternatives(lines: list[Line]) -> dict[int, str]:
    """Lines with such an alternative, and the reason in words."""
    equations = [list(_equations(chains)) for _, chains in lines]
    out: dict[int, str] = {}
    for n, (text, _) in enumerate(lines):
        cases = list(_cases(text, equations[n]))
        if len(cases) < 2:
            continue
        if cases[0].coefficients == cases[1].coefficients and re.search(r"\beither\b", text):
            out[n] = f"either {cases[0].shown} or {cases[1].shown}: both alternatives are the same"
            continue
        before = [
            (k, e)
            for k in range(max(0, n - AGO), n)
            for e in equations[k]
            if e.letter == cases[0].letter and e.degree > 1
        ]
        if before:
            blamed = _judge(n, cases, before)
            if blamed is not None:
                out.setdefault(*blamed)
    return out


def _judge(
    n: int, cases: list[Equation], before: list[tuple[int, Equation]]
) -> tuple[int, str] | None:
    """(line, reason): the line of the cases or of the last equation, whichever stands alone."""
    k, last = before[-1]
    fail = [c for c in cases if not _solves(c, last)]
    earlier = [e for j, e in before if j < k]
    if not fail:
        j, other = next(((j, e) for j, e in reversed(before) if j < k), (k, last))
        if j == k - 1 and other.degree == last.degree and not _solves(other, last):
            return j, f"{other.shown}: it has no solution in common with {last.shown} below"
        return None
    if earlier and all(_solves(c, earlier[-1]) for c in cases):
        why = f"{earlier[-1].shown} before it has the solutions of line {n + 1}, this has not"
        return k, f"{last.shown}: {why}"
    if len(fail) == len(cases):
        return None
    return n, f"{fail[0].shown}: this does not solve {last.shown} (line {k + 1})"


def _solves(case: Equation, equation: Equation) -> bool:
    return len(common(case.coefficients, equation.coefficients)) > 1


def _cases(text: str, equations: list[Equation]) -> Iterator[Equation]:
    """Equations of the first degree joined by “or”, or two values of a letter."""
    m = _VALUES.search(text)
    if m:
        letter, *values = (g for g in m.groups() if g is not None)
        for value in map(Fraction, values):
            yield Equation(letter, [-value, Fraction(1)], f"{letter} = {number(value)}")
        return
    linear = [e for e in equations if e.degree == 1]
    joined = len(linear) == len(equations) == 2 and re.search(r"\bor\b", text) is not None
    if joined and linear[0].letter == linear[1].letter:
        yield from linear


def _equations(chains: list[Chain]) -> Iterator[Equation]:
    for chain in chains:
        if chain.relations != ["="] or chain.listed:
            continue
        left, right = (read(member) for member in chain.members)
        gap = gap_of(left, right) if left is not None and right is not None else None
        one = single(gap) if gap else None
        if one is not None and (one[1][0] or len(one[1]) > 1):
            sides = " = ".join(written(m) for m in chain.members)
            yield Equation(one[0], one[1], sides)
