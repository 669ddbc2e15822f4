"""Reads tokens as an expression. A strict parser: it reads everything it is given or nothing.

An expression is a tuple whose first item is its kind:
``("n", Fraction)``, ``("s", name)``, ``("+", parts)``, ``("*", parts)``, ``("/", a, b)``, ``("^",
a, b)``,
``("neg", a)``, ``("!", a)``, ``("%", a)``, ``("f", name, args)``, ``("range", "sum"|"prod",
letter, low,
high, body)``, ``("run", "+"|"*", before, after)`` for a sum or product with dots, ``("mod", a,
m)``.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Node = tuple[Any, ...]
MAX_DEPTH = 40
MAX_TOKENS = 400


class Unreadable(ValueError):
    """These tokens are not an expression this parser knows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an ambiguous spelling is taken."""

    mixed: bool = True  # 3 1/2 and 3\frac12 are three and a half
    tight: bool = False  # 1/2x is 1/(2x)
    bang: bool = True  # a last "!" is a factorial and not an exclamation
    calls: bool = True  # f(x) is a function's value; else a product
    spaced: bool = False  # in 3 / 1/2 the slash without spaces binds closer


PLAIN = Reading()
READINGS = (
    PLAIN, Reading(mixed=False), Reading(tight=True), Reading(bang=False), Reading(calls=False),
    Reading(spaced=True),
)  # fmt: skip
CALLED = frozenset("efghpqABCDEFGHIJKLMNOPQRSTUVWXYZ") | {"phi", "varphi", "sigma", "tau", "psi"}
BRACKETS = {"(": ")", "[": "]", "{": "}"}
MINUS_ONE: Node = ("n", Fraction(-1))
