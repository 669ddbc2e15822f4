"""Answers that can be found by trying every number, where the statement gives the range.

Only statements that are understood whole are searched: how many integers in a range satisfy
conditions,
the smallest or largest integer that does, the number or sum of divisors, a remainder of a power.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt

Test = Callable[[int], bool]
MAX_RANGE = 20_000
_NUMBER = r"\$?\\?\(?\s*(\d[\d,]*)\s*\\?\)?\$?"


@dataclass(frozen=True, slots=True)
class Search:
    """The value found and what was searched, in words."""

    value: Fraction
    how: str


@lru_cache(maxsize=256)
def search(problem: str) -> Search | None:
    """The answer by trial, or None when the statement is not understood whole."""
    text = _tidy(problem)
    for solver in (_count, _extreme, _divisors, _power):
        found = solver(text)
        if found is not None:
            return found
    return None


def _tidy(text: str) -> str:
    text = re.sub(r"(\d),(?=\d{3}(?!\d))", r"\1", text)
    text = re.sub(r"\\[()\[\]]|\$|\\,|\\;", "", text)
    text = re.sub(r"\\(?:equiv)\b", "≡", text)
    text = re.sub(
        r"\\p?mod\s*\{?\s*(\d+)\s*\}?|\(mod\s+(\d+)\)", lambda m: f"mod {m[1] or m[2]}", text
    )
    return re.sub(r"\s+", " ", text).strip()


_RANGE = (
    r"(?:from|between) (?P<low>\d+) (?:to|and|through) (?P<high>\d+)(?P<ends>,? inclusive,?)?|"
    r"(?P<less>less than|below|up to|not exceeding|at most|not greater than) (?P<top>\d+)"
)
_COUNT = re.compile(
    rf"^how many (?:of the )?(?:positive |natural |whole )?(?:integers|numbers)(?: n)? "
    rf"(?:{_RANGE}) "
    r"(?:are|is) (?P<what>[^?.]+)[?.]$", re.IGNORECASE,
)  # fmt: skip


def _count(text: str) -> Search | None:
    m = _COUNT.match(text)
    if m is None:
        return None
    test = _condition(m["what"].strip())
    if test is None:
        return None
    if m["top"]:
        low, high = 1, int(m["top"]) - (m["less"].lower() in ("less than", "below"))
    else:
        low, high = int(m["low"]), int(m["high"])
        if (
            m.group(0).lower().find(" between ") >= 0
            and not m["ends"]
            and (test(low) or test(high))
        ):
            return None  # whether the ends belong to it is not said
    if high - low > MAX_RANGE:
        return None
    return Search(
        Fraction(sum(map(test, range(low, high + 1)))), f"trying every integer from {low} to {high}"
    )


def _condition(what: str) -> Test | None:
    """A test for “divisible by 2 or 5 but not by 3”, “odd”, “prime”, “perfect squares”, joined by
    and/or.
    """
    parts = re.split(r",? (?:but|and) (?=not\b|neither\b)", what)
    tests = [_clause(p.strip()) for p in parts]
    if any(t is None for t in tests):
        return None
    good = [t for t in tests if t is not None]
    return lambda n: all(t(n) for t in good)


def _clause(text: str) -> Test | None:
    text = text.lower().strip()
    negated = re.match(r"not |.*\bneither\b", text) is not None
    text = re.sub(r"^(?:not|neither|both) ", "", text)
    m = re.fullmatch(r"(?:divisible by|multiples of|a multiple of|by) (?:either |both |neither )"
                     r"?(\d+)((?:,? (?:or|and|nor)(?: by)? \d+|, \d+)*)", text)  # fmt: skip
    if m:
        numbers = [int(m[1]), *map(int, re.findall(r"\d+", m[2]))]
        if 0 in numbers:
            return None
        every = " and " in m[2] and "neither" not in text
        if "," in m[2] and len(numbers) > 2 and not re.search(r"\b(?:or|and|nor)\b", m[2]):
            return None
        test: Test = (
            (lambda n: all(n % d == 0 for d in numbers))
            if every
            else (lambda n: any(n % d == 0 for d in numbers))
        )
        return (lambda n: not test(n)) if negated else test
    simple: dict[str, Test] = {
        "odd": lambda n: n % 2 == 1, "even": lambda n: n % 2 == 0, "prime": _is_prime,
        "prime numbers": _is_prime, "primes": _is_prime,
        "perfect squares": lambda n: isqrt(n) ** 2 == n,
        "perfect cubes": lambda n: round(n ** (1 / 3)) ** 3 == n,
    }  # fmt: skip
    found = simple.get(text)
    return None if found is None else ((lambda n: not found(n)) if negated else found)


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, isqrt(n) + 1))


_CONGRUENCE = re.compile(r"([a-z]) ≡ (\d+) mod (\d+)")
_REMAINDER = re.compile(
    r"remainder (?:is )?(\d+) (?:when |on )?(?:it is )?(?:divided|division) by (\d+)"
)


def _extreme(text: str) -> Search | None:
    """The smallest positive integer with congruences; nothing else may be asked of it."""
    m = re.match(r"^(?:find|what is|determine) the (?:smallest|least) positive integer "
                 r"(?:([a-z]) )?(?:with|such that|satisfying|"
                 r"for which|that satisfies) (.+?)[.?]$", text, re.IGNORECASE)  # fmt: skip
    if m is None:
        return None
    pairs = [(int(r), int(d)) for _, r, d in _CONGRUENCE.findall(m[2])]
    rest = re.sub(r"[\s,;]|and", "", _CONGRUENCE.sub("", m[2]))
    if not pairs or rest or any(d == 0 for _, d in pairs):
        return None
    for n in range(1, MAX_RANGE):
        if all(n % d == r % d for r, d in pairs):
            return Search(Fraction(n), "trying 1, 2, 3, …")
    return None


def _divisors(text: str) -> Search | None:
    m = re.match(
        r"^how many (?:positive )?(?:divisors|factors) does (\d+) have\?$", text, re.IGNORECASE
    )
    total = re.match(r"^(?:find|what is|compute|determine) the sum of (?:all |the )?(?:positive "
                     r")?divisors of (\d+)[.?]$", text, re.IGNORECASE)  # fmt: skip
    found = m or total
    if found is None or not 0 < int(found[1]) <= 10**9:
        return None
    n = int(found[1])
    divisors = {d for k in range(1, isqrt(n) + 1) if n % k == 0 for d in (k, n // k)}
    value = len(divisors) if m else sum(divisors)
    return Search(Fraction(value), f"trying every divisor of {n}")


def _power(text: str) -> Search | None:
    m = re.match(
        r"^(?:find|what is|compute|determine) (?:the remainder (?:when|of) )?(\d+)\^\{?(\d+)\}? "
        r"(?:is divided by |divided by |"
        r"\\bmod |mod |when divided by )\{?(\d+)\}?[.?]$", text, re.IGNORECASE,
    )  # fmt: skip
    digit = re.match(
        r"^what is the (?:last|units) digit of (\d+)\^\{?(\d+)\}?\?$", text, re.IGNORECASE
    )
    if m and int(m[3]):
        return Search(
            Fraction(pow(int(m[1]), int(m[2]), int(m[3]))), "computing the power by remainders"
        )
    if digit:
        return Search(
            Fraction(pow(int(digit[1]), int(digit[2]), 10)), "computing the power by remainders"
        )
    return None
