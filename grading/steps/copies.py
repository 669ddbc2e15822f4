"""Copying slips: an expression that stands elsewhere, or in the statement, with one number or
sign changed.

A changed copy is called a contradiction only when the original is well attested (it stands in the
statement or in two
other lines), the changed form is used nowhere else, and both have different values.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from grading.steps.claims import Chain
from grading.steps.closed import value_of
from grading.steps.facts import gap_of
from grading.steps.judging import Finding, read
from grading.steps.numeric import letters_of
from grading.steps.tokens import Token
from grading.steps.words import written

Key = tuple[str, ...]
# Tokens of a copy of two other lines, of the statement, and of lines before and after alike.
LONG, SHORT, BRACKETED = 9, 7, 5
LONGEST = 60  # longer expressions are not compared
_MODULI = re.compile(
    r"(?:mod\S*|divided\s+by|divide\s+by|division\s+by|modulo|base)[\s${(]*(\d{1,4})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quote:
    """An expression or equation as written: line −1 is the statement; `settled` if a rule found
    its relation true.
    """

    line: int
    tokens: list[Token]
    key: Key
    settled: bool


def quotes_of(line: int, chains: list[Chain], findings: list[Finding]) -> list[Quote]:
    """The expressions of a line, and its equations as wholes; settled where a relation was found
    true.
    """
    out: list[Quote] = []
    for chain in chains:
        judged = [f for f in findings if f.at == chain.start and f.relation in chain.relations]
        true = [
            i < len(judged) and bool(judged[i].outcome.truth) for i in range(len(chain.relations))
        ]
        for i, member in enumerate(chain.members):
            if len(member) >= BRACKETED:
                settled = any(true[max(i - 1, 0) : i + 1])
                out.append(Quote(line, member, _key(member), settled))
        for i, relation in enumerate(chain.relations):
            left, right = chain.members[i], chain.members[i + 1]
            if relation == "=" and left and right and len(left) + len(right) >= BRACKETED - 1:
                sign = right[0]._replace(kind="rel", text="=", value=None)
                whole = [*left, sign, *right]
                out.append(Quote(line, whole, _key(whole), true[i]))
    return out


def _key(tokens: list[Token]) -> Key:
    return tuple(t.text for t in tokens if t.text not in "{}")


def find_slips(quotes: list[Quote], text: str) -> dict[int, str]:
    """Lines with a changed copy, and the reason in words."""
    moduli = moduli_of(text)
    places: dict[Key, set[int]] = defaultdict(set)
    for q in quotes:
        places[q.key].add(q.line)
    holes: dict[tuple[int, Key], set[Key]] = defaultdict(set)
    for key in places:
        for i in range(len(key) if len(key) <= LONGEST else 0):
            holes[(i, (*key[:i], *key[i + 1 :]))].add(key)
    out: dict[int, str] = {}
    for q in quotes:
        if q.line < 0 or q.settled or q.line in out or places[q.key] != {q.line}:
            continue
        for i in range(len(q.key)):
            for other in holes[(i, (*q.key[:i], *q.key[i + 1 :]))]:
                if other != q.key and _original(q, other, i, places[other], moduli):
                    source = next(o for o in quotes if o.key == other)
                    if _differ(q.tokens, source.tokens):
                        where = "the statement" if -1 in places[other] else _lines(places[other])
                        out[q.line] = f"{written(q.tokens)}: {where} has {written(source.tokens)}"
    return out


def moduli_of(text: str) -> set[int]:
    """The numbers that something is divided by or counted modulo, as far as words say so."""
    return {int(m) for m in _MODULI.findall(text)} - {0}


def _lines(places: set[int]) -> str:
    return "lines " + " and ".join(str(i + 1) for i in sorted(places)[:2])


def _original(q: Quote, other: Key, i: int, places: set[int], moduli: set[int]) -> bool:
    """Whether `other` is attested well enough to be what q should have been, differing at i."""
    stated = -1 in places
    others = places - {q.line}
    near = [p for p in others if abs(p - q.line) <= 8]
    between = any(p < q.line for p in near) and any(p > q.line for p in near)
    least = BRACKETED if between and "=" in q.key else SHORT if stated else LONG
    if stated and q.key[i] in "*/^" and other[i] in "+-*/^" and q.key[0].isalpha():
        least = BRACKETED
    if len(q.key) < least or not (stated or len(near) >= 2):
        return False
    old, new = other[i], q.key[i]
    before = q.key[i - 1] if i else ""
    if (
        before == "_"
        or (before in ("binom", "sum", "prod", "mod"))
        or {old, new} & {"=", "_", ",", "(", ")"}
    ):
        return False
    if old.isalpha() or new.isalpha():
        return False
    signs = {old, new} <= {"+", "-"}
    if signs and ("sqrt" in q.key or "i" in q.key or not stated):
        return False
    if old.isdigit() and new.isdigit():
        return not any((int(old) - int(new)) % m == 0 for m in moduli)
    return True


def _differ(a: list[Token], b: list[Token]) -> bool:
    """Whether the two really mean different things, as far as that can be computed."""
    for x, y in zip(_sides(a), _sides(b), strict=False):
        left, right = read(x), read(y)
        if left is None or right is None:
            continue
        if letters_of(left) or letters_of(right):
            gap = gap_of(left, right)
            if gap:
                return True
            continue
        u, v = value_of(left), value_of(right)
        if u is not None and v is not None and u != v:
            return True
        if u is None and v is not None and any(t.kind == "dots" for t in x):
            return True  # the pattern of the sum is broken
    return False


def _sides(tokens: list[Token]) -> list[list[Token]]:
    at = next((i for i, t in enumerate(tokens) if t.kind == "rel"), -1)
    return [tokens] if at < 0 else [tokens[:at], tokens[at + 1 :]]


_WORD = re.compile(r"[A-Za-z]+|\d*\.?\d+")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SIGN_BEFORE = re.compile(r"[-+*/^=<>≡≈≤≥×·÷(]\s*\$?\\?\$?\s*$|\\[a-z]+\s*\{?$")


def copied_wrongly(line: str, problem: list[str], used: set[str]) -> str:
    """A phrase of the statement with another number in it; empty when there is none.

    `used` are the numbers of the statement and of earlier lines: one of those is never a slip.
    """
    line = _COMMAND.sub(" ", line.replace(",", ""))
    found = list(_WORD.finditer(line))
    words = [m.group() for m in found]
    for i, word in enumerate(words):
        if (
            not word[-1].isdigit()
            or word in used
            or words.count(word) > 1
            or _SIGN_BEFORE.search(line[: found[i].start()])
        ):
            continue
        for j, other in enumerate(problem):
            if other[-1].isdigit() and other != word:
                left = _run(words[:i][::-1], problem[:j][::-1])
                right = _run(words[i + 1 :], problem[j + 1 :])
                long = sum(len(w) > 3 for w in left + right)
                if len(left) >= 3 and len(right) >= 3 and len(left) + len(right) >= 7 and long >= 3:
                    phrase = " ".join([*left[:3][::-1], word, *right[:3]])
                    return f"“{phrase}”: the statement has {other} there"
    return ""


def _run(a: list[str], b: list[str]) -> list[str]:
    out: list[str] = []
    for x, y in zip(a, b, strict=False):
        if x.lower() != y.lower() or len(out) == 6:
            break
        out.append(x)
    return out


def words_of(text: str) -> list[str]:
    return _WORD.findall(_COMMAND.sub(" ", text.replace(",", "")))[:400]
