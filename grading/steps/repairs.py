"""Equations and expressions with one sign of another kind in them: 10t = 3s^g where every line
around it works with 10t = 3s + g.

A slip is called only when the equation as it stands is no other line's and, with one of its signs
put right, is that of a line near it or of the statement. A plus taken for a minus is left alone
here: systems are made of such pairs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from grading.steps.chains import Chain
from grading.steps.closed import Outcome
from grading.steps.facts import gap_of, inline
from grading.steps.judging import Finding, read
from grading.steps.numeric import letters_of
from grading.steps.parser import Node
from grading.steps.polynomials import Poly
from grading.steps.tokens import Token
from grading.steps.words import written

SIGNS = "+-*/^"
NEAR = 8  # lines within which the equation must stand as it should be
LEAST = 4  # tokens of an equation that is compared
LONG = 7  # tokens of an expression that is compared
ZERO: Node = ("n", Fraction(0))
Name = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """An equation with letters, or an expression when `right` is empty; `name` is the same for all
    its multiples. Its place is that of its finding in the line, or −1.
    """

    line: int
    place: int
    left: list[Token]
    right: list[Token]
    name: Name
    open_: bool


def wrong_signs(
    lines: list[tuple[list[Chain], list[Finding], bool]],
    stated: tuple[list[Chain], list[Finding]],
    functions: dict[str, tuple[str, Node]],
) -> tuple[dict[tuple[int, int], Finding], dict[int, str]]:
    """(findings by line and place, reasons by line): equations and expressions with a wrong sign.

    `lines` are (chains, findings, tentative).
    """
    claims = [c for n, row in enumerate(lines) for c in _claims(n, row[0], row[1], functions)]
    sources = [*_claims(-1, *stated, functions), *claims]
    names = {c.name for c in sources}
    findings: dict[tuple[int, int], Finding] = {}
    reasons: dict[int, str] = {}
    for c in claims:
        if not c.open_ or lines[c.line][2] or sum(o.name == c.name for o in sources) > 1:
            continue
        near = {
            o.name: o
            for o in reversed(sources)
            if o.line != c.line and (o.line < 0 or abs(o.line - c.line) <= NEAR)
        }
        for left, right in _repairs(c):
            name = _name(left, right, functions)
            if name is None or name not in names or name not in near:
                continue
            other = near[name]
            if bool(other.right) != bool(c.right):
                continue
            where = "the statement" if other.line < 0 else f"line {other.line + 1}"
            shown = written(left) + (f" = {written(right)}" if right else "")
            why = f"{where} works with {shown}"
            if c.place < 0:
                reasons[c.line] = f"{written(c.left)}: {why}"
            else:
                finding = lines[c.line][1][c.place]
                findings[(c.line, c.place)] = replace(finding, outcome=Outcome(False, why))
            break
    return findings, reasons


def _claims(
    line: int,
    chains: list[Chain],
    findings: list[Finding],
    functions: dict[str, tuple[str, Node]],
) -> Iterator[Claim]:
    place = 0
    for chain in chains:
        count = len(chain.relations)
        for i in range(count):
            f = findings[place + i]
            left, right = chain.members[i], chain.members[i + 1]
            if not f.symbolic or f.relation != "=" or len(left) + len(right) < LEAST:
                continue
            name = _name(left, right, functions) or ("?", line, place + i)
            yield Claim(line, place + i, left, right, name, f.outcome.truth is None)
        place += count
        last = chain.members[-1]
        if len(last) >= LONG and any(t.kind == "sym" for t in last):
            name = _name(last, [], functions) or ("?", line, -1)
            yield Claim(line, -1, last, [], name, not count)


def _name(
    left: list[Token], right: list[Token], functions: dict[str, tuple[str, Node]]
) -> Name | None:
    """What all multiples of an equation have in common; of an expression, the expression."""
    a, b = read(left), read(right) if right else ZERO
    if a is None or b is None or not (letters_of(a) | letters_of(b)):
        return None
    gap = gap_of(inline(a, functions), inline(b, functions))
    if not gap or (not right and len(gap) < 2):
        return None
    return ("=" if right else "", *_scaled(gap, bool(right)))


def _scaled(gap: Poly, scale: bool) -> list[object]:
    rows = sorted(gap.items())
    first = rows[0][1] if scale else Fraction(1)
    return [(mono, c / first) for mono, c in rows]


def _repairs(c: Claim) -> Iterator[tuple[list[Token], list[Token]]]:
    """The claim with one sign changed into one of another kind."""
    for side in (0, 1):
        tokens = (c.left, c.right)[side]
        for i, token in enumerate(tokens):
            if token.kind != "op" or token.text not in SIGNS or not i:
                continue
            if token.text == "/" and not token.math:
                continue  # km/h
            for sign in SIGNS:
                if sign == token.text or {sign, token.text} == {"+", "-"}:
                    continue
                changed = [*tokens[:i], token._replace(text=sign), *tokens[i + 1 :]]
                yield (changed, c.right) if side == 0 else (c.left, changed)
