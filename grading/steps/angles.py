"""Exact sines, cosines and tangents of multiples of 30° and 45°."""

from fractions import Fraction

from grading.steps import polynomials as P
from grading.steps.polynomials import Poly

HALF = Fraction(1, 2)


def exact_trig(name: str, degrees: Fraction) -> Poly | None:
    """The value as a polynomial in √2 and √3; None for another angle or where there is none."""
    if degrees.denominator != 1:
        return None
    d = degrees.numerator % 360
    if name == "cos":
        return _sine((d + 90) % 360)
    if name == "sin":
        return _sine(d)
    if name == "tan":
        return _tangent(d % 180)
    return None


def _sine(d: int) -> Poly | None:
    if d >= 180:
        value = _sine(d - 180)
        return None if value is None else P.scale(value, Fraction(-1))
    if d > 90:
        return _sine(180 - d)
    table: dict[int, Poly] = {
        0: {}, 30: {P.ONE: HALF}, 45: {(("√2", 1),): HALF}, 60: {(("√3", 1),): HALF},
        90: {P.ONE: Fraction(1)},
    }  # fmt: skip
    return table.get(d)


def _tangent(d: int) -> Poly | None:
    if d > 90:
        value = _tangent(180 - d)
        return None if value is None else P.scale(value, Fraction(-1))
    root = (("√3", 1),)
    table: dict[int, Poly] = {
        0: {}, 30: {root: Fraction(1, 3)}, 45: {P.ONE: Fraction(1)}, 60: {root: Fraction(1)},
    }  # fmt: skip
    return table.get(d)
