"""Calculations with a number from nowhere: every operand of a formula stands in the statement or in
another line, is a common count, or is one calculation away from what came before.
"""

from fractions import Fraction

from grading.steps.chains import Chain
from grading.steps.judging import Finding
from grading.steps.origins import NOWHERE, SHORT, Sources, free
from grading.steps.tokens import Token
from grading.steps.words import number, written

ZERO = Fraction(0)


def strange_operands(
    lines: list[tuple[str, list[Chain], list[Finding]]], sources: Sources
) -> dict[int, str]:
    """Lines that calculate with a number from nowhere, and the reason in words.

    Only calculations whose other numbers the statement or other lines give are looked at, and only
    where no rule found the result right.
    """
    out: dict[int, str] = {}
    for n, (text, chains, findings) in enumerate(lines):
        if free(text):
            continue
        for chain in chains:
            judged = [f for f in findings if f.at == chain.start]
            if any(f.outcome.truth for f in judged):
                continue
            for member in chain.members:
                strange = _strange(member, n, sources)
                if strange is None and len(text) <= SHORT and _is_side(member, chain):
                    value = member[0].value or ZERO
                    strange = None if sources.explain(value, n) else value
                if strange is not None:
                    out.setdefault(n, f"{number(strange)} in {written(member)} {NOWHERE}")
    return out


def _is_side(member: list[Token], chain: Chain) -> bool:
    """Whether it is a whole number that an expression with letters is compared with."""
    if len(member) != 1 or member[0].value is None or chain.listed or len(chain.members) != 2:
        return False
    other = chain.members[chain.members[0] is member]
    return len(other) > 1 and member[0].places < 0 and any(t.kind == "sym" for t in other)


def _strange(member: list[Token], line: int, sources: Sources) -> Fraction | None:
    """The one number of a calculation that nothing explains, when all others are explained."""
    if len(member) < 3 or any(t.kind in ("bad", "dots") or t.text in "_," for t in member):
        return None
    if not any(t.kind == "op" or t.text in ("frac", "sqrt") for t in member) or _is_result(member):
        return None
    values = [t.value for t in member if t.kind == "num" and t.value is not None]
    odd = [v for v in values if not sources.explain(v, line)]
    return odd[0] if len(odd) == 1 else None


def _is_result(member: list[Token]) -> bool:
    """Whether it is only a fraction of two numbers, or has a rounded decimal in it."""
    bare = [t.text for t in member if t.kind != "num" and t.text not in "{}"]
    return bare == ["frac"] or any(t.places > 2 for t in member)
