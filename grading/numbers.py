"""Whether two expressions have the same value: exactly where possible, else to many digits."""

from __future__ import annotations

from typing import Any, Literal

from grading.evaluate import evaluate
from grading.exact import TooBig, exact_value
from grading.nodes import Call, Const, Group, Matrix, Node, Rel, Seq, Sym, Unreadable, walk
from grading.special import Undefined, context

Same = Literal["same", "different", "unclear"]

_DIGITS = (150, 700)  # the second look is for huge numbers and near misses


def compare_values(a: Node, b: Node) -> Same:
    """Compare two expressions without letters; "unclear" when a value is too large or undefined."""
    try:
        exact_a, exact_b = exact_value(a), exact_value(b)
        if exact_a is not None and exact_b is not None:
            return "same" if exact_a == exact_b else "different"
        for digits in _DIGITS:
            x, y = evaluate(a, digits), evaluate(b, digits)
            found = gap(x, y, digits)
            if found != "unclear":
                return found
    except (TooBig, Undefined, Unreadable, ValueError, ZeroDivisionError, OverflowError):
        pass
    return "unclear"


def gap(x: Any, y: Any, digits: int) -> Same:
    """Compare two values that were computed to `digits` digits."""
    mp = context(digits)
    distance = abs(x - y)
    if distance == 0:
        return "same"
    ten = mp.mpf(10)
    small = ten ** -(digits * 4 // 5)
    scale = max(abs(x), abs(y))
    if scale < small:
        # Two tiny numbers, or what cancellation left of zero.
        return "same" if x == 0 or y == 0 or distance < scale * small else "unclear"
    if distance > scale * ten ** -(digits // 4):
        return "different"
    # Of huge numbers the last places before the point must agree too.
    return "same" if distance < scale * small and distance < ten ** -(digits // 3) else "unclear"


def rounds_to(exact: Node, shown: Node, places: int) -> bool:
    """Whether `shown`, written with `places` decimals, is `exact` rounded or cut."""
    try:
        x, y = evaluate(exact, 30), evaluate(shown, 30)
        return bool(abs(x - y) < context(30).mpf(10) ** -places)
    except (TooBig, Undefined, Unreadable, ValueError, ZeroDivisionError, TypeError):
        return False


def is_number(node: Node) -> bool:
    """Whether the node is one number: no letters, no lists, nothing infinite."""
    for item in walk(node):
        if isinstance(item, Sym | Group | Matrix | Rel | Seq):
            return False
        if isinstance(item, Const) and item.name not in ("pi", "e", "i"):
            return False
        if isinstance(item, Call) and item.name.startswith("@"):
            return False
    return True
