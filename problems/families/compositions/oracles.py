"""A second way to the answers of compositions: brute force twice, from the numbers alone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, count, product
from math import factorial


def _divisors(question: str, n: int) -> str:
    found = [d for d in range(1, n + 1) if n % d == 0]
    return str(len(found) if question == "count" else sum(found))


def _common(a: int, b: int) -> int:
    return max(d for d in range(1, min(a, b) + 1) if a % d == 0 and b % d == 0)


def _in_base(n: int, base: int) -> str:
    """The numeral of n, counted up to by carrying."""
    digits = [0]
    for _ in range(n):
        place = 0
        while digits[place] == base - 1:
            digits[place] = 0
            place += 1
            if place == len(digits):
                digits.append(0)
        digits[place] += 1
    return "".join(map(str, reversed(digits)))


def _gcd(question: str, a: int, b: int) -> str:
    return _divisors(question, _common(a, b))


def _base(question: str, n: int, base: int) -> str:
    return _divisors(question, int(_in_base(n, base), base))


def _crt(question: str, *params: int) -> str:
    *moduli, known = params
    n = next(n for n in count(1) if all((n - known) % m == 0 for m in moduli))
    return str(sum(map(int, str(n)))) if question == "digits" else _divisors(question, n)


def _zeros(top: int, base: int, modulus: int) -> str:
    digits = str(factorial(top))
    return str(base ** (len(digits) - len(digits.rstrip("0"))) % modulus)


def _lcm(a: int, b: int, base: int) -> str:
    return _in_base(next(n for n in count(b, b) if n % a == 0), base)


def _roots(total: int, product_: int, exponent: int, modulus: int) -> str:
    """r^k + s^k is the trace of the k-th power of the equation's companion matrix."""
    a, b, c, d = 1, 0, 0, 1
    for _ in range(exponent):
        a, b, c, d = a * total + b, -a * product_, c * total + d, -c * product_
    return str((a + d) % modulus)


def _root(r: int, s: int, exponent: int, modulus: int) -> str:
    found = [t for t in range(-99, 100) if t * t - (r + s) * t + r * s == 0]
    return str(max(found) ** exponent % modulus)


def _triangle(r: int, s: int, height: int) -> str:
    return str(sum(v for edge in (r, s, height) for v in [edge] * edge))


def _system(question: str, a: int, b: int, c: int, d: int, x: int, y: int) -> str:
    e, f, span = a * x + b * y, c * x + d * y, range(-40, 41)
    found = [(s, t) for s, t in product(span, span) if a * s + b * t == e and c * s + d * t == f]
    return _divisors(question, found[0][0] * found[0][1]) if len(found) == 1 else "not unique"


def _series(first: int, step: int, size: int, other: int) -> str:
    return str(_common(sum(range(first, first + step * size, step)), other))


def _recurrence(p: int, q: int, c: int, *rest: int) -> str:
    *values, size, base = rest
    while len(values) < size:
        values.append(p * values[-1] + (q * values[-2] if q else 0) + c)
    return _in_base(values[-1], base)


def _choose(question: str, n: int, k: int, *modulus: int) -> str:
    ways = sum(1 for _ in combinations(range(n), k))
    return str(ways % modulus[0]) if question == "remainder" else _divisors(question, ways)


def _multiples(question: str, top: int, a: int, b: int) -> str:
    hit = sum(1 for n in range(1, top + 1) if n % a == 0 or n % b == 0)
    if question != "probability":
        return _divisors(question, hit)
    ratio = Fraction(hit, top)
    return str(ratio.numerator + ratio.denominator)


def _distance(px: int, py: int, qx: int, qy: int, base: int) -> str:
    return _in_base((px - qx) ** 2 + (py - qy) ** 2, base)


def _area(ax: int, ay: int, bx: int, by: int, cx: int, cy: int, other: int) -> str:
    """Twice the area as the shoelace sum, whichever way round."""
    return str(_common(abs(ax * by - bx * ay + bx * cy - cx * by + cx * ay - ax * cy), other))


_KINDS: dict[str, Callable[..., str]] = {
    "gcd": _gcd,
    "base": _base,
    "crt": _crt,
    "zeros": _zeros,
    "lcm": _lcm,
    "roots": _roots,
    "root": _root,
    "triangle": _triangle,
    "system": _system,
    "series": _series,
    "recurrence": _recurrence,
    "choose": _choose,
    "multiples": _multiples,
    "distance": _distance,
    "area": _area,
}


def composed_answer(*params: int | str) -> str:
    """The answer of a composition's params; KeyError for an unknown kind."""
    kind, *rest = params
    return _KINDS[str(kind)](*rest)
