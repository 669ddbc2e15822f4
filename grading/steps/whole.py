"""check_steps: one judgement for every line of a trail that is not empty."""

import re

from grading.listings import hide_listings
from grading.steps.alternatives import wrong_alternatives
from grading.steps.announced import miscounted
from grading.steps.backsolve import odd_by_values
from grading.steps.bothsides import both_sides
from grading.steps.check import Check, Status
from grading.steps.conclusions import unfounded
from grading.steps.consistency import near_identities, odd_equations, odd_identities
from grading.steps.contexts import out_of_place
from grading.steps.copies import copied_wrongly, find_slips, moduli_of, quotes_of, words_of
from grading.steps.enumerations import out_of_step, uneven_alternatives
from grading.steps.facts import Knowledge
from grading.steps.finals import judge_final
from grading.steps.gates import (
    doubtful,
    rejects,
    retracts,
    supposes,
    tests_a_value,
    withdrawn,
)
from grading.steps.instances import put_in_wrongly
from grading.steps.judging import Finding
from grading.steps.known import misremembered
from grading.steps.lines import Line, Stated, learn, read_lines
from grading.steps.matrices import wrong_copies
from grading.steps.origins import Sources, unsourced
from grading.steps.parser import Node
from grading.steps.properties import wrong_property
from grading.steps.repairs import wrong_signs
from grading.steps.rewriting import rewrites
from grading.steps.strangers import strange_operands
from grading.steps.tokens import respell
from grading.steps.trials import odd_trials
from grading.steps.vectorcopies import misquoted

DENIALS = ("not÷", "∤", "!=")  # relations that say “not” themselves
_WORDS = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}")


def check_steps(text: str, problem: str = "") -> list[Check]:
    """Judges every line of `text` that is not empty, in order; `problem` is the statement it
    works on.

    Lines are numbered from 0 in the whole text; those of a fenced program are `unchecked`. Never
    raises for any text.
    """
    text = hide_listings(text)
    known = Knowledge()
    stated = learn(problem, known)
    lines = read_lines(text, known)
    _compare(lines, stated, known.functions, problem, text)
    return [_conclude(line, lines[i + 1 : i + 3]) for i, line in enumerate(lines)]


def _compare(
    lines: list[Line],
    stated: Stated,
    functions: dict[str, tuple[str, Node]],
    problem: str,
    text: str,
) -> None:
    """Judgements that need the whole trail; they only ever add to what single lines gave."""
    placed = [(n, k, f) for n, line in enumerate(lines) for k, f in enumerate(line.findings)]
    changed = odd_equations([p for p in placed if not lines[p[0]].tentative], stated.findings)
    changed |= near_identities([p for p in placed if not lines[p[0]].tentative])
    changed |= odd_identities(placed, stated.findings)
    changed |= odd_by_values(
        placed,
        stated.findings,
        [(supposes(line.text), not _WORDS.search(line.text), line.tentative) for line in lines],
        functions,
    )
    for (n, k), finding in changed.items():
        lines[n].findings[k] = finding
    signs, slipped = wrong_signs(
        [(x.chains, x.findings, x.tentative) for x in lines],
        (stated.chains, stated.findings),
        functions,
    )
    for (n, k), finding in signs.items():
        lines[n].findings[k] = finding
    for n, (claim, outcome) in rewrites([(x.text, x.chains) for x in lines], functions).items():
        lines[n].findings.append(Finding(outcome, None, None, "=", claim, at=len(lines[n].text)))
    for n, at, claim, outcome in both_sides([(x.text, x.chains) for x in lines]):
        lines[n].findings.append(Finding(outcome, None, None, "=", claim, at=at))
    texts = [line.text for line in lines]
    for n, line in enumerate(lines):
        final = judge_final(n, texts, problem)
        if final is not None:
            line.findings.append(Finding(final[1], None, None, "=", final[0]))
    quotes = quotes_of(-1, stated.chains, [])
    for n, line in enumerate(lines):
        quotes += quotes_of(n, line.chains, line.findings)
    words = words_of(problem)
    used = {w for w in words if w[-1].isdigit()}
    slips = find_slips(quotes, problem + text)
    slips |= wrong_copies(texts, problem)
    slips |= slipped
    sources = Sources(texts, problem)
    odd = out_of_place(
        [(x.chains, x.findings) for x in lines], stated.chains, moduli_of(problem + text), sources
    )
    odd |= strange_operands([(x.text, x.chains, x.findings) for x in lines], sources)
    odd |= unsourced(texts, sources)
    odd |= wrong_alternatives([(x.text, x.chains) for x in lines])
    odd |= unfounded(texts, problem)
    odd |= miscounted([(x.text, x.chains) for x in lines], problem)
    odd |= {n: why for n, text in enumerate(texts) if (why := misremembered(text))}
    odd |= {n: why for n, text in enumerate(texts) if (why := wrong_property(text))}
    odd |= {n: why for n, text in enumerate(texts) if (why := uneven_alternatives(text))}
    odd |= put_in_wrongly([x.chains for x in lines], stated.chains)
    odd |= out_of_step(texts) | misquoted(texts, problem)
    slips |= {n: why for n, why in odd.items() if n not in slips}
    for n, line in enumerate(lines):
        slip = slips.get(n) or copied_wrongly(line.text, words, used)
        used.update(w for w in words_of(line.text) if w[-1].isdigit())
        if slip and not any(f.outcome.truth is False for f in line.findings):
            line.slip = slip
    for n, why in odd_trials([x.findings for x in lines]).items():
        lines[n].slip = lines[n].slip or why


def _conclude(line: Line, following: list[Line]) -> Check:
    false = [f for f in line.findings if f.outcome.truth is False]
    true = [f for f in line.findings if f.outcome.truth]
    text = respell(line.text)
    claimed = [f for f in false if not _denied(text, f) and not _tried(line.text, f, following)]
    if false:
        worst = (claimed or false)[0]
        reason = f"{worst.claim}: {worst.outcome.why}"
        if not claimed and line.slip:
            return Check(line.number, "contradicted", line.slip)
        if not claimed:
            return Check(line.number, "unchecked", f"said to fail or only asked: {reason}")
        if _taken_back(following):
            return Check(line.number, "unchecked", f"taken back below: {reason}")
        return Check(line.number, "contradicted", reason)
    if line.slip:
        status: Status = (
            "unchecked" if withdrawn(line.text) or _taken_back(following) else "contradicted"
        )
        return Check(line.number, status, line.slip)
    if true:
        return Check(line.number, "checked", _list(true))
    notes = [f for f in line.findings if f.outcome.why]
    if notes:
        return Check(line.number, "unchecked", f"{notes[0].claim}: {notes[0].outcome.why}")
    return Check(line.number, "unchecked", "nothing here that a rule can check")


def _denied(text: str, f: Finding) -> bool:
    """Whether the words take the relation back, other than by the “not” that is part of it."""
    if f.relation in DENIALS:
        text = text[: f.at] + re.sub(r"\bnot\b|\\neq?\b|≠", " ", text[f.at :], count=1)
    return doubtful(text, f.at)


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
