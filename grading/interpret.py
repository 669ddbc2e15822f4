"""Turns the tree of an answer into what the answer is: `interpret`."""

from __future__ import annotations

import itertools
from dataclasses import replace

from grading.nodes import (
    Based,
    Call,
    Const,
    Group,
    Matrix,
    Neg,
    Node,
    Num,
    Op,
    Rel,
    Seq,
    Unreadable,
    children,
    walk,
)
from grading.numbers import is_number
from grading.relations import interpret_relation
from grading.spans import intersect, interval, is_infinite, is_span_node, span_of, union
from grading.values import (
    Assigned,
    Expr,
    Many,
    Number,
    Numeral,
    Ordered,
    Residue,
    Rows,
    Span,
    Value,
)

MAX_CHOICES = 64


def interpret(node: Node) -> Value:
    """What the tree stands for; Unreadable when it is nothing we know."""
    match node:
        case Based():
            return Numeral(node)
        case Const("empty"):
            return Many((), braces=True)
        case Group():
            return _group(node)
        case Seq():
            return _sequence(node)
        case Rel((), (term,), modulus) if modulus is not None:
            return Residue(term, modulus)
        case Rel():
            return interpret_relation(node, interpret)
        case Matrix(rows, _):
            return Rows(tuple(tuple(interpret(item) for item in row) for row in rows))
    if is_span_node(node):
        return span_of(node)
    if isinstance(node, Op) and node.op == "∪":
        return _joined(interpret(node.left), interpret(node.right))
    expanded = expand_signs(node)
    if len(expanded) > 1:
        return Many(tuple(interpret(item) for item in expanded))
    return scalar(node)


def scalar(node: Node) -> Value:
    """A single number or expression."""
    if any(isinstance(item, Group | Matrix | Rel | Seq) for item in walk(node)):
        raise Unreadable("A list inside an expression.")
    if isinstance(node, Neg) and isinstance(node.body, Based):
        raise Unreadable("A negative numeral in another base.")
    infinite = isinstance(node, Const) and node.name == "inf"
    infinite |= isinstance(node, Neg) and node.body == Const("inf")
    if infinite or is_number(node):
        top = node.body if isinstance(node, Neg) else node
        mark = top.name if isinstance(top, Call) else ""
        return Number(node, percent=mark == "percent", degree=mark == "degree")
    return Expr(node)


def _group(node: Group) -> Value:
    if node.opening == r"\{":
        return Many(_flat(node.items), braces=True)
    square = "[" in (node.opening, node.closing) or "]" in (node.opening, node.closing)
    endless = any(is_infinite(item) for item in node.items)
    plain = not any(isinstance(item, Group) for item in node.items)
    if len(node.items) == 2 and (square or endless) and plain and node.opening != "<":
        return Span((interval(node),))
    items = tuple(interpret(item) for item in node.items)
    if len(items) == 1:
        return items[0]
    options = [i.items if isinstance(i, Many) and not i.braces else (i,) for i in items]
    choices = list(itertools.islice(itertools.product(*options), MAX_CHOICES + 1))
    if len(choices) > MAX_CHOICES:
        raise Unreadable("Too many double signs.")
    tuples = tuple(Ordered(choice, node.opening + node.closing) for choice in choices)
    return tuples[0] if len(tuples) == 1 else Many(tuples)  # (±3, ±2) is four points


def _flat(items: tuple[Node, ...]) -> tuple[Value, ...]:
    """Values of the items, where ± counts as two."""
    found: list[Value] = []
    for item in items:
        value = interpret(item)
        found.extend(value.items if isinstance(value, Many) and not value.braces else (value,))
    return tuple(found)


def _sequence(node: Seq) -> Value:
    values = [interpret(item) for item in _shared_modulus(node.items)]
    spans = [value for value in values if isinstance(value, Span)]
    if len(spans) == len(values) and spans:
        if node.word == "or" or not all(isinstance(item, Rel) for item in node.items):
            return union(spans)
        met = intersect(spans)
        return met if met is not None and met.pieces else union(spans)
    found: list[Value] = []
    name: Assigned | None = None
    for value in values:
        if isinstance(value, Assigned) and isinstance(value.value, Many):
            found.extend(replace(value, value=item) for item in value.value.items)
            name = value
        elif isinstance(value, Assigned):
            name = value
            found.append(value)
        elif isinstance(value, Many) and not value.braces:
            found.extend(value.items)
        elif name is not None and isinstance(value, Number | Expr):
            found.append(replace(name, value=value, right=None))  # x = 1, 2, 3
        else:
            found.append(value)
    return Many(tuple(found))


def _shared_modulus(items: tuple[Node, ...]) -> tuple[Node, ...]:
    """n ≡ 0, 1 (mod 4): the modulus at the end belongs to every member."""
    last = items[-1]
    if not isinstance(last, Rel) or last.modulus is None:
        return items
    ends = (item.terms[-1] if isinstance(item, Rel) else item for item in items[:-1])
    return (*(Rel((), (end,), last.modulus) for end in ends), last)


def _joined(left: Value, right: Value) -> Value:
    if isinstance(left, Span) and isinstance(right, Span):
        return union([left, right])
    if isinstance(left, Many) and isinstance(right, Many):
        return Many(left.items + right.items, braces=True)
    raise Unreadable("This union is not understood.")


def expand_signs(node: Node) -> list[Node]:
    """All values of an expression with ± and ∓; opposite signs belong together."""
    signs = [item for item in walk(node) if isinstance(item, Op) and item.op in "±∓"]
    if not signs:
        return [node]
    together = any(item.op == "∓" for item in signs)
    count = 1 if together else len(signs)
    if count > 3:
        raise Unreadable("Too many double signs.")
    return [
        _choose(node, list(choice)) for choice in itertools.product((True, False), repeat=count)
    ]


def _choose(node: Node, plus: list[bool]) -> Node:
    """The node with its double signs decided, the first in `plus` used up unless it is alone."""
    if isinstance(node, Op):
        if node.op in "±∓":
            up = plus[0] if len(plus) == 1 else plus.pop(0)
            if node.op == "∓":
                up = not up
            left, right = _choose(node.left, plus), _choose(node.right, plus)
            if isinstance(left, Num) and left.value == 0:
                return right if up else Neg(right)
            return Op("+" if up else "-", left, right)
        return Op(node.op, _choose(node.left, plus), _choose(node.right, plus))
    if isinstance(node, Neg):
        return Neg(_choose(node.body, plus))
    if isinstance(node, Call):
        return Call(node.name, tuple(_choose(arg, plus) for arg in node.args))
    if children(node):
        raise Unreadable("A double sign inside a list.")
    return node
