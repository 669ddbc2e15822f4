"""check_steps: one judgement for every line of a trail that is not empty."""

from dataclasses import dataclass, replace
from fractions import Fraction

from grading.steps.backsolve import odd_by_values
from grading.steps.check import Check
from grading.steps.claims import Chain, find_chains
from grading.steps.closed import value_of
from grading.steps.congruences import Residues
from grading.steps.consistency import near_identities, odd_equations, odd_identities
from grading.steps.copies import copied_wrongly, find_slips, quotes_of, words_of
from grading.steps.facts import Knowledge
from grading.steps.finals import judge_final
from grading.steps.gates import binds, concludes, doubtful, rejects, retracts, tentative, tests_a_value
from grading.steps.judging import Finding, judge, read
from grading.steps.numeric import letters_of
from grading.steps.parser import Node
from grading.steps.rewriting import rewrites
from grading.steps.symbols import Mood, judge_equation
from grading.steps.tokens import Token, respell
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


def check_steps(text: str, problem: str = "") -> list[Check]:
    """Judges every line of `text` that is not empty, in order; `problem` is the statement it works on.

    Lines are numbered from 0 in the whole text. Never raises for any text.
    """
    known = Knowledge()
    stated = _learn(problem, known)
    lines = _read_lines(text, known)
    _compare(lines, stated, known.functions, problem, text)
    return [_conclude(line, lines[i + 1 : i + 3]) for i, line in enumerate(lines)]


def _read_lines(text: str, known: Knowledge) -> list[Line]:
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
                findings.append(_modular(f, chain, number, residues, mood) or _symbolic(f, number, known, mood))
            before = chain.members[-1] or before
        findings += [Finding(o, None, None, "=", claim, at=at) for claim, o, at in spoken(raw, results)]
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
    if not f.symbolic or f.relation != "≡" or not chain.modulus or f.left is None or f.right is None:
        return None
    modulus = read(chain.modulus)
    if modulus is None or letters_of(modulus):
        return None
    firm = mood.concludes and not mood.tentative
    return replace(f, outcome=residues.judge(f.left, f.right, modulus, f.claim, line, firm))


def _compare(
    lines: list[Line], stated: Stated, functions: dict[str, tuple[str, Node]], problem: str, text: str
) -> None:
    """Judgements that need the whole trail; they only ever add to what single lines gave."""
    placed = [(n, k, f) for n, line in enumerate(lines) for k, f in enumerate(line.findings)]
    changed = odd_equations([p for p in placed if not lines[p[0]].tentative])
    changed |= near_identities([p for p in placed if not lines[p[0]].tentative])
    changed |= odd_identities(placed, stated.findings)
    changed |= odd_by_values(placed, stated.findings, [line.tentative for line in lines], functions)
    for (n, k), finding in changed.items():
        lines[n].findings[k] = finding
    for n, (claim, outcome) in rewrites([(x.text, x.chains) for x in lines], functions).items():
        lines[n].findings.append(Finding(outcome, None, None, "=", claim, at=len(lines[n].text)))
    texts = [line.text for line in lines]
    for n, line in enumerate(lines):
        final = judge_final(n, texts, problem)
        if final is not None:
            line.findings.append(Finding(final[1], None, None, "=", final[0]))
    quotes = quotes_of(-1, stated.chains, False)
    for n, line in enumerate(lines):
        quotes += quotes_of(n, line.chains, any(f.outcome.truth for f in line.findings))
    words = words_of(problem)
    used = {w for w in words if w[-1].isdigit()}
    slips = find_slips(quotes, problem + text)
    for n, line in enumerate(lines):
        slip = slips.get(n) or copied_wrongly(line.text, words, used)
        used.update(w for w in words_of(line.text) if w[-1].isdigit())
        if slip and not any(f.outcome.truth is False for f in line.findings):
            line.slip = slip


def _learn(problem: str, known: Knowledge) -> Stated:
    """Takes the equations of the statement in."""
    mood = Mood(tentative=False, concludes=False)
    stated = Stated([], [])
    for raw in problem.split("\n")[:40]:
        for chain in find_chains(raw):
            stated.chains.append(chain)
            stated.findings += [_symbolic(f, -1, known, mood) for f in judge(chain)]
    return stated


def _symbolic(finding: Finding, line: int, known: Knowledge, mood: Mood) -> Finding:
    if not finding.symbolic or finding.relation not in ("=", ":=") or finding.left is None or finding.right is None:
        return finding
    outcome = judge_equation(finding.left, finding.right, finding.claim, line, known, mood)
    return replace(finding, outcome=outcome)


def _conclude(line: Line, following: list[Line]) -> Check:
    false = [f for f in line.findings if f.outcome.truth is False]
    true = [f for f in line.findings if f.outcome.truth]
    text = respell(line.text)
    claimed = [f for f in false if not doubtful(text, f.at) and not _tried(line.text, f, following)]
    if false:
        worst = (claimed or false)[0]
        reason = f"{worst.claim}: {worst.outcome.why}"
        if not claimed:
            return Check(line.number, "unchecked", f"said to fail or only asked: {reason}")
        if _taken_back(following):
            return Check(line.number, "unchecked", f"taken back below: {reason}")
        return Check(line.number, "contradicted", reason)
    if line.slip:
        status = "unchecked" if doubtful(line.text) or _taken_back(following) else "contradicted"
        return Check(line.number, status, line.slip)
    if true:
        return Check(line.number, "checked", _list(true))
    notes = [f for f in line.findings if f.outcome.why]
    if notes:
        return Check(line.number, "unchecked", f"{notes[0].claim}: {notes[0].outcome.why}")
    return Check(line.number, "unchecked", "nothing here that a rule can check")


def _taken_back(following: list[Line]) -> bool:
    return any(retracts(after.text) for after in following[:1])


def _tried(text: str, finding: Finding, following: list[Line]) -> bool:
    """Whether a value was only put in to see that it fails."""
    if any(rejects(after.text) for after in following):
        return True
    return tests_a_value(text) and finding.left is not None and finding.left[0] in ("n", "neg")


def _list(findings: list[Finding]) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{first.claim}: {first.outcome.why}{more}"
