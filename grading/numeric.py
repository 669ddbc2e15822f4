"""Compares single numbers: literals exactly, other closed forms by value."""

from __future__ import annotations

from fractions import Fraction

from grading.evaluate import evaluate
from grading.exact import TooBig
from grading.literals import literal_value, unreduced
from grading.nodes import Call, Const, Neg, Node, Num, Op, Unreadable, walk
from grading.numbers import compare_values, rounds_to
from grading.special import Undefined, context
from grading.values import Number, Numeral, Value
from grading.verdicts import Verdict, correct, unknown, wrong

_DIFFERENT = "The value is different."


def compare_number(gold: Number, answer: Number | Numeral, tolerance: Fraction | None) -> Verdict:
    """A numeric reference accepts equal literals only; a closed form accepts equal closed forms."""
    if isinstance(answer, Numeral):
        if literal_value(gold.node) == answer.node.value:
            return correct("Equal, written in another base.")
        return wrong(f"Read in base {answer.node.base} this is {answer.node.value}.")
    trouble = _unit_trouble(gold, answer)
    if isinstance(trouble, Verdict):
        return trouble
    gold_node = trouble if trouble is not None else gold.node
    if _infinite(gold_node) or _infinite(answer.node):
        return correct() if gold_node == answer.node else wrong(_DIFFERENT)
    wanted = None if gold.any_form else literal_value(gold_node)
    given = literal_value(answer.node)
    if tolerance is not None and wanted is not None:
        return _within(wanted, answer.node, given, tolerance)
    if wanted is not None:
        verdict = _literal(gold, wanted, answer, given)
    else:
        verdict = _closed_form(gold_node, answer.node)
    if verdict.value == "wrong" and gold.percent != answer.percent:
        return _percent(gold, answer, verdict)
    if gold.degree and _has_pi(answer.node) and compare_values(gold_node, answer.node) == "same":
        return correct("The same angle in radians.")
    if verdict.value == "wrong" and gold.degree != answer.degree:
        return _angle(gold, answer, verdict)
    return verdict


def _has_pi(node: Node) -> bool:
    return any(item == Const("pi") for item in walk(node))


def _infinite(node: Node) -> bool:
    return Const("inf") in (node, node.body if isinstance(node, Neg) else node)


def _literal(gold: Number, wanted: Fraction, answer: Number, given: Fraction | None) -> Verdict:
    if given is not None:
        if given == wanted:
            if unreduced(answer.node):
                return correct("Equal, though the fraction can be reduced.")
            return correct()
        if _looks_rounded(answer.node, wanted, given):
            return wrong("This is a rounded value; the exact one is asked for.")
        return wrong(_DIFFERENT)
    found = compare_values(gold.node, answer.node)
    if found == "different":
        if _is_cut(answer.node):
            return wrong("The decimal is cut off; write the exact value.")
        return wrong(_DIFFERENT)
    if found == "same":
        return wrong("Equal in value, but not worked out: write the number itself.")
    return unknown("The value of your answer is too large to compute here.")


def _is_cut(node: Node) -> bool:
    return any(isinstance(item, Num) and item.form == "cut" for item in walk(node))


def _looks_rounded(node: Node, wanted: Fraction, given: Fraction) -> bool:
    body = node.body if isinstance(node, Neg) else node
    if not isinstance(body, Num) or body.form != "decimal":
        return False
    places = len(body.text.partition(".")[2])
    return places >= 2 and abs(wanted - given) < Fraction(1, 10**places)


def _closed_form(gold: Node, answer: Node) -> Verdict:
    found = compare_values(gold, answer)
    if found == "same":
        if _not_simplified(answer, gold):
            return correct("Equal, but not simplified.")
        return correct()
    if found == "unclear":
        return unknown("Whether the two values are equal could not be decided.")
    body = answer.body if isinstance(answer, Neg) else answer
    if isinstance(body, Num) and body.form in ("decimal", "cut"):
        places = len(body.text.partition(".")[2].rstrip(". "))
        if places and rounds_to(gold, answer, places):
            return wrong("This is a rounded value; the exact one is asked for.")
    return wrong(_DIFFERENT)


def _not_simplified(answer: Node, gold: Node) -> bool:
    def literals(node: Node) -> int:
        return sum(isinstance(item, Op) for item in walk(node))

    return literals(answer) > literals(gold) + 2


def _within(wanted: Fraction, node: Node, given: Fraction | None, tolerance: Fraction) -> Verdict:
    if given is not None:
        near = abs(given - wanted) <= tolerance
    else:
        try:
            mp, value = context(40), evaluate(node, 40)
            middle = mp.mpf(wanted.numerator) / wanted.denominator
            near = bool(abs(value - middle) * tolerance.denominator <= tolerance.numerator)
        except (TooBig, Undefined, Unreadable, TypeError, ValueError):
            return unknown("The value of your answer could not be computed.")
    return correct() if near else wrong("Outside the tolerance.")


def _percent(gold: Number, answer: Number, verdict: Verdict) -> Verdict:
    """One side is a percentage: 9 against 9 % is wrong, 9 % against a bare 9 is undecided."""
    bare = answer.node.args[0] if isinstance(answer.node, Call) else answer.node
    wanted = gold.node.args[0] if isinstance(gold.node, Call) else gold.node
    if compare_values(wanted, bare) != "same":
        return verdict
    if gold.percent:
        return unknown("The number is right if you mean per cent; write the sign.")
    return wrong("You gave a percentage; the answer is the number itself.")


def _angle(gold: Number, answer: Number, verdict: Verdict) -> Verdict:
    """Degrees may be left out; an angle in radians counts when its value is the same."""
    bare = answer.node.args[0] if answer.degree and isinstance(answer.node, Call) else answer.node
    wanted = gold.node.args[0] if gold.degree and isinstance(gold.node, Call) else gold.node
    return correct() if compare_values(wanted, bare) == "same" else verdict


def _unit_trouble(gold: Number, answer: Number) -> Verdict | Node | None:
    """Units that contradict each other, or the reference converted to the answer's unit."""
    a, b = gold.unit, answer.unit
    if a is None or b is None or not a.dimension or not b.dimension:
        return None
    if "unit" in (a.dimension.partition("^")[0], b.dimension.partition("^")[0]):
        return None
    if a.dimension != b.dimension:
        return wrong(f"The unit is {a.name}, not {b.name}.")
    if a.factor == b.factor:
        return None
    value = literal_value(gold.node)
    ratio = a.factor / b.factor
    if value is not None:
        return Op("/", Num(Fraction((value * ratio).numerator), "c"),
                  Num(Fraction((value * ratio).denominator), "c"))  # fmt: skip
    return Op("*", gold.node, Op("/", Num(Fraction(ratio.numerator), "c"),
                                 Num(Fraction(ratio.denominator), "c")))  # fmt: skip


def compare_numeral(gold: Numeral, answer: Value) -> Verdict:
    """A reference in base b wants the same digits with the same base."""
    if isinstance(answer, Numeral):
        if answer.node == gold.node:
            return correct()
        same = answer.node.base == gold.node.base and answer.node.value == gold.node.value
        if same:
            return correct("Equal, with zeros in front.")
        if answer.node.value == gold.node.value:
            return wrong(f"Equal in value, but wanted in base {gold.node.base}.")
        return wrong(_DIFFERENT)
    if isinstance(answer, Number):
        given = literal_value(answer.node)
        if given is not None and given == gold.node.value:
            return wrong(f"Equal in value, but wanted in base {gold.node.base}.")
        if isinstance(answer.node, Num) and answer.node.text == gold.node.digits:
            return wrong(f"Write the base: without it this is a number in base ten, "
                         f"not in base {gold.node.base}.")  # fmt: skip
        return wrong(_DIFFERENT)
    return unknown("The answer is a numeral in another base.")
