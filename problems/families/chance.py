"""Probabilities of drawing balls and of rolling dice, told as m + n."""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd, prod
from random import Random

from problems.families.base import Draft, Worked
from problems.families.counting import binomial
from problems.families.depth import deep
from problems.families.work import divide, euclid, fact, running_product, times

ASK = "The probability is \\(\\frac{m}{n}\\) in lowest terms. Find \\(m + n\\)."
_WORD = {2: "Two", 3: "Three"}


@deep
def draw_probability(level: int, rng: Random) -> Draft:
    if level == 1:
        return _dice(rng)
    red, blue = rng.randint(2, (15, 12, 10)[level - 2]), rng.randint(2, (12, 9, 8)[level - 2])
    drawn = 2 if level < 4 else 3
    if red + blue < drawn + 1 or red < drawn or blue < drawn:
        return draw_probability(level, rng)
    kind = rng.choice(("red", "same", "mixed") if level >= 3 else ("red",))
    event = {
        "red": "all red" if drawn == 3 else "both red",
        "same": "of the same colour",
        "mixed": "not all red",
    }[kind]
    good, total = comb(red, drawn), comb(red + blue, drawn)
    favourable = {"red": good, "same": good + comb(blue, drawn), "mixed": total - good}[kind]
    return Draft(
        (kind, red, blue, drawn),
        (
            f"A bag holds {red} red and {blue} blue balls. {_WORD[drawn]} are drawn at random "
            f"without replacement. What is the probability that they are {event}? {ASK}",
            f"From a bag with {red} red and {blue} blue balls, {drawn} balls are drawn together. "
            f"Find the probability that they are {event}. {ASK}",
        ),
        str(whole(favourable, total)),
        (
            Worked(
                "counting",
                "Divide the good choices by all choices.",
                tuple(_by_choices(kind, red, blue, drawn)),
            ),
            Worked(
                "one by one",
                "Count the draws one ball after the other.",
                tuple(_by_draws(kind, red, blue, drawn)),
            ),
        ),
    )


def whole(good: int, total: int) -> int:
    """m + n for the probability good/total = m/n in lowest terms."""
    ratio = Fraction(good, total)
    return ratio.numerator + ratio.denominator


def _by_choices(kind: str, red: int, blue: int, drawn: int) -> list[str]:
    total, good, other = comb(red + blue, drawn), comb(red, drawn), comb(blue, drawn)
    lines = [fact(f"{red} + {blue}", red + blue), *binomial(red + blue, drawn)]
    lines += binomial(red, drawn)
    if kind == "same":
        lines += binomial(blue, drawn)
    return lines + _favourable(kind, good, other, total)


def _by_draws(kind: str, red: int, blue: int, drawn: int) -> list[str]:
    total, good, other = (list(range(n, n - drawn, -1)) for n in (red + blue, red, blue))
    lines = [fact(f"{red} + {blue}", red + blue)]
    lines += [*running_product(total), *running_product(good)]
    if kind == "same":
        lines += running_product(other)
    return lines + _favourable(kind, prod(good), prod(other), prod(total))


def _favourable(kind: str, good: int, other: int, total: int) -> list[str]:
    """From the counts of all-red and all-blue draws to m + n."""
    if kind == "same":
        return [fact(f"{good} + {other}", good + other), *lowest(good + other, total)]
    if kind == "mixed":
        return [fact(f"{total} - {good}", total - good), *lowest(total - good, total)]
    return lowest(good, total)


def lowest(a: int, b: int) -> list[str]:
    """The fraction a/b in lowest terms, the common divisor found by Euclid, and m + n."""
    g = gcd(a, b)
    lines = [*euclid(b, a), fact(rf"\gcd({b}, {a})", g)]
    if g > 1:
        for value in (a, b):
            steps = divide(value, g) if value >= 100 and g > 9 else []
            lines += [*steps, fact(rf"{value} \div {g}", value // g)]
    return [*lines, fact(f"{a // g} + {b // g}", (a + b) // g)]


def _dice(rng: Random) -> Draft:
    """Dice with an odd number of faces are reserved for evaluation, all of them."""
    even = rng.random() < 0.7
    sizes = (4, 6, 8, 10, 12) if even else (4, 5, 6, 7, 8, 9, 10, 11, 12)
    faces, other = rng.choice(sizes), rng.choice(sizes)
    total = rng.randint(2, faces + other)
    hits = [i for i in range(1, faces + 1) if 1 <= total - i <= other]
    low, high, size = hits[0], hits[-1], faces * other
    outcomes = fact(times(faces, other), size)
    ends = [fact(f"{i} + {total - i}", total) for i in dict.fromkeys((low, high))]
    spanned = [fact(f"{high} - {low}", high - low), fact(f"{high - low} + 1", len(hits))]
    return Draft(
        ("dice", faces, other, total),
        (
            f"A die with {faces} faces and a die with {other} faces are rolled. "
            f"What is the probability that the sum is {total}? {ASK}",
            f"Two dice have {faces} and {other} faces. They are rolled once. "
            f"Find the probability that the sum is {total}. {ASK}",
        ),
        str(whole(len(hits), size)),
        (
            Worked(
                "listing",
                "List the good outcomes.",
                (
                    outcomes,
                    *(fact(f"{i} + {total - i}", total) for i in hits),
                    *lowest(len(hits), size),
                ),
            ),
            Worked(
                "range",
                "Find the least and the greatest first die.",
                (outcomes, *ends, *spanned, *lowest(len(hits), size)),
            ),
        ),
        reserved=bool(faces % 2 or other % 2),
    )
