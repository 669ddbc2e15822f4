"""Areas and distances in the coordinate plane."""

from __future__ import annotations

from math import gcd, isqrt
from random import Random

from problems.families.algebra import add
from problems.families.base import Draft, Worked
from problems.families.depth import deep
from problems.families.work import fact, multiply, signed, signed_product, times

Point = tuple[int, int]


@deep
def draw_area(level: int, rng: Random) -> Draft:
    points = draw_triangle(level, rng)
    size = twice_area(points)
    answer = str(size // 2) if size % 2 == 0 else rf"\frac{{{size}}}{{2}}"
    half = fact(rf"{size} \div 2", answer)
    named = [rf"\(({x}, {y})\)" for x, y in points]
    return Draft(
        tuple(v for point in sorted(points) for v in point),
        (
            f"Find the area of the triangle with vertices {named[0]}, {named[1]} and {named[2]}.",
            f"A triangle has vertices {named[0]}, {named[1]} and {named[2]}. What is its area?",
            f"Compute the area of the triangle with corners {named[0]}, {named[1]}, {named[2]}.",
        ),
        answer,
        tuple(Worked(name, plan, (*lines, half)) for name, plan, lines in _ways(level, points)),
    )


def draw_triangle(level: int, rng: Random) -> list[Point]:
    """Three points that are not on a line; at levels 1 and 2 the first one is the origin."""
    top = (12, 9, 12, 20)[level - 1]
    while True:
        if level == 1:
            base, height = rng.randint(2, top), rng.randint(2, top)
            points = [(0, 0), (base, 0), (rng.randint(0, top), height)]
        elif level == 2:
            points = [(0, 0), *((rng.randint(1, top), rng.randint(1, top)) for _ in range(2))]
        else:
            low = 0 if level == 3 else -9
            points = [(rng.randint(low, top), rng.randint(low, top)) for _ in range(3)]
        if twice_area(points):
            return points


def twice_area(points: list[Point]) -> int:
    (ax, ay), (bx, by), (cx, cy) = points
    return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))


def _ways(level: int, points: list[Point]) -> list[tuple[str, str, list[str]]]:
    """Name, plan and lines of each method, up to twice the area."""
    if level == 1:
        return _by_height(points[1][0], *points[2])
    plan = "Halve the cross product of two sides."
    ways = [("half a product", plan, cross_product(points))]
    if level == 2:
        return [*ways, *_in_a_box(*points[1], *points[2])]
    return [*ways, ("shoelace", "Use the shoelace formula.", shoelace(points))]


def _by_height(base: int, x: int, height: int) -> list[tuple[str, str, list[str]]]:
    ways = [("half a product", "Take half of base times height.", multiply(base, height))]
    if 0 < x < base:
        left, right = x * height, (base - x) * height
        lines = [fact(f"{base} - {x}", base - x), *multiply(x, height)]
        lines += [*multiply(base - x, height), fact(f"{left} + {right}", left + right)]
        ways.append(("two right triangles", "Cut along the height and add.", lines))
    return ways


def _in_a_box(bx: int, by: int, cx: int, cy: int) -> list[tuple[str, str, list[str]]]:
    """Twice the rectangle less twice the corner triangles; no way if B or C is a box corner."""
    if cx > bx:
        bx, by, cx, cy = cx, cy, bx, by
    if not (bx > cx and cy > by):
        return []
    corner = (bx - cx) * (cy - by)
    whole, rest = 2 * bx * cy, 2 * bx * cy - bx * by
    lines = [
        *multiply(bx, cy),
        fact(times(2, bx * cy), whole),
        *multiply(bx, by),
        *multiply(cx, cy),
        fact(f"{bx} - {cx}", bx - cx),
        fact(f"{cy} - {by}", cy - by),
        *multiply(bx - cx, cy - by),
        fact(f"{whole} - {bx * by}", rest),
        fact(f"{rest} - {cx * cy}", rest - cx * cy),
        fact(f"{rest - cx * cy} - {corner}", rest - cx * cy - corner),
    ]
    return [("box", "Put it in a rectangle and take away the corners.", lines)]


def cross_product(points: list[Point]) -> list[str]:
    """Twice the area from two sides at the first vertex."""
    (ax, ay), (bx, by), (cx, cy) = points
    ux, uy, vx, vy = bx - ax, by - ay, cx - ax, cy - ay
    lines = []
    if ax or ay:
        lines += [_minus(bx, ax), _minus(by, ay), _minus(cx, ax), _minus(cy, ay)]
    lines += [*signed_product(ux, vy), *signed_product(uy, vx), _minus(ux * vy, uy * vx)]
    twice = ux * vy - uy * vx
    return [*lines, fact(f"|{twice}|", -twice)] if twice < 0 else lines


def shoelace(points: list[Point]) -> list[str]:
    """Twice the area from one determinant per side."""
    lines, parts = [], []
    for (px, py), (qx, qy) in zip(points, points[1:] + points[:1], strict=True):
        lines += [*signed_product(px, qy), *signed_product(py, qx), _minus(px * qy, py * qx)]
        parts.append(px * qy - py * qx)
    lines += [add(parts[0], parts[1]), add(parts[0] + parts[1], parts[2])]
    return [*lines, fact(f"|{sum(parts)}|", -sum(parts))] if sum(parts) < 0 else lines


def _minus(a: int, b: int) -> str:
    return fact(f"{a} - {signed(b)}", a - b)


TRIPLES = [
    (a, b, isqrt(a * a + b * b))
    for a in range(3, 100)
    for b in range(a, 100)
    if isqrt(a * a + b * b) ** 2 == a * a + b * b
]


@deep
def draw_distance(level: int, rng: Random) -> Draft:
    if level == 3 or (level == 2 and rng.random() < 0.4):
        return _box(level, rng)
    small = [t for t in TRIPLES if t[2] <= (75, 60, 60, 100)[level - 1]]
    a, b, c = rng.choice(small)
    if rng.random() < 0.5:
        a, b = b, a
    if level == 1:
        return _right_triangle(a, b, c, rng)
    x, y = rng.randint(-9, 15), rng.randint(-9, 15)
    far = (x + a, y + b)
    legs = [_minus(far[0], x), _minus(far[1], y)]
    p, q = rf"\(({x}, {y})\)", rf"\(({far[0]}, {far[1]})\)"
    return Draft(
        ("points", x, y, *far),
        (
            f"Find the distance between {p} and {q}.",
            f"How far is {q} from {p}?",
            f"What is the length of the segment from {p} to {q}?",
        ),
        str(c),
        _pythagoras(a, b, c, legs),
    )


def squares(a: int, b: int) -> list[str]:
    return [*multiply(a, a), *multiply(b, b), fact(f"{a * a} + {b * b}", a * a + b * b)]


def _pythagoras(a: int, b: int, c: int, legs: list[str]) -> tuple[Worked, ...]:
    lines = [*legs, *squares(a, b), fact(rf"\sqrt{{{c * c}}}", c)]
    worked = [Worked("pythagoras", "Use the theorem of Pythagoras.", tuple(lines))]
    g = gcd(a, b)
    if g > 1:
        scaled = [*legs, fact(rf"\gcd({a}, {b})", g)]
        scaled += [fact(rf"{a} \div {g}", a // g), fact(rf"{b} \div {g}", b // g)]
        scaled += [*squares(a // g, b // g), fact(rf"\sqrt{{{(c // g) ** 2}}}", c // g)]
        scaled += multiply(c // g, g)
        worked.append(Worked("similar", "Use a smaller similar triangle.", tuple(scaled)))
    return tuple(worked)


def _right_triangle(a: int, b: int, c: int, rng: Random) -> Draft:
    if rng.random() < 0.6:
        return Draft(
            ("hypotenuse", min(a, b), max(a, b)),
            (
                f"A right triangle has legs {a} and {b}. Find its hypotenuse.",
                f"The legs of a right triangle are {a} and {b}. How long is the hypotenuse?",
                f"A rectangle has sides {a} and {b}. Find the length of its diagonal.",
            ),
            str(c),
            _pythagoras(a, b, c, []),
        )
    root = fact(rf"\sqrt{{{b * b}}}", b)
    lines = [*multiply(c, c), *multiply(a, a), add(c * c, -a * a), root]
    parts = [fact(f"{c} + {a}", c + a), fact(f"{c} - {a}", c - a), *multiply(c + a, c - a), root]
    return Draft(
        ("leg", a, c),
        (
            f"A right triangle has hypotenuse {c} and one leg {a}. Find the other leg.",
            f"One leg of a right triangle is {a}, the hypotenuse {c}. How long is the other leg?",
        ),
        str(b),
        (
            Worked("pythagoras", "Use the theorem of Pythagoras.", tuple(lines)),
            Worked("difference", "A difference of squares is a product.", tuple(parts)),
        ),
    )


def _box(level: int, rng: Random) -> Draft:
    top = 12 if level == 2 else 25
    a, b, c = (rng.randint(1, top) for _ in range(3))
    return Draft(
        ("box", *sorted((a, b, c))),
        (
            f"A box has edges {a}, {b} and {c}. Find the square of its space diagonal.",
            f"Find the square of the distance from the origin to \\(({a}, {b}, {c})\\).",
        ),
        str(a * a + b * b + c * c),
        (
            Worked("pythagoras", "Add the squares.", tuple(box_squares(a, b, c))),
            Worked(
                "face",
                "Take the diagonal of a face first.",
                (
                    *squares(a, b),
                    *multiply(c, c),
                    fact(f"{a * a + b * b} + {c * c}", a * a + b * b + c * c),
                ),
            ),
        ),
    )


def box_squares(a: int, b: int, c: int) -> list[str]:
    lines = [*multiply(a, a), *multiply(b, b), *multiply(c, c)]
    face = a * a + b * b
    return [*lines, fact(f"{a * a} + {b * b}", face), fact(f"{face} + {c * c}", face + c * c)]
