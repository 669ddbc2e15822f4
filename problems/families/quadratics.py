"""Roots of quadratics, and what can be said of them without finding them."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from random import Random

from problems.families.algebra import add, quotient, term
from problems.families.base import Draft, Worked
from problems.families.depth import deep
from problems.families.work import fact, multiply, signed, signed_product, times


@deep
def draw_quadratic(level: int, rng: Random) -> Draft:
    if (level >= 3 and rng.random() < 0.6) or (level == 2 and rng.random() < 0.3):
        return _vieta(level, rng)
    r, s = draw_roots(level, rng)
    wanted, answer = rng.choice((("larger", max(r, s)), ("smaller", min(r, s))))
    text = equation(r + s, r * s)
    formula = root_by_formula(r, s, answer) + (substituted(r, s, answer) if level == 4 else [])
    factors = root_by_factors(r, s)
    plan = f"Find two numbers with product {r * s} and sum {r + s}."
    return Draft(
        (min(r, s), max(r, s), wanted),
        (
            rf"Find the {wanted} root of \({text}\).",
            rf"The equation \({text}\) has two solutions. Find the {wanted} one.",
            rf"What is the {wanted} solution of \({text}\)?",
        ),
        str(answer),
        (
            Worked("formula", "Use the quadratic formula.", tuple(formula)),
            Worked("factors", plan, tuple(factors)),
        ),
    )


def draw_roots(level: int, rng: Random) -> tuple[int, int]:
    """Two different roots, neither 0."""
    low, top = ((1, 12), (1, 16), (-12, 14), (-25, 25))[level - 1]
    while True:
        r, s = rng.randint(low, top), rng.randint(low, top)
        if r and s and r != s:
            return r, s


def equation(total: int, product: int) -> str:
    return "x^2" + term(-total, "x") + term(product, "") + " = 0"


def root_by_formula(r: int, s: int, wanted: int) -> list[str]:
    total, product, gap = r + s, r * s, abs(r - s)
    twice = 2 * wanted
    return [
        *_square(total),
        *signed_product(4, product),
        add(total * total, -4 * product),
        fact(rf"\sqrt{{{gap * gap}}}", gap),
        add(total, twice - total),
        fact(rf"{signed(twice)} \div 2", wanted),
    ]


def substituted(r: int, s: int, root: int) -> list[str]:
    """The root put into the equation."""
    total, product = r + s, r * s
    return [
        *_square(root),
        *signed_product(total, root),
        add(root * root, -total * root),
        add(root * root - total * root, product),
    ]


def _square(value: int) -> list[str]:
    size = abs(value)
    return multiply(size, size) if value >= 0 else [fact(f"({value})^2", value * value)]


def root_by_factors(r: int, s: int) -> list[str]:
    """Try the factor pairs of the product until one has the right sum (or difference)."""
    total, product = r + s, r * s
    size, sign = abs(product), 1 if product > 0 else -1
    lines = []
    for d in range(1, size + 1):
        if size % d == 0:
            lines += [fact(times(d, size // d), size), add(size // d, sign * d)]
            if abs(size // d + sign * d) == abs(total):
                break
    if r > 0 and s > 0:
        return lines
    low, high = sorted((r, s))
    return [*lines, *signed_product(low, high), add(high, low)]


_WANTED = (
    (),
    ("r^2 + s^2", r"\frac{1}{r} + \frac{1}{s}"),
    ("r^2 + s^2", r"\frac{r}{s} + \frac{s}{r}", r"\frac{1}{r} + \frac{1}{s}"),
    ("r^2 + s^2", r"\frac{r}{s} + \frac{s}{r}", "r^3 + s^3"),
)


def _vieta(level: int, rng: Random) -> Draft:
    total = rng.randint(3, (9, 12, 20, 45)[level - 1])
    product = rng.randint(1, total * total // 4)
    wanted = rng.choice(_WANTED[level - 1])
    text = equation(total, product)
    ratio = _value(wanted, total, product)
    return Draft(
        ("vieta", total, product, wanted),
        (
            rf"Let \(r\) and \(s\) be the roots of \({text}\). Find \({wanted}\).",
            rf"The roots of \({text}\) are \(r\) and \(s\). What is \({wanted}\)?",
        ),
        str(ratio)
        if ratio.denominator == 1
        else rf"\frac{{{ratio.numerator}}}{{{ratio.denominator}}}",
        _vieta_methods(wanted, total, product),
    )


def _value(wanted: str, total: int, product: int) -> Fraction:
    values = {
        "r^2 + s^2": Fraction(total**2 - 2 * product),
        "r^3 + s^3": Fraction(total**3 - 3 * total * product),
        r"\frac{1}{r} + \frac{1}{s}": Fraction(total, product),
        r"\frac{r}{s} + \frac{s}{r}": Fraction(total**2 - 2 * product, product),
    }
    return values[wanted]


def square_sum(total: int, product: int) -> list[str]:
    """r² + s² = (r + s)² − 2rs."""
    lines = [*multiply(total, total), *multiply(2, product)]
    return [*lines, add(total * total, -2 * product)]


def square_sum_by_difference(total: int, product: int) -> list[str]:
    """r² + s² is the mean of (r + s)² and (r − s)²."""
    square, gap = total * total, total * total - 4 * product
    lines = [*multiply(total, total), *multiply(4, product), add(square, -4 * product)]
    return [*lines, add(square, gap), fact(rf"{square + gap} \div 2", (square + gap) // 2)]


def _cubes(total: int, product: int) -> tuple[list[str], list[str]]:
    """r³ + s³ as (r + s)((r + s)² − 3rs), and step by step from r² + s²."""
    inner, two = total * total - 3 * product, total * total - 2 * product
    head = [*multiply(total, total), *multiply(3, product), add(total * total, -3 * product)]
    steps = [*square_sum(total, product), *multiply(total, two), *multiply(total, product)]
    size = [*signed_product(total, inner)]
    return [*head, *size], [*steps, add(total * two, -total * product)]


def _vieta_methods(wanted: str, total: int, product: int) -> tuple[Worked, ...]:
    plan = "Use the sum and the product of the roots."
    known = [fact("r + s", total), fact("rs", product)]
    if wanted == "r^2 + s^2":
        squares = square_sum_by_difference(total, product)
        return (
            Worked("vieta", plan, (*known, *square_sum(total, product))),
            Worked("difference", "Use the square of the difference too.", (*known, *squares)),
        )
    if wanted == "r^3 + s^3":
        cubes, newton = _cubes(total, product)
        return (
            Worked("vieta", plan, (*known, *cubes)),
            Worked("newton", "Go from power sum to power sum.", (*known, *newton)),
        )
    if wanted.startswith(r"\frac{1}"):
        return (Worked("vieta", plan, (*known, *_reduced("r + s", total, product))),)
    top = total * total - 2 * product
    lines = [*square_sum(total, product), *_reduced("r^2 + s^2", top, product)]
    mean = [*square_sum_by_difference(total, product), *_reduced("r^2 + s^2", top, product)]
    return (
        Worked("vieta", plan, (*known, *lines)),
        Worked("difference", "Use the square of the difference too.", (*known, *mean)),
    )


def _reduced(above: str, top: int, product: int) -> list[str]:
    """The fraction `above`/rs, and its common divisor taken out."""
    common = gcd(top, product)
    lines = [fact(rf"\frac{{{above}}}{{rs}}", rf"\frac{{{top}}}{{{product}}}")]
    if common > 1:
        lines.append(fact(rf"\gcd({top}, {product})", common))
        lines += [*quotient(top, common), *quotient(product, common)]
    return lines
