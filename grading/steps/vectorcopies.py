"""Points and vectors copied wrongly: one entry differs from what two other places have.

`matrices` compares vectors with the statement; here lines are compared with each other too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

Entries = tuple[str, ...]

_TUPLE = re.compile(r"\(\s*(-?\d{1,6}(?:\s*,\s*-?\d{1,6}){2,5})\s*\)")
_COLUMN = re.compile(r"\\begin\{[pb]matrix\}((?:(?!\\end)[^&])*?)\\end\{[pb]matrix\}")
# Here a new vector is a result, or the start of one.
_RESULT = re.compile(
    r"(?:=|\\equiv|\bget|\bis|\bgives?|\+|[^\\]-|\\cdot|\\times)\s*[$(\\\[]{0,3}\s*$"
)
LEAST = 3  # entries of a vector that is compared
MOST = 60  # vectors of a trail that are compared


def misquoted(lines: list[str], problem: str) -> dict[int, str]:
    """Lines with a vector that stands nowhere else, while two other places, one of which may be
    the statement, have it with one number changed; the reason in words.
    """
    places: dict[Entries, list[int]] = defaultdict(list)
    for i, text in ((-1, problem), *enumerate(lines)):
        for entries, _ in _vectors(text):
            places[entries].append(i)
    out: dict[int, str] = {}
    if not 1 < len(places) <= MOST:
        return out
    for i, line in enumerate(lines):
        for entries, before in _vectors(line):
            if places[entries] != [i] or _RESULT.search(before):
                continue
            near = [o for o in places if _one_off(entries, o)]
            if len(near) == 1 and len(set(places[near[0]]) - {i}) > 1:
                where = (
                    "the statement" if -1 in places[near[0]] else f"line {places[near[0]][0] + 1}"
                )
                out[i] = f"({', '.join(entries)}): {where} has ({', '.join(near[0])})"
    return out


def _vectors(text: str) -> Iterator[tuple[Entries, str]]:
    """(entries, what stands before) of each vector of numbers."""
    if "," not in text and "matrix" not in text:
        return
    for pattern, between in ((_TUPLE, ","), (_COLUMN, r"\\\\")):
        for m in pattern.finditer(text):
            entries = tuple(e.strip() for e in re.split(between, m.group(1)))
            if len(entries) >= LEAST and all(re.fullmatch(r"-?\d{1,6}", e) for e in entries):
                yield entries, text[max(0, m.start() - 40) : m.start()]


def _one_off(a: Entries, b: Entries) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
