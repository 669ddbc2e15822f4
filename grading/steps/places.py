"""Numbers and signs of formulas, and how much of the formulas around two of them agrees."""

from dataclasses import dataclass

from grading.steps.chains import Chain
from grading.steps.judging import Finding
from grading.steps.tokens import Token

REACH = 6  # tokens compared on each side
SIDES = ("", "=", "is", "<", ">", "<=", ">=", "≈", "≡")
KINDS = {"+": "sum", "-": "sum", "*": "*", "/": "/", "^": "^"}


@dataclass(frozen=True, slots=True)
class Place:
    """One number or sign of a formula and what stands around it; line −1 is the statement."""

    line: int
    tokens: list[Token]
    texts: tuple[str, ...]
    at: int
    settled: bool  # a rule found a relation of this formula true

    @property
    def text(self) -> str:
        return self.texts[self.at]


def places(line: int, chain: Chain, findings: list[Finding]) -> list[Place]:
    if chain.units or chain.listed or any(t.kind == "dots" for m in chain.members for t in m):
        return []
    settled = any(f.outcome.truth for f in findings if f.at == chain.start)
    return [
        Place(line, tokens, texts, i, settled)
        for tokens in _formulas(chain)
        for texts in [tuple(t.text for t in tokens)]
        for i, t in enumerate(tokens)
        if (t.kind == "num" and (not i or texts[i - 1] != "_"))
        or (t.kind == "op" and t.text in KINDS and 0 < i < len(tokens) - 1)
    ]


def _formulas(chain: Chain) -> list[list[Token]]:
    """The chain with its relations as signs, cut where it is a word that joins."""
    rows: list[list[Token]] = [[]]
    for i, member in enumerate(chain.members):
        if i and chain.relations[i - 1] == "is":
            rows.append([])
        elif i and member:
            sign = member[0]._replace(kind="rel", text=chain.relations[i - 1], value=None)
            rows[-1].append(sign)
        rows[-1] += [t for t in member if t.text not in "{}" and t.kind != "bad"]
    return rows


def neighbours(p: Place) -> tuple[str, str]:
    before = p.texts[p.at - 1] if p.at else ""
    after = p.texts[p.at + 1] if p.at + 1 < len(p.texts) else ""
    return before, after


def agreement(a: Place, b: Place) -> tuple[int, int]:
    """How many tokens agree before and after; an end that both reach counts as one."""
    left, right = 0, 0
    while left < min(a.at, b.at, REACH) and a.texts[a.at - 1 - left] == b.texts[b.at - 1 - left]:
        left += 1
    rests = len(a.texts) - a.at - 1, len(b.texts) - b.at - 1
    while right < min(*rests, REACH) and a.texts[a.at + 1 + right] == b.texts[b.at + 1 + right]:
        right += 1
    whole = left == a.at == b.at, right == rests[0] == rests[1]
    if whole[0] and (left > 1 or all(whole)):
        left += 1
    if whole[1] and (right > 1 or all(whole)):
        right += 1
    return left, right


def alone(p: Place) -> bool:
    before, after = neighbours(p)
    return before in SIDES and after in SIDES


def is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def has_letter(p: Place) -> bool:
    """Whether a letter stands on the same side of the relation as p."""
    start = max((i + 1 for i in range(p.at) if p.texts[i] in SIDES[1:]), default=0)
    end = next((i for i in range(p.at, len(p.texts)) if p.texts[i] in SIDES[1:]), len(p.texts))
    return any(map(is_letter, p.texts[start:end]))
