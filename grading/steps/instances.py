"""A formula with numbers put in for its letters that is not the formula any more:
(n + 2)(n + 4) with n = 3 as (3 + 2)(3 + 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from grading.steps.chains import Chain
from grading.steps.closed import value_of
from grading.steps.emit import Token
from grading.steps.judging import read
from grading.steps.numeric import letters_of
from grading.steps.words import written

AHEAD = 2  # lines after it in which the value is looked for
AGO = 6  # lines back in which the formula is looked for
LEAST = 4  # signs and numbers that must agree; two less within a chain
SHORTEST, LONGEST = 4, 40  # tokens of a formula
SIGNS = "+-*/^"


@dataclass(frozen=True, slots=True)
class Formula:
    """One side of a relation, without braces."""

    line: int
    tokens: list[Token]
    letters: frozenset[str]
    chain: int  # where its chain starts in the line


def put_in_wrongly(lines: list[list[Chain]], stated: list[Chain]) -> dict[int, str]:
    """Lines with such a formula and the reason in words.

    Of the two, the formula is the wrong one when it stands in no other line and the trail goes on
    with the value of what is put in.
    """
    out: dict[int, str] = {}
    sources = [f for chain in stated for f in _formulas(-1, chain) if f.letters]
    for n, chains in enumerate(lines):
        here = [f for chain in chains for f in _formulas(n, chain)]
        sources = [f for f in sources if f.line < 0 or n - f.line <= AGO]
        sources += [f for f in here if f.letters]
        for g in here:
            if g.letters or n in out:
                continue
            near = [f for f in sources if f.line < n or f.chain == g.chain]
            slips = [(f, why) for f in near if (why := _slip(f, g))]
            if not slips or any(_slip(f, g) is None for f in near):
                continue
            f, why = slips[-1]
            attested = f.line < 0 or any(o.line != f.line and _same(o, f) for o in sources)
            if f.line == n or attested or not _goes_on(g, lines):
                out[n] = why
            else:
                out.setdefault(f.line, why)
    return out


def _goes_on(g: Formula, lines: list[list[Chain]]) -> bool:
    """Whether the value of g stands in its own line or in the next ones."""
    node = read(g.tokens)
    value = value_of(node) if node is not None and not letters_of(node) else None
    after = [m for chains in lines[g.line : g.line + 1 + AHEAD] for c in chains for m in c.members]
    return value is not None and any(t.value == value for m in after for t in m)


def _formulas(line: int, chain: Chain) -> Iterator[Formula]:
    for member in chain.members:
        tokens = [t for t in member if t.text not in "{}"]
        if not SHORTEST <= len(tokens) <= LONGEST or not any(t.text in "+-" for t in tokens):
            continue
        if any(t.kind in ("bad", "dots") or t.text == "_" for t in tokens):
            continue
        letters = frozenset(t.text for t in tokens if _is_letter(t))
        yield Formula(line, tokens, letters, chain.start)


def _is_letter(token: Token) -> bool:
    return token.kind == "sym" and token.text not in ("pi", "e", "i")


def _same(a: Formula, b: Formula) -> bool:
    return [t.text for t in a.tokens] == [t.text for t in b.tokens]


def _slip(f: Formula, g: Formula) -> str | None:
    """The reason when g is f with numbers put in and one sign or number changed; None when it is f
    with numbers put in; empty when it has nothing to do with f.
    """
    values: dict[str, str] = {}
    changed: list[str] = []
    agreed, j, known = 0, 0, g.tokens
    for i, token in enumerate(f.tokens):
        if j >= len(known):
            return ""
        if _is_letter(token):
            if known[j].text == "*" and i and f.tokens[i - 1].kind != "op":
                j += 1
            end = _operand(known, j)
            if end == j:
                return ""
            value = "".join(t.text for t in known[j:end]).strip("()")
            if values.setdefault(token.text, value) != value:
                changed.append(f"{token.text} = {values[token.text]} and {value}")
            j = end
            continue
        other = known[j]
        if other.text == "*" and token.text != "*" and token.kind != "op":
            j += 1
            if j >= len(known):
                return ""
            other = known[j]
        if token.text != other.text:
            both = token.kind == other.kind
            if not both or (
                token.kind != "num" and (token.text not in SIGNS or other.text not in SIGNS)
            ):
                return ""
            changed.append(f"{token.text} has become {other.text}")
        else:
            agreed += token.kind in ("num", "op") and token.text != "*"
        j += 1
    if j != len(known) or not values or len(changed) > 1:
        return ""
    if not changed:
        return None
    if agreed < LEAST - 2 * (f.line == g.line):
        return ""
    shown = ", ".join(f"{k} = {v}" for k, v in sorted(values.items()))
    return f"{written(g.tokens)}: this is not {written(f.tokens)} with {shown}: {changed[0]}"


def _operand(tokens: list[Token], start: int) -> int:
    """Where the number or bracket that starts there ends; `start` when there is none."""
    if start < len(tokens) and tokens[start].kind == "num":
        return start + 1
    if start + 1 < len(tokens) and tokens[start].text == "-" and tokens[start + 1].kind == "num":
        return start + 2
    depth = 0
    for k in range(start, len(tokens)):
        depth += (tokens[k].kind == "open") - (tokens[k].kind == "close")
        if tokens[start].kind != "open" or depth < 0:
            return start
        if depth == 0:
            return k + 1
    return start
