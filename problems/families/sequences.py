"""Arithmetic and geometric series, and recurrences worked term by term."""

from __future__ import annotations

from random import Random

from problems.families.algebra import add, term
from problems.families.base import Draft, Worked
from problems.families.work import fact, multiply, running_sum, times


def draw_series(level: int, rng: Random) -> Draft:
    if (level == 4 and rng.random() < 0.6) or (level == 3 and rng.random() < 0.3):
        return _geometric(level, rng)
    first = rng.randint(1, (9, 15, 30, 50)[level - 1])
    step = rng.randint(2, (6, 9, 12, 15)[level - 1])
    count = rng.randint(4, (12, 15, 20, 40)[level - 1])
    last = first + (count - 1) * step
    gap_line = fact(f"{first + step} - {first}", step)
    to_last = [
        gap_line,
        fact(f"{count} - 1", count - 1),
        *multiply(count - 1, step),
        fact(f"{first} + {(count - 1) * step}", last),
    ]
    shown = rf"\({first}, {first + step}, {first + 2 * step}, \ldots\)"
    if level == 1 or (level == 2 and rng.random() < 0.3):
        return Draft(
            ("term", first, step, count),
            (
                f"Find term number {count} of the arithmetic sequence {shown}",
                f"The arithmetic sequence {shown} goes on. What is its term number {count}?",
            ),
            str(last),
            (Worked("formula", "Add the difference one time fewer.", tuple(to_last)),),
        )
    total = (first + last) * count // 2
    halves = [add(first, last)]
    if count % 2 == 0:
        halves += [fact(rf"{count} \div 2", count // 2), *multiply(first + last, count // 2)]
    elif (first + last) % 2 == 0:
        middle = (first + last) // 2
        halves += [fact(rf"{first + last} \div 2", middle), *multiply(middle, count)]
    if level == 3 and rng.random() < 0.5:
        gap = last - first
        listed = rf"{first} + {first + step} + {first + 2 * step} + \cdots + {last}"
        counted = [
            gap_line,
            fact(f"{last} - {first}", gap),
            fact(rf"{gap} \div {step}", count - 1),
            fact(f"{count - 1} + 1", count),
        ]
        return Draft(
            ("span", first, step, count),
            (
                rf"Find the sum \({listed}\).",
                rf"Compute \({listed}\).",
            ),
            str(total),
            (Worked("count", "Count the terms first.", (*counted, *halves)),),
        )
    return Draft(
        ("sum", first, step, count),
        (
            f"Find the sum of the first {count} terms of the arithmetic sequence {shown}",
            f"What do the first {count} terms of the arithmetic sequence {shown} add up to?",
        ),
        str(total),
        (Worked("pairing", "Pair the first term with the last.", (*to_last, *halves)),),
    )


def _geometric(level: int, rng: Random) -> Draft:
    ratio = rng.choice((2, 2, 3) if level == 3 else (2, 3, 4, 5))
    first = rng.randint(1, 9)
    top = 700 if level == 3 else 3000
    count = rng.randint(3, 8)
    if first * ratio ** (count - 1) > top:
        return _geometric(level, rng)
    terms = [first * ratio**k for k in range(count)]
    lines = [line for t in terms[:-1] for line in multiply(t, ratio)] + running_sum(terms)
    return Draft(
        ("geometric", first, ratio, count),
        (
            f"Find the sum of the first {count} terms of the geometric sequence "
            rf"\({terms[0]}, {terms[1]}, {terms[2]}, \ldots\)",
            f"A geometric sequence has first term {first} and ratio {ratio}. "
            f"Find the sum of its first {count} terms.",
        ),
        str(sum(terms)),
        (Worked("terms", "Write the terms and add them.", tuple(lines)),),
    )


def draw_recurrence(level: int, rng: Random) -> Draft:
    p = rng.randint(1, (2, 3, 3, 4)[level - 1])
    q = 0 if level == 1 and rng.random() < 0.6 else rng.randint(0, (1, 1, 2, 3)[level - 1])
    c = rng.randint(-3, 6) if q == 0 or level >= 3 else 0
    if p == 1 and q == 0:
        return draw_recurrence(level, rng)
    count = rng.randint(4, (6, 7, 8, 9)[level - 1])
    values = [rng.randint(1, 5), rng.randint(1, 6)] if q else [rng.randint(1, 8)]
    seeds = len(values)
    lines = []
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
            lines.append(
                fact(
                    f"a_{index} = " + (f"{value} + {c}" if c > 0 else f"{value} - {-c}"), value + c
                )
            )
        elif q:
            lines.append(fact(f"a_{index} = {one} + {two}", value))
        else:
            lines.append(fact(f"a_{index}", value))
        values.append(value + c)
    if max(values) > (150, 400, 999, 6000)[level - 1] or min(values) < 0:
        return draw_recurrence(level, rng)
    rule = "a_{n+1} = " + term(p, "a_n", first=True) + term(q, "a_{n-1}") + term(c, "")
    start = ", ".join(f"a_{i + 1} = {v}" for i, v in enumerate(values[:seeds]))
    return Draft(
        (p, q, c, *values[:seeds], count),
        (
            rf"A sequence has \({start}\) and \({rule}\). Find \(a_{count}\).",
            rf"Let \({start}\) and \({rule}\). What is \(a_{count}\)?",
            rf"The sequence \(a_n\) has \({start}\) and \({rule}\). Compute \(a_{count}\).",
        ),
        str(values[-1]),
        (Worked("terms", "Work out one term after the other.", tuple(lines)),),
    )
