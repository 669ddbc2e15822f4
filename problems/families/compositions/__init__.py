"""Problems made of two families, as contests like them: the first answer feeds the second question.

The lines of work are those of the single families; a line `N = 12` between them names what goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from problems.families.base import Draft
from problems.families.compositions import algebraic, counted, numeric
from problems.families.depth import deep

Kinds = dict[str, Callable[[int, Random], Draft]]

NUMBER: Kinds = {
    "gcd, divisors": numeric.gcd_divisors,
    "base, divisors": numeric.base_divisors,
    "crt, divisors": numeric.crt_divisors,
    "crt, digits": numeric.crt_digits,
    "factorial, power": numeric.zeros_power,
    "lcm, base": numeric.lcm_base,
}
ALGEBRA: Kinds = {
    "roots, remainder": algebraic.roots_remainder,
    "root, power": algebraic.root_power,
    "roots, triangle": algebraic.roots_triangle,
    "system, divisors": algebraic.system_divisors,
    "series, gcd": algebraic.series_gcd,
    "recurrence, base": algebraic.recurrence_base,
}
COUNTING: Kinds = {
    "choose, remainder": counted.choose_remainder,
    "choose, divisors": counted.choose_divisors,
    "multiples, probability": counted.multiples_probability,
    "multiples, divisors": counted.multiples_divisors,
    "distance, base": counted.distance_base,
    "area, gcd": counted.area_gcd,
}


@deep
def draw_number(level: int, rng: Random) -> Draft:
    return rng.choice(list(NUMBER.values()))(level, rng)


@deep
def draw_algebra(level: int, rng: Random) -> Draft:
    return rng.choice(list(ALGEBRA.values()))(level, rng)


@deep
def draw_counting(level: int, rng: Random) -> Draft:
    return rng.choice(list(COUNTING.values()))(level, rng)
