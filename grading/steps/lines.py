"""Reads a trail line by line: the chains of each, and what can be said about them with what came
before.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from grading.steps.claims import Chain, find_chains
from grading.steps.closed import value_of
from grading.steps.congruences import Residues
from grading.steps.facts import Knowledge
from grading.steps.gates import (
    binds,
    concludes,
    tentative,
)
from grading.steps.judging import Finding, judge, read
from grading.steps.numeric import letters_of
from grading.steps.symbols import Mood, judge_equation
from grading.steps.tokens import Token
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
    residues, results = Residues(), list[Fraction]()
    for number, raw in enumerate(text.split("\n")[:MAX_LINES]):
        if not raw.strip():
            continue
        chains = find_chains(raw)
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
            before = chain.members[-1] or before
        findings += [
            Finding(o, None, None, "=", claim, at=at) for claim, o, at in spoken(raw, results)
        ]
        results = _results(chains)
        lines.append(Line(number, raw, chains, findings, mood.tentative))
    return lines


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
    outcome = judge_equation(finding.left, finding.right, finding.claim, line, known, mood)
    return replace(finding, outcome=outcome)
