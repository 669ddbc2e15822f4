"""The kinds of reference answers, and how a kind changes what brackets and decimals mean."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from grading.clean import clean
from grading.values import Expr, Many, Number, Ordered, Piece, Span, Value

KIND_NAMES = (
    "auto", "integer", "fraction", "decimal", "expression", "set", "tuple", "interval", "choice",
    "matrix", "equation", "numeral", "text",
)  # fmt: skip
KIND_ALIASES = {"number": "auto", "base": "numeral", "int": "integer", "list": "set", "": "auto"}


def tolerance_of(written: str, gold: str) -> Fraction:
    """The tolerance as given, else half a unit of the reference's last decimal."""
    try:
        value = Fraction(clean(written)) if written else None
    except (ValueError, ZeroDivisionError):
        value = None
    if value is not None and value > 0:
        return value
    places = re.search(r"\.(\d+)", gold)
    return Fraction(1, 2 * 10 ** (len(places[1]) if places else 0))


def coerce(value: Value, kind: str) -> Value:
    """Read brackets the way the kind says."""
    if kind == "set":
        if isinstance(value, Ordered):
            return Many(value.items, braces=True)
        if isinstance(value, Many):
            return Many(value.items, braces=True)
        if isinstance(value, Number | Expr):
            return Many((value,), braces=True)
    if kind == "expression" and isinstance(value, Number):
        return replace(value, any_form=True)
    if kind == "tuple":
        if isinstance(value, Many):
            return Ordered(value.items)
        if isinstance(value, Span) and len(value.pieces) == 1:
            piece = value.pieces[0]
            return Ordered((Number(piece.low), Number(piece.high)))
    if kind == "interval" and isinstance(value, Ordered) and len(value.items) == 2:
        low, high = value.items
        if isinstance(low, Number) and isinstance(high, Number):
            return Span((Piece(low.node, False, high.node, False),))
    return value
