"""Compares definitions, equations and inequalities."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grading.nodes import Call, Neg, Node, Num, Op, Sym, symbols, walk
from grading.sampling import proportional
from grading.values import (
    Assigned,
    Choice,
    Equation,
    Expr,
    Inequality,
    Many,
    Number,
    Span,
    Text,
    Value,
    name_of,
)
from grading.verdicts import Verdict, correct, unknown, wrong

Comparer = Callable[[Value, Value], Verdict]


def rename(node: Node, names: Mapping[str, str]) -> Node:
    """The tree with letters exchanged."""
    match node:
        case Sym(name):
            return Sym(names.get(name, name))
        case Neg(body):
            return Neg(rename(body, names))
        case Op(op, left, right):
            return Op(op, rename(left, names), rename(right, names))
        case Call(name, args):
            return Call(name, tuple(rename(arg, names) for arg in args))
    return node


def same_name(a: str, b: str) -> bool:
    """Whether two names mean one thing: m_max may be called m, but x_1 is not x_2."""
    if not a or not b or a == b:
        return True
    return _without_word(a).lower() == _without_word(b).lower()


def _without_word(name: str) -> str:
    base, _, sub = name.partition("_")
    return base if sub in ("max", "min") else name


def compare_assigned(gold: Assigned, answer: Value, compare: Comparer) -> Verdict:
    """`x = 5` wants 5, with or without its name; `f(x) = …` may use another letter."""
    if isinstance(answer, Many) and len(answer.items) == 1:
        answer = answer.items[0]
    if isinstance(answer, Assigned):
        given = answer.value
        if len(gold.args) == len(answer.args) and gold.args != answer.args:
            names = dict(zip(answer.args, gold.args, strict=True))
            if isinstance(given, Expr):
                given = Expr(rename(given.node, names))
        verdict = compare(gold.value, given)
        different_name = not same_name(gold.name, answer.name)
        if verdict.value == "correct" and different_name:
            return unknown(f"The value is right; the answer is called {gold.name}.")
        if verdict.value != "correct" and different_name:
            return _as_equations(gold, answer, wrong("The value is different."))
        return verdict
    if isinstance(answer, Equation):
        return _as_equations(gold, answer, wrong("This is another equation."))
    return compare(gold.value, answer)


def _as_equations(gold: Assigned, answer: Assigned | Equation, otherwise: Verdict) -> Verdict:
    """y = 2x + 3 and 2x − y + 3 = 0 are the same line."""
    left = gold.left
    right = answer.right
    if gold.right is None or left is None or right is None or answer.left is None:
        return otherwise
    if symbols(gold.right) == frozenset() and isinstance(answer, Equation):
        return unknown("You gave an equation; the answer is a value.")
    same = proportional(Op("-", left, gold.right), Op("-", answer.left, right))
    if same in ("same", "opposite"):
        if isinstance(answer, Assigned):
            return unknown(f"This says the same, solved for {answer.name} and not for {gold.name}.")
        return correct()
    return otherwise if same == "different" else unknown("The equations could not be compared.")


def compare_equation(gold: Equation, answer: Value) -> Verdict:
    """Equations are the same when one is a constant multiple of the other."""
    if isinstance(answer, Many) and len(answer.items) == 1:
        answer = answer.items[0]
    if isinstance(answer, Assigned) and answer.left is not None and answer.right is not None:
        answer = Equation(answer.left, answer.right)
    if not isinstance(answer, Equation):
        if isinstance(answer, Text | Choice | Expr):
            return unknown(f"You gave {name_of(answer)}; the answer is an equation.")
        return wrong(f"You gave {name_of(answer)}; the answer is an equation.")
    same = proportional(Op("-", gold.left, gold.right), Op("-", answer.left, answer.right))
    if same in ("same", "opposite"):
        return correct()
    if symbols(gold.left) | symbols(gold.right) != symbols(answer.left) | symbols(answer.right):
        return wrong("The equation is about other letters.")
    if same == "different" and _polynomial(gold) and _polynomial(answer):
        return wrong("This is another equation.")
    return unknown("Whether the equations mean the same could not be decided.")


def _polynomial(equation: Equation) -> bool:
    """Only + − × and whole powers: then proportional is the same as equal, up to factors."""
    for side in (equation.left, equation.right):
        for item in walk(side):
            if isinstance(item, Call):
                return False
            if isinstance(item, Op) and item.op in "/^":
                right = item.right
                if not isinstance(right, Num) or right.form != "int":
                    return False
    return True


def compare_inequality(gold: Inequality, answer: Value) -> Verdict:
    """Inequalities are the same when their difference is a positive multiple."""
    if isinstance(answer, Number | Span):
        return unknown(f"You gave {name_of(answer)}; the answer is an inequality.")
    if not isinstance(answer, Inequality):
        return unknown("The answer is an inequality.")
    same = proportional(Op("-", gold.left, gold.right), Op("-", answer.left, answer.right))
    if same == "same":
        if gold.strict == answer.strict:
            return correct()
        return wrong("Whether equality is allowed is not right.")
    if same in ("opposite", "different"):
        return wrong("This is another inequality.")
    return unknown("The inequalities could not be compared.")
