"""Powers modulo m and simultaneous congruences."""

from __future__ import annotations

from math import gcd, prod
from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.work import congruent, divide, division, fact, multiply, times


def draw_power_mod(level: int, rng: Random) -> Draft:
    exponent = spread(rng, *((2, 9), (4, 16), (10, 40), (40, 150))[level - 1])
    modulus = spread(rng, *((3, 12), (5, 15), (7, 25), (15, 50))[level - 1])
    base = spread(rng, 2, (9, 15, 25, 40)[level - 1])
    if rng.random() < 0.15:
        modulus = 10
    answer = pow(base, exponent, modulus)
    if base % modulus < 2 or not answer:
        return draw_power_mod(level, rng)
    worked = [_by_squaring(base, exponent, modulus)]
    if gcd(base, modulus) == 1 and (cycle := _by_cycle(base, exponent, modulus)):
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


def _by_squaring(base: int, exponent: int, m: int) -> Worked:
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


def _by_cycle(base: int, exponent: int, m: int) -> Worked | None:
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


def draw_crt(level: int, rng: Random) -> Draft:
    if level < 4:
        moduli = rng.sample(range(3, (8, 12, 16)[level - 1]), 2)
        limit = (60, 110, 200)[level - 1]
    else:
        moduli, limit = rng.sample(range(3, 12), 3), 700
    moduli.sort(reverse=True)
    whole = prod(moduli)
    coprime = all(gcd(a, b) == 1 for i, a in enumerate(moduli) for b in moduli[:i])
    answer = rng.randrange(1, whole)
    if not coprime or whole > limit or answer < moduli[0]:
        return draw_crt(level, rng)
    rests = [answer % m for m in moduli]
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
    plan = f"Start with {rests[0]} and add {moduli[0]}; what exceeds {rests[1]} must be 0 modulo {moduli[1]}."
    ordered = sorted(zip(moduli, rests, strict=True))
    conditions = [rf"x \equiv {r} \pmod{{{m}}}" for m, r in ordered]
    listed = rf"\({conditions[0]}\)" + "".join(rf", \({c}\)" for c in conditions[1:])
    divisions = [f"{r} when divided by {m}" for m, r in ordered]
    spoken = ", ".join(divisions[:-1]) + " and " + divisions[-1]
    return Draft(
        (*moduli, answer),
        (
            rf"Find the smallest positive integer \(x\) with {listed}.",
            f"Find the smallest positive integer that leaves remainder {spoken}.",
            f"What is the least positive integer whose remainder is {spoken}?",
        ),
        str(answer),
        (Worked("search", plan, tuple(lines)),),
    )
