"""Rows of single facts: what a model practises before it meets problems."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from problems.families.base import spread
from problems.families.work import congruent, fact, times

STATEMENT = "Write single facts."


def _sum(rng: Random) -> str:
    top = rng.choice((30, 100, 300, 999, 3000))
    a, b = spread(rng, 1, top), spread(rng, 1, top)
    return fact(f"{a} + {b}", a + b)


def _difference(rng: Random) -> str:
    top = rng.choice((30, 100, 300, 999, 3000))
    a, b = spread(rng, 1, top), spread(rng, 1, top)
    if a < b and rng.random() < 0.5:
        a, b = b, a
    return fact(f"{a} - {b}", a - b)


def _near_difference(rng: Random) -> str:
    """What a division leaves: a number and a multiple just below it."""
    m = spread(rng, 3, rng.choice((20, 99, 400)))
    b = m * rng.randint(1, 9) * rng.choice((1, 1, 10))
    a = b + rng.randrange(m)
    return fact(f"{a} - {b}", a - b)


def _product(rng: Random) -> str:
    a = rng.randint(2, 9) * rng.choice((1, 1, 1, 10, 10, 100))
    b = spread(rng, 2, rng.choice((12, 99, 99, 500)))
    if rng.random() < 0.3:
        a, b = b, a
    return fact(times(a, b), a * b)


def _square(rng: Random) -> str:
    a = rng.randint(2, 12)
    b = rng.randint(2, 12)
    return fact(times(a, b), a * b)


def _quotient(rng: Random) -> str:
    b = rng.randint(2, 12)
    a = b * spread(rng, 1, rng.choice((12, 60, 150)))
    return fact(rf"{a} \div {b}", a // b)


def _root(rng: Random) -> str:
    a = rng.randint(2, 60)
    return fact(rf"\sqrt{{{a * a}}}", a)


def _residue(rng: Random) -> str:
    m = rng.randint(2, 15)
    a = rng.randint(m, rng.choice((60, 200)))
    return congruent(a, a % m, m)


def _with_remainder(rng: Random) -> str:
    m = rng.randint(2, 12)
    a = rng.randint(1, 99)
    return fact(str(a), f"{times(m, a // m)} + {a % m}")


def _signed(rng: Random) -> str:
    a, b = rng.randint(-40, 60), rng.randint(1, 60)
    return fact(f"{a} + {b}", a + b) if rng.random() < 0.5 else fact(f"{a} - {b}", a - b)


def _signed_product(rng: Random) -> str:
    a, b = rng.randint(-12, 25), rng.randint(-12, 25)
    shown = [str(v) if v >= 0 else f"({v})" for v in (a, b)]
    return fact(times(*shown), a * b)


KINDS: tuple[Callable[[Random], str], ...] = (
    _sum, _sum, _difference, _near_difference, _near_difference, _product, _product, _product,
    _square, _quotient, _root, _residue, _with_remainder, _signed, _signed_product,
)  # fmt: skip


def drill(rng: Random, count: int) -> str:
    """`count` unrelated facts, one per line; only the right-hand sides can be learnt."""
    return "\n".join(rng.choice(KINDS)(rng) for _ in range(count))
