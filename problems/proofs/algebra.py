"""Answers of the problems in algebra."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor, log, prod
from typing import Any

import sympy as sp

from problems.proofs import proves

x, y, t = sp.symbols("x y t", real=True)


@proves("two-candles")
def two_candles() -> Any:
    (hours,) = sp.solve(sp.Eq(31 - 4 * t, 22 - sp.Rational(5, 2) * t), t)
    return 31 - 4 * hours


@proves("the-drifting-raft")
def the_drifting_raft() -> Any:
    ferry, current = sp.symbols("ferry current")
    speeds = sp.solve([4 * (ferry + current) - 1, 6 * (ferry - current) - 1], [ferry, current])
    return 1 / speeds[current]


@proves("numbers-never-named")
def numbers_never_named() -> Any:
    return {sp.expand(a**3 + b**3) for a, b in sp.solve([x + y - 10, x * y - 7], [x, y])}.pop()


@proves("an-operation-in-disguise")
def an_operation_in_disguise() -> Any:
    value = 3
    for b in (4, 5, 6, 7):
        value = value * b - 2 * value - 2 * b + 6
    return value


@proves("a-sum-that-folds-up")
def a_sum_that_folds_up() -> Any:
    return sum(Fraction(2 * k + 1, k**2 * (k + 1) ** 2) for k in range(1, 41))


@proves("what-the-divisor-leaves")
def what_the_divisor_leaves() -> Any:
    a, b, c = sp.symbols("a b c")
    cubic = x**3 + a * x**2 + b * x + c  # any polynomial with the two given remainders will do
    known = sp.solve([cubic.subs(x, 2) - 5, cubic.subs(x, -4) + 7], [b, c])
    return sp.expand(sp.rem(cubic.subs(known), (x - 2) * (x + 4), x).subs(x, 100))


@proves("a-recurrence-that-comes-home")
def a_recurrence_that_comes_home() -> Any:
    term, total = Fraction(3), Fraction(0)
    for _ in range(827):
        total += term
        term = (1 + term) / (1 - term)
    return total


@proves("a-function-and-its-echo")
def a_function_and_its_echo() -> Any:
    here, there = sp.symbols("here there")
    z = sp.symbols("z", positive=True)
    value = sp.solve([2 * here - there - z, 2 * there - here - 12 / z], [here, there])[here]
    (place,) = sp.solve(sp.diff(value, z), z)
    return value.subs(z, place)


@proves("three-roots-moved-over")
def three_roots_moved_over() -> Any:
    roots = sp.Poly(x**3 - 6 * x**2 + 5 * x + 3).nroots(n=40)
    return sp.nsimplify(sum(1 / (root + 1) for root in roots), rational=True, tolerance=1e-30)


@proves("the-floor-beneath-the-parabola")
def the_floor_beneath_the_parabola() -> Any:
    squares = (7 * n - 5 for n in range(-50, 51))
    return sum(s for s in squares if s >= 0 and s == 7 * floor(sp.sqrt(s)) - 5)


@proves("sharing-a-dozen")
def sharing_a_dozen() -> Any:
    a, b = sp.symbols("a b", positive=True)
    c = (12 - a - 2 * b) / 3
    total = 1 / a + 8 / b + 27 / c
    inside = [
        total.subs(point)
        for point in sp.solve([sp.diff(total, a), sp.diff(total, b)], [a, b], dict=True)
        if all(value > 0 for value in (point[a], point[b], c.subs(point)))
    ]
    return min(inside)  # the sum grows without bound towards every edge of the region


@proves("powers-a-polynomial-can-keep")
def powers_a_polynomial_can_keep() -> Any:
    return sp.interpolate([(k, 2**k) for k in range(7)], x).subs(x, 8)


@proves("matches-in-two-rows")
def matches_in_two_rows() -> Any:
    columns = 0
    matches: set[frozenset[tuple[int, int]]] = set()
    while len(matches) <= 160:  # every match is known by its two ends
        columns += 1
        for x, y in ((columns - 1, 0), (columns - 1, 1)):
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            matches |= {frozenset((corners[k - 1], corners[k])) for k in range(4)}
    return columns - 1


@proves("seventeen-terms-from-two")
def seventeen_terms_from_two() -> Any:
    a, d = sp.symbols("a d")
    terms = [a + k * d for k in range(17)]
    return sp.expand(sum(terms).subs(sp.solve([terms[2] + terms[14] - 46], a)))


@proves("a-chain-of-logarithms")
def a_chain_of_logarithms() -> Any:
    return round(prod(log(k + 1, k) for k in range(2, 64)), 9)


@proves("a-sequence-that-grows-like-a-root")
def a_sequence_that_grows_like_a_root() -> Any:
    with localcontext() as context:
        context.prec = 40
        term = Decimal(1)
        for _ in range(4999):
            term += 1 / term
    return floor(term)
