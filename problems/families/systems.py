"""Two linear equations in two unknowns."""

from __future__ import annotations

from random import Random

from problems.families.algebra import add, term
from problems.families.base import Draft, Worked
from problems.families.depth import deep
from problems.families.work import by_heart, fact, signed, signed_product

Coefficients = tuple[int, int, int, int, int, int]  # ax + by = e, cx + dy = f: a, b, c, d, e, f


@deep
def draw_system(level: int, rng: Random) -> Draft:
    x, y = (rng.randint(*((1, 20), (1, 12), (-6, 12), (-15, 25))[level - 1]) for _ in range(2))
    numbers = draw_equations(level, x, y, rng)
    wanted, answer = rng.choice((("x", x), ("y", y), ("x + y", x + y)))
    if level == 1 and wanted == "x + y":
        wanted, answer = "x", x
    last = [add(x, y)] if wanted == "x + y" else []
    first, second = equation_texts(numbers)
    return Draft(
        (*numbers[:4], x, y, wanted),
        (
            rf"If \({first}\) and \({second}\), find \({wanted}\).",
            rf"Suppose \({first}\) and \({second}\). Find \({wanted}\).",
            rf"Solve the system \({first}\), \({second}\). What is \({wanted}\)?",
        ),
        str(answer),
        tuple(
            Worked(name, plan, (*lines, *last))
            for name, plan, lines in solution_ways(level, numbers)
        ),
    )


def draw_equations(level: int, x: int, y: int, rng: Random) -> Coefficients:
    """Coefficients of two independent equations that (x, y) solves."""
    top = (1, 5, 7, 12)[level - 1]
    while True:
        a, b, c, d = (rng.randint(1, top) for _ in range(4))
        if level == 1:
            d = -1
        elif level >= 3:
            b, d = b * rng.choice((1, -1)), d * rng.choice((1, -1))
        if a * d - b * c:
            return a, b, c, d, a * x + b * y, c * x + d * y


def equation_texts(numbers: Coefficients) -> tuple[str, str]:
    a, b, c, d, e, f = numbers
    return (
        term(a, "x", first=True) + term(b, "y") + f" = {e}",
        term(c, "x", first=True) + term(d, "y") + f" = {f}",
    )


def solution_ways(level: int, numbers: Coefficients) -> list[tuple[str, str, list[str]]]:
    """Name, plan and lines of each method; all of them find x and y."""
    a, b, c, d, e, f = numbers
    swapped = (b, a, d, c, e, f)
    ways = [
        ("eliminate y", r"Eliminate \(y\).", _eliminate(numbers, "x", "y")),
        ("eliminate x", r"Eliminate \(x\).", _eliminate(swapped, "y", "x")),
    ]
    if level > 1:
        ways.append(("determinants", "Use determinants.", _determinants(numbers)))
    return ways


def _determinant(a: int, d: int, b: int, c: int) -> tuple[list[str], int]:
    left, right = a * d, b * c
    minus = f"{left} - {right}" if right >= 0 else f"{left} + {-right}"
    lines = [*signed_product(a, d), *signed_product(b, c), fact(minus, left - right)]
    return lines, left - right


def _divided(name: str, value: int, size: int) -> str:
    return fact(rf"{name} = {signed(value)} \div {signed(size)}", value // size)


def _determinants(numbers: Coefficients) -> list[str]:
    a, b, c, d, e, f = numbers
    lines, size = _determinant(a, d, b, c)
    x_lines, x_size = _determinant(e, d, b, f)
    y_lines, y_size = _determinant(a, f, e, c)
    lines += [*x_lines, _divided("x", x_size, size)]
    return [*lines, *y_lines, _divided("y", y_size, size)]


def _scaled(p: int, q: int, value: int, factor: int, names: tuple[str, str]) -> list[str]:
    """The equation p·x + q·y = value times a factor; x stands before y."""
    steps = [] if by_heart(abs(value), abs(factor)) else signed_product(value, factor)
    parts = sorted(((names[0], p * factor), (names[1], q * factor)))
    left = term(parts[0][1], parts[0][0], first=True) + term(parts[1][1], parts[1][0])
    return [*steps, fact(left, value * factor)]


def _eliminate(numbers: Coefficients, kept: str, gone: str) -> list[str]:
    """Scale both equations alike in `gone`, subtract, put `kept` back into the first."""
    a, b, c, d, e, f = numbers
    if abs(d) == abs(b):
        sign = 1 if d == -b else -1
        size, value, lines = a + sign * c, e + sign * f, []
        if a + sign * c != 1:
            lines.append(add(a, sign * c))
        lines.append(add(e, sign * f))
    else:
        size, value = a * d - b * c, e * d - b * f
        lines = [*_scaled(a, b, e, d, (kept, gone)), *_scaled(c, d, f, b, (kept, gone))]
        lines += [add(a * d, -b * c), add(e * d, -b * f)]
    lines.append(fact(term(size, kept, first=True), value))
    first = value // size
    if size != 1:
        lines.append(_divided(kept, value, size))
    if a != 1:
        lines += signed_product(a, first)
    rest = e - a * first
    lines += [add(e, -a * first), fact(term(b, gone, first=True), rest)]
    return lines if b == 1 else [*lines, _divided(gone, rest, b)]
