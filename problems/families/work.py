"""Lines of working that several families share. Every line states one small exact fact."""

from __future__ import annotations


def fact(left: str, right: int | str, *, relation: str = "=") -> str:
    return rf"\({left} {relation} {right}\)"


def times(*factors: int | str) -> str:
    return r" \times ".join(str(factor) for factor in factors)


def signed(value: int) -> str:
    """A term inside a sum or product: negative numbers stand in brackets."""
    return str(value) if value >= 0 else f"({value})"


def by_heart(a: int, b: int) -> bool:
    """Whether a × b may stand as one line: a digit (with zeros) times two digits (with zeros)."""
    small, large = sorted((a, b), key=significant)
    if (a <= 12 and b <= 12) or small <= 3:
        return True
    return significant(small) <= 1 and significant(large) <= 2


def significant(value: int) -> int:
    """Digits of a non-negative integer without its trailing zeros."""
    return len(str(value).rstrip("0"))


def multiply(a: int, b: int) -> list[str]:
    """a × b for non-negative integers, by partial products unless it is known by heart."""
    if by_heart(a, b):
        return [fact(times(a, b), a * b)]
    fixed, split = (a, b) if significant(a) >= significant(b) > 1 or significant(a) == 1 else (b, a)
    parts, lines = [], []
    for place, digit in enumerate(reversed(str(split))):
        part = int(digit) * 10**place
        if part:
            lines += multiply(fixed, part)
            parts.append(fixed * part)
    if len(parts) == 2:
        return [*lines, fact(rf"{times(a, b)} = {parts[0]} + {parts[1]}", a * b)]
    return lines + running_sum(parts)


def divide(a: int, m: int) -> list[str]:
    """a divided by m: take away the largest digit times a power of ten, place by place.

    The last line leaves the remainder; nothing is written when a < m.
    """
    lines = []
    rest = a
    digits = str(a // m)
    for index, digit in enumerate(digits):
        part = int(digit) * 10 ** (len(digits) - 1 - index)
        if part:
            lines.append(fact(times(m, part), m * part))
            lines.append(fact(f"{rest} - {m * part}", rest - m * part))
            rest -= m * part
    return lines


def division(a: int, m: int) -> list[str]:
    """`divide` where the numbers are large, and the equation a = m·q + r."""
    known = a < 100 and m <= 5
    quotient, rest = divmod(a, m)
    return [*([] if known else divide(a, m)), fact(str(a), f"{times(m, quotient)} + {rest}")]


def congruent(left: int | str, right: int, m: int) -> str:
    return rf"\({left} \equiv {right} \pmod{{{m}}}\)"


def running_sum(terms: list[int]) -> list[str]:
    """The sum of a list, one addition per line."""
    lines, total = [], terms[0]
    for term in terms[1:]:
        sign = "+" if term >= 0 else "-"
        lines.append(fact(f"{total} {sign} {abs(term)}", total + term))
        total += term
    return lines


def euclid(a: int, b: int) -> list[str]:
    """The Euclidean algorithm: divide, then go on with the divisor and the remainder."""
    lines = []
    while b:
        lines += divide(a, b)
        a, b = b, a % b
    return lines


def factorise(n: int) -> list[tuple[int, int]]:
    """Prime factorisation of n ≥ 1 as (prime, exponent) pairs."""
    found, prime = [], 2
    while n > 1:
        exponent = 0
        while n % prime == 0:
            n //= prime
            exponent += 1
        if exponent:
            found.append((prime, exponent))
        prime += 1
        if prime * prime > n > 1:
            found.append((n, 1))
            break
    return found


def factor_lines(n: int) -> list[str]:
    """Trial division: every line is the whole number again with one more prime taken out."""
    lines: list[str] = []
    rest, taken = n, []
    for prime, exponent in factorise(n):
        taken.append((prime, 0))
        for power in range(1, exponent + 1):
            rest //= prime
            taken[-1] = (prime, power)
            if rest > 1:
                lines.append(fact(str(n), rf"{power_product(taken)} \times {rest}"))
    whole = fact(str(n), power_product(factorise(n)))
    return lines if lines and lines[-1] == whole else [*lines, whole]


def power_product(factors: list[tuple[int, int]]) -> str:
    return times(*(f"{p}^{e}" if e > 1 else p for p, e in factors))


def signed_product(a: int, b: int) -> list[str]:
    """a × b for integers of any sign: the sizes first when they are not known by heart."""
    whole = [fact(times(signed(a), signed(b)), a * b)]
    if by_heart(abs(a), abs(b)):
        return whole
    sizes = multiply(abs(a), abs(b))
    return sizes if a >= 0 and b >= 0 else [*sizes, *whole]


def running_product(factors: list[int]) -> list[str]:
    """The product of a list, one multiplication after the other."""
    lines, total = [], factors[0]
    for factor in factors[1:]:
        lines += multiply(total, factor)
        total *= factor
    return lines


def powers_up_to(base: int, top: int) -> tuple[list[str], list[int]]:
    """The lines that work out 1, base, base², … up to `top`, and these powers."""
    lines: list[str] = []
    powers = [1, base]
    while powers[-1] * base <= top:
        lines += multiply(base, powers[-1])
        powers.append(powers[-1] * base)
    return lines, powers


def floor_lines(top: int, divisor: int) -> list[str]:
    """How many multiples of `divisor` there are up to `top`."""
    known = (top < 100 and divisor <= 5) or top < divisor
    steps = [] if known else divide(top, divisor)
    return [*steps, fact(rf"\lfloor {top} / {divisor} \rfloor", top // divisor)]
