"""Identities that algebra cannot decide here, tried at random points."""

import random
from fractions import Fraction

from grading.steps import numeric
from grading.steps.closed import UNKNOWN, Outcome
from grading.steps.reading import Node
from grading.steps.words import number

SAMPLES = 6


def sampled(left: Node, right: Node) -> Outcome:
    """Whether both sides agree at random points; only agreement says anything."""
    names = sorted(numeric.letters_of(left) | numeric.letters_of(right))
    if not names or len(names) > 6 or any(n.endswith("(") for n in names):
        return UNKNOWN
    rng = random.Random(7)
    agreed = 0
    lone = not numeric.letters_of(left) or not numeric.letters_of(right)
    apart: list[tuple[complex, complex]] = []
    for _ in range(SAMPLES * 2):
        values = {n: rng.uniform(0.2, 2.8) for n in names}
        try:
            a, b = numeric.approximate(left, values), numeric.approximate(right, values)
        except numeric.NoValue:
            continue
        if not numeric.close(a, b, 1e-8):
            if not lone:
                return Outcome(None, "", sloppy=False)
            apart.append((a, b))
            if len(apart) == SAMPLES:
                return _constant(apart, bool(numeric.letters_of(left)))
            continue
        agreed += 1
        if agreed == SAMPLES:
            return Outcome(
                True, f"both sides agree at {SAMPLES} sampled values of {', '.join(names)}"
            )
    return UNKNOWN


def _constant(pairs: list[tuple[complex, complex]], letters_left: bool) -> Outcome:
    """sin² x + cos² x = 8: the side with letters has one value throughout, and not the other's."""
    values = [a if letters_left else b for a, b in pairs]
    if all(numeric.close(v, values[0], 1e-9) for v in values):
        return Outcome(False, f"the side with letters is {numeric_words(values[0])} for all values")
    return Outcome(None, "", sloppy=False)


def numeric_words(value: complex) -> str:
    fraction = Fraction(value.real).limit_denominator(10000)
    if abs(value.imag) < 1e-12 and abs(float(fraction) - value.real) < 1e-9:
        return number(fraction)
    return f"about {value.real:.6g}"
