"""Compares what the reference is with what the student gave, kind by kind. Reference first."""

from __future__ import annotations

from fractions import Fraction

from grading.equations import compare_assigned, compare_equation, compare_inequality, rename
from grading.literals import literal_value
from grading.members import compare_many, compare_ordered, compare_rows
from grading.nodes import Node, Num, Op, symbols
from grading.numeric import compare_number, compare_numeral
from grading.proportions import compare_ratio, compare_residue
from grading.sampling import compare_expressions
from grading.spans import compare_spans
from grading.values import (
    Assigned,
    Choice,
    Equation,
    Expr,
    Inequality,
    Many,
    Number,
    Numeral,
    Ordered,
    Piece,
    Ratio,
    Residue,
    Rows,
    Span,
    Text,
    Value,
    name_of,
)
from grading.verdicts import Verdict, correct, unknown, wrong


def compare(gold: Value, answer: Value, tolerance: Fraction | None = None) -> Verdict:
    """The verdict on `answer`; `tolerance` is for decimal references only."""
    match gold:
        case Number():
            return _number(gold, answer, tolerance)
        case Numeral():
            return compare_numeral(gold, unwrap(answer))
        case Expr():
            return _expression(gold, unwrap(answer))
        case Many():
            return compare_many(gold, answer, compare)
        case Ordered():
            return _ordered(gold, answer)
        case Span():
            return _span(gold, unwrap(answer))
        case Rows():
            return compare_rows(gold, unwrap(answer), compare)
        case Assigned():
            return compare_assigned(gold, answer, compare)
        case Equation():
            return compare_equation(gold, answer)
        case Inequality():
            return compare_inequality(gold, answer)
        case Ratio():
            return compare_ratio(gold, unwrap(answer))
        case Residue():
            return compare_residue(gold, unwrap(answer))
        case Choice():
            return _choice(gold, answer)
        case Text():
            return unknown("Words are not compared by rule here.")


def unwrap(value: Value) -> Value:
    """The value of `x = value` or of a set with one member."""
    if isinstance(value, Assigned):
        return unwrap(value.value)
    if isinstance(value, Many) and len(value.items) == 1:
        return unwrap(value.items[0])
    return value


def other_kind(gold: Value, answer: Value) -> Verdict:
    """The answer is of another kind than the reference."""
    return wrong(f"You gave {name_of(answer)}; the answer is {name_of(gold)}.")


def _number(gold: Number, answer: Value, tolerance: Fraction | None) -> Verdict:
    answer = unwrap(answer)
    match answer:
        case Number() | Numeral():
            return compare_number(gold, answer, tolerance)
        case Many(items):
            if _decimal_comma(gold, answer):
                return unknown("Is the comma a decimal point? Write a point.")
            if any(compare(gold, item, tolerance).value == "correct" for item in items):
                return wrong("You gave several values; the answer is only one of them.")
            return other_kind(gold, answer)
        case Ratio((left, right)):
            found = compare_number(gold, Number(Op("/", left, right)), tolerance)
            return (
                found
                if found.value == "wrong"
                else unknown("You gave a ratio; the answer is a number.")
            )
        case Residue(node, _):
            found = compare(gold, Number(node), tolerance)
            return (
                found
                if found.value == "wrong"
                else unknown("You gave a remainder class; the answer is a single number.")
            )
        case Expr(node):
            return _number_given_letters(gold, node)
        case Choice() | Text() | Equation():
            return unknown(f"You gave {name_of(answer)}; the answer is a number.")
    return other_kind(gold, answer)


def _decimal_comma(gold: Number, answer: Many) -> bool:
    """3,5 may be meant as 3.5."""
    texts = [i.node.text for i in answer.items if isinstance(i, Number) and isinstance(i.node, Num)]
    if len(texts) != 2 or len(answer.items) != 2 or not all(text.isdigit() for text in texts):
        return False
    return literal_value(gold.node) == Fraction(".".join(texts))


def _number_given_letters(gold: Number, node: Node) -> Verdict:
    found = compare_expressions(gold.node, node)
    if found == "different":
        return wrong("Your answer depends on a letter; the answer is a number.")
    return unknown("Your answer contains a letter; the answer is a number.")


def _expression(gold: Expr, answer: Value) -> Verdict:
    if isinstance(answer, Number | Expr):
        found = compare_expressions(gold.node, answer.node)
        if found == "same":
            return correct()
        if found == "whole":
            return correct("Equal for all whole numbers.")
        if found == "positive":
            return unknown("Equal for positive numbers, but not for all.")
        if found == "different" and _same_with_other_letters(gold.node, answer.node):
            return unknown("Right if your letters mean the same; the answer uses others.")
        if found == "different":
            return wrong("This expression has other values.")
        return unknown("Whether the expressions agree could not be decided.")
    if isinstance(answer, Text | Choice | Residue | Equation):
        return unknown(f"You gave {name_of(answer)}; the answer is an expression.")
    return other_kind(gold, answer)


def _same_with_other_letters(gold: Node, answer: Node) -> bool:
    """Whether the answer agrees when its letters are exchanged for the reference's."""
    wanted, given = sorted(symbols(gold)), sorted(symbols(answer))
    if len(wanted) != len(given) or wanted == given:
        return False
    by_case = sorted(given, key=str.lower)
    names = dict(zip(by_case, sorted(wanted, key=str.lower), strict=True))
    return compare_expressions(gold, rename(answer, names)) == "same"


def _ordered(gold: Ordered, answer: Value) -> Verdict:
    if isinstance(answer, Span) and len(gold.items) == 2 and len(answer.pieces) == 1:
        ends = Ordered((Number(answer.pieces[0].low), Number(answer.pieces[0].high)))
        if compare_ordered(gold, ends, compare).value == "correct":
            return unknown("You gave an interval; the answer is a pair.")
        return other_kind(gold, answer)
    return compare_ordered(gold, answer, compare)


def _span(gold: Span, answer: Value) -> Verdict:
    if isinstance(answer, Ordered) and answer.brackets == "()" and len(answer.items) == 2:
        low, high = answer.items
        if isinstance(low, Number) and isinstance(high, Number):
            answer = Span((Piece(low.node, False, high.node, False),))
    if isinstance(answer, Many) and answer.braces and not answer.items:
        answer = Span(())
    if isinstance(answer, Span):
        if gold.letter and answer.letter and gold.letter != answer.letter:
            reason = compare_spans(gold, answer)
            return wrong(reason) if reason else unknown("The letter is another one.")
        reason = compare_spans(gold, answer)
        return wrong(reason) if reason else correct()
    mixed = isinstance(answer, Many) and any(isinstance(item, Span) for item in answer.items)
    if mixed or isinstance(answer, Text | Choice | Expr | Equation | Inequality):
        return unknown(f"You gave {name_of(answer)}; the answer is an interval.")
    return other_kind(gold, answer)


def _choice(gold: Choice, answer: Value) -> Verdict:
    if isinstance(answer, Choice):
        if answer.letters == gold.letters:
            return correct()
        return wrong("Another choice is right.")
    return unknown("Give the letter of your choice.")
