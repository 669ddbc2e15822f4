"""Compares ratios and remainders."""

from __future__ import annotations

from fractions import Fraction

from grading.nodes import Call, Num, Op
from grading.numbers import compare_values
from grading.values import Number, Ratio, Residue, Value, name_of
from grading.verdicts import Verdict, correct, unknown, wrong


def compare_ratio(gold: Ratio, answer: Value) -> Verdict:
    """Terms in proportion; a ratio of two may be given as a quotient."""
    if isinstance(answer, Number) and len(gold.terms) == 2:
        answer = Ratio((answer.node, Num(Fraction(1), "1")))
    if not isinstance(answer, Ratio):
        return unknown(f"You gave {name_of(answer)}; the answer is a ratio.")
    if len(answer.terms) != len(gold.terms):
        return wrong("The ratio has another number of terms.")
    found = {
        compare_values(Op("*", gold.terms[0], b), Op("*", a, answer.terms[0]))
        for a, b in zip(gold.terms[1:], answer.terms[1:], strict=True)
    }
    if found == {"same"}:
        if answer.terms != gold.terms and _is_clock(gold):
            return unknown("If these are times of day, they differ.")
        return correct()
    return wrong("The ratio is different.") if "different" in found else unknown("Not decided.")


def _is_clock(ratio: Ratio) -> bool:
    """3:45 may be a time and no ratio."""
    texts = [term.text for term in ratio.terms if isinstance(term, Num)]
    return len(texts) == len(ratio.terms) >= 2 and all(len(text) == 2 for text in texts[1:])


def compare_residue(gold: Residue, answer: Value) -> Verdict:
    """The same class of the same modulus, or the remainder itself."""
    if isinstance(answer, Number):
        if compare_values(gold.node, answer.node) == "same":
            return correct("This is the remainder.")
        return wrong("The remainder is different.")
    if not isinstance(answer, Residue):
        return wrong(f"You gave {name_of(answer)}; the answer is a remainder.")
    if compare_values(gold.modulus, answer.modulus) != "same":
        return wrong("The modulus is different.")
    quotient = Op("/", Op("-", gold.node, answer.node), gold.modulus)
    whole = compare_values(quotient, Call("floor", (quotient,)))
    return correct() if whole == "same" else wrong("The remainder is different.")
