"""Exact values of rational expressions, with every size bounded before it is computed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb, factorial, floor, isqrt, log2

from grading.nodes import Based, Call, Const, Neg, Node, Num, Op, Sym

MAX_BITS = 20_000  # of numerator and denominator


class TooBig(ArithmeticError):
    """The value would be too large to compute here."""


def exact_value(node: Node, at: Mapping[str, Fraction] | None = None) -> Fraction | None:
    """The value as a fraction; None when it is not rational, not defined or not known.

    TooBig when the expression asks for numbers of more than MAX_BITS bits.
    """
    match node:
        case Num(value, _, form):
            return None if form == "cut" else value
        case Based():
            return Fraction(node.value)
        case Sym(name):
            return at.get(name) if at else None
        case Const():
            return None
        case Neg(body):
            inner = exact_value(body, at)
            return None if inner is None else -inner
        case Op(op, left, right):
            a, b = exact_value(left, at), exact_value(right, at)
            return None if a is None or b is None else _apply(op, a, b)
        case Call(name, args):
            values = [exact_value(arg, at) for arg in args]
            known = [value for value in values if value is not None]
            return _call(name, known) if len(known) == len(values) else None
    return None


def _checked(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise TooBig
    return value


def _apply(op: str, a: Fraction, b: Fraction) -> Fraction | None:
    if op == "+":
        return _checked(a + b)
    if op == "-":
        return _checked(a - b)
    if op == "*":
        return _checked(a * b)
    if op == "/":
        return _checked(a / b) if b else None
    if op == "^":
        return _power(a, b)
    return None


def _power(a: Fraction, b: Fraction) -> Fraction | None:
    if b.denominator != 1:
        return _rational_root(a, b)
    exponent = int(b)
    if a in (0, 1):
        return None if a == 0 and exponent <= 0 else a
    if a == -1:
        return Fraction(-1 if exponent % 2 else 1)
    bits = max(abs(a.numerator), a.denominator).bit_length()
    if abs(exponent) * (bits - 1) > MAX_BITS:
        raise TooBig
    return _checked(a**exponent)


def _rational_root(a: Fraction, b: Fraction) -> Fraction | None:
    """a^(p/q) when it is rational; negative bases only under odd roots."""
    q = b.denominator
    if q > 64 or (a < 0 and q % 2 == 0):
        return None
    top, bottom = integer_root(abs(a.numerator), q), integer_root(a.denominator, q)
    if top is None or bottom is None:
        return None
    return _power(Fraction(top if a >= 0 else -top, bottom), Fraction(b.numerator))


def integer_root(n: int, q: int) -> int | None:
    """The whole q-th root of n ≥ 0, when there is one."""
    if n < 2:
        return n
    if q == 2:
        root = isqrt(n)
        return root if root * root == n else None
    low, high = 1, 1 << (n.bit_length() // q + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**q < n:
            low = middle + 1
        else:
            high = middle
    return low if low**q == n else None


def _call(name: str, values: list[Fraction]) -> Fraction | None:
    x = values[0]
    whole = all(value.denominator == 1 for value in values)
    match name, len(values):
        case "sqrt", 1:
            return _power(x, Fraction(1, 2)) if x >= 0 else None
        case "root", 2:
            return _power(x, 1 / values[1]) if values[1] else None
        case "abs", 1:
            return abs(x)
        case "floor", 1:
            return Fraction(floor(x))
        case "ceil", 1:
            return Fraction(-floor(-x))
        case "percent", 1:
            return x / 100
        case "max" | "min", _:
            return max(values) if name == "max" else min(values)
        case "fact", 1 if whole and x >= 0:
            if x > 2000:
                raise TooBig
            return Fraction(factorial(int(x)))
        case "doublefact", 1 if whole and x >= 0:
            if x > 2000:
                raise TooBig
            product = 1
            for k in range(int(x), 0, -2):
                product *= k
            return Fraction(product)
        case "binom", 2 if whole and x >= 0:
            return _binomial(int(x), int(values[1]))
        case "log", 2 if x > 0 and values[1] > 1 and values[1].denominator == 1:
            return _whole_log(x, values[1])
        case (("gcd" | "lcm"), _) if whole:
            import math

            numbers = [int(value) for value in values]
            return Fraction(math.gcd(*numbers) if name == "gcd" else math.lcm(*numbers))
    return None


def _binomial(n: int, k: int) -> Fraction:
    if k < 0 or k > n:
        return Fraction(0)
    smaller = min(k, n - k)
    if n and smaller * log2(n + 1) > MAX_BITS:
        raise TooBig
    return Fraction(comb(n, k))


def _whole_log(x: Fraction, base: Fraction) -> Fraction | None:
    """log to a whole base when it is a whole number."""
    number, inverted = (x, False) if x >= 1 else (1 / x, True)
    if number.denominator != 1:
        return None
    count, rest = 0, int(number)
    while rest > 1:
        rest, remainder = divmod(rest, int(base))
        if remainder:
            return None
        count += 1
    return Fraction(-count if inverted else count)
