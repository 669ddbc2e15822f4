"""Evaluating expressions, linear equations, systems and quadratics."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.work import divide, fact, multiply, signed, times


def term(coefficient: int, symbol: str, *, first: bool = False) -> str:
    """A term of a polynomial with its sign: `3x`, ` - x`, ` + 4`; nothing for 0."""
    if coefficient == 0:
        return ""
    size = abs(coefficient)
    body = symbol if symbol and size == 1 else f"{size}{symbol}"
    if first:
        return f"-{body}" if coefficient < 0 else body
    return f" - {body}" if coefficient < 0 else f" + {body}"


def add(a: int, b: int) -> str:
    """The line that adds b to a, written as a subtraction when b is negative."""
    return fact(f"{a} - {-b}" if b < 0 else f"{a} + {b}", a + b)


def quotient(a: int, b: int) -> list[str]:
    """a ÷ b for an exact division: by places when a is long."""
    if abs(a) >= 100 and b > 1:
        return [*divide(abs(a), b), fact(rf"{signed(a)} \div {b}", a // b)]
    return [fact(rf"{signed(a)} \div {signed(b)}", a // b)]


def draw_evaluate(level: int, rng: Random) -> Draft:
    form = rng.choice(("a*b+c", "(a+b)*c") if level == 1 else ("a*b-c*d", "(a+b)*c-d", "a^2+b*c"))
    top = (9, 15, 35, 99)[level - 1]
    a, b, c, d = (spread(rng, 2, top) for _ in range(4))
    if form == "a*b-c*d" and level < 4 and a * b < c * d:
        a, b, c, d = c, d, a, b
    if form == "a*b+c":
        text, value = f"{times(a, b)} + {c}", a * b + c
        lines = [*multiply(a, b), fact(f"{a * b} + {c}", value)]
    elif form == "(a+b)*c":
        text, value = rf"({a} + {b}) \times {c}", (a + b) * c
        lines = [fact(f"{a} + {b}", a + b), *multiply(a + b, c)]
    elif form == "a*b-c*d":
        text, value = f"{times(a, b)} - {times(c, d)}", a * b - c * d
        lines = [*multiply(a, b), *multiply(c, d), fact(f"{a * b} - {c * d}", value)]
    elif form == "(a+b)*c-d":
        text, value = rf"({a} + {b}) \times {c} - {d}", (a + b) * c - d
        lines = [
            fact(f"{a} + {b}", a + b),
            *multiply(a + b, c),
            fact(f"{(a + b) * c} - {d}", value),
        ]
    else:
        text, value = f"{a}^2 + {times(b, c)}", a * a + b * c
        lines = [*multiply(a, a), *multiply(b, c), fact(f"{a * a} + {b * c}", value)]
    return Draft(
        (form, a, b, c, d),
        (
            rf"Evaluate \({text}\).",
            rf"Compute \({text}\).",
            rf"What is the value of \({text}\)?",
        ),
        str(value),
        (Worked("order", "Brackets first, then products, then sums.", tuple(lines)),),
    )


def draw_linear(level: int, rng: Random) -> Draft:
    x = rng.randint(*((1, 12), (-9, 15), (-15, 25), (-30, 40))[level - 1]) or 4
    a, c = rng.randint(2, (9, 12, 12, 15)[level - 1]), rng.randint(1, 9)
    if level == 1:
        c = 0
    b = rng.randint(-(10, 20, 30, 50)[level - 1], (20, 30, 40, 60)[level - 1]) or 5
    if a == c:
        a += 1
    if level >= 3 and rng.random() < 0.6:
        return _bracketed(a, b % 10 + 1, c, x)
    d = a * x + b - c * x
    left = term(a, "x", first=True) + term(b, "")
    right = (term(c, "x", first=True) + term(d, "")) if c else str(d)
    lines = []
    slope = a - c
    if c:
        lines.append(add(a, -c))
        lines.append(fact(term(slope, "x", first=True) + term(b, ""), d))
    lines.append(add(d, -b))
    lines.append(fact(term(slope, "x", first=True), d - b))
    lines += _solve_last(slope, d - b)
    lines.append(fact("x", x))
    return _equation(("plain", a, b, c, x), left, right, x, lines)


def _solve_last(slope: int, value: int) -> list[str]:
    if slope < 0:
        slope, value = -slope, -value
        return [fact(term(slope, "x", first=True), value), *quotient(value, slope)]
    return [] if slope == 1 else quotient(value, slope)


def _bracketed(a: int, b: int, c: int, x: int) -> Draft:
    d = a * (x + b) - c * x
    left, right = f"{a}(x + {b})", term(c, "x", first=True) + term(d, "")
    slope = a - c
    lines = [
        fact(times(a, b), a * b),
        fact(f"{a}x + {a * b}", right or "0"),
        add(a, -c),
        fact(term(slope, "x", first=True) + f" + {a * b}", d),
        add(d, -a * b),
        fact(term(slope, "x", first=True), d - a * b),
        *_solve_last(slope, d - a * b),
        fact("x", x),
    ]
    return _equation(("bracket", a, b, c, x), left, right or "0", x, lines)


def _equation(
    params: tuple[int | str, ...], left: str, right: str, x: int, lines: list[str]
) -> Draft:
    return Draft(
        params,
        (
            rf"Solve \({left} = {right}\).",
            rf"Find \(x\) if \({left} = {right}\).",
            rf"Find the value of \(x\) such that \({left} = {right}\).",
        ),
        str(x),
        (Worked("collect", "Bring the unknown to one side.", tuple(lines)),),
    )


def draw_system(level: int, rng: Random) -> Draft:
    x, y = (rng.randint(*((1, 20), (1, 12), (-6, 12), (-15, 25))[level - 1]) for _ in range(2))
    top = (1, 5, 7, 12)[level - 1]
    while True:
        a, b, c, d = (rng.randint(1, top) for _ in range(4))
        if level == 1:
            d = -1
        elif level >= 3:
            b, d = b * rng.choice((1, -1)), d * rng.choice((1, -1))
        if a * d - b * c:
            break
    e, f = a * x + b * y, c * x + d * y
    first = term(a, "x", first=True) + term(b, "y") + f" = {e}"
    second = term(c, "x", first=True) + term(d, "y") + f" = {f}"
    wanted, answer = rng.choice((("x", x), ("y", y), ("x + y", x + y)))
    if level == 1 and wanted == "x + y":
        wanted, answer = "x", x
    last = [add(x, y)] if wanted == "x + y" else []
    worked = []
    if level > 1:
        lines = _determinants(a, b, c, d, e, f)
        worked.append(Worked("determinants", "Use determinants.", (*lines, *last)))
    if level <= 2:
        lines = _eliminate(a, b, c, d, e, f)
        worked.append(Worked("elimination", r"Eliminate \(y\).", (*lines, *last)))
    return Draft(
        (a, b, c, d, x, y, wanted),
        (
            rf"If \({first}\) and \({second}\), find \({wanted}\).",
            rf"Suppose \({first}\) and \({second}\). Find \({wanted}\).",
            rf"Solve the system \({first}\), \({second}\). What is \({wanted}\)?",
        ),
        str(answer),
        tuple(worked),
    )


def _determinant(a: int, d: int, b: int, c: int) -> tuple[list[str], int]:
    left, right = a * d, b * c
    minus = f"{left} - {right}" if right >= 0 else f"{left} + {-right}"
    lines = [
        fact(times(signed(a), signed(d)), left),
        fact(times(signed(b), signed(c)), right),
        fact(minus, left - right),
    ]
    return lines, left - right


def _determinants(a: int, b: int, c: int, d: int, e: int, f: int) -> list[str]:
    lines, size = _determinant(a, d, b, c)
    x_lines, x_size = _determinant(e, d, b, f)
    y_lines, y_size = _determinant(a, f, e, c)
    lines += [*x_lines, fact(rf"x = {signed(x_size)} \div {signed(size)}", x_size // size)]
    return [*lines, *y_lines, fact(rf"y = {signed(y_size)} \div {signed(size)}", y_size // size)]


def _eliminate(a: int, b: int, c: int, d: int, e: int, f: int) -> list[str]:
    """Scale the first equation by d and the second by b, subtract, put x back into the first."""
    size, value = a * d - b * c, e * d - b * f
    x, y = value // size, (a * f - e * c) // size
    lines = []
    if abs(d) != 1 or abs(b) != 1:
        lines.append(fact(f"{a * d}x + {b * d}y", e * d))
        lines.append(fact(f"{b * c}x + {b * d}y", f * b))
        lines += [add(a * d, -b * c), add(e * d, -b * f)]
        lines.append(fact(term(size, "x", first=True), value))
    else:
        size, value = (a + c, e + f) if d == -b else (a - c, e - f)
        lines.append(add(e, f if d == -b else -f))
        lines.append(fact(term(size, "x", first=True), value))
    if size != 1:
        lines.append(fact(rf"x = {signed(value)} \div {signed(size)}", x))
    if a > 1:
        lines.append(fact(times(a, signed(x)), a * x))
    lines += [add(e, -a * x), fact(term(b, "y", first=True), e - a * x)]
    return lines if b == 1 else [*lines, fact("y", y)]


def draw_quadratic(level: int, rng: Random) -> Draft:
    if (level >= 3 and rng.random() < 0.6) or (level == 2 and rng.random() < 0.3):
        return _vieta(level, rng)
    low, top = ((1, 12), (1, 16), (-12, 14), (-25, 25))[level - 1]
    r, s = rng.randint(low, top) or 1, rng.randint(low, top) or 2
    if r == s:
        return draw_quadratic(level, rng)
    total, product = r + s, r * s
    text = "x^2" + term(-total, "x") + term(product, "") + " = 0"
    wanted, answer = rng.choice((("larger", max(r, s)), ("smaller", min(r, s))))
    root = abs(r - s)
    formula = [
        *_square(total),
        fact(times(4, signed(product)), 4 * product),
        add(total * total, -4 * product),
        fact(rf"\sqrt{{{root * root}}}", root),
        add(total, root if wanted == "larger" else -root),
        fact(rf"{signed(total + (root if wanted == 'larger' else -root))} \div 2", answer),
    ]
    worked = [Worked("formula", "Use the quadratic formula.", tuple(formula))]
    if level <= 2:
        worked.append(_by_factors(r, s))
    return Draft(
        (min(r, s), max(r, s), wanted),
        (
            rf"Find the {wanted} root of \({text}\).",
            rf"The equation \({text}\) has two solutions. Find the {wanted} one.",
            rf"What is the {wanted} solution of \({text}\)?",
        ),
        str(answer),
        tuple(worked),
    )


def _square(value: int) -> list[str]:
    return multiply(value, value) if value >= 0 else [fact(f"({value})^2", value * value)]


def _by_factors(r: int, s: int) -> Worked:
    """Try the factor pairs of the product of two positive roots until one has the right sum."""
    total, product = r + s, r * s
    lines = []
    for d in range(1, product + 1):
        if product % d == 0:
            lines += [fact(times(d, product // d), product), add(d, product // d)]
            if d + product // d == total:
                break
    return Worked(
        "factors", f"Find two numbers with product {product} and sum {total}.", tuple(lines)
    )


def _vieta(level: int, rng: Random) -> Draft:
    top = (9, 12, 20, 45)[level - 1]
    total = rng.randint(3, top)
    product = rng.randint(1, total * total // 4)
    text = "x^2" + term(-total, "x") + f" + {product} = 0"
    if rng.random() < 0.6:
        wanted, answer = "r^2 + s^2", str(total * total - 2 * product)
        lines = [
            fact("r + s", total),
            fact("rs", product),
            *multiply(total, total),
            fact(times(2, product), 2 * product),
            add(total * total, -2 * product),
        ]
    else:
        ratio = Fraction(total, product)
        wanted = r"\frac{1}{r} + \frac{1}{s}"
        answer = (
            str(ratio)
            if ratio.denominator == 1
            else rf"\frac{{{ratio.numerator}}}{{{ratio.denominator}}}"
        )
        lines = [fact("r + s", total), fact("rs", product)]
        lines.append(fact(r"\frac{r + s}{rs}", rf"\frac{{{total}}}{{{product}}}"))
        common = gcd(total, product)
        if common > 1:
            lines.append(fact(rf"\gcd({total}, {product})", common))
            lines += [*quotient(total, common), *quotient(product, common)]
    return Draft(
        ("vieta", total, product, wanted),
        (
            rf"Let \(r\) and \(s\) be the roots of \({text}\). Find \({wanted}\).",
            rf"The roots of \({text}\) are \(r\) and \(s\). What is \({wanted}\)?",
        ),
        answer,
        (Worked("vieta", "Use the sum and the product of the roots.", tuple(lines)),),
    )
