"""“Adding 9 to both sides”: the step in words against the equations before and after it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grading.steps import polynomials as P
from grading.steps.chains import Chain
from grading.steps.claims import find_chains
from grading.steps.closed import Outcome
from grading.steps.facts import gap_of
from grading.steps.judging import read
from grading.steps.parser import Node
from grading.steps.polynomials import Poly
from grading.steps.verbal import WORDS
from grading.steps.words import number

_TERM = r"\$?\(?(-?[\dA-Za-z.^{}\\/]{1,20})\)?\$?(?!\s*[-=*/+^])"
_DOES = re.compile(
    r"\b(?:add|subtract|multipl|divid|tak(?:e|ing)|mov(?:e|ing)|simplif|combin)", re.IGNORECASE
)
_STEP = re.compile(
    rf"\b(?:(?P<add>add|adding)\s+{_TERM}\s+to|(?P<subtract>subtract|subtracting|take|taking)\s+"
    rf"{_TERM}\s+(?:away\s+)?from)\s+(?:both|each)\s+sides?"
    rf"|\b(?P<multiply>multiply|multiplying)\s+(?:both|each)\s+sides?(?:\s+of\s+[\w\s]+?)?\s+by\s+{_TERM}"
    rf"|\b(?P<divide>divide|dividing)\s+(?:(?:both|each)\s+sides?|everything|(?:the\s+)?(?:whole\s+|entire\s+)?"
    rf"equation|through|(?:all|each|every)(?:\s+of)?\s+(?:the\s+)?terms?)(?:\s+of\s+[\w\s]+?)?\s+by\s+{_TERM}",
    re.IGNORECASE,
)
ZERO: Node = ("n", Fraction(0))
AGO = 3  # lines back in which the equation before is looked for


@dataclass(frozen=True, slots=True)
class Equation:
    """Both sides of an equation, written out."""

    line: int
    at: int
    left: Poly
    right: Poly


def both_sides(lines: list[tuple[str, list[Chain]]]) -> Iterator[tuple[int, int, str, Outcome]]:
    """(line, place, claim, outcome) for every such step whose two equations are clear."""
    if not any(_STEP.search(text) for text, _ in lines):
        return
    equations = [e for n, (_, chains) in enumerate(lines) for e in _equations(n, chains)]
    for n, (text, _) in enumerate(lines):
        for m in _STEP.finditer(text):
            before = [e for e in equations if (e.line, e.at) < (n, m.start())]
            after = [e for e in equations if (e.line, e.at) > (n, m.start())]
            if not before or not after or n - before[-1].line > AGO or after[0].line > n + 1:
                continue
            said = _DOES.findall(_between(lines, before[-1], after[0]))
            own = text[
                max(0, before[-1].at if before[-1].line == n else 0) : after[0].at
                if after[0].line == n
                else None
            ]
            if len(said) != 1 and len(_DOES.findall(own)) != 1:
                continue  # several steps at once
            kind = next(k for k in ("add", "subtract", "multiply", "divide") if m.group(k))
            term = next(g for g in m.groups()[1:] if g and g != m.group(kind))
            outcome = _judge(kind, term, before[-1], after[0])
            if outcome is not None:
                yield n, m.start(), " ".join(m.group().split()), outcome


def _equations(line: int, chains: list[Chain]) -> Iterator[Equation]:
    for chain in chains:
        if len(chain.relations) != 1 or chain.relations[0] not in ("=", "<", ">", "<=", ">="):
            continue
        left, right = (read(member) for member in chain.members)
        if left is None or right is None:
            continue
        a, b = gap_of(left, ZERO), gap_of(right, ZERO)
        if a is not None and b is not None and P.letters(a) | P.letters(b):
            yield Equation(line, chain.start, a, b)


def _between(lines: list[tuple[str, list[Chain]]], a: Equation, b: Equation) -> str:
    """The text from one equation to the next."""
    if a.line == b.line:
        return lines[a.line][0][a.at : b.at]
    middle = [text for text, _ in lines[a.line + 1 : b.line]]
    return "\n".join([lines[a.line][0][a.at :], *middle, lines[b.line][0][: b.at]])


def _judge(kind: str, term: str, before: Equation, after: Equation) -> Outcome | None:
    """None when the two equations are not one such step apart."""
    said = _poly(term)
    if not said:
        return None
    if kind in ("add", "subtract"):
        left, right = P.add(after.left, before.left, -1), P.add(after.right, before.right, -1)
        if not left or left != right:
            return None
        done = left if kind == "add" else P.scale(left, Fraction(-1))
        return _outcome(done == said, done)
    ratio = _ratio(before.left, after.left)
    if ratio is None or ratio != _ratio(before.right, after.right) or ratio == 1:
        return None
    done = P.constant(ratio if kind == "multiply" else 1 / ratio)
    return _outcome(done == said, done)


def _outcome(same: bool, done: Poly) -> Outcome:
    if same:
        return Outcome(True, "the equations before and after it differ by just that")
    value = P.value_of(done) if P.is_constant(done) else None
    by = "something else" if value is None else number(value)
    return Outcome(False, f"between the equation before it and the one after it, it is {by}")


def _poly(term: str) -> Poly | None:
    term = WORDS.get(term.lower(), term)
    if re.search(r"(?<!\\)[A-Za-z]{2}", term.replace("frac", "")):
        return None  # a word
    chains = find_chains(f"${term}$")
    node = read(chains[0].members[0]) if len(chains) == 1 and not chains[0].relations else None
    return None if node is None else gap_of(node, ZERO)


def _ratio(a: Poly, b: Poly) -> Fraction | None:
    """c with b = c·a, or None."""
    if not a or a.keys() != b.keys():
        return None
    ratios = {b[m] / c for m, c in a.items()}
    return ratios.pop() if len(ratios) == 1 else None
