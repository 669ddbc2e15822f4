"""Number theory twice: common divisors, bases, simultaneous remainders, factorials."""

from __future__ import annotations

from math import gcd, lcm
from random import Random

from problems.families.base import Draft, spread
from problems.families.bases import digits_in, from_base_by_horner, from_base_by_places
from problems.families.compositions.joints import (
    base_asked,
    divisors_asked,
    joined,
    smooth_number,
    worded,
)
from problems.families.modular import (
    by_cycle,
    by_squaring,
    congruence_texts,
    crt_methods,
    draw_congruences,
)
from problems.families.number_theory import (
    gcd_by_euclid,
    gcd_by_primes,
    lcm_by_euclid,
    legendre,
    smooth,
)
from problems.families.work import running_sum

THEN_FACTOR = "then factor it."


def gcd_divisors(level: int, rng: Random) -> Draft:
    n = smooth_number(rng, *((6, 40), (12, 80), (24, 150), (60, 400))[level - 1])
    while True:
        p, q = sorted(spread(rng, 2, (9, 12, 20, 30)[level - 1]) for _ in range(2))
        if gcd(p, q) == 1 < p:
            break
    a, b = n * p, n * q
    question = rng.choice(("count", "sum"))
    asked, answer, lines = divisors_asked(question, n)
    worked = [joined("euclid", f"Use Euclid, {THEN_FACTOR}", gcd_by_euclid(a, b), n, lines)]
    if smooth(p) and smooth(q):
        plan = f"Compare the factorisations, {THEN_FACTOR}"
        worked.append(joined("primes", plan, gcd_by_primes(a, b), n, lines))
    opening = (
        rf"Let \(N\) be the greatest common divisor of {a} and {b}.",
        rf"Let \(N = \gcd({b}, {a})\).",
    )
    return Draft(("gcd", question, a, b), worded(opening, asked), str(answer), tuple(worked))


def base_divisors(level: int, rng: Random) -> Draft:
    n = smooth_number(rng, *((8, 60), (20, 200), (60, 500), (200, 2000))[level - 1])
    base = rng.choice((range(2, 6), range(2, 8), range(3, 10), range(4, 10))[level - 1])
    if n < base:
        return base_divisors(level, rng)
    numeral = "".join(map(str, digits_in(n, base)))
    question = rng.choice(("count", "sum"))
    asked, answer, lines = divisors_asked(question, n)
    opening = (
        rf"Let \(N\) be the number written \({numeral}_{{{base}}}\) in base {base}.",
        rf"In base {base} the number \(N\) is written \({numeral}_{{{base}}}\).",
    )
    horner, places = from_base_by_horner(n, base), from_base_by_places(n, base)
    return Draft(
        ("base", question, n, base),
        worded(opening, asked),
        str(answer),
        (
            joined("horner", f"Read it digit by digit, {THEN_FACTOR}", horner, n, lines),
            joined("places", f"Add digits times powers, {THEN_FACTOR}", places, n, lines),
        ),
    )


def _least_with(conditions: str, spoken: str) -> tuple[str, str]:
    return (
        rf"Let \(N\) be the smallest positive integer \(x\) with {conditions}.",
        rf"Let \(N\) be the smallest positive integer that leaves remainder {spoken}.",
    )


def crt_divisors(level: int, rng: Random) -> Draft:
    while True:
        moduli, rests, n = draw_congruences(level, rng)
        if smooth(n):
            break
    question = rng.choice(("count", "sum"))
    asked, answer, lines = divisors_asked(question, n)
    return Draft(
        ("crt", question, *moduli, n),
        worded(_least_with(*congruence_texts(moduli, rests)), asked),
        str(answer),
        tuple(
            joined(w.method, f"{w.advice[:-1]}; {THEN_FACTOR}", w.lines, n, lines)
            for w in crt_methods(moduli, rests)
        ),
    )


def crt_digits(level: int, rng: Random) -> Draft:
    while True:
        moduli, rests, n = draw_congruences(level, rng)
        if n > 9:
            break
    digits = [int(d) for d in str(n)]
    asked = (
        r"Find the sum of the digits of \(N\).",
        r"What is the digit sum of \(N\)?",
    )
    return Draft(
        ("crt", "digits", *moduli, n),
        worded(_least_with(*congruence_texts(moduli, rests)), asked),
        str(sum(digits)),
        tuple(
            joined(w.method, f"{w.advice[:-1]}; then add the digits.", w.lines, n, last)
            for w in crt_methods(moduli, rests)
            for last in [running_sum(digits)]
        ),
    )


def zeros_power(level: int, rng: Random) -> Draft:
    top = spread(rng, *((10, 40), (20, 70), (30, 150), (60, 400))[level - 1])
    lines, n = legendre(top, 5)
    base = rng.randint(2, (9, 12, 15, 20)[level - 1])
    modulus = rng.randint(3, (12, 15, 20, 25)[level - 1])
    answer = pow(base, n, modulus)
    if base % modulus < 2 or not answer:
        return zeros_power(level, rng)
    opening = (
        rf"Let \(N\) be the number of zeros at the end of \({top}!\).",
        rf"The decimal form of \({top}!\) ends with exactly \(N\) zeros.",
    )
    asked = (
        rf"Find the remainder when \({base}^N\) is divided by {modulus}.",
        rf"What is the remainder of \({base}^N\) on division by {modulus}?",
    )
    count = "Count the factors 5"
    ways = [by_squaring(base, n, modulus)]
    if gcd(base, modulus) == 1 and (cycle := by_cycle(base, n, modulus)):
        ways.append(cycle)
    plans = {
        "squaring": f"{count}, then square again and again.",
        "cycle": f"{count}, then find where the powers repeat.",
    }
    return Draft(
        ("zeros", top, base, modulus),
        worded(opening, asked),
        str(answer),
        tuple(joined(w.method, plans[w.method], lines, n, w.lines) for w in ways),
    )


def lcm_base(level: int, rng: Random) -> Draft:
    low, high = ((4, 15), (6, 30), (10, 60), (20, 120))[level - 1]
    a, b = sorted((rng.randint(low, high), rng.randint(low, high)))
    base = rng.choice((range(3, 7), range(3, 8), range(4, 10), range(4, 10))[level - 1])
    n = lcm(a, b)
    if b % a == 0 or n > (100, 300, 900, 4000)[level - 1]:
        return lcm_base(level, rng)
    asked, answer, lines = base_asked(n, base)
    opening = (
        rf"Let \(N\) be the least common multiple of {a} and {b}.",
        rf"Let \(N\) be the smallest positive integer divisible by both {a} and {b}.",
    )
    plan = "Divide by the greatest common divisor, then by the base again and again."
    return Draft(
        ("lcm", a, b, base),
        worded(opening, asked),
        answer,
        (joined("euclid", plan, lcm_by_euclid(a, b), n, lines),),
    )
