"""A second way to every generated answer: brute force from the problem's numbers alone.

Used by the tests and before a generated problem enters the bank. Slow on purpose: nothing here
shares a formula with the families.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, count, product
from math import factorial

from problems.families.compositions.oracles import composed_answer
from problems.families.split import Params


def _latex(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _evaluate(form: str, *shown: int) -> str:
    a, b, c, d, e, f = (*shown, 0, 0, 0)[:6]
    values = {
        "a*b+c": sum([a] * b) + c,
        "(a+b)*c": sum([a + b] * c),
        "a*b-c*d": sum([a] * b) - sum([c] * d),
        "(a+b)*c-d": sum([a + b] * c) - d,
        "a^2+b*c": sum([a] * a) + sum([b] * c),
        "a*b+c*d-e*f": sum([a] * b) + sum([c] * d) - sum([e] * f),
        "(a+b)*c-d*e": sum([a + b] * c) - sum([d] * e),
        "(a+b)*(c+d)-e": sum([a + b] * (c + d)) - e,
    }
    return str(values[form])


def _linear(form: str, a: int, b: int, c: int, x: int) -> str:
    """The x for which both sides of the equation agree, searched for."""
    right = (a * (x + b) if form == "bracket" else a * x + b) - c * x
    found = [
        t
        for t in range(-99, 100)
        if (a * (t + b) if form == "bracket" else a * t + b) - c * t == right
    ]
    return str(found[0]) if len(found) == 1 else "not unique"


def _system(a: int, b: int, c: int, d: int, x: int, y: int, wanted: str) -> str:
    e, f = a * x + b * y, c * x + d * y
    span = range(-40, 41)
    found = [(s, t) for s, t in product(span, span) if a * s + b * t == e and c * s + d * t == f]
    if len(found) != 1:
        return "not unique"
    s, t = found[0]
    return str({"x": s, "y": t}.get(wanted, s + t))


def _quadratic(*params: int | str) -> str:
    if params[0] != "vieta":
        low, high, wanted = params
        roots = [t for t in range(-99, 100) if (t - int(low)) * (t - int(high)) == 0]
        return str(max(roots) if wanted == "larger" else min(roots))
    _, total, size, wanted = params
    root = complex(int(total) ** 2 - 4 * int(size)) ** 0.5
    r, s = (int(total) + root) / 2, (int(total) - root) / 2
    values = {
        "r^2 + s^2": r * r + s * s,
        "r^3 + s^3": r * r * r + s * s * s,
        r"\frac{1}{r} + \frac{1}{s}": 1 / r + 1 / s,
        r"\frac{r}{s} + \frac{s}{r}": r / s + s / r,
    }
    value = values[str(wanted)]
    return _latex(Fraction(value.real).limit_denominator(int(size)))


def _gcd(kind: str, a: int, b: int) -> str:
    if kind == "gcd":
        return str(max(d for d in range(1, a + 1) if a % d == 0 and b % d == 0))
    return str(next(n for n in count(b, b) if n % a == 0))


def _divisors(kind: str, n: int) -> str:
    found = [d for d in range(1, n + 1) if n % d == 0]
    return str(len(found) if kind == "count" else sum(found))


def _factorial(n: int, prime: int) -> str:
    value, exponent = factorial(n), 0
    while value % prime == 0:
        value //= prime
        exponent += 1
    return str(exponent)


def _bases(kind: str, n: int, base: int) -> str:
    if kind == "from":
        return str(n)
    texts = ("".join(d) for size in count(1) for d in product("0123456789"[:base], repeat=size))
    return next(t for t in texts if t[0] != "0" and int(t, base) == n)


def _power_mod(base: int, exponent: int, modulus: int) -> str:
    return str(base**exponent % modulus)


def _crt(*params: int) -> str:
    *moduli, answer = params
    return str(next(n for n in count(1) if all((n - answer) % m == 0 for m in moduli)))


def _series(kind: str, first: int, step: int, size: int) -> str:
    if kind == "geometric":
        return str(sum(first * step**k for k in range(size)))
    terms = list(range(first, first + step * size, step))
    return str(terms[-1] if kind == "term" else sum(terms))


def _recurrence(p: int, q: int, c: int, *rest: int) -> str:
    *values, size = rest
    while len(values) < size:
        values.append(p * values[-1] + (q * values[-2] if q else 0) + c)
    return str(values[-1])


def _choose(kind: str, *params: int | str) -> str:
    if kind == "choose":
        n, k = params
        return str(sum(1 for _ in combinations(range(int(n)), int(k))))
    if kind == "committee":
        girls, boys, i, j = map(int, params)
        one = sum(1 for _ in combinations(range(girls), i))
        return str(one * sum(1 for _ in combinations(range(boys), j)))
    if kind == "diagonals":
        n = int(params[0])
        return str(sum(1 for a, b in combinations(range(n), 2) if 1 < b - a < n - 1))
    if kind == "at least one":
        girls, boys, size = map(int, params)
        return str(sum(1 for team in combinations(range(girls + boys), size) if min(team) < girls))
    total, parts, sort = params
    low = 1 if sort == "positive" else 0
    ways = {0: 1}
    for _ in range(int(parts)):
        ways = {
            t: sum(ways.get(t - x, 0) for x in range(low, t + 1)) for t in range(int(total) + 1)
        }
    return str(ways[int(total)])


def _inclusion(kind: str, top: int, a: int, b: int) -> str:
    hit = [n for n in range(1, top + 1) if n % a == 0 or n % b == 0]
    return str(top - len(hit) if kind == "neither" else len(hit))


def _probability(kind: str, *params: int) -> str:
    if kind == "dice":
        faces, other, total = params
        rolls = list(product(range(1, faces + 1), range(1, other + 1)))
        good = [1 for r in rolls if sum(r) == total]
        ratio = Fraction(len(good), len(rolls))
    else:
        red, blue, drawn = params
        draws = list(combinations([1] * red + [0] * blue, drawn))
        test: dict[str, Callable[[tuple[int, ...]], bool]] = {
            "red": all,
            "same": lambda d: len(set(d)) == 1,
            "mixed": lambda d: not all(d),
        }
        ratio = Fraction(sum(1 for d in draws if test[kind](d)), len(draws))
    return str(ratio.numerator + ratio.denominator)


def _area(ax: int, ay: int, bx: int, by: int, cx: int, cy: int) -> str:
    """Twice the area as a rectangle minus three corner triangles is the shoelace sum."""
    twice = ax * by - bx * ay + bx * cy - cx * by + cx * ay - ax * cy
    return _latex(Fraction(abs(twice), 2))


def _distance(kind: str, *params: int) -> str:
    if kind == "box":
        return str(sum(v * v for v in params))
    if kind == "hypotenuse":
        square = params[0] ** 2 + params[1] ** 2
    elif kind == "leg":
        square = params[1] ** 2 - params[0] ** 2
    else:
        square = (params[2] - params[0]) ** 2 + (params[3] - params[1]) ** 2
    return str(next(n for n in count() if n * n >= square)) if square else "0"


ORACLES: dict[str, Callable[..., str]] = {
    "evaluate": _evaluate,
    "linear": _linear,
    "system": _system,
    "quadratic": _quadratic,
    "gcd": _gcd,
    "divisors": _divisors,
    "factorial": _factorial,
    "bases": _bases,
    "power_mod": _power_mod,
    "crt": _crt,
    "series": _series,
    "recurrence": _recurrence,
    "choose": _choose,
    "inclusion": _inclusion,
    "probability": _probability,
    "area": _area,
    "distance": _distance,
    "compose_number": composed_answer,
    "compose_algebra": composed_answer,
    "compose_counting": composed_answer,
}


def second_answer(family: str, params: Params) -> str:
    """The answer computed again; KeyError for an unknown family."""
    return ORACLES[family](*params)
