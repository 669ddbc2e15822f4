"""Reads a trail line by line: the chains of each, and what can be said about them with what came
before.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from grading.steps.claims import Chain, find_chains
from grading.steps.closed import Outcome, by_zero, value_of
from grading.steps.congruences import Residues
from grading.steps.factorials import with_factorials
from grading.steps.facts import Knowledge
from grading.steps.gates import (
    binds,
    concludes,
    tentative,
)
from grading.steps.judging import Finding, judge, read
from grading.steps.numeric import letters_of
from grading.steps.symbols import Mood, judge_equation
from grading.steps.tokens import Token, respell
from grading.steps.vectors import vector_equations
from grading.steps.verbal import spoken

MAX_LINES = 5000


@dataclass(slots=True)
class Line:
    """One line while it is judged."""

    number: int
    text: str
    chains: list[Chain]
    findings: list[Finding]
    tentative: bool = False
    slip: str = ""  # a copying slip, in words


@dataclass(slots=True)
class Stated:
    """What the statement of the problem says in formulas."""

    chains: list[Chain]
    findings: list[Finding]


def read_lines(text: str, known: Knowledge) -> list[Line]:
    lines: list[Line] = []
    before: list[Token] | None = None
    display = False  # the line stands in a display that an earlier line opened
    residues, results = Residues(), list[Fraction]()
    rows = text.split("\n")[:MAX_LINES]
    for number, raw in enumerate(rows):
        if not raw.strip():
            continue
        chains = find_chains(raw, display)
        if chains and _goes_on(rows[number + 1 : number + 2]):
            last = chains[-1].members[-1]
            chains[-1].members[-1] = [*last, *(t._replace(kind="bad") for t in last[-1:])]
        display = _inside(raw, display)
        findings: list[Finding] = []
        mood = Mood(tentative(raw), concludes(raw))
        for letter in binds(raw):
            known.forget(letter)
            residues.forget(letter)
        for chain in chains:
            for f in judge(chain, before):
                findings.append(
                    _modular(f, chain, number, residues, mood) or _symbolic(f, number, known, mood)
                )
            before = _carried(chain, raw)
        findings += [
            Finding(o, None, None, "=", claim, at=at) for claim, o, at in spoken(raw, results)
        ]
        findings += [
            Finding(o, None, None, "=", claim, at=at) for at, claim, o in vector_equations(raw)
        ]
        results = _results(chains)
        lines.append(Line(number, raw, chains, findings, mood.tentative))
    return lines


_SIGN_FIRST = re.compile(r"^[\s&]*(?:\+|-\s|\\(?:cdot|times|pm)\b|\*\s?[^\s*])[\s&]*[\d\\(A-Za-z]")


def _goes_on(following: list[str]) -> bool:
    """Whether the next line starts with a sign: this one's last expression goes on there."""
    return bool(following) and _SIGN_FIRST.match(following[0]) is not None


_OPENS = re.compile(r"\\\[|\\begin\{(?:align|aligned|equation|gather|cases|eqnarray)\*?\}")
_CLOSES = re.compile(r"\\\]|\\end\{(?:align|aligned|equation|gather|cases|eqnarray)\*?\}")


def _inside(raw: str, display: bool) -> bool:
    """Whether the next line still stands in a display."""
    if raw.count("$$") % 2:
        return not display
    opened, closed = len(_OPENS.findall(raw)), len(_CLOSES.findall(raw))
    return display if opened == closed else opened > closed


def _carried(chain: Chain, raw: str) -> list[Token] | None:
    """What a next line that starts with a relation goes on from: this end, if read whole."""
    text = respell(raw)
    rest = re.sub(r"\\\\|\\[\])]|[\s&$.,;}]", "", text[chain.end :])
    start = re.sub(r"\\[\[(]|[\s&$]", "", text[: chain.start])
    whole = bool(chain.relations) or not start
    return chain.members[-1] if whole and not rest and chain.members[-1] else None


def _results(chains: list[Chain]) -> list[Fraction]:
    """The last number of the line, when it ends with one."""
    if not chains or len(chains[-1].members[-1]) > 2:
        return []
    node = read(chains[-1].members[-1])
    value = value_of(node) if node is not None else None
    return [] if value is None else [value]


def _modular(f: Finding, chain: Chain, line: int, residues: Residues, mood: Mood) -> Finding | None:
    """A congruence with letters, judged; None for anything else."""
    if (
        not f.symbolic
        or f.relation != "≡"
        or not chain.modulus
        or f.left is None
        or f.right is None
    ):
        return None
    modulus = read(chain.modulus)
    if modulus is None or letters_of(modulus):
        return None
    firm = mood.concludes and not mood.tentative
    return replace(f, outcome=residues.judge(f.left, f.right, modulus, f.claim, line, firm))


def learn(problem: str, known: Knowledge) -> Stated:
    """Takes the equations of the statement in."""
    mood = Mood(tentative=False, concludes=False)
    stated = Stated([], [])
    for raw in problem.split("\n")[:40]:
        for chain in find_chains(raw):
            stated.chains.append(chain)
            stated.findings += [_symbolic(f, -1, known, mood) for f in judge(chain)]
    return stated


def _symbolic(finding: Finding, line: int, known: Knowledge, mood: Mood) -> Finding:
    if (
        not finding.symbolic
        or finding.relation not in ("=", ":=")
        or finding.left is None
        or finding.right is None
    ):
        return finding
    if by_zero(finding.left) or by_zero(finding.right):
        return replace(finding, outcome=Outcome(False, "this divides by zero"))
    outcome = judge_equation(finding.left, finding.right, finding.claim, line, known, mood)
    if outcome.truth is None:
        outcome = with_factorials(finding.left, finding.right)
    return replace(finding, outcome=outcome)
