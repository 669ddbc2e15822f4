"""Greatest common divisors, divisor functions, and primes in factorials."""

from __future__ import annotations

from math import gcd, lcm
from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.depth import deep
from problems.families.work import (
    divide,
    division,
    euclid,
    fact,
    factor_lines,
    factorise,
    floor_lines,
    multiply,
    power_product,
    powers_up_to,
    running_product,
    running_sum,
    times,
)

SMOOTH = 19  # trial division by larger primes is not small work
MOST_PAIRS = 300  # beyond this, a divisor's partner is no small fact


@deep
def draw_gcd(level: int, rng: Random) -> Draft:
    top = (60, 200, 800, 3000)[level - 1]
    while True:
        common = spread(rng, 1, top // 3)
        a, b = sorted((common * spread(rng, 1, 40), common * spread(rng, 1, 40)))
        if 3 < a < b <= top and b < 30 * a and b % a:
            break
    if level >= 2 and rng.random() < 0.3:
        return _lcm(a, b)
    worked = [Worked("euclid", "Use the Euclidean algorithm.", tuple(gcd_by_euclid(a, b)))]
    if level <= 2 or (smooth(a) and smooth(b)):
        worked.append(
            Worked("primes", "Compare the prime factorisations.", tuple(gcd_by_primes(a, b)))
        )
    return Draft(
        ("gcd", a, b),
        (
            rf"Find \(\gcd({b}, {a})\).",
            f"What is the greatest common divisor of {b} and {a}?",
            f"Find the largest integer that divides both {a} and {b}.",
            f"Determine the greatest common divisor of {a} and {b}.",
        ),
        str(gcd(a, b)),
        tuple(worked),
    )


def _lcm(a: int, b: int) -> Draft:
    plan = "Divide one number by the greatest common divisor."
    worked = [Worked("euclid", plan, tuple(lcm_by_euclid(a, b)))]
    if smooth(a) and smooth(b):
        worked.append(
            Worked("primes", "Take the highest power of each prime.", tuple(_lcm_by_primes(a, b)))
        )
    return Draft(
        ("lcm", a, b),
        (
            f"Find the least common multiple of {a} and {b}.",
            f"What is the smallest positive integer divisible by both {b} and {a}?",
        ),
        str(lcm(a, b)),
        tuple(worked),
    )


def smooth(n: int) -> bool:
    return factorise(n)[-1][0] <= SMOOTH


def gcd_by_euclid(a: int, b: int) -> list[str]:
    """gcd(a, b) for a < b."""
    return [*euclid(b, a), fact(rf"\gcd({b}, {a})", gcd(a, b))]


def lcm_by_euclid(a: int, b: int) -> list[str]:
    g, lines = gcd(a, b), gcd_by_euclid(a, b)
    if g > 1:
        lines += [*divide(a, g), fact(rf"{a} \div {g}", a // g)]
    return [*lines, *multiply(b, a // g)]


def gcd_by_primes(a: int, b: int) -> list[str]:
    g, lines = gcd(a, b), [*factor_lines(b), *factor_lines(a)]
    shared = power_product(factorise(g)) if g > 1 else "1"
    found = "" if shared == str(g) else f" = {shared}"
    return [*lines, fact(rf"\gcd({b}, {a}){found}", g)]


def _lcm_by_primes(a: int, b: int) -> list[str]:
    highest = factorise(lcm(a, b))
    lines = [*factor_lines(b), *factor_lines(a)]
    lines.append(fact(rf"\operatorname{{lcm}}({b}, {a})", power_product(highest)))
    lines += [fact(f"{p}^{e}", p**e) for p, e in highest if e > 1]
    return lines + running_product([p**e for p, e in highest])


@deep
def draw_divisors(level: int, rng: Random) -> Draft:
    low, top = ((6, 100), (40, 250), (100, 700), (400, 3000))[level - 1]
    primes = (2, 2, 2, 3, 3, 5, 7, 11, 13) if level < 3 else (2, 2, 2, 3, 3, 5, 7, 11, 13, 17, 19)
    while True:
        n = 1
        for _ in range(rng.randint(2, 5 + level)):
            n *= rng.choice(primes)
        if low <= n <= top and len(factorise(n)) <= 3:
            break
    return _count_divisors(n) if rng.random() < 0.6 else _sum_divisors(n)


def _count_divisors(n: int) -> Draft:
    plan = "Factor, then add one to each exponent and multiply."
    worked = [Worked("exponents", plan, tuple(divisor_count_lines(n)))]
    if n <= MOST_PAIRS:
        lines, pairs = divisor_pairs(n)
        lines.append(fact(times(2, len(pairs)), 2 * len(pairs)))
        if pairs[-1][0] == pairs[-1][1]:
            lines.append(fact(f"{2 * len(pairs)} - 1", 2 * len(pairs) - 1))
        worked.append(Worked("pairs", "List the divisors in pairs.", tuple(lines)))
    return Draft(
        ("count", n),
        (
            f"How many positive divisors does {n} have?",
            f"Find the number of positive integers that divide {n}.",
            f"Determine how many positive integers are factors of {n}.",
        ),
        str(divisor_count(n)),
        tuple(worked),
    )


def divisor_count(n: int) -> int:
    return sum(1 for d in range(1, n + 1) if n % d == 0)


def divisor_sum(n: int) -> int:
    return sum(d for d in range(1, n + 1) if n % d == 0)


def divisor_count_lines(n: int) -> list[str]:
    factors = factorise(n)
    lines = factor_lines(n) + [fact(f"{e} + 1", e + 1) for _, e in factors]
    total = factors[0][1] + 1
    for _, e in factors[1:]:
        lines.append(fact(times(total, e + 1), total * (e + 1)))
        total *= e + 1
    return lines


def divisor_pairs(n: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Every divisor with its partner: the lines, and the pairs."""
    pairs = [(d, n // d) for d in range(1, n + 1) if n % d == 0 and d * d <= n]
    return [fact(times(d, e), n) for d, e in pairs], pairs


def _sum_divisors(n: int) -> Draft:
    plan = "Factor, then multiply the sums of the prime powers."
    worked = [Worked("powers", plan, tuple(divisor_sum_lines(n)))]
    if n <= MOST_PAIRS:
        lines, pairs = divisor_pairs(n)
        lines += [fact(f"{d} + {e}", d + e) for d, e in pairs if d != e]
        lines += running_sum([d + e if d != e else d for d, e in pairs])
        worked.append(Worked("pairs", "List the divisors in pairs and add.", tuple(lines)))
    return Draft(
        ("sum", n),
        (
            f"Find the sum of all positive divisors of {n}.",
            f"What is the sum of the positive integers that divide {n}?",
        ),
        str(divisor_sum(n)),
        tuple(worked),
    )


def divisor_sum_lines(n: int) -> list[str]:
    lines, sums = factor_lines(n), []
    for prime, exponent in factorise(n):
        powers = [prime**e for e in range(exponent + 1)]
        sums.append(sum(powers))
        if exponent > 1:
            lines.append(fact(f"{prime}^{exponent}", powers[-1]))
        lines.append(fact(" + ".join(map(str, powers)), sums[-1]))
    return lines + running_product(sums)


@deep
def draw_factorial(level: int, rng: Random) -> Draft:
    n = spread(rng, *((10, 70), (25, 200), (20, 300), (100, 1500))[level - 1])
    prime = 5 if level <= 2 or rng.random() < 0.3 else rng.choice((2, 3, 7))
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
    lines, exponent = legendre(n, prime)
    steps, powers = powers_up_to(prime, n)
    counted = [line for p in powers[1:] for line in floor_lines(n, p)]
    counted += running_sum([n // p for p in powers[1:]])
    return Draft(
        (n, prime),
        wordings,
        str(exponent),
        (
            Worked("legendre", f"Divide by {prime} again and again and add.", tuple(lines)),
            Worked(
                "multiples", f"Count the multiples of each power of {prime}.", (*steps, *counted)
            ),
        ),
    )


def legendre(n: int, prime: int) -> tuple[list[str], int]:
    """The exponent of a prime in n!, n ≥ prime: the lines, and the exponent."""
    lines, counts, rest = [], [], n
    while rest >= prime:
        lines += division(rest, prime)
        rest //= prime
        counts.append(rest)
    return lines + running_sum(counts), sum(counts)
