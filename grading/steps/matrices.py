"""Vectors and matrices copied wrongly: one entry differs from one that stands in the statement."""

import re
from collections import defaultdict

_MATRIX = re.compile(r"\\begin\{[pbv]matrix\}(.*?)\\end\{[pbv]matrix\}", re.DOTALL)
_AFTER_WORD = re.compile(r"[a-z]{2,}\s+[$(\\\[]{0,3}\s*$")
Entries = tuple[str, ...]


def _entries(body: str) -> Entries:
    return tuple(re.sub(r"\s+", "", e) for e in re.split(r"\\\\|&", body))


def wrong_copies(lines: list[str], problem: str) -> dict[int, str]:
    """Lines that name a vector of the statement with one number changed, and the reason in words.

    Only a vector that follows a word is looked at (orthogonal to …), never a result, and only one
    that stands nowhere else while the original stands in another line too.
    """
    stated = {_entries(m[1]) for m in _MATRIX.finditer(problem)}
    if not stated:
        return {}
    places: dict[Entries, set[int]] = defaultdict(set)
    for i, line in enumerate(lines):
        for m in _MATRIX.finditer(line):
            places[_entries(m[1])].add(i)
    out: dict[int, str] = {}
    for i, line in enumerate(lines):
        for m in _MATRIX.finditer(line):
            entries = _entries(m[1])
            if (
                entries in stated
                or places[entries] != {i}
                or not _AFTER_WORD.search(line[: m.start()])
            ):
                continue
            for other in stated:
                changed = (
                    [k for k in range(len(other)) if other[k] != entries[k]]
                    if len(other) == len(entries)
                    else []
                )
                elsewhere = any(p != i for p in places.get(other, ()))
                if (
                    len(changed) == 1
                    and elsewhere
                    and _numbers(entries[changed[0]], other[changed[0]])
                ):
                    out[i] = f"({', '.join(entries)}): the statement has ({', '.join(other)})"
    return out


def _numbers(a: str, b: str) -> bool:
    return all(re.fullmatch(r"-?\d+", x) for x in (a, b))
