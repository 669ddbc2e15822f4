"""Counts, areas and distances whose value goes into a second question."""

from __future__ import annotations

from math import comb
from random import Random

from problems.families.base import Draft, Worked
from problems.families.chance import ASK, lowest, whole
from problems.families.compositions.joints import (
    base_asked,
    divisors_asked,
    gcd_asked,
    joined,
    partner,
    remainder_lines,
    worded,
)
from problems.families.counting import choose_methods
from problems.families.geometry import cross_product, draw_triangle, shoelace, squares, twice_area
from problems.families.multiples import (
    draw_multiples,
    union_by_regions,
    union_by_sieve,
    union_count,
)
from problems.families.number_theory import smooth
from problems.families.work import fact, signed


def _draw_choice(level: int, rng: Random) -> tuple[int, int]:
    n = rng.randint(5, (16, 16, 14, 16)[level - 1])
    return n, rng.randint(2, min(n - 2, (2, 3, 4, 5)[level - 1]))


def _teams(n: int, k: int) -> tuple[str, str]:
    return (
        rf"Let \(N\) be the number of ways to choose {k} students from {n} students.",
        rf"Let \(N = \binom{{{n}}}{{{k}}}\).",
    )


def choose_remainder(level: int, rng: Random) -> Draft:
    (n, k), modulus = _draw_choice(level, rng), rng.randint(3, (9, 13, 20, 40)[level - 1])
    count = comb(n, k)
    if modulus >= count:
        return choose_remainder(level, rng)
    asked = (
        rf"Find the remainder when \(N\) is divided by {modulus}.",
        rf"What is the remainder of \(N\) on division by {modulus}?",
    )
    last = remainder_lines(count, modulus)
    return Draft(
        ("choose", "remainder", n, k, modulus),
        worded(_teams(n, k), asked),
        str(count % modulus),
        tuple(
            joined(w.method, f"{w.advice[:-1]}, then divide.", w.lines, count, last)
            for w in choose_methods(n, k)
        ),
    )


def choose_divisors(level: int, rng: Random) -> Draft:
    n, k = _draw_choice(level, rng)
    count, question = comb(n, k), rng.choice(("count", "count", "sum"))
    if question == "sum" and count > 500:
        return choose_divisors(level, rng)
    asked, answer, last = divisors_asked(question, count)
    return Draft(
        ("choose", question, n, k),
        worded(_teams(n, k), asked),
        str(answer),
        tuple(
            joined(w.method, f"{w.advice[:-1]}, then factor.", w.lines, count, last)
            for w in choose_methods(n, k)
        ),
    )


_UNIONS = (
    ("sieve", "Multiples of both are counted twice", union_by_sieve),
    ("regions", "Count what only one of them divides", union_by_regions),
)


def multiples_probability(level: int, rng: Random) -> Draft:
    top, a, b = draw_multiples(min(level, 3), rng)
    count = union_count(top, a, b)
    return Draft(
        ("multiples", "probability", top, a, b),
        (
            f"An integer from 1 to {top} is chosen at random. What is the probability that it is "
            f"divisible by {a} or {b}? {ASK}",
            f"One of the numbers from 1 to {top} is drawn. Find the probability that it is a "
            f"multiple of {a} or {b}. {ASK}",
        ),
        str(whole(count, top)),
        tuple(
            Worked(name, f"{plan}; then reduce.", (*lines(top, a, b), *lowest(count, top)))
            for name, plan, lines in _UNIONS
        ),
    )


def multiples_divisors(level: int, rng: Random) -> Draft:
    while True:
        top, a, b = draw_multiples(min(level, 3), rng)
        n = union_count(top, a, b)
        if n > 5 and smooth(n):
            break
    question = rng.choice(("count", "sum"))
    asked, answer, last = divisors_asked(question, n)
    opening = (
        rf"Let \(N\) be the number of integers from 1 to {top} that are divisible by {a} or {b}.",
        rf"Of the integers from 1 to {top}, exactly \(N\) are multiples of {a} or {b}.",
    )
    return Draft(
        ("multiples", question, top, a, b),
        worded(opening, asked),
        str(answer),
        tuple(
            joined(name, f"{plan}; then factor.", lines(top, a, b), n, last)
            for name, plan, lines in _UNIONS
        ),
    )


def distance_base(level: int, rng: Random) -> Draft:
    low, top = ((0, 8), (-5, 9), (-9, 15), (-15, 25))[level - 1]
    p, q = ((rng.randint(low, top), rng.randint(low, top)) for _ in range(2))
    (px, py), (qx, qy) = p, q
    across, up = abs(qx - px), abs(qy - py)
    n = across**2 + up**2
    base = rng.choice((range(3, 6), range(3, 8), range(4, 10), range(4, 10))[level - 1])
    if not across or not up or n < base:
        return distance_base(level, rng)
    asked, answer, last = base_asked(n, base)
    one, two = rf"\(({px}, {py})\)", rf"\(({qx}, {qy})\)"
    opening = (
        rf"Let \(N\) be the square of the distance between {one} and {two}.",
        rf"The points {one} and {two} have distance \(\sqrt{{N}}\).",
    )
    legs = [
        fact(f"{max(px, qx)} - {signed(min(px, qx))}", across),
        fact(f"{max(py, qy)} - {signed(min(py, qy))}", up),
    ]
    plan = "Use Pythagoras, then divide by the base again and again."
    return Draft(
        ("distance", *min(p, q), *max(p, q), base),
        worded(opening, asked),
        answer,
        (joined("pythagoras", plan, (*legs, *squares(across, up)), n, last),),
    )


def area_gcd(level: int, rng: Random) -> Draft:
    points = draw_triangle(max(level, 2), rng)
    n = twice_area(points)
    other = partner(rng, n, (60, 100, 200, 500)[level - 1])
    if n % other == 0 or other % n == 0:
        return area_gcd(level, rng)
    asked, answer, last = gcd_asked(n, other)
    named = [rf"\(({x}, {y})\)" for x, y in points]
    listed = f"{named[0]}, {named[1]} and {named[2]}"
    opening = (
        rf"Let \(N\) be twice the area of the triangle with vertices {listed}.",
        rf"The triangle with vertices {listed} has area \(\frac{{N}}{{2}}\).",
    )
    worked = [
        joined(
            "cross product",
            "Take the cross product of two sides, then use Euclid.",
            cross_product(points),
            n,
            last,
        )
    ]
    if level > 2:
        worked.append(
            joined("shoelace", "Use the shoelace formula, then Euclid.", shoelace(points), n, last)
        )
    return Draft(
        ("area", *(v for point in sorted(points) for v in point), other),
        worded(opening, asked),
        str(answer),
        tuple(worked),
    )
