"""Calculations with a number from nowhere: every operand of a formula stands in the statement or in
another line, is a common count, or is one calculation away from what came before.
"""

import re
from fractions import Fraction

from grading.steps.chains import Chain
from grading.steps.judging import Finding
from grading.steps.origins import NOWHERE, SHORT, Sources, free
from grading.steps.tokens import Token
from grading.steps.words import number, written

ZERO = Fraction(0)
ALONE = "stands neither in the statement nor in any other line"
LETTERS_OF_WORDS = re.compile(r"[A-Za-z]{3}|\bis\b")
WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")


def strange_operands(
    lines: list[tuple[str, list[Chain], list[Finding]]], sources: Sources
) -> dict[int, str]:
    """Lines that calculate with a number from nowhere, and the reason in words.

    Only calculations whose other numbers the statement or other lines give are looked at, and only
    where no rule found the result right.
    """
    out: dict[int, str] = {}
    for n, (text, chains, findings) in enumerate(lines):
        trial = free(text)
        for chain in chains:
            judged = [f for f in findings if f.at == chain.start]
            if any(f.outcome.truth for f in judged):
                continue
            for member in chain.members:
                digit = None if "≡" in chain.relations else _lone_digit(member, n, text, sources)
                if digit is not None:
                    out.setdefault(n, f"{number(digit)} in {written(member)} {ALONE}")
                if trial:
                    continue
                strange = _strange(member, n, sources)
                if strange is None and len(text) <= SHORT and _is_side(member, chain):
                    value = member[0].value or ZERO
                    strange = None if sources.explain(value, n) else value
                if strange is not None:
                    out.setdefault(n, f"{number(strange)} in {written(member)} {NOWHERE}")
    return out


def _lone_digit(member: list[Token], line: int, text: str, sources: Sources) -> Fraction | None:
    """A digit above 2 of no other line in a formula with letters: as an exponent, or in a sentence
    that takes one step. Letters are worked with over several lines, and their numbers come back.
    """
    tokens = [t for t in member if t.text not in "{}"]
    if len(tokens) < 3 or not sources.stated or any(t.kind in ("bad", "dots") for t in member):
        return None
    letters = "".join(t.text if t.kind == "sym" else " " for t in tokens)
    if not letters.replace("pi", "").strip() or LETTERS_OF_WORDS.search(letters):
        return None
    prose = len(text) <= SHORT and len(WORDS.findall(text)) >= 3
    for i, t in enumerate(tokens):
        if t.kind != "num" or t.value is None or t.value not in range(3, 10):
            continue
        before = tokens[i - 1].text if i else ""
        after = tokens[i + 1].text if i + 1 < len(tokens) else ""
        if before in ("_", ",") or after == "^" or not (prose or before == "^"):
            continue
        if t.value == 9 and before == "+" and not after and "^" in [x.text for x in tokens]:
            continue  # a square that was completed
        known = sources.places[t.value] != {line} or t.value in sources.stated
        if not known and sources.rows[line].count(t.value) == 1:
            return t.value
    return None


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
