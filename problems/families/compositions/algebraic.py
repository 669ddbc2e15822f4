"""Roots, systems, series and recurrences whose value goes into a second question."""

from __future__ import annotations

from math import gcd
from random import Random

from problems.families.algebra import add, term
from problems.families.base import Draft, Worked
from problems.families.compositions.joints import (
    base_asked,
    divisors_asked,
    gcd_asked,
    joined,
    partner,
    remainder_lines,
    worded,
)
from problems.families.geometry import squares
from problems.families.modular import by_cycle, by_squaring
from problems.families.quadratics import (
    draw_roots,
    equation,
    root_by_factors,
    root_by_formula,
    square_sum,
)
from problems.families.sequences import (
    draw_arithmetic,
    recurrence_terms,
    sum_by_pairs,
    sum_by_parts,
)
from problems.families.systems import draw_equations, equation_texts, solution_ways
from problems.families.work import congruent, fact, multiply


def roots_remainder(level: int, rng: Random) -> Draft:
    """r^k + s^k modulo m by Newton's recurrence, whole or reduced at every step."""
    total = rng.randint(3, (7, 8, 8, 9)[level - 1])
    product = rng.randint(1, total * total // 4)
    exponent = (2, 3, 4, rng.randint(4, 5))[level - 1]
    modulus = rng.randint(5, (12, 15, 20, 30)[level - 1])
    sums = [2, total]
    while len(sums) <= exponent:
        sums.append(total * sums[-1] - product * sums[-2])
    text, shown = equation(total, product), f"r^{exponent} + s^{exponent}"
    known = [fact("r + s", total), fact("rs", product)]
    plan = "Go from power sum to power sum"
    return Draft(
        ("roots", total, product, exponent, modulus),
        (
            rf"Let \(r\) and \(s\) be the roots of \({text}\). "
            rf"Find the remainder when \({shown}\) is divided by {modulus}.",
            rf"The roots of \({text}\) are \(r\) and \(s\). "
            rf"What is the remainder of \({shown}\) on division by {modulus}?",
        ),
        str(sums[-1] % modulus),
        (
            Worked(
                "newton",
                f"{plan}, divide at the end.",
                (
                    *known,
                    *_power_sums(total, product, exponent),
                    *remainder_lines(sums[-1], modulus),
                ),
            ),
            Worked(
                "reduced",
                f"{plan}, reduced modulo {modulus}.",
                (*known, *_reduced_sums(total, product, exponent, modulus)),
            ),
        ),
    )


def _power_sums(total: int, product: int, exponent: int) -> list[str]:
    """S_k = (r + s)·S_(k−1) − rs·S_(k−2) for the power sums S_k = r^k + s^k."""
    sums, lines = [2, total], []
    for k in range(2, exponent + 1):
        one, two = total * sums[-1], product * sums[-2]
        lines += [*multiply(sums[-1], total), *multiply(sums[-2], product)]
        lines.append(fact(f"S_{k} = {one} - {two}", one - two))
        sums.append(one - two)
    return lines


def _reduced_sums(total: int, product: int, exponent: int, m: int) -> list[str]:
    sums, lines = [2 % m, total % m], [congruent(total, total % m, m)]
    for k in range(2, exponent + 1):
        one, two = total * sums[-1], product * sums[-2]
        rest = (one - two) % m
        lines += [*multiply(sums[-1], total), *multiply(sums[-2], product), add(one, -two)]
        lines += [congruent(one - two, rest, m), congruent(f"S_{k}", rest, m)]
        sums.append(rest)
    return lines


def root_power(level: int, rng: Random) -> Draft:
    r, s = draw_roots(min(level, 2), rng)
    n = max(r, s)
    exponent = rng.randint(*((2, 3), (3, 6), (5, 12), (10, 40))[level - 1])
    modulus = rng.randint(3, (10, 12, 15, 20)[level - 1])
    answer = pow(n, exponent, modulus)
    if n % modulus < 2 or not answer:
        return root_power(level, rng)
    text = equation(r + s, r * s)
    opening = (
        rf"Let \(N\) be the larger root of \({text}\).",
        rf"The larger solution of \({text}\) is \(N\).",
    )
    asked = (
        rf"Find the remainder when \(N^{{{exponent}}}\) is divided by {modulus}.",
        rf"What is the remainder of \(N^{{{exponent}}}\) on division by {modulus}?",
    )
    square = by_squaring(n, exponent, modulus).lines
    formula, factors = root_by_formula(r, s, n), root_by_factors(r, s)
    pair = f"Find two numbers with product {r * s} and sum {r + s}"
    worked = [
        joined("formula", "Solve by the formula, then square and reduce.", formula, n, square),
        joined("factors", f"{pair}, then square and reduce.", factors, n, square),
    ]
    if gcd(n, modulus) == 1 and (cycle := by_cycle(n, exponent, modulus)):
        worked[1] = joined(
            "factors", f"{pair}, then find where the powers repeat.", factors, n, cycle.lines
        )
    return Draft(
        ("root", min(r, s), max(r, s), exponent, modulus),
        worded(opening, asked),
        str(answer),
        tuple(worked),
    )


def roots_triangle(level: int, rng: Random) -> Draft:
    """The square of the hypotenuse, or of a box's diagonal, from roots that are lengths."""
    top = (12, 16, 25, 40)[level - 1]
    r, s = (rng.randint(1, top) for _ in range(2))
    height = rng.randint(2, top) if level >= 3 else 0
    if r == s:
        return roots_triangle(level, rng)
    total, product = r + s, r * s
    flat = r * r + s * s
    text = equation(total, product)
    legs = f"The legs of a right triangle are the roots of \\({text}\\)."
    sides = f"The sides of a rectangle are the roots of \\({text}\\)."
    wordings = (
        f"{legs} Find the square of its hypotenuse.",
        f"{sides} Find the square of its diagonal.",
    )
    if height:
        wordings = (
            f"Two edges of a box are the roots of \\({text}\\), the third edge is {height}. "
            "Find the square of its space diagonal.",
            f"The base of a box has the roots of \\({text}\\) as sides, the height is {height}. "
            "What is the square of its space diagonal?",
        )
    last = [*multiply(height, height), add(flat, height * height)] if height else []
    roots = root_by_factors(r, s)
    return Draft(
        ("triangle", *sorted((r, s)), height),
        wordings,
        str(flat + height * height),
        (
            Worked(
                "vieta",
                "Use the sum and the product of the roots, then Pythagoras.",
                (*square_sum(total, product), *last),
            ),
            Worked(
                "roots",
                f"Find two numbers with product {product} and sum {total}, then use Pythagoras.",
                (*roots, *squares(*sorted((r, s))), *last),
            ),
        ),
    )


def system_divisors(level: int, rng: Random) -> Draft:
    x, y = (rng.randint(2, (9, 12, 15, 24)[level - 1]) for _ in range(2))
    numbers = draw_equations(level, x, y, rng)
    first, second = equation_texts(numbers)
    question = rng.choice(("count", "sum"))
    _, answer, lines = divisors_asked(question, x * y)
    asked = {"count": "number of positive divisors", "sum": "sum of the positive divisors"}
    return Draft(
        ("system", question, *numbers[:4], x, y),
        (
            rf"If \({first}\) and \({second}\), find the {asked[question]} of \(xy\).",
            rf"Suppose \({first}\) and \({second}\). Find the {asked[question]} of \(xy\).",
        ),
        str(answer),
        tuple(
            Worked(name, f"{plan[:-1]}, then factor.", (*found, *multiply(x, y), *lines))
            for name, plan, found in solution_ways(level, numbers)
        ),
    )


def series_gcd(level: int, rng: Random) -> Draft:
    first, step, count = draw_arithmetic(level, rng)
    n = (2 * first + (count - 1) * step) * count // 2
    other = partner(rng, n, (60, 150, 400, 1500)[level - 1])
    if n % other == 0 or other % n == 0:
        return series_gcd(level, rng)
    asked, answer, lines = gcd_asked(n, other)
    shown = rf"\({first}, {first + step}, {first + 2 * step}, \ldots\)"
    opening = (
        rf"Let \(N\) be the sum of the first {count} terms of the arithmetic sequence {shown}",
        rf"The first {count} terms of the arithmetic sequence {shown} add up to \(N\).",
    )
    gap = fact(f"{first + step} - {first}", step)
    pairs, parts = sum_by_pairs(first, step, count), [gap, *sum_by_parts(first, step, count)]
    return Draft(
        ("series", first, step, count, other),
        worded(opening, asked),
        str(answer),
        (
            joined("pairing", "Pair the terms, then use Euclid.", pairs, n, lines),
            joined("split", "Add first terms and differences, then use Euclid.", parts, n, lines),
        ),
    )


def recurrence_base(level: int, rng: Random) -> Draft:
    p, q = rng.randint(1, 3), rng.randint(0, (1, 1, 2, 3)[level - 1])
    c = rng.randint(0, 4) if q == 0 else 0
    seeds = [rng.randint(1, 4), rng.randint(1, 5)] if q else [rng.randint(1, 6)]
    count = rng.randint(4, (5, 6, 7, 8)[level - 1])
    base = rng.choice((range(3, 6), range(3, 8), range(3, 10), range(4, 10))[level - 1])
    lines, values = recurrence_terms(p, q, c, seeds, count)
    n = values[-1]
    low, high = ((8, 60), (15, 200), (50, 600), (200, 3000))[level - 1]
    if not low <= n <= high or (p == 1 and q == 0):
        return recurrence_base(level, rng)
    asked, answer, last = base_asked(n, base)
    rule = "a_{n+1} = " + term(p, "a_n", first=True) + term(q, "a_{n-1}") + term(c, "")
    start = ", ".join(f"a_{i + 1} = {v}" for i, v in enumerate(seeds))
    opening = (
        rf"A sequence has \({start}\) and \({rule}\). Let \(N = a_{count}\).",
        rf"Let \({start}\) and \({rule}\), and let \(N = a_{count}\).",
    )
    plan = "Work out the terms, then divide by the base again and again."
    return Draft(
        ("recurrence", p, q, c, *seeds, count, base),
        worded(opening, asked),
        answer,
        (joined("terms", plan, lines, n, last),),
    )
