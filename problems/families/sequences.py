"""Arithmetic and geometric series, and recurrences worked term by term."""

from __future__ import annotations

from random import Random

from problems.families.algebra import add, term
from problems.families.base import Draft, Worked
from problems.families.depth import deep
from problems.families.work import divide, fact, multiply, running_sum, times

SHORT = 12  # terms that may be written out one after the other


@deep
def draw_series(level: int, rng: Random) -> Draft:
    if (level == 4 and rng.random() < 0.6) or (level == 3 and rng.random() < 0.3):
        return _geometric(level, rng)
    first, step, count = draw_arithmetic(level, rng)
    last = first + (count - 1) * step
    shown = rf"\({first}, {first + step}, {first + 2 * step}, \ldots\)"
    if level == 1 or (level == 2 and rng.random() < 0.3):
        worked = [
            Worked(
                "formula",
                "Add the difference one time fewer.",
                tuple(_to_last(first, step, count)),
            )
        ]
        if count <= SHORT:
            terms = [fact(f"{first + step} - {first}", step)]
            terms += [fact(f"{t} + {step}", t + step) for t in range(first + step, last, step)]
            worked.append(Worked("terms", "Write the terms.", tuple(terms)))
        return Draft(
            ("term", first, step, count),
            (
                f"Find term number {count} of the arithmetic sequence {shown}",
                f"The arithmetic sequence {shown} goes on. What is its term number {count}?",
            ),
            str(last),
            tuple(worked),
        )
    if level == 3 and rng.random() < 0.5:
        return _span(first, step, count)
    return Draft(
        ("sum", first, step, count),
        (
            f"Find the sum of the first {count} terms of the arithmetic sequence {shown}",
            f"What do the first {count} terms of the arithmetic sequence {shown} add up to?",
        ),
        str((first + last) * count // 2),
        (
            Worked(
                "pairing",
                "Pair the first term with the last.",
                tuple(sum_by_pairs(first, step, count)),
            ),
            Worked(
                "split",
                "Add the first terms and the differences apart.",
                (
                    fact(f"{first + step} - {first}", step),
                    *sum_by_parts(first, step, count),
                ),
            ),
        ),
    )


def draw_arithmetic(level: int, rng: Random) -> tuple[int, int, int]:
    """First term, difference, and number of terms."""
    return (
        rng.randint(1, (9, 15, 30, 50)[level - 1]),
        rng.randint(2, (6, 9, 12, 15)[level - 1]),
        rng.randint(4, (12, 15, 20, 40)[level - 1]),
    )


def _to_last(first: int, step: int, count: int) -> list[str]:
    return [
        fact(f"{first + step} - {first}", step),
        fact(f"{count} - 1", count - 1),
        *multiply(count - 1, step),
        fact(f"{first} + {(count - 1) * step}", first + (count - 1) * step),
    ]


def _half_product(total: int, count: int) -> list[str]:
    """total × count ÷ 2, halving the even one of them first."""
    if count % 2 == 0:
        return [fact(rf"{count} \div 2", count // 2), *multiply(total, count // 2)]
    return [fact(rf"{total} \div 2", total // 2), *multiply(total // 2, count)]


def sum_by_pairs(first: int, step: int, count: int) -> list[str]:
    last = first + (count - 1) * step
    return [
        *_to_last(first, step, count),
        add(first, last),
        *_half_product(first + last, count),
    ]


def sum_by_parts(first: int, step: int, count: int) -> list[str]:
    """count × first and step × (0 + 1 + … + (count − 1)), added."""
    layers = count * (count - 1) // 2
    return [
        *multiply(count, first),
        fact(f"{count} - 1", count - 1),
        *_half_product(count - 1, count),
        *multiply(layers, step),
        fact(f"{count * first} + {layers * step}", count * first + layers * step),
    ]


def _span(first: int, step: int, count: int) -> Draft:
    last = first + (count - 1) * step
    counted = [
        fact(f"{first + step} - {first}", step),
        fact(f"{last} - {first}", last - first),
        fact(rf"{last - first} \div {step}", count - 1),
        fact(f"{count - 1} + 1", count),
    ]
    pairs = [*counted, add(first, last), *_half_product(first + last, count)]
    listed = rf"{first} + {first + step} + {first + 2 * step} + \cdots + {last}"
    return Draft(
        ("span", first, step, count),
        (
            rf"Find the sum \({listed}\).",
            rf"Compute \({listed}\).",
        ),
        str((first + last) * count // 2),
        (
            Worked("count", "Count the terms first.", tuple(pairs)),
            Worked(
                "split",
                "Count the terms, then add the first terms and the differences apart.",
                (*counted, *sum_by_parts(first, step, count)),
            ),
        ),
    )


def _geometric(level: int, rng: Random) -> Draft:
    ratio = rng.choice((2, 2, 3) if level == 3 else (2, 3, 4, 5))
    first = rng.randint(1, 9)
    top = 700 if level == 3 else 3000
    count = rng.randint(3, 8)
    if first * ratio ** (count - 1) > top:
        return _geometric(level, rng)
    terms = [first * ratio**k for k in range(count)]
    lines = [line for t in terms[:-1] for line in multiply(t, ratio)]
    after, gap = terms[-1] * ratio, terms[-1] * ratio - first
    formula = [*lines, *multiply(terms[-1], ratio), fact(f"{after} - {first}", gap)]
    if ratio > 2:
        formula.append(fact(f"{ratio} - 1", ratio - 1))
        formula += [*divide(gap, ratio - 1), fact(rf"{gap} \div {ratio - 1}", sum(terms))]
    return Draft(
        ("geometric", first, ratio, count),
        (
            f"Find the sum of the first {count} terms of the geometric sequence "
            rf"\({terms[0]}, {terms[1]}, {terms[2]}, \ldots\)",
            f"A geometric sequence has first term {first} and ratio {ratio}. "
            f"Find the sum of its first {count} terms.",
        ),
        str(sum(terms)),
        (
            Worked("terms", "Write the terms and add them.", (*lines, *running_sum(terms))),
            Worked(
                "formula",
                "Take the first term from the one after the last, and divide.",
                tuple(formula),
            ),
        ),
    )


@deep
def draw_recurrence(level: int, rng: Random) -> Draft:
    p = rng.randint(1, (2, 3, 3, 4)[level - 1])
    q = 0 if level == 1 and rng.random() < 0.6 else rng.randint(0, (1, 1, 2, 3)[level - 1])
    c = rng.randint(-3, 6) if q == 0 or level >= 3 else 0
    if p == 1 and q == 0:
        return draw_recurrence(level, rng)
    count = rng.randint(4, (6, 7, 8, 9)[level - 1])
    seeds = [rng.randint(1, 5), rng.randint(1, 6)] if q else [rng.randint(1, 8)]
    lines, values = recurrence_terms(p, q, c, seeds, count)
    if max(values) > (150, 400, 999, 6000)[level - 1] or min(values) < 0:
        return draw_recurrence(level, rng)
    worked = [Worked("terms", "Work out one term after the other.", tuple(lines))]
    if q == 0 and c >= 0:
        worked.append(
            Worked(
                "unrolled",
                f"Add up what each step brings, by powers of {p}.",
                tuple(_unrolled(p, c, seeds[0], count)),
            )
        )
    rule = "a_{n+1} = " + term(p, "a_n", first=True) + term(q, "a_{n-1}") + term(c, "")
    start = ", ".join(f"a_{i + 1} = {v}" for i, v in enumerate(seeds))
    return Draft(
        (p, q, c, *seeds, count),
        (
            rf"A sequence has \({start}\) and \({rule}\). Find \(a_{count}\).",
            rf"Let \({start}\) and \({rule}\). What is \(a_{count}\)?",
            rf"The sequence \(a_n\) has \({start}\) and \({rule}\). Compute \(a_{count}\).",
        ),
        str(values[-1]),
        tuple(worked),
    )


def recurrence_terms(
    p: int, q: int, c: int, seeds: list[int], count: int
) -> tuple[list[str], list[int]]:
    """a_(n+1) = p·a_n + q·a_(n−1) + c up to term `count`: the lines, and all terms."""
    values, lines = list(seeds), []
    for index in range(len(values) + 1, count + 1):
        one = p * values[-1]
        two = q * values[-2] if q else 0
        if p > 1:
            lines.append(fact(times(p, values[-1]), one))
        if q > 1:
            lines.append(fact(times(q, values[-2]), two))
        value = one + two
        if q and c:
            lines.append(fact(f"{one} + {two}", value))
        if c:
            shown = f"{value} + {c}" if c > 0 else f"{value} - {-c}"
            lines.append(fact(f"a_{index} = {shown}", value + c))
        elif q:
            lines.append(fact(f"a_{index} = {one} + {two}", value))
        else:
            lines.append(fact(f"a_{index}", value))
        values.append(value + c)
    return lines, values


def _unrolled(p: int, c: int, start: int, count: int) -> list[str]:
    """a_k = p^(k−1)·a_1 + c·(1 + p + … + p^(k−2))."""
    powers = [p**k for k in range(count)]
    lines = [line for power in powers[1:-1] for line in multiply(p, power)]
    lines += multiply(powers[-1], start)
    if c:
        lines += [*running_sum(powers[:-1]), *multiply(sum(powers[:-1]), c)]
        head, tail = powers[-1] * start, sum(powers[:-1]) * c
        lines.append(fact(f"a_{count} = {head} + {tail}", head + tail))
    return lines
