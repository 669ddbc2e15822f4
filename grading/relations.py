"""Reads relations: assignments, equations, inequalities, memberships, ratios and congruences."""

from __future__ import annotations

from collections.abc import Callable

from grading.literals import literal_value
from grading.nodes import Call, Group, Node, Op, Rel, Sym, Unreadable, symbols, walk
from grading.numbers import compare_values, is_number
from grading.spans import INFINITY, MINUS_INFINITY, is_infinite, whole_line_without
from grading.values import (
    Assigned,
    Equation,
    Inequality,
    Many,
    Piece,
    Ratio,
    Residue,
    Span,
    Value,
)

Interpreter = Callable[[Node], Value]
_FLIP = {"<": ">", ">": "<", "≤": "≥", "≥": "≤"}


def interpret_relation(node: Rel, interpret: Interpreter) -> Value:
    """What a chain of relations stands for."""
    kinds = set(node.ops)
    if node.modulus is not None and kinds <= {"=", "≡"}:
        return Residue(node.terms[-1], node.modulus)
    if kinds == {":"}:
        return Ratio(node.terms)
    if kinds == {"∈"} and len(node.terms) == 2:
        value = interpret(node.terms[1])
        left = node.terms[0]
        if isinstance(value, Span) and isinstance(left, Sym):
            return Span(value.pieces, left.name)
        if isinstance(value, Many) and isinstance(left, Sym):
            return Many(value.items)
        return value
    if kinds == {"≠"} and len(node.terms) == 2 and isinstance(node.terms[0], Sym):
        return whole_line_without(node.terms[1], node.terms[0].name)
    if kinds <= {"=", "≈"}:
        return _equality(node, interpret)
    if kinds <= {"<", ">", "≤", "≥"}:
        return _inequality(node)
    raise Unreadable("This relation is not understood.")


def name_of_left(node: Node) -> tuple[str, tuple[str, ...]] | None:
    """The name and the arguments on the left of a definition; None when it is not a name."""
    if isinstance(node, Sym):
        return node.name, ()
    if isinstance(node, Call) and node.name.startswith("@"):
        if all(isinstance(arg, Sym) for arg in node.args):
            return node.name[1:], tuple(arg.name for arg in node.args if isinstance(arg, Sym))
        return None
    if isinstance(node, Call) and node.name == "abs":
        return name_of_left(node.args[0]) if _capitals(node.args[0]) else None
    return (_capitals(node), ()) if _capitals(node) else None


def _capitals(node: Node) -> str:
    """AB, ABC: the name of a segment or figure, read as a product of capitals."""
    if isinstance(node, Sym) and node.name[0].isupper():
        return node.name
    if isinstance(node, Op) and node.op == "*":
        left, right = _capitals(node.left), _capitals(node.right)
        return left + right if left and right else ""
    return ""


def _plain_sum(node: Node) -> bool:
    """m + n, a + b + c, abc: the name of a wanted quantity, not an equation to solve."""
    return all(
        isinstance(item, Sym) or (isinstance(item, Op) and item.op in "+-*/") for item in walk(node)
    )


def _equality(node: Rel, interpret: Interpreter) -> Value:
    if "≈" in node.ops[1:] or (node.ops[0] == "≈" and not _is_name(node.terms[0])):
        node = _exact_part(node)
        if not node.ops:
            return interpret(node.terms[0])
    first, last = node.terms[0], node.terms[-1]
    if all(is_number(term) for term in node.terms):
        same = [compare_values(term, last) for term in node.terms[:-1]]
        if "different" in same and "≈" not in node.ops:
            raise Unreadable("The two sides are not equal.")
        return interpret(last if literal_value(last) is not None else first)
    if len(node.terms) > 2 and all(isinstance(term, Sym) for term in node.terms[:-1]):
        value = interpret(last)
        return Many(tuple(Assigned(t.name, value) for t in node.terms[:-1] if isinstance(t, Sym)))
    if len(node.terms) > 2 and name_of_left(first) is None:
        raise Unreadable("A chain of equations is not one answer.")
    name = name_of_left(first)
    if name is None and name_of_left(last) is not None and is_number(first):
        first, last, name = last, first, name_of_left(last)
    if isinstance(first, Group) and isinstance(last, Group):
        return interpret(last) if len(first.items) == len(last.items) else _unclear()
    if name is not None and not (name[0] in symbols(last) and not name[1]):
        return Assigned(name[0], interpret(last), name[1], first, last)
    if _plain_sum(first) and is_number(last) and len(node.terms) == 2:
        return Assigned("", interpret(last), (), first, last)
    return Equation(first, last)


def _is_name(node: Node) -> bool:
    return name_of_left(node) is not None


def _exact_part(node: Rel) -> Rel:
    """2√3 ≈ 3.46 answers 2√3: what stands before the first ≈."""
    end = node.ops.index("≈") if node.ops[0] != "≈" or not _is_name(node.terms[0]) else 1
    return Rel(node.ops[:end], node.terms[: end + 1])


def _unclear() -> Value:
    raise Unreadable("The sides do not match.")


def _inequality(node: Rel) -> Value:
    ops, terms = node.ops, node.terms
    letters = [term for term in terms if isinstance(term, Sym)]
    bounds = [term for term in terms if is_number(term) or is_infinite(term)]
    if len(letters) == 1 and len(bounds) == len(terms) - 1 and len(terms) <= 3:
        return _range(ops, terms, letters[0])
    if len(terms) == 2:
        less = ops[0] in ("<", "≤")
        low, high = (terms[0], terms[1]) if less else (terms[1], terms[0])
        return Inequality(low, high, ops[0] in ("<", ">"))
    raise Unreadable("This chain of inequalities is not understood.")


def _range(ops: tuple[str, ...], terms: tuple[Node, ...], letter: Sym) -> Value:
    low, low_closed, high, high_closed = MINUS_INFINITY, False, INFINITY, False
    low_node: Node = low
    high_node: Node = high
    place = terms.index(letter)
    for index, bound in enumerate(terms):
        if index == place:
            continue
        # the relation seen from the letter towards this bound
        op = ops[place] if index > place else _FLIP[ops[index]]
        if op in ("<", "≤"):
            high_node, high_closed = bound, op == "≤"
        else:
            low_node, low_closed = bound, op == "≥"
    return Span((Piece(low_node, low_closed, high_node, high_closed),), letter.name)
