"""Evaluating expressions, and linear equations."""

from __future__ import annotations

from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.depth import deep
from problems.families.split import is_held_out
from problems.families.work import divide, fact, multiply, signed, signed_product, times


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


_FORMS = (
    ("a*b+c", "(a+b)*c"),
    ("a*b-c*d", "(a+b)*c-d", "a^2+b*c"),
    ("a*b+c*d-e*f", "(a+b)*c-d*e", "(a+b)*(c+d)-e"),
    ("a*b+c*d-e*f", "(a+b)*c-d*e", "(a+b)*(c+d)-e"),
)


@deep
def draw_evaluate(level: int, rng: Random) -> Draft:
    form = rng.choice(_FORMS[level - 1])
    top = (12, 15, 35, 99)[level - 1]
    a, b, c, d, e, f = (spread(rng, 2, top) for _ in range(6))
    if form == "a*b-c*d" and a * b < c * d:
        a, b, c, d = c, d, a, b
    text, value, lines, opened = _expression(form, a, b, c, d, e, f)
    worked = [Worked("order", "Brackets first, then products, then sums.", tuple(lines))]
    if opened:
        worked.append(Worked("distribute", "Multiply the brackets out.", tuple(opened)))
    shown = (a, b, c, d, e, f)[: len(set(form) & set("abcdef"))]
    return Draft(
        (form, *shown),
        (
            rf"Evaluate \({text}\).",
            rf"Compute \({text}\).",
            rf"What is the value of \({text}\)?",
        ),
        str(value),
        tuple(worked),
        reserved=_kept(form, shown) if len(shown) == 3 else None,
    )


def _kept(form: str, shown: tuple[int, ...]) -> bool:
    """Three numbers up to 9, and squares, were all drawn by earlier runs: never held out."""
    return form != "a^2+b*c" and max(shown) > 9 and is_held_out("evaluate", (form, *shown))


def _expression(
    form: str, a: int, b: int, c: int, d: int, e: int, f: int
) -> tuple[str, int, list[str], list[str]]:
    """Text, value, lines in order, and lines with the brackets multiplied out (if there are any)."""
    if not form.startswith("("):
        return (*_products(form, a, b, c, d, e, f), [])
    left, head = a + b, fact(f"{a} + {b}", a + b)
    opened = [*multiply(a, c), *multiply(b, c), fact(f"{a * c} + {b * c}", left * c)]
    if form == "(a+b)*(c+d)-e":
        value = left * (c + d)
        lines = [head, fact(f"{c} + {d}", c + d), *multiply(left, c + d), add(value, -e)]
        opened += [*multiply(a, d), *multiply(b, d), fact(f"{a * d} + {b * d}", left * d)]
        opened += [fact(f"{left * c} + {left * d}", value), add(value, -e)]
        return rf"({a} + {b}) \times ({c} + {d}) - {e}", value - e, lines, opened
    text, value = rf"({a} + {b}) \times {c}", left * c
    lines = [head, *multiply(left, c)]
    if form == "(a+b)*c":
        return text, value, lines, opened
    if form == "(a+b)*c-d":
        last = [add(value, -d)]
        return f"{text} - {d}", value - d, lines + last, opened + last
    last = [*multiply(d, e), add(value, -d * e)]
    return f"{text} - {times(d, e)}", value - d * e, lines + last, opened + last


def _products(
    form: str, a: int, b: int, c: int, d: int, e: int, f: int
) -> tuple[str, int, list[str]]:
    if form == "a*b+c":
        return f"{times(a, b)} + {c}", a * b + c, [*multiply(a, b), add(a * b, c)]
    if form == "a^2+b*c":
        lines = [*multiply(a, a), *multiply(b, c), add(a * a, b * c)]
        return f"{a}^2 + {times(b, c)}", a * a + b * c, lines
    lines = [*multiply(a, b), *multiply(c, d)]
    if form == "a*b-c*d":
        value = a * b - c * d
        return f"{times(a, b)} - {times(c, d)}", value, [*lines, add(a * b, -c * d)]
    total = a * b + c * d
    lines += [*multiply(e, f), add(a * b, c * d), add(total, -e * f)]
    return f"{times(a, b)} + {times(c, d)} - {times(e, f)}", total - e * f, lines


@deep
def draw_linear(level: int, rng: Random) -> Draft:
    x = rng.randint(*((1, 12), (-9, 15), (-15, 25), (-30, 40))[level - 1]) or 4
    a, c = rng.randint(2, (9, 12, 12, 15)[level - 1]), rng.randint(1, 9)
    if level == 1:
        c = 0
    b = rng.randint(-(10, 20, 30, 50)[level - 1], (20, 30, 40, 60)[level - 1]) or 5
    if a == c:
        a += 1
    bracket = level >= 3 and rng.random() < 0.6
    if bracket:
        b = b % 10 + 1
    inside = a * b if bracket else b
    d = a * x + inside - c * x
    left = f"{a}(x + {b})" if bracket else term(a, "x", first=True) + term(b, "")
    right = (term(c, "x", first=True) + term(d, "")) if c else str(d)
    opened = [fact(times(a, b), a * b), fact(f"{a}x + {a * b}", right)] if bracket else []
    check = _check(a, b, c, d, x, bracket=bracket)
    collect = [*opened, *_collect(a, inside, c, d), fact("x", x), *(check if level >= 3 else [])]
    gap = [*opened[:1], add(d, -inside), *([add(a, -c)] if c else [])]
    gap += [*_solve_last(a - c, d - inside), fact("x", x), *check]
    return Draft(
        ("bracket" if bracket else "plain", a, b, c, x),
        (
            rf"Solve \({left} = {right}\).",
            rf"Find \(x\) if \({left} = {right}\).",
            rf"Find the value of \(x\) such that \({left} = {right}\).",
        ),
        str(x),
        (
            Worked("collect", "Bring the unknown to one side.", tuple(collect)),
            Worked("gap", r"Compare the sides at 0, then per step of \(x\).", tuple(gap)),
        ),
    )


def _collect(a: int, b: int, c: int, d: int) -> list[str]:
    """ax + b = cx + d down to x alone."""
    slope, lines = a - c, []
    if c:
        lines += [add(a, -c), fact(term(slope, "x", first=True) + term(b, ""), d)]
    lines += [add(d, -b), fact(term(slope, "x", first=True), d - b)]
    return lines + _solve_last(slope, d - b)


def _solve_last(slope: int, value: int) -> list[str]:
    if slope < 0:
        slope, value = -slope, -value
        return [fact(term(slope, "x", first=True), value), *quotient(value, slope)]
    return [] if slope == 1 else quotient(value, slope)


def _check(a: int, b: int, c: int, d: int, x: int, *, bracket: bool) -> list[str]:
    """Both sides worked out at the solution."""
    if bracket:
        left = [add(x, b), *signed_product(a, x + b)]
    else:
        left = [*signed_product(a, x), add(a * x, b)]
    return [*left, *signed_product(c, x), add(c * x, d)] if c else left
