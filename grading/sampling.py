"""Whether two expressions with letters agree, by exact or many-digit values at many points.

Where a difference shows, it is certain. Agreement at all points is not a proof in the strict
sense, but two different expressions of school size do not agree at dozens of unrelated points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal

from grading.evaluate import evaluate
from grading.exact import TooBig, exact_value
from grading.nodes import Call, Node, Unreadable, symbols, walk
from grading.special import Undefined, context

Agreement = Literal["same", "whole", "positive", "different", "unclear"]

_DIGITS = 40
_WHOLE_LETTERS = set("ijklmnpqrstMNKR")
_COUNTING = {"fact", "doublefact", "binom", "gcd", "lcm"}  # their arguments are whole
_ENOUGH = 5  # points at which both sides must be defined


def compare_expressions(a: Node, b: Node) -> Agreement:
    """Compare two expressions with letters.

    "whole": they agree at whole numbers only, where the letters mean whole numbers;
    "positive": they agree at positive numbers only.
    """
    letters = sorted(symbols(a) | symbols(b))
    if len(letters) > 8:
        return "unclear"
    at_whole = _agree(a, b, _whole_points(letters))
    if at_whole is False:
        return "different"
    at_positive = _agree(a, b, _real_points(letters, signs=False))
    if at_positive is not True:
        if at_whole is None:
            return "different" if at_positive is False else "unclear"
        return (
            "whole"
            if _means_whole(letters, a, b)
            else ("unclear" if at_positive is None else "different")
        )
    at_any = _agree(a, b, _real_points(letters, signs=True))
    return "positive" if at_any is False else "same"


def _means_whole(letters: list[str], a: Node, b: Node) -> bool:
    counting = any(
        isinstance(item, Call) and item.name in _COUNTING for top in (a, b) for item in walk(top)
    )
    return counting or all(letter[0] in _WHOLE_LETTERS for letter in letters)


def _whole_points(letters: list[str]) -> Iterator[dict[str, Fraction]]:
    for turn in range(16):
        yield {
            letter: Fraction((turn * (3 + 2 * place) + place * place) % 23 + 1 + turn // 3)
            for place, letter in enumerate(letters)
        }
    for large in (101, 1237, 104_729):  # ⌊n/1000⌋ is not 0
        yield {letter: Fraction(large + 7 * place) for place, letter in enumerate(letters)}


def _real_points(letters: list[str], *, signs: bool) -> Iterator[dict[str, Fraction]]:
    state = 20_011
    for _ in range(10):
        point = {}
        for letter in letters:
            state = (state * 48_271 + 11) % 2_147_483_647
            value = Fraction(state % 9_973 + 1, 1_009 + state % 7)
            if signs and state % 2:
                value = -value
            point[letter] = value
        yield point


def _agree(a: Node, b: Node, points: Iterator[dict[str, Fraction]]) -> bool | None:
    """True or False; None when too few points have values on both sides."""
    seen = 0
    for point in points:
        left, right = _value(a, point), _value(b, point)
        if left is None and right is None:
            continue
        if left is None or right is None:
            continue  # domains may differ in how they are written, as √(x²) and x^{2/2}
        if not _same(left, right):
            return False
        seen += 1
    return True if seen >= _ENOUGH else None


def _value(node: Node, point: Mapping[str, Fraction]) -> Any | None:
    try:
        exact = exact_value(node, point)
        return exact if exact is not None else evaluate(node, _DIGITS, point)
    except (TooBig, Undefined, ValueError, ZeroDivisionError, OverflowError):
        return None
    except Unreadable:
        return None


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    mp = context(_DIGITS)
    x, y = (
        mp.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v for v in (left, right)
    )
    scale = max(abs(x), abs(y), mp.mpf(1) / 10**6)
    return bool(abs(x - y) <= scale * mp.mpf(10) ** -25)


def proportional(a: Node, b: Node) -> Literal["same", "opposite", "different", "unclear"]:
    """Whether a = c·b for one constant c ≠ 0; "opposite" when c < 0."""
    letters = sorted(symbols(a) | symbols(b))
    ratio: Any | None = None
    seen = 0
    mp = context(_DIGITS)
    for point in (*_real_points(letters, signs=True), *_real_points(letters, signs=False)):
        left, right = _value(a, point), _value(b, point)
        if left is None or right is None:
            continue
        x, y = (
            mp.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v
            for v in (left, right)
        )
        tiny = mp.mpf(10) ** -25
        if abs(x) < tiny and abs(y) < tiny:
            continue
        if abs(x) < tiny or abs(y) < tiny:
            return "different"
        if ratio is None:
            ratio = x / y
        elif abs(x / y - ratio) > abs(ratio) * tiny:
            return "different"
        seen += 1
    if ratio is None or seen < _ENOUGH or isinstance(ratio, mp.mpc):
        return "unclear"
    return "same" if ratio > 0 else "opposite"
