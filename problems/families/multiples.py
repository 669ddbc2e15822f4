"""Counting multiples by inclusion and exclusion."""

from __future__ import annotations

from math import lcm
from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.depth import deep
from problems.families.work import fact, floor_lines, running_sum


@deep
def draw_inclusion(level: int, rng: Random) -> Draft:
    top, a, b = draw_multiples(level, rng)
    union = union_count(top, a, b)
    ways = (
        ("sieve", "Multiples of both are counted twice.", union_by_sieve(top, a, b)),
        ("regions", "Count what only one of them divides.", union_by_regions(top, a, b)),
    )
    if level >= 3 and rng.random() < 0.5:
        rest = fact(f"{top} - {union}", top - union)
        return Draft(
            ("neither", top, a, b),
            (
                f"How many of the integers from 1 to {top} are divisible by neither {a} nor {b}?",
                f"Find the number of positive integers up to {top} that are multiples of "
                f"neither {a} nor {b}.",
            ),
            str(top - union),
            (
                Worked("sieve", "Count the multiples, then take them away.", (*ways[0][2], rest)),
                Worked("regions", ways[1][1], (*ways[1][2], rest)),
            ),
        )
    return Draft(
        ("either", top, a, b),
        (
            f"How many of the integers from 1 to {top} are divisible by {a} or {b}?",
            f"Find the number of positive integers up to {top} that are multiples of {a} or {b}.",
            f"How many positive integers not exceeding {top} are divisible by {a} or by {b}?",
        ),
        str(union),
        tuple(Worked(name, plan, tuple(lines)) for name, plan, lines in ways),
    )


def draw_multiples(level: int, rng: Random) -> tuple[int, int, int]:
    """A bound and two divisors, the second no multiple of the first."""
    top = spread(rng, *((15, 99), (50, 250), (100, 600), (200, 1500))[level - 1])
    while True:
        a, b = sorted(rng.sample(range(2, (7, 10, 13, 16)[level - 1]), 2))
        if b % a:
            return top, a, b


def union_count(top: int, a: int, b: int) -> int:
    return top // a + top // b - top // lcm(a, b)


def _counts(top: int, a: int, b: int) -> list[str]:
    both = fact(rf"\operatorname{{lcm}}({a}, {b})", lcm(a, b))
    return [*floor_lines(top, a), *floor_lines(top, b), both, *floor_lines(top, lcm(a, b))]


def union_by_sieve(top: int, a: int, b: int) -> list[str]:
    one, two, both = top // a, top // b, top // lcm(a, b)
    return [
        *_counts(top, a, b),
        fact(f"{one} + {two}", one + two),
        fact(f"{one + two} - {both}", one + two - both),
    ]


def union_by_regions(top: int, a: int, b: int) -> list[str]:
    one, two, both = top // a, top // b, top // lcm(a, b)
    return [
        *_counts(top, a, b),
        fact(f"{one} - {both}", one - both),
        fact(f"{two} - {both}", two - both),
        *running_sum([one - both, two - both, both]),
    ]
