"""Families of generated problems, for practice variants and for training alike.

>>> from random import Random
>>> FAMILIES["gcd"].generate(2, Random(1)).statement  # doctest: +SKIP
"""

from __future__ import annotations

from problems.families import (
    algebra,
    bases,
    chance,
    compositions,
    counting,
    geometry,
    modular,
    multiples,
    number_theory,
    quadratics,
    sequences,
    systems,
)
from problems.families.base import (
    Draft,
    Family,
    GeneratedProblem,
    Worked,
    write_solution,
)
from problems.families.programs import PROGRAMS
from problems.families.split import HELD_OUT_SHARE, is_held_out

__all__ = [
    "COMPOSITIONS",
    "EVERY",
    "FAMILIES",
    "HELD_OUT_SHARE",
    "PROGRAMS",
    "Draft",
    "Family",
    "GeneratedProblem",
    "Worked",
    "is_held_out",
    "write_solution",
]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("evaluate", "Expressions", "Algebra", algebra.draw_evaluate),
        Family("linear", "Linear equations", "Algebra", algebra.draw_linear),
        Family("system", "Two equations", "Algebra", systems.draw_system),
        Family("quadratic", "Quadratics and Vieta", "Algebra", quadratics.draw_quadratic),
        Family("gcd", "Common divisors", "Number theory", number_theory.draw_gcd),
        Family("divisors", "Divisor functions", "Number theory", number_theory.draw_divisors),
        Family("factorial", "Primes in factorials", "Number theory", number_theory.draw_factorial),
        Family("bases", "Number bases", "Number theory", bases.draw_bases),
        Family("power_mod", "Powers and remainders", "Number theory", modular.draw_power_mod),
        Family("crt", "Simultaneous remainders", "Number theory", modular.draw_crt),
        Family("series", "Series", "Sequences", sequences.draw_series),
        Family("recurrence", "Recurrences", "Sequences", sequences.draw_recurrence),
        Family("choose", "Choosing", "Combinatorics", counting.draw_choose),
        Family("inclusion", "Inclusion and exclusion", "Combinatorics", multiples.draw_inclusion),
        Family("probability", "Probability", "Probability", chance.draw_probability),
        Family("area", "Areas in the plane", "Geometry", geometry.draw_area),
        Family("distance", "Distances", "Geometry", geometry.draw_distance),
    )
}

COMPOSITIONS: dict[str, Family] = {
    family.name: family
    for family in (
        Family("compose_number", "Numbers in two steps", "Number theory", compositions.draw_number),
        Family("compose_algebra", "Algebra in two steps", "Algebra", compositions.draw_algebra),
        Family(
            "compose_counting", "Counting in two steps", "Combinatorics", compositions.draw_counting
        ),
    )
}
EVERY: dict[str, Family] = FAMILIES | COMPOSITIONS | PROGRAMS
