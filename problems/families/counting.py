"""Choosing, distributing, inclusion and exclusion, and probability."""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd
from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.work import divide, euclid, fact, multiply, times


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
        (Worked("product", "Multiply and divide step by step.", tuple(choose(n, k))),),
    )


def binomial(n: int, k: int) -> list[str]:
    return [*choose(n, k), fact(rf"\binom{{{n}}}{{{k}}}", comb(n, k))]


def _diagonals(rng: Random) -> Draft:
    n = rng.randint(5, 40)
    lines = [fact(f"{n} - 3", n - 3), *multiply(n, n - 3)]
    lines.append(fact(rf"{n * (n - 3)} \div 2", n * (n - 3) // 2))
    return Draft(
        ("diagonals", n),
        (
            f"How many diagonals does a convex polygon with {n} sides have?",
            f"Find the number of diagonals of a convex polygon with {n} vertices.",
        ),
        str(n * (n - 3) // 2),
        (Worked("vertices", "Count from each vertex, then halve.", tuple(lines)),),
    )


def _committee(level: int, rng: Random) -> Draft:
    girls, boys = rng.randint(4, 10), rng.randint(4, 10)
    i, j = rng.randint(1, level), rng.randint(1, level)
    one, two = comb(girls, i), comb(boys, j)
    lines = [*binomial(girls, i), *binomial(boys, j), *multiply(one, two)]
    chosen = f"{i} girl{'s' * (i > 1)} and {j} boy{'s' * (j > 1)}"
    return Draft(
        ("committee", girls, boys, i, j),
        (
            f"A team of {chosen} is chosen from {girls} girls and {boys} boys. "
            "In how many ways can this be done?",
            f"From {girls} girls and {boys} boys, how many teams of {chosen} can be formed?",
        ),
        str(one * two),
        (Worked("rule of product", "Choose the girls, then the boys.", tuple(lines)),),
    )


def _at_least_one(rng: Random, level: int) -> Draft:
    girls, boys = rng.randint(2, 7), rng.randint(4, 8 if level == 3 else 10)
    size = rng.randint(2, level)
    n = girls + boys
    without, total = comb(boys, size), comb(n, size)
    lines = [fact(f"{girls} + {boys}", n), *binomial(n, size), *binomial(boys, size)]
    lines.append(fact(f"{total} - {without}", total - without))
    return Draft(
        ("at least one", girls, boys, size),
        (
            f"A team of {size} is chosen from {girls} girls and {boys} boys. "
            "How many teams have at least one girl?",
            f"In how many ways can {size} students be chosen from {girls} girls and {boys} boys "
            "so that at least one girl is chosen?",
        ),
        str(total - without),
        (Worked("complement", "Take away the teams without a girl.", tuple(lines)),),
    )


def _stars(rng: Random) -> Draft:
    total, parts = rng.randint(5, 30), rng.randint(3, 4)
    positive = rng.random() < 0.5
    n = total - 1 if positive else total + parts - 1
    lines = [fact(f"{total} - 1", n)] if positive else [fact(f"{total} + {parts} - 1", n)]
    lines += [fact(f"{parts} - 1", parts - 1), *choose(n, parts - 1)]
    lines.append(fact(rf"\binom{{{n}}}{{{parts - 1}}}", comb(n, parts - 1)))
    names = " + ".join(f"x_{i + 1}" for i in range(parts))
    sort = "positive" if positive else "nonnegative"
    return Draft(
        ("stars", total, parts, sort),
        (
            rf"How many solutions in {sort} integers has \({names} = {total}\)?",
            rf"Find the number of {sort} integer solutions of \({names} = {total}\).",
        ),
        str(comb(n, parts - 1)),
        (Worked("bars", "Place bars between stars.", tuple(lines)),),
    )


def draw_inclusion(level: int, rng: Random) -> Draft:
    top = spread(rng, *((15, 99), (50, 250), (100, 600), (200, 1500))[level - 1])
    a, b = sorted(rng.sample(range(2, (7, 10, 13, 16)[level - 1]), 2))
    if b % a == 0:
        return draw_inclusion(level, rng)
    both = a * b // gcd(a, b)
    counts = [top // a, top // b, top // both]
    lines = []
    for divisor, count in ((a, counts[0]), (b, counts[1])):
        lines += _floor(top, divisor, count)
    lines.append(fact(rf"\operatorname{{lcm}}({a}, {b})", both))
    lines += _floor(top, both, counts[2])
    lines.append(fact(f"{counts[0]} + {counts[1]}", counts[0] + counts[1]))
    union = counts[0] + counts[1] - counts[2]
    lines.append(fact(f"{counts[0] + counts[1]} - {counts[2]}", union))
    if level >= 3 and rng.random() < 0.5:
        lines.append(fact(f"{top} - {union}", top - union))
        return Draft(
            ("neither", top, a, b),
            (
                f"How many of the integers from 1 to {top} are divisible by neither {a} nor {b}?",
                f"Find the number of positive integers up to {top} that are multiples of "
                f"neither {a} nor {b}.",
            ),
            str(top - union),
            (Worked("sieve", "Count the multiples, then take them away.", tuple(lines)),),
        )
    return Draft(
        ("either", top, a, b),
        (
            f"How many of the integers from 1 to {top} are divisible by {a} or {b}?",
            f"Find the number of positive integers up to {top} that are multiples of {a} or {b}.",
            f"How many positive integers not exceeding {top} are divisible by {a} or by {b}?",
        ),
        str(union),
        (Worked("sieve", "Multiples of both are counted twice.", tuple(lines)),),
    )


def _floor(top: int, divisor: int, count: int) -> list[str]:
    known = (top < 100 and divisor <= 5) or top < divisor
    steps = [] if known else divide(top, divisor)
    return [*steps, fact(rf"\lfloor {top} / {divisor} \rfloor", count)]


ASK = "The probability is \\(\\frac{m}{n}\\) in lowest terms. Find \\(m + n\\)."


def draw_probability(level: int, rng: Random) -> Draft:
    if level == 1:
        return _dice(rng)
    red, blue = rng.randint(2, (15, 12, 10)[level - 2]), rng.randint(2, (12, 9, 8)[level - 2])
    drawn = 2 if level < 4 else 3
    if red + blue < drawn + 1 or red < drawn or blue < drawn:
        return draw_probability(level, rng)
    total = red + blue
    lines = [fact(f"{red} + {blue}", total), *choose(total, drawn)]
    lines.append(fact(rf"\binom{{{total}}}{{{drawn}}}", comb(total, drawn)))
    lines += [*choose(red, drawn), fact(rf"\binom{{{red}}}{{{drawn}}}", comb(red, drawn))]
    good, event = comb(red, drawn), "all red" if drawn == 3 else "both red"
    kind = rng.choice(("red", "same", "mixed") if level >= 3 else ("red",))
    if kind == "same":
        other = comb(blue, drawn)
        lines += [*choose(blue, drawn), fact(rf"\binom{{{blue}}}{{{drawn}}}", other)]
        lines.append(fact(f"{good} + {other}", good + other))
        good, event = good + other, "of the same colour"
    elif kind == "mixed":
        rest = comb(total, drawn) - good
        lines.append(fact(f"{comb(total, drawn)} - {good}", rest))
        good, event = rest, "not all red"
    lines += _lowest(good, comb(total, drawn))
    ratio = Fraction(good, comb(total, drawn))
    lines.append(
        fact(f"{ratio.numerator} + {ratio.denominator}", ratio.numerator + ratio.denominator)
    )
    return Draft(
        (kind, red, blue, drawn),
        (
            f"A bag holds {red} red and {blue} blue balls. {_WORD[drawn]} are drawn at random "
            f"without replacement. What is the probability that they are {event}? {ASK}",
            f"From a bag with {red} red and {blue} blue balls, {drawn} balls are drawn together. "
            f"Find the probability that they are {event}. {ASK}",
        ),
        str(ratio.numerator + ratio.denominator),
        (Worked("counting", "Divide the good choices by all choices.", tuple(lines)),),
    )


_WORD = {2: "Two", 3: "Three"}


def _lowest(a: int, b: int) -> list[str]:
    """The fraction a/b in lowest terms, with the common divisor found by Euclid."""
    g = gcd(a, b)
    lines = [*euclid(b, a), fact(rf"\gcd({b}, {a})", g)]
    if g > 1:
        for value in (a, b):
            steps = divide(value, g) if value >= 100 and g > 9 else []
            lines += [*steps, fact(rf"{value} \div {g}", value // g)]
    return lines


def _dice(rng: Random) -> Draft:
    """Dice with an odd number of faces are reserved for evaluation, all of them."""
    even = rng.random() < 0.7
    sizes = (4, 6, 8, 10, 12) if even else (4, 5, 6, 7, 8, 9, 10, 11, 12)
    faces, other = rng.choice(sizes), rng.choice(sizes)
    total = rng.randint(2, faces + other)
    hits = [i for i in range(1, faces + 1) if 1 <= total - i <= other]
    good, size = len(hits), faces * other
    lines = [fact(times(faces, other), size)]
    lines += [fact(f"{i} + {total - i}", total) for i in hits]
    lines += _lowest(good, size)
    ratio = Fraction(good, size)
    whole = ratio.numerator + ratio.denominator
    lines.append(fact(f"{ratio.numerator} + {ratio.denominator}", whole))
    return Draft(
        ("dice", faces, other, total),
        (
            f"A die with {faces} faces and a die with {other} faces are rolled. "
            f"What is the probability that the sum is {total}? {ASK}",
            f"Two dice have {faces} and {other} faces. They are rolled once. "
            f"Find the probability that the sum is {total}. {ASK}",
        ),
        str(whole),
        (Worked("listing", "List the good outcomes.", tuple(lines)),),
        reserved=bool(faces % 2 or other % 2),
    )
