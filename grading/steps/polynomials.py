"""Polynomials in letters, square roots of primes and i, with fractions as coefficients.

A polynomial is ``{monomial: Fraction}``; a monomial is a sorted tuple of ``(atom, exponent)``.
Atoms are letters,
``"√p"`` for a prime p and ``"i"``. Those roots are linearly independent over the fractions, so a
polynomial is zero exactly when its dictionary is empty: equality needs no approximation.
"""

from fractions import Fraction
from math import isqrt

Monomial = tuple[tuple[str, int], ...]
Poly = dict[Monomial, Fraction]
MAX_PARTS = 300
MAX_EXPONENT = 24
ONE: Monomial = ()


class TooLarge(ValueError):
    """The expansion would be too long to be worth it."""


def constant(value: Fraction) -> Poly:
    return {ONE: value} if value else {}


def atom(name: str) -> Poly:
    return {((name, 1),): Fraction(1)}


def add(a: Poly, b: Poly, factor: int = 1) -> Poly:
    """a + factor·b."""
    out = dict(a)
    for mono, c in b.items():
        value = out.get(mono, 0) + factor * c
        if value:
            out[mono] = Fraction(value)
        else:
            out.pop(mono, None)
    return out


def scale(a: Poly, factor: Fraction) -> Poly:
    return {m: c * factor for m, c in a.items()} if factor else {}


def multiply(a: Poly, b: Poly) -> Poly:
    """a·b with √p·√p = p and i·i = −1. Raises TooLarge."""
    if len(a) * len(b) > MAX_PARTS * 8:
        raise TooLarge("product")
    out: Poly = {}
    for m1, c1 in a.items():
        for m2, c2 in b.items():
            mono, factor = _join(m1, m2)
            value = out.get(mono, 0) + c1 * c2 * factor
            if value:
                out[mono] = Fraction(value)
            else:
                out.pop(mono, None)
    if len(out) > MAX_PARTS:
        raise TooLarge("product")
    return out


def _join(m1: Monomial, m2: Monomial) -> tuple[Monomial, int]:
    if not m1:
        return m2, 1
    if not m2:
        return m1, 1
    powers = dict(m1)
    factor = 1
    for name, e in m2:
        total = powers.get(name, 0) + e
        if name[0] == "√":
            factor *= int(name[1:]) ** (total // 2)
            total %= 2
        elif name == "i":
            factor *= -1 if total % 4 >= 2 else 1
            total %= 2
        if total:
            powers[name] = total
        else:
            powers.pop(name, None)
    return tuple(sorted(powers.items())), factor


def power(a: Poly, n: int) -> Poly:
    """a^n for n ≥ 0. Raises TooLarge."""
    if (n > MAX_EXPONENT and len(a) > 1) or n > 2000:
        raise TooLarge("power")
    out, square = constant(Fraction(1)), a
    while n:
        if n & 1:
            out = multiply(out, square)
        n >>= 1
        if n:
            square = multiply(square, square)
    return out


def root_of(value: Fraction) -> Poly:
    """√value, for a fraction of either sign. Raises TooLarge when it cannot be factored quickly."""
    n = abs(value.numerator * value.denominator)
    if n.bit_length() > 80:
        raise TooLarge("root")
    outside, names = Fraction(1, value.denominator), []
    p = 2
    while p * p <= n and p < 2000:
        while n % (p * p) == 0:
            n //= p * p
            outside *= p
        if n % p == 0:
            n //= p
            names.append(p)
        p += 1 if p == 2 else 2
    if n > 1:
        if isqrt(n) ** 2 == n:
            outside *= isqrt(n)
        elif n < 4_000_000:
            names.append(n)
        else:
            raise TooLarge("root")
    mono = tuple(sorted([(f"√{q}", 1) for q in names] + ([("i", 1)] if value < 0 else [])))
    return {mono: outside}


def letters(a: Poly) -> set[str]:
    """The letters of a polynomial, without roots, i and π."""
    return {n for mono in a for n, _ in mono if n[0] != "√" and n not in ("i", "pi")}


def is_constant(a: Poly) -> bool:
    return not a or (len(a) == 1 and ONE in a)


def value_of(a: Poly) -> Fraction:
    """The value of a constant polynomial."""
    return a.get(ONE, Fraction(0))


def proportional(a: Poly, b: Poly) -> bool:
    """Whether a = c·b for a fraction c that is not zero."""
    if len(a) != len(b) or not a:
        return False
    mono = next(iter(a))
    if mono not in b:
        return False
    ratio = a[mono] / b[mono]
    return all(m in b and c == ratio * b[m] for m, c in a.items())


def univariate(a: Poly, letter: str) -> list[Fraction] | None:
    """Coefficients of a polynomial in one letter over the fractions, lowest first; None if it is
    more.
    """
    out: dict[int, Fraction] = {}
    for mono, c in a.items():
        if not mono:
            out[0] = c
        elif len(mono) == 1 and mono[0][0] == letter:
            out[mono[0][1]] = c
        else:
            return None
    degree = max(out, default=0)
    return [out.get(k, Fraction(0)) for k in range(degree + 1)] if degree <= 40 else None
