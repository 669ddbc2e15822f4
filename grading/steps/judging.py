"""Judges the chains of one line, relation by relation."""

from dataclasses import dataclass

from grading.steps.chains import Chain
from grading.steps.closed import UNKNOWN, Outcome, compare, congruent
from grading.steps.emit import Token
from grading.steps.factorials import with_factorials
from grading.steps.leniency import places_of, read, second_look, which_gives
from grading.steps.numeric import letters_of
from grading.steps.plusminus import both_signs, has_sign
from grading.steps.reading import Node
from grading.steps.words import written

__all__ = ["Finding", "judge", "read"]

# After "which is 6" these words say that 6 is no value of what came before.
NOT_A_VALUE = frozenset(
    [
        "more",
        "less",
        "fewer",
        "greater",
        "times",
        "squared",
        "cubed",
        "percent",
        "dozen",
        "hundred",
        "thousand",
        "million",
        "digits",
        "digit",
        "of",
        "th",
        "larger",
        "smaller",
        "higher",
        "lower",
        "solutions",
        "roots",
        "as",
        "off",
        "short",
        "over",
        "under",
        "away",
        "bigger",
        "older",
        "younger",
        "longer",
        "and",
        "or",
    ]
)
PREPOSITIONS = frozenset(["of", "between", "for", "to", "in", "from", "by", "with", "at"])


@dataclass(frozen=True, slots=True)
class Finding:
    """What one relation of a chain comes to; `nodes` are its two sides."""

    outcome: Outcome
    left: Node | None
    right: Node | None
    relation: str
    claim: str  # how the relation is written
    symbolic: bool = False
    at: int = 0  # where its chain starts in the respelt line


def judge(chain: Chain, before: list[Token] | None = None) -> list[Finding]:
    """One finding per relation. `before` is the expression that a chain starting with a relation
    goes on from.
    """
    members = chain.members
    if chain.follows and not members[0] and before:
        members = [before, *members[1:]]
    nodes = [read(m) for m in members]
    out: list[Finding] = []
    for i, relation in enumerate(chain.relations):
        left, right = nodes[i], nodes[i + 1]
        sign = "=" if relation == "is" else relation
        claim = f"{written(members[i])} {sign} {written(members[i + 1])}"
        listed = chain.listed and i == len(chain.relations) - 1
        if relation == "=" and has_sign(members[i]) and has_sign(members[i + 1]) and not listed:
            outcome = both_signs(members[i], members[i + 1])
            out.append(Finding(outcome, None, None, relation, claim, at=chain.start))
            continue
        if left is None or right is None or relation == "?" or listed:
            out.append(Finding(UNKNOWN, None, None, relation, claim, at=chain.start))
            continue
        if relation == "is" and left[0] == "s" and _states_value(chain, i, right):
            out.append(Finding(UNKNOWN, left, right, "=", claim, symbolic=True, at=chain.start))
            continue
        if ("s", "i") in (left, right):
            out.append(Finding(UNKNOWN, None, None, relation, claim, at=chain.start))
            continue
        if letters_of(left) or letters_of(right):
            out.append(
                Finding(UNKNOWN, left, right, relation, claim, symbolic=True, at=chain.start)
            )
            continue
        if relation == "is" and not _soft_claim(chain, i, members, left):
            out.append(Finding(UNKNOWN, left, right, relation, claim, at=chain.start))
            continue
        outcome = _pair(chain, members[i], members[i + 1], left, right, relation)
        if outcome.truth is False and relation == "=":
            outcome = which_gives(outcome, left, right, nodes, i)
        out.append(Finding(outcome, left, right, relation, claim, at=chain.start))
    return out


def _states_value(chain: Chain, i: int, right: Node) -> bool:
    """“g is 26” gives a letter its value; “x is 5 more than y” does not."""
    number = right[0] == "n" or (right[0] == "neg" and right[1][0] == "n")
    if not number or (i == 0 and chain.lead and chain.lead[-1].lower() in PREPOSITIONS):
        return False
    return (
        i + 1 < len(chain.members) - 1 or not chain.tail or chain.tail[0].lower() in ("and", "so")
    )


def _soft_claim(chain: Chain, i: int, members: list[list[Token]], left: Node) -> bool:
    """“5 times 8, which is 40” is a claim; “the score is 40” and “which is 6 more” are not."""
    if not any(t.kind in ("op", "cmd") for t in members[i]) or left[0] in ("n", "neg", "%"):
        return False
    lead = [w.lower() for w in chain.lead[-2:]]
    if i == 0 and lead and lead[-1] in PREPOSITIONS and not set(lead) & {"sum", "value", "result"}:
        return False  # the conjugate of 5 + √3 is …
    if i + 1 < len(members) - 1:
        return True
    return not chain.tail or (chain.tail[0].lower() not in NOT_A_VALUE and len(members[i + 1]) > 0)


def _pair(
    chain: Chain, a: list[Token], b: list[Token], left: Node, right: Node, relation: str
) -> Outcome:
    if chain.modulus and relation in ("≡", "="):
        modulus = read(chain.modulus)
        if modulus is None or letters_of(modulus):
            return UNKNOWN
        result = congruent(left, right, modulus)
        if result.truth is False and relation == "=":
            return UNKNOWN
        return result
    if relation == "≡":
        return UNKNOWN
    outcome = compare(left, right, relation, places_of(b))
    if outcome.truth is None and relation == "=":
        outcome = with_factorials(left, right)
    if outcome.truth is not False:
        return outcome
    return second_look(chain, a, b, relation, outcome)
