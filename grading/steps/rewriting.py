"""Rewriting from line to line: “… is 26·25·10. That is 6500.”, g(x) = … written out again and
again.
"""

import re
from dataclasses import dataclass

from grading.steps.claims import Chain
from grading.steps.closed import Outcome, compare, value_of
from grading.steps.facts import gap_of, inline
from grading.steps.judging import read
from grading.steps.numeric import letters_of
from grading.steps.parser import Node
from grading.steps.sampling import sampled
from grading.steps.tokens import Token
from grading.steps.words import written

_GOES_ON = re.compile(
    r"^\W*(?:(?:and|so|now|then|finally|right|ok|okay|yes)\b\W*)*(?:(?:this|that|which|it|"
    r"the\s+expression)(?:'s|\s+(?:is|equals|"
    r"gives|simplifies|becomes|reduces|evaluates|further|then|also|works|comes|can\s+be))|"
    r"simplif\w+|=|&=|evaluating|"
    r"(?:further|then)\s+simplif)", re.IGNORECASE,
)  # fmt: skip
_AGAIN = re.compile(
    r"\b(?:re)?(?:write|express)\s+(?:this|that|it)\s+(?:\w+\s+)?as\b", re.IGNORECASE
)
_SIMPLIFIES = re.compile(r"\b(?:simplif\w*|this)\b", re.IGNORECASE)
SIGNS = ("+", "-", "*", "/", "^")


@dataclass(frozen=True, slots=True)
class Piece:
    """The last expression of a line, or the first of one that goes on from it."""

    line: int
    tokens: list[Token]
    node: Node


def last_piece(line: int, chains: list[Chain]) -> Piece | None:
    """What the line ends with, when that is an expression with at least one sign."""
    if not chains or chains[-1].listed or chains[-1].modulus:
        return None
    chain = chains[-1]
    if any(r not in ("=", "is") for r in chain.relations):
        return None
    if (
        len(chain.members) > 1
        and chain.members[0]
        and any(t.kind == "sym" for t in chain.members[-1])
    ):
        first = read(chain.members[0])
        if first is None or (first[0] != "s" and not (first[0] == "f" and first[1][0] == "·")):
            return None  # an equation, which goes on as an equation
    return _piece(line, chain.members[-1])


def first_piece(line: int, text: str, chains: list[Chain]) -> Piece | None:
    """What a line that goes on from the one before starts with: its first expression."""
    if _AGAIN.search(text):
        chains = chains[-1:]
    elif not _GOES_ON.match(text):
        return None
    if not chains or chains[0].modulus or chains[0].listed:
        return None
    members = [m for m in chains[0].members if m]
    if not members or (len(members) > 1 and any(t.kind == "sym" for t in members[0])):
        return None
    return _piece(line, members[0], lone=True)


def _piece(line: int, tokens: list[Token], lone: bool = False) -> Piece | None:
    if not lone and not any(t.kind in ("op", "cmd") for t in tokens[1:]):
        return None
    node = read(tokens)
    return None if node is None else Piece(line, tokens, node)


def compare_pieces(a: Piece, b: Piece, functions: dict[str, tuple[str, Node]]) -> Outcome | None:
    """Whether two pieces are equal; None when that cannot be told."""
    left, right = inline(a.node, functions), inline(b.node, functions)
    names = (letters_of(left), letters_of(right))
    if not names[0] and not names[1]:
        places = max((t.places for t in b.tokens), default=-1)
        result = compare(left, right, "=", places if len(b.tokens) == 1 else -1)
        return None if result.truth is None or result.sloppy else result
    if names[0] != names[1]:
        return Outcome(False, "one side has letters") if names[0] and not names[1] else None
    gap = gap_of(left, right)
    if gap is None:
        result = sampled(left, right)
        return result if result.truth else None
    if gap:
        return Outcome(False, "the two are not equal for all values")
    return Outcome(True, "both expand to the same")


def repaired(piece: Piece, goal: Node) -> str:
    """The piece with one sign changed so that it has the goal's value; empty when no change does
    that.
    """
    if sum(t.kind == "op" and t.text in SIGNS for t in piece.tokens) < 2:
        return ""
    for i, token in enumerate(piece.tokens):
        if token.kind == "op" and token.text in SIGNS and i:
            for sign in SIGNS:
                changed = [*piece.tokens[:i], token._replace(text=sign), *piece.tokens[i + 1 :]]
                node = read(changed)
                if sign != token.text and node is not None and gap_of(node, goal) == {}:
                    return written(changed)
    return ""


def rewrites(
    lines: list[tuple[str, list[Chain]]], functions: dict[str, tuple[str, Node]]
) -> dict[int, tuple[str, Outcome]]:
    """Judgements of lines that go on from the line before, by index: (claim, outcome).

    When the two do not agree, the line is named that the neighbours do not bear out; without
    neighbours that
    decide it, only a plain number after a calculation is called wrong.
    """
    out: dict[int, tuple[str, Outcome]] = {}
    places, lines = _joined(lines)
    for i in range(1, len(lines)):
        text, chains = lines[i]
        here = first_piece(i, text, chains)
        before = last_piece(i - 1, lines[i - 1][1])
        if before is None:
            continue
        if (
            not _AGAIN.search(text)
            and _SIMPLIFIES.search(text)
            and (slip := _miswritten(before, chains))
        ):
            out[i - 1] = (
                written(before.tokens),
                Outcome(False, f"the next line works with {slip}"),
            )
            continue
        if here is None:
            continue
        result = compare_pieces(before, here, functions)
        if result is None:
            continue
        claim = f"{written(before.tokens)} = {written(here.tokens)}"
        if result.truth:
            out.setdefault(i, (claim, result))
            continue
        fixed = repaired(before, here.node)
        if _AGAIN.search(text) and _borne_out(before, lines[i - 1][1]):
            out[i] = (claim, result)
            continue
        if fixed:
            out[i - 1] = (claim, Outcome(False, f"the next line goes on with the value of {fixed}"))
            continue
        earlier = last_piece(i - 2, lines[i - 2][1]) if i > 1 else None
        if earlier is not None and _agree(earlier, here, functions):
            out[i - 1] = (
                claim,
                Outcome(
                    False,
                    f"it does not fit {written(earlier.tokens)} before and "
                    f"{written(here.tokens)} after",
                ),
            )
        elif (
            value_of(here.node) is not None
            and len(here.tokens) <= 2
            and not letters_of(before.node)
        ):
            out[i] = (claim, Outcome(False, result.why))
        elif (
            "letters" not in result.why
            and (following := _next(i, lines)) is not None
            and _agree(before, following, functions)
        ):
            out[i] = (
                claim,
                Outcome(
                    False, f"{written(before.tokens)} comes back as {written(following.tokens)}"
                ),
            )
    return {places[i]: judged for i, judged in out.items()}


def _joined(
    lines: list[tuple[str, list[Chain]]],
) -> tuple[list[int], list[tuple[str, list[Chain]]]]:
    """The lines without those that only lead to the next (“This simplifies to:”), whose words go
    before the next one's; and where each stood.
    """
    places: list[int] = []
    out: list[tuple[str, list[Chain]]] = []
    intro = ""
    for n, (text, chains) in enumerate(lines):
        if not chains and text.rstrip().endswith(":"):
            intro = text + " "
            continue
        places.append(n)
        out.append((intro + text, chains))
        intro = ""
    return places, out


def _borne_out(piece: Piece, chains: list[Chain]) -> bool:
    """Whether another expression of the piece's own line has the piece's value."""
    value = value_of(piece.node) if not letters_of(piece.node) else None
    others = [m for c in chains for m in c.members if m is not piece.tokens]
    nodes = [n for m in others if (n := read(m)) is not None and not letters_of(n)]
    return value is not None and any(value_of(n) == value for n in nodes)


def _miswritten(piece: Piece, chains: list[Chain]) -> str:
    """The calculation that the next line works out, when one sign of `piece` changed gives its
    value.
    """
    if letters_of(piece.node):
        return ""
    nodes = [read(m) for chain in chains for m in chain.members if len(m) > 2]
    closed = [n for n in nodes if n is not None and not letters_of(n) and n[0] != "n"]
    mine = value_of(piece.node)
    if mine is None or any(value_of(n) == mine for n in closed):
        return ""
    return next((fixed for n in closed if (fixed := repaired(piece, n))), "")


def _next(i: int, lines: list[tuple[str, list[Chain]]]) -> Piece | None:
    return first_piece(i + 1, lines[i + 1][0], lines[i + 1][1]) if i + 1 < len(lines) else None


def _agree(a: Piece, b: Piece, functions: dict[str, tuple[str, Node]]) -> bool:
    result = compare_pieces(a, b, functions)
    return result is not None and result.truth is True
