"""Greatest common divisors, divisor functions, factorials and number bases."""

from __future__ import annotations

from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.work import (
    divide,
    division,
    euclid,
    fact,
    factor_lines,
    factorise,
    multiply,
    power_product,
    running_sum,
    times,
)


def draw_gcd(level: int, rng: Random) -> Draft:
    top = (60, 200, 800, 3000)[level - 1]
    while True:
        common = spread(rng, 1, top // 3)
        a, b = sorted((common * spread(rng, 1, 40), common * spread(rng, 1, 40)))
        if 3 < a < b <= top and b < 30 * a and b % a:
            break
    want_lcm = level >= 2 and rng.random() < 0.3
    steps = euclid(b, a)
    g = _gcd(a, b)
    found = fact(rf"\gcd({b}, {a})", g)
    if not want_lcm:
        worked = [Worked("euclid", "Use the Euclidean algorithm.", (*steps, found))]
        if level <= 2:
            worked.append(_gcd_by_primes(a, b, g))
        return Draft(
            ("gcd", a, b),
            (
                rf"Find \(\gcd({b}, {a})\).",
                f"What is the greatest common divisor of {b} and {a}?",
                f"Find the largest integer that divides both {a} and {b}.",
                f"Determine the greatest common divisor of {a} and {b}.",
            ),
            str(g),
            tuple(worked),
        )
    lines = [*steps, found]
    if g > 1:
        lines += [*divide(a, g), fact(rf"{a} \div {g}", a // g)]
    lines += multiply(b, a // g)
    return Draft(
        ("lcm", a, b),
        (
            f"Find the least common multiple of {a} and {b}.",
            f"What is the smallest positive integer divisible by both {b} and {a}?",
        ),
        str(a * b // g),
        (Worked("euclid", "Divide one number by the greatest common divisor.", tuple(lines)),),
    )


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _gcd_by_primes(a: int, b: int, g: int) -> Worked:
    lines = [*factor_lines(b), *factor_lines(a)]
    if g == 1:
        lines.append(fact(rf"\gcd({b}, {a})", 1))
    else:
        shared = power_product(factorise(g))
        found = "" if shared == str(g) else f" = {shared}"
        lines.append(fact(rf"\gcd({b}, {a}){found}", g))
    return Worked("primes", "Compare the prime factorisations.", tuple(lines))


def draw_divisors(level: int, rng: Random) -> Draft:
    low, top = ((6, 100), (40, 250), (100, 700), (400, 3000))[level - 1]
    primes = (2, 2, 2, 3, 3, 5, 7, 11, 13) if level < 3 else (2, 2, 2, 3, 3, 5, 7, 11, 13, 17, 19)
    while True:
        n = 1
        for _ in range(rng.randint(2, 5 + level)):
            n *= rng.choice(primes)
        if low <= n <= top and len(factorise(n)) <= 3:
            break
    factors = factorise(n)
    if rng.random() < 0.6:
        return _count_divisors(level, n, factors)
    return _sum_divisors(n, factors)


def _count_divisors(level: int, n: int, factors: list[tuple[int, int]]) -> Draft:
    counts = [e + 1 for _, e in factors]
    lines = factor_lines(n) + [fact(f"{e} + 1", e + 1) for _, e in factors]
    total = counts[0]
    for count in counts[1:]:
        lines.append(fact(times(total, count), total * count))
        total *= count
    worked = [
        Worked("exponents", "Factor, then add one to each exponent and multiply.", tuple(lines))
    ]
    if level == 1:
        pairs = [d for d in range(1, n + 1) if n % d == 0 and d * d <= n]
        listed = [fact(times(d, n // d), n) for d in pairs]
        size = 2 * len(pairs) - (pairs[-1] ** 2 == n)
        tail = fact(times(2, len(pairs)), 2 * len(pairs))
        extra = [fact(f"{2 * len(pairs)} - 1", size)] if pairs[-1] ** 2 == n else []
        worked.append(Worked("pairs", "List the divisors in pairs.", (*listed, tail, *extra)))
    return Draft(
        ("count", n),
        (
            f"How many positive divisors does {n} have?",
            f"Find the number of positive integers that divide {n}.",
            f"Determine how many positive integers are factors of {n}.",
        ),
        str(total),
        tuple(worked),
    )


def _sum_divisors(n: int, factors: list[tuple[int, int]]) -> Draft:
    lines = factor_lines(n)
    sums = []
    for prime, exponent in factors:
        powers = [prime**e for e in range(exponent + 1)]
        sums.append(sum(powers))
        if exponent > 1:
            lines.append(fact(f"{prime}^{exponent}", powers[-1]))
        lines.append(fact(" + ".join(map(str, powers)), sums[-1]))
    total = sums[0]
    for part in sums[1:]:
        lines += multiply(total, part)
        total *= part
    return Draft(
        ("sum", n),
        (
            f"Find the sum of all positive divisors of {n}.",
            f"What is the sum of the positive integers that divide {n}?",
        ),
        str(total),
        (Worked("powers", "Factor, then multiply the sums of the prime powers.", tuple(lines)),),
    )


def draw_factorial(level: int, rng: Random) -> Draft:
    n = spread(rng, *((10, 70), (25, 200), (20, 300), (100, 1500))[level - 1])
    prime = 5 if level <= 2 or rng.random() < 0.3 else rng.choice((2, 3, 7))
    lines, counts, rest = [], [], n
    while rest >= prime:
        lines += division(rest, prime)
        rest //= prime
        counts.append(rest)
    lines += running_sum(counts)
    worked = Worked("legendre", f"Divide by {prime} again and again and add.", tuple(lines))
    wordings: tuple[str, ...] = (
        rf"Find the largest \(k\) such that \({prime}^k\) divides \({n}!\).",
        rf"What is the exponent of {prime} in the prime factorisation of \({n}!\)?",
    )
    if prime == 5:
        wordings = (
            rf"How many zeros does \({n}!\) end with?",
            rf"Find the number of trailing zeros of \({n}!\).",
            *wordings,
        )
    return Draft((n, prime), wordings, str(sum(counts)), (worked,))


def draw_bases(level: int, rng: Random) -> Draft:
    choices = ((2, 3, 4, 5), (2, 3, 5, 6, 7), (3, 4, 5, 6, 7, 8, 9), (6, 7, 8, 9, 11, 12))
    base = rng.choice(choices[level - 1])
    n = spread(rng, *((8, 60), (20, 200), (60, 700), (300, 4000))[level - 1])
    digits, rest = [], n
    while rest:
        digits.append(rest % base)
        rest //= base
    to_base = base <= 9 and rng.random() < 0.5
    if base > 9 and max(digits) > 9:
        return draw_bases(level, rng)
    numeral = "".join(map(str, reversed(digits)))
    if to_base:
        lines, rest = [], n
        while rest:
            lines += division(rest, base)
            rest //= base
        lines.append(fact(str(n), f"{numeral}_{{{base}}}"))
        return Draft(
            ("to", n, base),
            (
                f"Write {n} in base {base}.",
                f"Find the base {base} representation of {n}.",
                f"Convert the decimal number {n} to base {base}.",
            ),
            numeral,
            (
                Worked(
                    "division", "Divide again and again; read the remainders upwards.", tuple(lines)
                ),
            ),
        )
    value, horner = digits[-1], []
    for size, digit in enumerate(reversed(digits[:-1]), 2):
        horner += multiply(value, base)
        shown = f"{numeral[:size]}_{{{base}}} = {value * base} + {digit}"
        value = value * base + digit
        horner.append(fact(shown, value))
    return Draft(
        ("from", n, base),
        (
            rf"Write \({numeral}_{{{base}}}\) in base 10.",
            rf"The number \({numeral}\) is written in base {base}. Find its value in base 10.",
            rf"Convert \({numeral}_{{{base}}}\) to a decimal number.",
        ),
        str(n),
        (Worked("horner", "Multiply by the base and add the next digit.", tuple(horner)),),
    )
