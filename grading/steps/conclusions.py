"""The number that a trail ends with, when it stands nowhere in the working and does not follow from
the lines just before it.
"""

import re
from fractions import Fraction

from grading.steps.results import numbers_in
from grading.steps.words import number

NEAR = 3  # lines before the last whose numbers may be combined
MOST = 40
LONGEST = 20  # characters of a numeral
LEAST = 3  # lines of a trail
FACTORS = tuple(map(Fraction, (2, 10, 100)))
_NUMERAL = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+")
_ENDS = re.compile(
    r"(?:^|\bis:?|\bto|:|=|\bget|\bof|\bhave|\bare|\bcosts?|####)\s*(?:\$|\\\(|\\boxed\{)*\s*"
    r"(-?\d[\d,]*(?:\.\d+)?)\s*(?:\$|\\\)|\})*(?:\s+[a-z]+){0,4}\s*\.?\s*\$?\s*$",
    re.IGNORECASE,
)
# What is asked for may be put together from several numbers, or read off a number.
_COMPOSED = re.compile(
    r"\b(?:remainder|round\w*|nearest|digits?|base|binary|decimal|percent\w*|floor|last|units?|"
    r"degrees?)\b",
    re.IGNORECASE,
)


def unfounded(texts: list[str], problem: str) -> dict[int, str]:
    """The last line, if it only states such a number, and the reason in words."""
    if len(texts) < LEAST or not problem or _COMPOSED.search(problem + texts[-1]):
        return {}
    m = _ENDS.search(texts[-1])
    if m is None or len(m.group(1)) > LONGEST or re.search(r"\d", texts[-1][: m.start()]):
        return {}
    value = Fraction(m.group(1).replace(",", ""))
    if any(value in _values(t) for t in (problem, *texts[:-1])):
        return {}
    if worked_out(value, texts, problem) or any(value in numbers_in(t) for t in texts[:-1]):
        return {}
    why = "no line before arrives at it, and it does not follow from the last ones"
    return {len(texts) - 1: f"the result {number(value)}: {why}"}


def worked_out(value: Fraction, texts: list[str], problem: str) -> bool:
    """Whether one calculation with the numbers of the last lines and the statement gives it."""
    near = [v for t in texts[-1 - NEAR : -1] for v in _values(t)]
    runs = (sum(near[i:j]) for i in range(len(near)) for j in range(i + 2, len(near) + 1))
    if len(near) > MOST or value in runs:
        return True
    pool = {*near, *_values(problem)}
    return any(
        value in (a + 1, a - 1, a * a, *(a * f for f in FACTORS), *(a / f for f in FACTORS))
        or a + value in pool
        or a - value in pool
        or (a and (value * a in pool or value / a in pool))
        or (value and a / value in pool)
        or value - a in pool
        for a in pool
    )


def _values(text: str) -> list[Fraction]:
    return [Fraction(m.replace(",", "")) for m in _NUMERAL.findall(text) if len(m) <= LONGEST]
