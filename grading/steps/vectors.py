"""Equations of sums and multiples of vectors and matrices with numbers in them, entry by entry."""

import re
from collections.abc import Iterator
from fractions import Fraction

from grading.steps.closed import Outcome
from grading.steps.words import number

_MATRIX = re.compile(r"\\begin\{[pb]matrix\}(.*?)\\end\{[pb]matrix\}", re.DOTALL)
_NUMBER = re.compile(
    r"([-+]?)\s*(?:(\d+(?:\.\d+)?)|\\[dt]?frac\{([-+]?\d+)\}\{(\d+)\})?\s*(?:\\cdot|\\,)?\s*"
)
Rows = tuple[tuple[Fraction, ...], ...]


def vector_equations(line: str) -> Iterator[tuple[int, str, Outcome]]:
    """(place, claim, outcome) for each equation whose two sides are such sums."""
    if line.count("matrix}") < 4:
        return
    start = 0
    sides: list[tuple[int, Rows | None]] = []
    for piece in re.split(r"(?<!&)(=|\\\[|\\\]|\$|\\\(|\\\))", line):
        if piece == "=":
            pass
        elif re.fullmatch(r"\\[\[\]()]|\$", piece):
            sides.clear()
        else:
            sides.append((start, _total(piece)))
            if len(sides) > 1 and (found := _compare(sides[-2][1], sides[-1][1])):
                yield sides[-2][0], "the vectors on both sides", found
        start += len(piece)


def _total(text: str) -> Rows | None:
    """The value of multiples of matrices added up; None for anything else."""
    total: Rows | None = None
    at = 0
    text = text.strip().rstrip(".,;")
    while at < len(text):
        m = _NUMBER.match(text, at)
        factor = _factor(m, first=total is None) if m else None
        matrix = _MATRIX.match(text, m.end()) if m else None
        rows = _rows(matrix.group(1)) if matrix else None
        if factor is None or matrix is None or rows is None:
            return None
        scaled = tuple(tuple(factor * x for x in row) for row in rows)
        if total is not None and [len(r) for r in total] != [len(r) for r in scaled]:
            return None
        total = scaled if total is None else _added(total, scaled)
        at = matrix.end() + len(text[matrix.end() :]) - len(text[matrix.end() :].lstrip())
    return total


def _factor(m: re.Match[str], first: bool) -> Fraction | None:
    """The signed number before a matrix; only the first one may go without a sign."""
    if not m.group(1) and not first:
        return None
    size = Fraction(m.group(2) or 1)
    if m.group(3):
        if not int(m.group(4)):
            return None
        size = Fraction(int(m.group(3)), int(m.group(4)))
    return -size if m.group(1) == "-" else size


def _rows(body: str) -> Rows | None:
    rows = []
    for row in re.split(r"\\\\", body):
        entries = [e.strip() for e in row.split("&")]
        if not all(re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", e) for e in entries):
            return None
        rows.append(tuple(Fraction(e) for e in entries))
    return tuple(rows)


def _added(a: Rows, b: Rows) -> Rows:
    return tuple(tuple(x + y for x, y in zip(r, s, strict=True)) for r, s in zip(a, b, strict=True))


def _compare(a: Rows | None, b: Rows | None) -> Outcome | None:
    if a is None or b is None or [len(r) for r in a] != [len(r) for r in b]:
        return None
    pairs = [(x, y) for r, s in zip(a, b, strict=True) for x, y in zip(r, s, strict=True)]
    wrong = next(((x, y) for x, y in pairs if x != y), None)
    if wrong is None:
        return Outcome(True, "they agree entry by entry")
    return Outcome(False, f"one entry is {number(wrong[0])} and {number(wrong[1])}")
