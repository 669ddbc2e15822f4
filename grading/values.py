"""What an answer can be, once read: a number, several values, an interval, a matrix, …"""

from __future__ import annotations

from dataclasses import dataclass

from grading.nodes import Based, Node
from grading.units import Unit


@dataclass(frozen=True, slots=True)
class Number:
    """An expression without letters; `percent` and `degree` say how it was written.

    A reference with `any_form` accepts every closed form, also of a plain number.
    """

    node: Node
    percent: bool = False
    degree: bool = False
    unit: Unit | None = None
    any_form: bool = False


@dataclass(frozen=True, slots=True)
class Expr:
    """An expression with letters."""

    node: Node


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in a base other than ten."""

    node: Based


@dataclass(frozen=True, slots=True)
class Many:
    """Several values in no order; `braces` when written as a set. Empty: no value at all."""

    items: tuple[Value, ...]
    braces: bool = False


@dataclass(frozen=True, slots=True)
class Ordered:
    """A tuple, point or vector."""

    items: tuple[Value, ...]
    brackets: str = "()"


@dataclass(frozen=True, slots=True)
class Piece:
    """One interval; ends are numbers or ±∞."""

    low: Node
    low_closed: bool
    high: Node
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A union of intervals, or an inequality that means one."""

    pieces: tuple[Piece, ...]
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A matrix."""

    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Assigned:
    """name = value, or f(x) = value."""

    name: str
    value: Value
    args: tuple[str, ...] = ()
    left: Node | None = None
    right: Node | None = None


@dataclass(frozen=True, slots=True)
class Equation:
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Inequality:
    """left < right (or ≤ when not strict), in more than one letter or not linear."""

    left: Node
    right: Node
    strict: bool


@dataclass(frozen=True, slots=True)
class Ratio:
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Residue:
    node: Node
    modulus: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """One or more letters of a multiple-choice question, and what was written beside them."""

    letters: frozenset[str]
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    words: str


Value = (
    Number
    | Expr
    | Numeral
    | Many
    | Ordered
    | Span
    | Rows
    | Assigned
    | Equation
    | Inequality
    | Ratio
    | Residue
    | Choice
    | Text
)

_NAMES: dict[type, str] = {
    Number: "a single number",
    Expr: "an expression",
    Numeral: "a numeral in another base",
    Many: "several values",
    Ordered: "a tuple",
    Span: "an interval",
    Rows: "a matrix",
    Assigned: "an equation",
    Equation: "an equation",
    Inequality: "an inequality",
    Ratio: "a ratio",
    Residue: "a remainder",
    Choice: "a letter",
    Text: "words",
}


def name_of(value: Value) -> str:
    """What a student would call this kind of answer."""
    if isinstance(value, Many) and value.braces:
        return "a set"
    if isinstance(value, Ordered) and len(value.items) == 2:
        return "a pair or an interval"
    return _NAMES[type(value)]
