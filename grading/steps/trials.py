"""Values tried in an equation, 1 = √9 + 4, then 1 = 3 + 4, then 1 = 7: each line only works out the
one before, so both sides keep their values although they differ from each other.
"""

from dataclasses import dataclass
from fractions import Fraction

from grading.steps.judging import Finding
from grading.steps.results import Value, number_of
from grading.steps.words import number

LEAST = 3  # equations in a row of which one may stand alone


@dataclass(frozen=True, slots=True)
class Tried:
    """A closed equation and the values of its sides."""

    line: int
    left: Value
    right: Value
    claim: str


def odd_trials(lines: list[list[Finding]]) -> dict[int, str]:
    """Lines with the one equation of such a row that has another value, and the reason in words."""
    out: dict[int, str] = {}
    row: list[Tried] = []
    for n, findings in enumerate(lines):
        for f in findings:
            tried = _tried(n, f)
            if tried is None:
                continue
            if row and (n - row[-1].line > 1 or tried.left != row[0].left):
                _odd_one(row, out)
                row = []
            row.append(tried)
    _odd_one(row, out)
    return out


def _tried(line: int, f: Finding) -> Tried | None:
    if f.relation != "=" or f.left is None or f.right is None or f.symbolic:
        return None
    left, right = number_of(f.left), number_of(f.right)
    if f.left[0] not in ("n", "neg") or left is None or right is None:
        return None
    return Tried(line, left, right, f.claim)


def _odd_one(row: list[Tried], out: dict[int, str]) -> None:
    if len(row) < LEAST:
        return
    values = [t.right for t in row]
    odd = [t for t in row if values.count(t.right) == 1]
    if len(odd) != 1 or len(set(values)) != 2:
        return
    others = next(v for v in values if v != odd[0].right)
    if others != row[0].left:
        out[odd[0].line] = f"{odd[0].claim}: the lines around it have {_shown(others)} on the right"


def _shown(value: Value) -> str:
    return number(value) if isinstance(value, Fraction) else f"about {value:.6g}"
