"""Equations with factorials and binomials: tried at whole numbers, and compared by their size where
the numbers are too long to write out.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from math import lgamma, log

from grading.steps.closed import UNKNOWN, Outcome
from grading.steps.exact import NotRational, exact
from grading.steps.numeric import letters_of
from grading.steps.parser import Node

# Every larger number is a multiple of the smaller one, so that quotients stay whole too.
POINTS = ((6, 2), (6, 3), (8, 2), (8, 4), (9, 3), (10, 5), (12, 4), (12, 3))
LEAST = 4  # points that must be tried before anything is said
LARGEST = 10**6  # of which a factorial is compared
TOLERANCE = 1e-6  # by which logarithms may differ


def with_factorials(left: Node, right: Node) -> Outcome:
    """Whether both sides of an equation with a binomial or a factorial agree; UNKNOWN when that
    cannot be told. Letters: one side must be a binomial by itself, its formula the other side.
    """
    names = letters_of(left) | letters_of(right)
    if not (_uses_factorial(left) or _uses_factorial(right)):
        return UNKNOWN
    if not names:
        return _sizes(left, right)
    binomial = next((n for n in (left, right) if n[:2] == ("f", "comb")), None)
    if binomial is None or len(names) != 2 or letters_of(left) != letters_of(right):
        return UNKNOWN
    formula = right if binomial is left else left
    if any(arg[0] != "s" for arg in binomial[2]) or _uses_factorial(formula, binomials=True):
        return UNKNOWN  # an equation between binomials may be one to solve
    agree = [r for r in _tried(left, right, sorted(names)) if r is not None]
    if len(agree) < LEAST:
        return UNKNOWN
    if all(agree):
        return Outcome(True, f"both sides agree for {len(agree)} pairs of whole numbers")
    if not any(agree):
        return Outcome(False, f"the sides differ for each of {len(agree)} pairs of whole numbers")
    return UNKNOWN


def _tried(left: Node, right: Node, names: list[str]) -> Iterator[bool | None]:
    for point in POINTS:
        for order in permutations(names):
            values = dict(zip(order, point, strict=True))
            try:
                yield abs(_log(left, values) - _log(right, values)) < TOLERANCE
            except (ValueError, NotRational, OverflowError, ZeroDivisionError):
                yield None


def _sizes(left: Node, right: Node) -> Outcome:
    """Only a difference of the sizes says anything."""
    try:
        a, b = _log(left, {}), _log(right, {})
    except (ValueError, NotRational, OverflowError, ZeroDivisionError):
        return UNKNOWN
    if abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b)):
        return UNKNOWN
    digits = [round(x / log(10)) for x in (a, b)]
    return Outcome(
        False, f"the left side is about 10^{digits[0]} and the right side about 10^{digits[1]}"
    )


def _uses_factorial(node: Node, binomials: bool = False) -> bool:
    """Whether a factorial or a binomial stands in the expression; with `binomials`, only those."""
    if node[:2] == ("f", "comb") or (node[0] == "!" and not binomials):
        return True
    return any(
        _uses_factorial(child, binomials)
        for part in node[1:]
        if isinstance(part, tuple) and part
        for child in (part if isinstance(part[0], tuple) else (part,))
        if isinstance(child, tuple) and child
    )


def _log(node: Node, values: dict[str, int]) -> float:
    """The natural logarithm of a positive value. Raises ValueError when there is none."""
    kind = node[0]
    if kind == "*":
        return sum(_log(part, values) for part in node[1])
    if kind == "/":
        return _log(node[1], values) - _log(node[2], values)
    if kind == "^":
        return _log(node[1], values) * _small(node[2], values)
    if kind == "!":
        return lgamma(_small(node[1], values) + 1)
    if node[:2] == ("f", "comb"):
        n, k = (_small(part, values) for part in node[2])
        if k > n:
            raise ValueError("nothing to choose")
        return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return log(exact(node, {k: Fraction(v) for k, v in values.items()}))


def _small(node: Node, values: dict[str, int]) -> float:
    """A whole number that is not negative. Raises ValueError for any other value."""
    value = exact(node, {k: Fraction(v) for k, v in values.items()})
    if value.denominator != 1 or not 0 <= value <= LARGEST:
        raise ValueError("not a count")
    return float(value)
