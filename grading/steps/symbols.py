"""Judges equations with letters: identities, the same equation rearranged, values put in,
solution sets.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from grading.steps import numeric
from grading.steps import polynomials as P
from grading.steps.closed import UNKNOWN, Outcome
from grading.steps.facts import Fact, Knowledge, gap_of, inline, single, substitute
from grading.steps.parser import Node
from grading.steps.polynomials import Poly
from grading.steps.sampling import numeric_words, sampled
from grading.steps.solutions import (
    Coefficients,
    contains,
    left_over,
    rational_value,
    share_solution,
)
from grading.steps.words import number

WINDOW = 12  # lines within which the values of other letters may be put in
_DECIMAL = re.compile(r"\d\.\d{2,}")


@dataclass(frozen=True, slots=True)
class Mood:
    """How a line speaks: whether it only supposes, and whether it draws a conclusion."""

    tentative: bool
    concludes: bool


def judge_equation(
    left: Node, right: Node, claim: str, line: int, known: Knowledge, mood: Mood
) -> Outcome:
    """What is known about `left = right`; new equations and values are added to `known`."""
    function = _formula(left, right)
    if function is not None and function[0] not in known.functions:
        known.define(*function)
        return UNKNOWN
    written = (left, right)
    left, right = inline(left, known.functions), inline(right, known.functions)
    gap = gap_of(left, right)
    if gap is None:
        return sampled(left, right)
    if function is not None and gap and not mood.tentative:
        return Outcome(False, f"{function[0]}({function[1]}) was given by another formula")
    if not gap:
        return (
            Outcome(True, "both sides expand to the same, for every value of the letters")
            if left != right
            else UNKNOWN
        )
    names = P.letters(gap)
    if not names:
        return _without_letters(left, right)
    own = {n[1] for n in (left, right) if n[0] == "s"}
    literal = bool(own) and any(
        n[0] == "n" or (n[0] == "neg" and n[1][0] == "n") for n in (left, right)
    )
    outcome = _against_known(gap, names, own, literal, known, mood, claim)
    if outcome.truth is not False:
        plain = len(names) == 1 and any(_is_name(n) for n in written)
        _remember(
            left, right, Fact(gap, frozenset(names), line, claim, mood.tentative, plain), known
        )
    return outcome


def _without_letters(left: Node, right: Node) -> Outcome:
    a, b = numeric.letters_of(left), numeric.letters_of(right)
    if a or b:
        return Outcome(False, "the letters cancel, and what is left is false")
    x, y = numeric.value_or_none(left), numeric.value_or_none(right)
    if x is None or y is None or numeric.close(x, y):
        return UNKNOWN
    return Outcome(
        False, f"the left side is {numeric_words(x)} and the right side {numeric_words(y)}"
    )


def _formula(left: Node, right: Node) -> tuple[str, str, Node] | None:
    """f(x) = … as (name, letter, formula)."""
    if left[0] == "f" and left[1][0] == "·" and len(left[2]) == 1 and left[2][0][0] == "s":
        letter = left[2][0][1]
        if numeric.letters_of(right) == {letter}:
            return left[1][1:], letter, right
    return None


def _against_known(
    gap: Poly,
    names: set[str],
    own: set[str],
    literal: bool,
    known: Knowledge,
    mood: Mood,
    claim: str,
) -> Outcome:
    """`own` are letters that are a whole side: an equation for them may give them a new meaning,
    above all
    a `literal` one, letter = numeral."""
    for fact in reversed(known.facts):
        if P.proportional(gap, fact.gap):
            return Outcome(True, f"the same equation as {_place(fact)}")
    firm = known.firm_values()
    loose = {k: v for k, (v, _, _) in known.values.items()}
    if names <= loose.keys() and not substitute(gap, loose):
        values = ", ".join(f"{n} = {number(loose[n])}" for n in sorted(names))
        return Outcome(True, f"true with {values}")
    one = single(gap) or single(substitute(gap, {k: v for k, v in firm.items() if k not in own}))
    if one is not None:
        outcome = _one_letter(*one, known, {} if literal else firm, mood, claim)
        if outcome.truth is not None:
            return outcome
    return _combination(gap, names, own, known, mood)


def _reduced(
    known: Knowledge, letter: str, firm: dict[str, Fraction]
) -> list[tuple[Fact, Coefficients]]:
    """The known equations that say something about this letter alone, once other values are put
    in.
    """
    others = {k: v for k, v in firm.items() if k != letter}
    out: list[tuple[Fact, Coefficients]] = []
    newest = max((f.line for f in known.facts), default=0)
    for fact in known.facts:
        near = fact.line < 0 or fact.line >= newest - WINDOW
        if letter in fact.letters and (
            fact.letters == {letter} or (near and fact.letters - {letter} <= others.keys())
        ):
            one = single(fact.gap if len(fact.letters) == 1 else substitute(fact.gap, others))
            if one is not None and one[0] == letter:
                out.append((fact, one[1]))
    return out


def _one_letter(
    letter: str,
    coefficients: Coefficients,
    known: Knowledge,
    firm: dict[str, Fraction],
    mood: Mood,
    claim: str,
) -> Outcome:
    earlier = _reduced(known, letter, firm)
    for fact, other in reversed(earlier):
        if contains(other, coefficients):
            value = rational_value(coefficients)
            if value is not None and len(other) > 1:
                return Outcome(True, f"{letter} = {number(value)} solves {_place(fact)}")
            return Outcome(True, f"its solutions solve {_place(fact)}")
        if contains(coefficients, other):
            return Outcome(True, f"the solution of {_place(fact)} solves it")
    if any(share_solution(coefficients, other) for _, other in earlier):
        return UNKNOWN
    strong = [(f, c) for f, c in earlier if not f.tentative and not f.plain]
    if strong and mood.concludes and not mood.tentative:
        fact, other = strong[-1]
        if _DECIMAL.search(claim + fact.claim):
            return UNKNOWN  # rounded values need not fit exactly
        theirs, ours = rational_value(other), rational_value(coefficients)
        if theirs is not None and ours is not None:
            return Outcome(
                False,
                f"{_place(fact)} gives {letter} = {number(theirs)}, and here {letter} = "
                f"{number(ours)}",
            )
        return Outcome(False, f"no value of {letter} satisfies both this and {_place(fact)}")
    return UNKNOWN


def _combination(
    gap: Poly, names: set[str], own: set[str], known: Knowledge, mood: Mood
) -> Outcome:
    """Whether an equation follows from earlier ones by adding multiples of them, or contradicts
    them.
    """
    if len(gap) > 12:
        return UNKNOWN
    rows = [f.gap for f in known.facts[-12:] if len(f.gap) <= 12]
    if len(rows) < 2 or not any(f.letters & names for f in known.facts[-12:]):
        return UNKNOWN
    rest = left_over(rows, gap)
    if rest == {}:
        return Outcome(True, "it follows from the earlier equations by adding multiples of them")
    firm = [
        f.gap for f in known.facts[-12:] if not f.tentative and len(f.gap) <= 12 and not f.plain
    ]
    if mood.concludes and not mood.tentative and not own and len(firm) >= 2:
        rest = left_over(firm, gap)
        if rest is not None and set(rest) == {P.ONE}:
            return Outcome(False, "it contradicts the earlier equations taken together")
    return UNKNOWN


def _place(fact: Fact) -> str:
    return (
        f"{fact.claim} in the problem" if fact.line < 0 else f"{fact.claim} (line {fact.line + 1})"
    )


def _is_name(node: Node) -> bool:
    """A bare letter or a call such as f(b)."""
    return bool(node[0] == "s" or (node[0] == "f" and node[1][0] == "·"))


def _remember(left: Node, right: Node, fact: Fact, known: Knowledge) -> None:
    one = single(fact.gap)
    if one is not None and len(one[1]) == 2:
        value = rational_value(one[1])
        if value is not None and ("s", one[0]) in (left, right):
            old = known.values.get(one[0])
            if old is not None and old[0] != value:
                known.forget(one[0])
            known.values[one[0]] = (value, fact.line, fact.tentative)
    known.add(fact)
