"""Areas and distances in the coordinate plane."""

from __future__ import annotations

from math import isqrt
from random import Random

from problems.families.algebra import add
from problems.families.base import Draft, Worked
from problems.families.work import fact, multiply, signed, times

Point = tuple[int, int]


def draw_area(level: int, rng: Random) -> Draft:
    top = (12, 9, 12, 20)[level - 1]
    if level == 1:
        points: list[Point] = [
            (0, 0),
            (rng.randint(2, top), 0),
            (rng.randint(0, top), rng.randint(2, top)),
        ]
    elif level == 2:
        points = [(0, 0), *((rng.randint(1, top), rng.randint(1, top)) for _ in range(2))]
    else:
        low = 0 if level == 3 else -9
        points = [(rng.randint(low, top), rng.randint(low, top)) for _ in range(3)]
    (ax, ay), (bx, by), (cx, cy) = points
    ux, uy, vx, vy = bx - ax, by - ay, cx - ax, cy - ay
    twice = ux * vy - uy * vx
    if not twice:
        return draw_area(level, rng)
    lines = []
    plan = "Halve the cross product of two sides."
    if level == 1:
        plan = "Take half of base times height."
        lines += multiply(ux, vy)
    else:
        if level > 2:
            lines += [_minus(bx, ax), _minus(by, ay), _minus(cx, ax), _minus(cy, ay)]
        lines += [
            fact(times(signed(ux), signed(vy)), ux * vy),
            fact(times(signed(uy), signed(vx)), uy * vx),
            _minus(ux * vy, uy * vx),
        ]
        if twice < 0:
            lines.append(fact(f"|{twice}|", -twice))
    size = abs(twice)
    answer = str(size // 2) if size % 2 == 0 else rf"\frac{{{size}}}{{2}}"
    lines.append(fact(rf"{size} \div 2", answer))
    named = [rf"\(({x}, {y})\)" for x, y in points]
    return Draft(
        tuple(v for point in sorted(points) for v in point),
        (
            f"Find the area of the triangle with vertices {named[0]}, {named[1]} and {named[2]}.",
            f"A triangle has vertices {named[0]}, {named[1]} and {named[2]}. What is its area?",
            f"Compute the area of the triangle with corners {named[0]}, {named[1]}, {named[2]}.",
        ),
        answer,
        (Worked("half a product", plan, tuple(lines)),),
    )


def _minus(a: int, b: int) -> str:
    return fact(f"{a} - {signed(b)}", a - b)


TRIPLES = [
    (a, b, isqrt(a * a + b * b))
    for a in range(3, 100)
    for b in range(a, 100)
    if isqrt(a * a + b * b) ** 2 == a * a + b * b
]


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
    lines = [_minus(far[0], x), _minus(far[1], y), *_pythagoras(a, b, c)]
    p, q = rf"\(({x}, {y})\)", rf"\(({far[0]}, {far[1]})\)"
    return Draft(
        ("points", x, y, *far),
        (
            f"Find the distance between {p} and {q}.",
            f"How far is {q} from {p}?",
            f"What is the length of the segment from {p} to {q}?",
        ),
        str(c),
        (Worked("pythagoras", "Use the theorem of Pythagoras.", tuple(lines)),),
    )


def _pythagoras(a: int, b: int, c: int) -> list[str]:
    return [
        *multiply(a, a),
        *multiply(b, b),
        fact(f"{a * a} + {b * b}", c * c),
        fact(rf"\sqrt{{{c * c}}}", c),
    ]


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
            (Worked("pythagoras", "Use the theorem of Pythagoras.", tuple(_pythagoras(a, b, c))),),
        )
    lines = [*multiply(c, c), *multiply(a, a), add(c * c, -a * a), fact(rf"\sqrt{{{b * b}}}", b)]
    return Draft(
        ("leg", a, c),
        (
            f"A right triangle has hypotenuse {c} and one leg {a}. Find the other leg.",
            f"One leg of a right triangle is {a}, the hypotenuse {c}. How long is the other leg?",
        ),
        str(b),
        (Worked("pythagoras", "Use the theorem of Pythagoras.", tuple(lines)),),
    )


def _box(level: int, rng: Random) -> Draft:
    top = 12 if level == 2 else 25
    a, b, c = (rng.randint(1, top) for _ in range(3))
    total = a * a + b * b + c * c
    lines = [*multiply(a, a), *multiply(b, b), *multiply(c, c)]
    lines += [fact(f"{a * a} + {b * b}", a * a + b * b), fact(f"{a * a + b * b} + {c * c}", total)]
    return Draft(
        ("box", *sorted((a, b, c))),
        (
            f"A box has edges {a}, {b} and {c}. Find the square of its space diagonal.",
            f"Find the square of the distance from the origin to \\(({a}, {b}, {c})\\).",
        ),
        str(total),
        (Worked("pythagoras", "Add the squares.", tuple(lines)),),
    )
