"""Numbers written in other bases, both ways."""

from __future__ import annotations

from random import Random

from problems.families.base import Draft, Worked, spread
from problems.families.depth import deep
from problems.families.work import (
    division,
    fact,
    multiply,
    powers_up_to,
    running_sum,
    times,
)


@deep
def draw_bases(level: int, rng: Random) -> Draft:
    choices = ((2, 3, 4, 5), (2, 3, 5, 6, 7), (3, 4, 5, 6, 7, 8, 9), (6, 7, 8, 9, 11, 12))
    base = rng.choice(choices[level - 1])
    n = spread(rng, *((8, 60), (20, 200), (60, 700), (300, 4000))[level - 1])
    digits = digits_in(n, base)
    to_base = base <= 9 and rng.random() < 0.5
    if max(digits) > 9:
        return draw_bases(level, rng)
    numeral = "".join(map(str, digits))
    if to_base:
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
                    "division",
                    "Divide again and again; read the remainders upwards.",
                    tuple(to_base_by_division(n, base)),
                ),
                Worked(
                    "greedy",
                    f"Take away powers of {base}, the largest first.",
                    tuple(_to_base_by_powers(n, base)),
                ),
            ),
        )
    return Draft(
        ("from", n, base),
        (
            rf"Write \({numeral}_{{{base}}}\) in base 10.",
            rf"The number \({numeral}\) is written in base {base}. Find its value in base 10.",
            rf"Convert \({numeral}_{{{base}}}\) to a decimal number.",
        ),
        str(n),
        (
            Worked(
                "horner",
                "Multiply by the base and add the next digit.",
                tuple(from_base_by_horner(n, base)),
            ),
            Worked("places", "Add digits times powers.", tuple(from_base_by_places(n, base))),
        ),
    )


def digits_in(n: int, base: int) -> list[int]:
    """The digits of n ≥ 1 in a base, the first one first."""
    digits = []
    while n:
        digits.append(n % base)
        n //= base
    return digits[::-1]


def _numeral(n: int, base: int) -> str:
    return "".join(map(str, digits_in(n, base))) + f"_{{{base}}}"


def to_base_by_division(n: int, base: int) -> list[str]:
    lines, rest = [], n
    while rest:
        lines += division(rest, base)
        rest //= base
    return [*lines, fact(str(n), _numeral(n, base))]


def _to_base_by_powers(n: int, base: int) -> list[str]:
    lines, powers = powers_up_to(base, n)
    rest = n
    for power in reversed(powers[1:]):
        digit = rest // power
        if digit:
            lines += [*multiply(digit, power), fact(f"{rest} - {digit * power}", rest % power)]
        lines.append(fact(str(rest), f"{times(digit, power)} + {rest % power}"))
        rest %= power
    return [*lines, fact(str(n), _numeral(n, base))]


def from_base_by_horner(n: int, base: int) -> list[str]:
    digits = digits_in(n, base)
    value, lines = digits[0], []
    for digit in digits[1:]:
        lines += multiply(value, base)
        read = f"{_numeral(value * base + digit, base)} = {value * base} + {digit}"
        value = value * base + digit
        lines.append(fact(read, value))
    return lines


def from_base_by_places(n: int, base: int) -> list[str]:
    lines, powers = powers_up_to(base, n)
    parts = []
    for digit, power in zip(digits_in(n, base), reversed(powers), strict=True):
        if digit and power > 1:
            lines += multiply(digit, power)
        if digit:
            parts.append(digit * power)
    lines += running_sum(parts)
    return [*lines, fact(_numeral(n, base), n)]
