"""What compositions share: the line between two parts, and the questions that end several kinds."""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from random import Random

from problems.families.base import Worked, spread
from problems.families.bases import digits_in, to_base_by_division
from problems.families.number_theory import (
    divisor_count,
    divisor_count_lines,
    divisor_sum,
    divisor_sum_lines,
    gcd_by_euclid,
)
from problems.families.work import divide, fact

PRIMES = (2, 2, 2, 3, 3, 5, 7, 11, 13)


def joined(name: str, plan: str, first: Iterable[str], n: int, second: Iterable[str]) -> Worked:
    """One method: the first part, `N = …`, the second part."""
    return Worked(name, plan, (*first, fact("N", n), *second))


def worded(firsts: Iterable[str], seconds: Iterable[str]) -> tuple[str, ...]:
    """Every opening with every question."""
    questions = tuple(seconds)
    return tuple(f"{first} {question}" for first in firsts for question in questions)


def smooth_number(rng: Random, low: int, high: int) -> int:
    """A product of small primes in [low, high]."""
    while True:
        n = 1
        while n < low:
            n *= rng.choice(PRIMES)
        if n <= high:
            return n


def divisors_asked(question: str, n: int) -> tuple[tuple[str, ...], int, list[str]]:
    """The question about the divisors of N ("count" or "sum"), its answer, and its lines."""
    if question == "count":
        texts = (
            r"Find the number of positive divisors of \(N\).",
            r"How many positive divisors does \(N\) have?",
        )
        return texts, divisor_count(n), divisor_count_lines(n)
    texts = (
        r"Find the sum of the positive divisors of \(N\).",
        r"What is the sum of all positive divisors of \(N\)?",
    )
    return texts, divisor_sum(n), divisor_sum_lines(n)


def base_asked(n: int, base: int) -> tuple[tuple[str, ...], str, list[str]]:
    """Write N in a base of at most 9: the question, the numeral, and the lines."""
    texts = (rf"Write \(N\) in base {base}.", rf"Find the base {base} representation of \(N\).")
    return texts, "".join(map(str, digits_in(n, base))), to_base_by_division(n, base)


def gcd_asked(n: int, other: int) -> tuple[tuple[str, ...], int, list[str]]:
    """The greatest common divisor of N and another number."""
    texts = (
        rf"Find the greatest common divisor of \(N\) and {other}.",
        rf"Find \(\gcd(N, {other})\).",
    )
    return texts, gcd(n, other), gcd_by_euclid(*sorted((n, other)))


def partner(rng: Random, n: int, top: int) -> int:
    """A number up to about `top` that often shares a divisor with n, and is not n."""
    shared = rng.choice([d for d in range(1, min(n, top) + 1) if n % d == 0])
    other = shared * spread(rng, 2, max(2, top // shared))
    return other if other != n else other + shared


def remainder_lines(n: int, m: int) -> list[str]:
    """n divided by m down to what is left."""
    return [*divide(n, m), rf"\({n} \equiv {n % m} \pmod{{{m}}}\)"]
