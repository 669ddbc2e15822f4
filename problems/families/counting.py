"""Choosing and distributing."""

from __future__ import annotations

from math import comb, factorial, prod
from random import Random

from problems.families.base import Draft, Worked
from problems.families.depth import deep
from problems.families.work import (
    divide,
    fact,
    multiply,
    running_product,
    running_sum,
    times,
)

COLUMNS = 10  # Pascal's triangle is written down to this row


def choose(n: int, k: int) -> list[str]:
    """The binomial coefficient as a product, dividing as early as possible."""
    k = min(k, n - k)
    value, lines = n, []
    if k > 1:
        above, below = times(*range(n, n - k, -1)), times(*range(1, k + 1))
        lines.append(fact(rf"\binom{{{n}}}{{{k}}}", rf"\frac{{{above}}}{{{below}}}"))
    for i in range(2, k + 1):
        factor = n - i + 1
        lines += multiply(value, factor)
        lines.append(fact(rf"{value * factor} \div {i}", value * factor // i))
        value = value * factor // i
    return lines


def binomial(n: int, k: int) -> list[str]:
    return [*choose(n, k), fact(rf"\binom{{{n}}}{{{k}}}", comb(n, k))]


def _columns(n: int, k: int) -> list[str]:
    """Pascal's triangle, column by column: each entry adds what stands above and beside it."""
    k = min(k, n - k)
    column, lines = list(range(1, n - k + 2)), []
    for _ in range(k - 1):
        sums = [column[0]]
        for entry in column[1:]:
            lines.append(fact(f"{sums[-1]} + {entry}", sums[-1] + entry))
            sums.append(sums[-1] + entry)
        column = sums
    return [*lines, fact(rf"\binom{{{n}}}{{{k}}}", comb(n, k))]


def _quotient(n: int, k: int) -> list[str]:
    """All of the numerator, all of the denominator, one division."""
    k = min(k, n - k)
    above, below = list(range(n, n - k, -1)), list(range(2, k + 1))
    return [
        *running_product(above),
        *running_product(below),
        *divide(prod(above), factorial(k)),
        fact(rf"{prod(above)} \div {factorial(k)}", comb(n, k)),
    ]


def choose_methods(n: int, k: int) -> tuple[Worked, ...]:
    worked = [Worked("product", "Multiply and divide step by step.", tuple(choose(n, k)))]
    if n <= COLUMNS and min(k, n - k) > 1:
        worked.append(Worked("pascal", "Add along Pascal's triangle.", tuple(_columns(n, k))))
    if 3 <= min(k, n - k) <= 4:
        worked.append(Worked("quotient", "Multiply all, then divide once.", tuple(_quotient(n, k))))
    return tuple(worked)


@deep
def draw_choose(level: int, rng: Random) -> Draft:
    form = rng.random()
    if level == 4:
        return _stars(rng) if form < 0.6 else _at_least_one(rng, 4)
    if level == 1 and form < 0.3:
        return _diagonals(rng)
    if (level == 2 and form < 0.5) or (level == 3 and form < 0.4):
        return _committee(level, rng)
    if level == 3 and form < 0.7:
        return _at_least_one(rng, 3)
    n = rng.randint(4, (40, 22, 16)[level - 1])
    k = rng.randint(2, (2, 3, 4)[level - 1])
    if k > n - 2:
        return draw_choose(level, rng)
    things = rng.choice(("books", "students", "cards", "points", "colours"))
    return Draft(
        ("choose", n, k),
        (
            f"In how many ways can {k} {things} be chosen from {n} {things}?",
            f"How many subsets with {k} elements does a set with {n} elements have?",
            rf"Compute \(\binom{{{n}}}{{{k}}}\).",
        ),
        str(comb(n, k)),
        choose_methods(n, k),
    )


def _diagonals(rng: Random) -> Draft:
    n = rng.randint(5, 40)
    lines = [fact(f"{n} - 3", n - 3), *multiply(n, n - 3)]
    lines.append(fact(rf"{n * (n - 3)} \div 2", n * (n - 3) // 2))
    pairs = [*binomial(n, 2), fact(f"{comb(n, 2)} - {n}", comb(n, 2) - n)]
    return Draft(
        ("diagonals", n),
        (
            f"How many diagonals does a convex polygon with {n} sides have?",
            f"Find the number of diagonals of a convex polygon with {n} vertices.",
        ),
        str(n * (n - 3) // 2),
        (
            Worked("vertices", "Count from each vertex, then halve.", tuple(lines)),
            Worked("segments", "Count all segments, take away the sides.", tuple(pairs)),
        ),
    )


def _committee(level: int, rng: Random) -> Draft:
    girls, boys = rng.randint(4, 10), rng.randint(4, 10)
    i, j = rng.randint(1, level), rng.randint(1, level)
    one, two = comb(girls, i), comb(boys, j)
    lines = [*binomial(girls, i), *binomial(boys, j), *multiply(one, two)]
    worked = [Worked("rule of product", "Choose the girls, then the boys.", tuple(lines))]
    if min(i, girls - i) > 1 and min(j, boys - j) > 1:
        pascal = [*_columns(girls, i), *_columns(boys, j), *multiply(one, two)]
        worked.append(Worked("pascal", "Use Pascal's triangle twice.", tuple(pascal)))
    chosen = f"{i} girl{'s' * (i > 1)} and {j} boy{'s' * (j > 1)}"
    return Draft(
        ("committee", girls, boys, i, j),
        (
            f"A team of {chosen} is chosen from {girls} girls and {boys} boys. "
            "In how many ways can this be done?",
            f"From {girls} girls and {boys} boys, how many teams of {chosen} can be formed?",
        ),
        str(one * two),
        tuple(worked),
    )


def _at_least_one(rng: Random, level: int) -> Draft:
    girls, boys = rng.randint(2, 7), rng.randint(4, 8 if level == 3 else 10)
    size = rng.randint(2, level)
    n = girls + boys
    without, total = comb(boys, size), comb(n, size)
    lines = [fact(f"{girls} + {boys}", n), *binomial(n, size), *binomial(boys, size)]
    lines.append(fact(f"{total} - {without}", total - without))
    cases, counts = [], []
    for some in range(1, min(girls, size) + 1):
        for pool, chosen in ((girls, some), (boys, size - some)):
            if chosen:
                cases += binomial(pool, chosen)
        if some < size:
            cases += multiply(comb(girls, some), comb(boys, size - some))
        counts.append(comb(girls, some) * comb(boys, size - some))
    return Draft(
        ("at least one", girls, boys, size),
        (
            f"A team of {size} is chosen from {girls} girls and {boys} boys. "
            "How many teams have at least one girl?",
            f"In how many ways can {size} students be chosen from {girls} girls and {boys} boys "
            "so that at least one girl is chosen?",
        ),
        str(total - without),
        (
            Worked("complement", "Take away the teams without a girl.", tuple(lines)),
            Worked("cases", "Go by the number of girls.", (*cases, *running_sum(counts))),
        ),
    )


def _stars(rng: Random) -> Draft:
    total, parts = rng.randint(5, 30), rng.randint(3, 4)
    positive = rng.random() < 0.5
    n = total - 1 if positive else total + parts - 1
    lines = [fact(f"{total} - 1", n)] if positive else [fact(f"{total} + {parts} - 1", n)]
    lines += [fact(f"{parts} - 1", parts - 1), *choose(n, parts - 1)]
    lines.append(fact(rf"\binom{{{n}}}{{{parts - 1}}}", comb(n, parts - 1)))
    worked = [Worked("bars", "Place bars between stars.", tuple(lines))]
    if n <= 16:
        # With the last unknowns fixed, the counts are a column of Pascal's triangle.
        layers = [lines[0], lines[1], *_columns(n, parts - 1)]
        worked.append(Worked("layers", "Add up layer by layer.", tuple(layers)))
    names = " + ".join(f"x_{i + 1}" for i in range(parts))
    sort = "positive" if positive else "nonnegative"
    return Draft(
        ("stars", total, parts, sort),
        (
            rf"How many solutions in {sort} integers has \({names} = {total}\)?",
            rf"Find the number of {sort} integer solutions of \({names} = {total}\).",
        ),
        str(comb(n, parts - 1)),
        tuple(worked),
    )
