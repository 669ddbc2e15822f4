"""The tree an answer is read into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


class Unreadable(ValueError):
    """The text is not an answer we know how to read; the message says where it stopped."""


class Overlong(Unreadable):
    """Too long or nested too deeply to be looked at by anybody."""


@dataclass(frozen=True, slots=True)
class Num:
    """A number as written. `form`: int, decimal, repeating, scientific, mixed or cut (0.33…)."""

    value: Fraction
    text: str
    form: str = "int"


@dataclass(frozen=True, slots=True)
class Based:
    """A numeral in a base other than ten: `digits` as written, such as 1A in base 16."""

    digits: str
    base: int

    @property
    def value(self) -> int:
        return int(self.digits, self.base)


@dataclass(frozen=True, slots=True)
class Sym:
    """A letter, possibly with a subscript: x, a_1, m_max."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """pi, e, i, inf, reals, integers, naturals, rationals, complexes or empty."""

    name: str


@dataclass(frozen=True, slots=True)
class Neg:
    body: Node


@dataclass(frozen=True, slots=True)
class Op:
    """`op` is one of + - * / ^ ± ∓ ∪ ∩ and \\ (set difference)."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function: sqrt(x), root(x, n), log(x, base), floor, binom, fact, percent, degree, …

    A name that starts with @ is a function the problem defines, such as @f.
    """

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Brackets around several things: (a, b), [a, b), {a, b}; `<>` for ⟨a, b⟩."""

    opening: str
    closing: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Seq:
    """Several things separated by commas, "or" or "and", without brackets."""

    items: tuple[Node, ...]
    word: str = ","  # what separated them: "," "or" "and"


@dataclass(frozen=True, slots=True)
class Rel:
    """A chain such as 1 < x ≤ 5: terms one more than ops (= ≠ < > ≤ ≥ ∈ ≡ :)."""

    ops: tuple[str, ...]
    terms: tuple[Node, ...]
    modulus: Node | None = None  # of a congruence


@dataclass(frozen=True, slots=True)
class Matrix:
    rows: tuple[tuple[Node, ...], ...]
    style: str = "pmatrix"


Node = Num | Based | Sym | Const | Neg | Op | Call | Group | Seq | Rel | Matrix


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node."""
    match node:
        case Neg(body):
            return (body,)
        case Op(_, left, right):
            return (left, right)
        case Call(_, args):
            return args
        case Group(_, _, items) | Seq(items, _):
            return items
        case Rel(_, terms, modulus):
            return terms if modulus is None else (*terms, modulus)
        case Matrix(rows, _):
            return tuple(item for row in rows for item in row)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(children(item))


def symbols(node: Node) -> frozenset[str]:
    """The letters that occur."""
    return frozenset(item.name for item in walk(node) if isinstance(item, Sym))


def size(node: Node) -> int:
    """How many nodes the tree has."""
    return sum(1 for _ in walk(node))
