"""Powers modulo m and simultaneous congruences."""

from __future__ import annotations

from math import gcd, prod
from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.depth import deep
from problems.families.work import congruent, divide, division, fact, multiply, times


@deep
def draw_power_mod(level: int, rng: Random) -> Draft:
    exponent = spread(rng, *((2, 9), (4, 16), (10, 40), (40, 150))[level - 1])
    modulus = spread(rng, *((3, 12), (5, 15), (7, 25), (15, 50))[level - 1])
    base = spread(rng, 2, (9, 15, 25, 40)[level - 1])
    if rng.random() < 0.15:
        modulus = 10
    answer = pow(base, exponent, modulus)
    if base % modulus < 2 or not answer:
        return draw_power_mod(level, rng)
    worked = [by_squaring(base, exponent, modulus)]
    if gcd(base, modulus) == 1 and (cycle := by_cycle(base, exponent, modulus)):
        worked.append(cycle)
    power = f"{base}^{{{exponent}}}"
    wordings: tuple[str, ...] = (
        rf"Find the remainder when \({power}\) is divided by {modulus}.",
        rf"What is the remainder of \({power}\) on division by {modulus}?",
        rf"Compute \({power} \bmod {modulus}\).",
    )
    if modulus == 10:
        wordings = (*wordings, rf"Find the last digit of \({power}\).")
    return Draft((base, exponent, modulus), wordings, str(answer), tuple(worked))


def _power(base: int, exponent: int) -> str:
    return f"{base}^{{{exponent}}}"


def by_squaring(base: int, exponent: int, m: int) -> Worked:
    parts = [1 << bit for bit in reversed(range(exponent.bit_length())) if exponent >> bit & 1]
    lines = [fact(str(exponent), " + ".join(map(str, parts)))] if len(parts) > 1 else []
    residue, power = base % m, 1
    lines += [*divide(base, m), congruent(_power(base, 1), residue, m)]
    table = {1: residue}
    while power * 2 <= exponent:
        square = residue * residue
        power *= 2
        lines += [*multiply(residue, residue), *(divide(square, m) if square >= m else [])]
        residue = square % m
        table[power] = residue
        lines.append(congruent(_power(base, power), residue, m))
    value, done = table[parts[0]], parts[0]
    for part in parts[1:]:
        product = value * table[part]
        lines += [*multiply(value, table[part]), *(divide(product, m) if product >= m else [])]
        value, done = product % m, done + part
        lines.append(congruent(_power(base, done), value, m))
    return Worked("squaring", "Square again and again and reduce.", tuple(lines))


def by_cycle(base: int, exponent: int, m: int) -> Worked | None:
    residue, power = base % m, 1
    lines, seen = [*divide(base, m), congruent(_power(base, 1), residue, m)], {1: residue}
    while residue != 1 and power < exponent:
        product = residue * (base % m)
        lines += [*multiply(residue, base % m), *(divide(product, m) if product >= m else [])]
        residue, power = product % m, power + 1
        seen[power] = residue
        lines.append(congruent(_power(base, power), residue, m))
        if power > 6:
            return None
    if power < exponent:
        rest = exponent % power
        lines += division(exponent, power)
        lines.append(congruent(_power(base, exponent), seen.get(rest, 1), m))
    return Worked("cycle", "Find where the powers repeat.", tuple(lines))


@deep
def draw_crt(level: int, rng: Random) -> Draft:
    moduli, rests, answer = draw_congruences(level, rng)
    conditions, spoken = congruence_texts(moduli, rests)
    return Draft(
        (*moduli, answer),
        (
            rf"Find the smallest positive integer \(x\) with {conditions}.",
            f"Find the smallest positive integer that leaves remainder {spoken}.",
            f"What is the least positive integer whose remainder is {spoken}?",
        ),
        str(answer),
        crt_methods(moduli, rests),
    )


def draw_congruences(level: int, rng: Random) -> tuple[list[int], list[int], int]:
    """Coprime moduli, the largest first, their remainders, and the least number that has them."""
    while True:
        if level < 4:
            moduli = rng.sample(range(3, (8, 12, 16)[level - 1]), 2)
            limit = (60, 110, 200)[level - 1]
        else:
            moduli, limit = rng.sample(range(3, 12), 3), 700
        moduli.sort(reverse=True)
        answer = rng.randrange(1, prod(moduli))
        coprime = all(gcd(a, b) == 1 for i, a in enumerate(moduli) for b in moduli[:i])
        if coprime and prod(moduli) <= limit and answer >= moduli[0]:
            return moduli, [answer % m for m in moduli], answer


def congruence_texts(moduli: list[int], rests: list[int]) -> tuple[str, str]:
    """The conditions as formulas, and in words after "remainder"; the smallest modulus first."""
    ordered = sorted(zip(moduli, rests, strict=True))
    written = ", ".join(rf"\(x \equiv {r} \pmod{{{m}}}\)" for m, r in ordered)
    divisions = [f"{r} when divided by {m}" for m, r in ordered]
    return written, ", ".join(divisions[:-1]) + " and " + divisions[-1]


def crt_methods(moduli: list[int], rests: list[int]) -> tuple[Worked, ...]:
    search = (
        f"Start with {rests[0]} and add {moduli[0]}; "
        f"what exceeds {rests[1]} must be 0 modulo {moduli[1]}."
    )
    return (
        Worked("search", search, tuple(_by_search(moduli, rests))),
        Worked(
            "inverse",
            f"Find how often {moduli[0]} must be added, by an inverse modulo {moduli[1]}.",
            tuple(_by_inverse(moduli, rests)),
        ),
    )


def _by_search(moduli: list[int], rests: list[int]) -> list[str]:
    """Add the step until what exceeds the next remainder is 0 modulo the next modulus."""
    lines: list[str] = []
    value, step, last = rests[0], moduli[0], 1
    for m, rest in zip(moduli[1:], rests[1:], strict=True):
        if last > 1:
            lines.append(fact(times(step // last, last), step))
        if value < rest:
            lines.append(fact(f"{value} + {step}", value + step))
            value += step
        excess, last = value - rest, m
        lines += [fact(f"{value} - {rest}", excess), congruent(excess, excess % m, m)]
        while excess % m:
            lines.append(fact(f"{excess} + {step}", excess + step))
            excess += step
            lines.append(congruent(excess, excess % m, m))
        value = excess + rest
        lines.append(fact(f"{excess} + {rest}", value))
        step *= m
    return lines


def _by_inverse(moduli: list[int], rests: list[int]) -> list[str]:
    """The number of steps is what is missing times the inverse of the step."""
    lines: list[str] = []
    value, step, last = rests[0], moduli[0], 1
    for m, rest in zip(moduli[1:], rests[1:], strict=True):
        if last > 1:
            lines.append(fact(times(step // last, last), step))
        missing = (rest - value) % m
        lines += [fact(f"{rest} - {value}", rest - value), congruent(rest - value, missing, m)]
        lines += [*(divide(step, m) if step > 20 else []), congruent(step, step % m, m)]
        inverse = pow(step, -1, m)
        for j in range(2, inverse + 1):
            product = step % m * j
            lines += [fact(times(step % m, j), product), congruent(product, product % m, m)]
        often = missing * inverse % m
        lines.append(fact(times(missing, inverse), missing * inverse))
        if missing * inverse >= m:
            lines.append(congruent(missing * inverse, often, m))
        lines += [*multiply(step, often), fact(f"{value} + {step * often}", value + step * often)]
        value, step, last = value + step * often, step * m, m
    return lines
