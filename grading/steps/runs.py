"""Sums and products with dots, such as 1 + 2 + … + 10: the pattern is read from the terms that
are shown.
"""

from fractions import Fraction

from grading.steps.limits import MAX_BITS, MAX_TERMS, NotRational


def run_value(sign: str, before: list[Fraction], after: list[Fraction]) -> Fraction:
    """The value of `before … after`, when a plain pattern fits them. Raises NotRational."""
    total = Fraction(0 if sign == "+" else 1)
    for term in run_terms(before, after):
        total = total + term if sign == "+" else total * term
        if total.numerator.bit_length() > MAX_BITS:
            raise NotRational("too large")
    return total


def run_terms(before: list[Fraction], after: list[Fraction]) -> list[Fraction]:
    """All terms of a run whose first and last terms are shown. Raises NotRational."""
    if len(before) < 2 or not after:
        raise NotRational("too few terms before the dots")
    end = after[-1]
    for terms in (_arithmetic(before, end), _geometric(before, end), _powers(before, end)):
        if terms is None or len(terms) < len(before) + len(after):
            continue
        if terms[: len(before)] == before and terms[-len(after) :] == after:
            return terms
    raise NotRational("no plain pattern")


def _arithmetic(before: list[Fraction], end: Fraction) -> list[Fraction] | None:
    step = before[1] - before[0]
    if step == 0:
        return None
    count = (end - before[0]) / step
    if count.denominator != 1 or not 0 < count <= MAX_TERMS:
        return None
    return [before[0] + step * k for k in range(int(count) + 1)]


def _geometric(before: list[Fraction], end: Fraction) -> list[Fraction] | None:
    if len(before) < 3 or before[0] == 0 or before[1] == 0:
        return None
    ratio = before[1] / before[0]
    if abs(ratio) == 1:
        return None
    terms = list(before[:1])
    while terms[-1] != end and len(terms) < 400:
        terms.append(terms[-1] * ratio)
    return terms if terms[-1] == end else None


def _powers(before: list[Fraction], end: Fraction) -> list[Fraction] | None:
    """Consecutive squares or cubes, and reciprocals of consecutive integers."""
    if len(before) < 3:
        return None
    for kth in (2, 3):
        start = round(float(before[0]) ** (1 / kth)) if before[0] >= 0 else 0
        terms = [Fraction(start) ** kth]
        while terms[-1] < end and len(terms) < MAX_TERMS:
            terms.append(Fraction(start + len(terms)) ** kth)
        if terms[-1] == end and terms[:3] == before[:3]:
            return terms
    if before[0] != 0 and end != 0 and (1 / before[0]).denominator == (1 / end).denominator == 1:
        first, last = int(1 / before[0]), int(1 / end)
        if 0 < last - first <= MAX_TERMS:
            return [Fraction(1, k) for k in range(first, last + 1)]
    return None
