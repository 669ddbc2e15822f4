"""A number or sign that stands differently everywhere else between the same neighbours: 7k ^ 3
where the lines around it have 7k + 3.

`copies` compares whole expressions; here what is compared is as much of the formula on both sides
as agrees, so that a slip inside a longer or shorter copy is found too.
"""

from collections import defaultdict
from dataclasses import dataclass

from grading.steps.chains import Chain
from grading.steps.judging import Finding
from grading.steps.origins import Sources
from grading.steps.tokens import Token
from grading.steps.words import written

REACH = 6  # tokens compared on each side
NEAR = 12  # lines within which the copies count
LEAST = 3  # tokens around a number or sign that must agree
LONG = 6  # the same for a number that stands elsewhere too
SIDES = ("", "=", "is", "<", ">", "<=", ">=", "≈", "≡")
INDEXED = ("_", "sum", "prod")
MAX_BUCKET = 40  # places with the same direct neighbours that are compared
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


def out_of_place(
    lines: list[tuple[list[Chain], list[Finding]]],
    stated: list[Chain],
    moduli: set[int],
    sources: Sources,
) -> dict[int, str]:
    """Lines with such a number or sign, and the reason in words. `lines` are (chains, findings)."""
    places = [p for chain in stated for p in _places(-1, chain, [])]
    for n, (chains, findings) in enumerate(lines):
        for chain in chains:
            places += _places(n, chain, findings)
    buckets: dict[tuple[str, str], list[Place]] = defaultdict(list)
    numbers: dict[str, set[int]] = defaultdict(set)
    for p in places:
        buckets[_neighbours(p)].append(p)
        if p.tokens[p.at].kind == "num":
            numbers[p.text].add(p.line)
    out: dict[int, str] = {}
    for p in places:
        if p.line < 0 or p.settled or p.line in out:
            continue
        bucket = buckets[_neighbours(p)]
        if len(bucket) > MAX_BUCKET or all(o.text == p.text for o in bucket):
            continue
        reason = _judge(p, bucket, numbers[p.text] == {p.line}, moduli, sources)
        if reason:
            out[p.line] = reason
    return out


def _places(line: int, chain: Chain, findings: list[Finding]) -> list[Place]:
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


def _neighbours(p: Place) -> tuple[str, str]:
    before = p.texts[p.at - 1] if p.at else ""
    after = p.texts[p.at + 1] if p.at + 1 < len(p.texts) else ""
    return before, after


def _agreement(a: Place, b: Place) -> tuple[int, int]:
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


def _judge(p: Place, bucket: list[Place], foreign: bool, moduli: set[int], sources: Sources) -> str:
    """The reason when p is out of place; `foreign` if its number stands in no other line."""
    close = [
        (o, ends)
        for o in bucket
        if o is not p and (o.line < 0 or abs(o.line - p.line) <= NEAR)
        if sum(ends := _agreement(p, o)) >= LEAST
    ]
    if not close or any(o.text == p.text for o, _ in close):
        return ""
    best, ends = max(close, key=lambda c: sum(c[1]))
    attested = {o.line for o, _ in close} - {p.line}
    if not attested or any(o.text != best.text for o, _ in close):
        return ""
    if best.tokens[best.at].kind != p.tokens[p.at].kind:
        return ""
    if p.tokens[p.at].kind == "op":
        if not _sign_is_wrong(p, best, ends, attested, len(close)):
            return ""
    else:
        if _whole(p, best) and any((int(p.text) - int(best.text)) % m == 0 for m in moduli):
            return ""
        copied = (foreign or (sum(ends) >= LONG and min(ends) > 2)) and _number_is_wrong(
            p, best, ends, attested
        )
        value = p.tokens[p.at].value
        if not copied and not (
            value is not None
            and (not _alone(p) or (-1 in attested and ends[0] > LEAST))
            and sum(ends) > LEAST
            and not sources.explain(value, p.line)
        ):
            return ""
    where = "the statement" if -1 in attested else f"line {min(attested) + 1}"
    return f"{_shown(p)}: {where} has {_shown(best)}"


def _sign_is_wrong(
    p: Place, other: Place, ends: tuple[int, int], attested: set[int], copies: int
) -> bool:
    """One copy is enough only where the sign is an odd one: a power of no small number, a slash."""
    around = p.texts[max(0, p.at - ends[0]) : p.at + 1 + ends[1]]
    if any(t in INDEXED for t in around) and sum(ends) < 2 * LEAST:
        return False
    if KINDS[p.text] == KINDS[other.text]:
        full = len(attested) > 1 and sum(ends) > LEAST + 1 and any(t in SIDES[1:] for t in around)
        return full and not any(t in INDEXED for t in around)
    if len(attested) > 1:
        return True
    after = p.tokens[p.at + 1]
    odd = p.text == "/" or (p.text == "^" and after.text not in ("2", "3", "n", "("))
    long = sum(ends) > LEAST and min(ends) > 1
    return (odd and (long or copies > 1)) or (-1 in attested and long)


def _number_is_wrong(p: Place, other: Place, ends: tuple[int, int], attested: set[int]) -> bool:
    """A number that is a whole side is never called wrong: sides change."""
    end = p.at + 1 == len(p.texts) and other.at + 1 == len(other.texts)
    if len(attested) < 2 or ends[0] < 2 or not (end or ends[1] > 1) or _alone(p):
        return False
    around = any(n > p.line for n in attested) and any(n < p.line for n in attested)
    return sum(ends) > LEAST and (around or len(attested) > 2)


def _alone(p: Place) -> bool:
    before, after = _neighbours(p)
    return before in SIDES and after in SIDES


def _whole(a: Place, b: Place) -> bool:
    return a.text.isdigit() and b.text.isdigit()


def _shown(p: Place) -> str:
    return written(p.tokens[max(0, p.at - 4) : p.at + 5])
