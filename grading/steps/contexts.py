"""A number or sign that stands differently everywhere else between the same neighbours: 7k ^ 3
where the lines around it have 7k + 3.

`copies` compares whole expressions; here what is compared is as much of the formula on both sides
as agrees, so that a slip inside a longer or shorter copy is found too.
"""

from collections import defaultdict

from grading.steps.chains import Chain
from grading.steps.judging import Finding
from grading.steps.origins import Sources
from grading.steps.places import (
    KINDS,
    SIDES,
    Place,
    agreement,
    alone,
    has_letter,
    is_letter,
    neighbours,
    places,
)
from grading.steps.words import written

NEAR = 12  # lines within which the copies count
LEAST = 3  # tokens around a number or sign that must agree
LONG = 6  # the same for a number that stands elsewhere too
INDEXED = ("_", "sum", "prod")
MAX_BUCKET = 40  # places with the same direct neighbours that are compared


def out_of_place(
    lines: list[tuple[list[Chain], list[Finding]]],
    stated: list[Chain],
    moduli: set[int],
    sources: Sources,
) -> dict[int, str]:
    """Lines with such a number or sign, and the reason in words. `lines` are (chains, findings)."""
    found = [p for chain in stated for p in places(-1, chain, [])]
    for n, (chains, findings) in enumerate(lines):
        for chain in chains:
            found += places(n, chain, findings)
    buckets: dict[tuple[str, str], list[Place]] = defaultdict(list)
    numbers: dict[str, set[int]] = defaultdict(set)
    for p in found:
        buckets[neighbours(p)].append(p)
        if p.tokens[p.at].kind == "num":
            numbers[p.text].add(p.line)
    out: dict[int, str] = {}
    for p in found:
        if p.line < 0 or p.settled or p.line in out:
            continue
        bucket = buckets[neighbours(p)]
        if len(bucket) > MAX_BUCKET or all(o.text == p.text for o in bucket):
            continue
        reason = _judge(p, bucket, numbers[p.text] == {p.line}, moduli, sources)
        if reason:
            out[p.line] = reason
    return out


def _judge(p: Place, bucket: list[Place], foreign: bool, moduli: set[int], sources: Sources) -> str:
    """The reason when p is out of place; `foreign` if its number stands in no other line."""
    close = [
        (o, ends)
        for o in bucket
        if o is not p and (o.line < 0 or abs(o.line - p.line) <= NEAR)
        if sum(ends := agreement(p, o)) >= LEAST
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
        if not (copied or _stands_alone(p, best, ends, attested, sources)) and not (
            value is not None
            and (not alone(p) or (-1 in attested and ends[0] > LEAST))
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
    if _odd_sign(p, other, ends, attested):
        return True
    if KINDS[p.text] == KINDS[other.text]:
        full = len(attested) > 1 and sum(ends) > LEAST + 1 and any(t in SIDES[1:] for t in around)
        return full and not any(t in INDEXED for t in around)
    if len(attested) > 1:
        return True
    after = p.tokens[p.at + 1]
    odd = p.text == "/" or (p.text == "^" and after.text not in ("2", "3", "n", "("))
    long = sum(ends) > LEAST and min(ends) > 1
    return (odd and (long or copies > 1)) or (-1 in attested and long)


def _odd_sign(p: Place, other: Place, ends: tuple[int, int], attested: set[int]) -> bool:
    """A sign that is rare between letters where its copy has a usual one: a slash, a high power;
    a product where the statement adds; 7k - 3 where two lines or more have 7k + 3.
    """
    around = p.texts[max(0, p.at - ends[0]) : p.at + 1 + ends[1]]
    if not any(map(is_letter, around)) or any(t in INDEXED for t in around):
        return False
    if KINDS[p.text] == KINDS[other.text]:
        before, after = p.texts[p.at - 2 : p.at], p.texts[p.at + 1]
        linear = len(before) == 2 and is_letter(before[1]) and ends[0] > 1
        numbers = [t for t in (*before[:1], after) if t.isdigit() and int(t) > 1]
        signs = {x.texts[max(0, x.at - 3) : x.at - 2] == ("-",) for x in (p, other)}
        return linear and len(numbers) == 2 and len(attested) > 1 and len(signs) == 1
    if p.text in "/^":
        return p.text == "/" or p.texts[p.at + 1] not in ("2", "3", "n", "(")
    return -1 in attested and sum(ends) > LEAST


def _stands_alone(
    p: Place, other: Place, ends: tuple[int, int], attested: set[int], sources: Sources
) -> bool:
    """A number of no other line in a formula with letters that two lines, or the statement with
    more of the formula around it, have with another number; or in an equation that else agrees.
    """
    value, right = p.tokens[p.at].value, other.tokens[other.at].value
    around = p.texts[max(0, p.at - ends[0]) : p.at + 1 + ends[1]]
    if value is None or right is None or not any(map(is_letter, around)):
        return False
    if len(attested - {-1}) > 1 and ends[0] + ends[1] > len(p.texts) > LEAST + 1:
        return any(t in SIDES[1:] for t in p.texts)
    if not has_letter(p) or sources.places[value] != {p.line} or value in sources.stated:
        return False
    if len(attested) > 1:
        return sum(ends) > LEAST
    return sum(ends) > LEAST + 1 and (-1 in attested or right in sources.stated)


def _number_is_wrong(p: Place, other: Place, ends: tuple[int, int], attested: set[int]) -> bool:
    """A number that is a whole side is never called wrong: sides change."""
    end = p.at + 1 == len(p.texts) and other.at + 1 == len(other.texts)
    if len(attested) < 2 or ends[0] < 2 or not (end or ends[1] > 1) or alone(p):
        return False
    around = any(n > p.line for n in attested) and any(n < p.line for n in attested)
    return sum(ends) > LEAST and (around or len(attested) > 2)


def _whole(a: Place, b: Place) -> bool:
    return a.text.isdigit() and b.text.isdigit()


def _shown(p: Place) -> str:
    return written(p.tokens[max(0, p.at - 4) : p.at + 5])
