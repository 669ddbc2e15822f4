"""Answers of the problems in number theory, by plain search."""

from __future__ import annotations

from itertools import count
from math import factorial, gcd, isqrt
from typing import Any

from problems.proofs import proves


@proves("three-lighthouses")
def three_lighthouses() -> Any:
    return sum(all(s % period == 0 for period in (12, 18, 28)) for s in range(1, 3601))


@proves("two-digits-of-a-giant")
def two_digits_of_a_giant() -> Any:
    return int(str(7**123)[-2:])


@proves("a-number-in-borrowed-clothes")
def a_number_in_borrowed_clothes() -> Any:
    (number,) = (
        n for n in range(10, 100) if n // 10 + n % 10 == 10 and int(str(n)[::-1]) == n + 36
    )
    return number


@proves("zeros-at-the-end-of-a-quotient")
def zeros_at_the_end_of_a_quotient() -> Any:
    digits = str(factorial(150) // factorial(75))
    return len(digits) - len(digits.rstrip("0"))


@proves("divisors-that-like-company")
def divisors_that_like_company() -> Any:
    return sum(7200 % d == 0 and d % 12 == 0 and isqrt(d) ** 2 != d for d in range(1, 7201))


@proves("the-clerks-three-remainders")
def the_clerks_three_remainders() -> Any:
    return next(n for n in count(1) if n % 7 == 5 and n % 9 == 5 and n % 11 == 8)


@proves("a-field-and-its-fence")
def a_field_and_its_fence() -> Any:
    # For x > 12 the longer side 6x / (x - 6) would be the shorter one.
    return sum(x * y for x in range(1, 500) for y in range(x, 500) if x * y == 3 * (2 * x + 2 * y))


@proves("palindromes-and-the-number-seven")
def palindromes_and_the_number_seven() -> Any:
    return sum(str(n) == str(n)[::-1] for n in range(100002, 1000000, 7))


@proves("squares-that-refuse-to-cancel")
def squares_that_refuse_to_cancel() -> Any:
    return sum((a * a + b * b) % 49 == 0 for b in range(1, 101) for a in range(1, b + 1))


@proves("staircases-of-450")
def staircases_of_450() -> Any:
    ways = 0
    for first in range(1, 450):
        total, last = first, first
        while total < 450:
            last += 1
            total += last
            ways += total == 450
    return ways


@proves("three-has-a-long-memory")
def three_has_a_long_memory() -> Any:
    return next(n for n in count(1) if pow(2, n, 8019) == 8018)


@proves("the-sum-of-all-the-gcds")
def the_sum_of_all_the_gcds() -> Any:
    return sum(gcd(k, 360) for k in range(1, 361))
