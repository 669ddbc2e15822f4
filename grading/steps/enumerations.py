"""Lines of one pattern, “If the remainder is 0, … If the remainder is 1, …”: a count that runs
through them in equal steps and leaves them once; and two alternatives that differ in ±.
"""

import re
from collections.abc import Iterator

_NUMERAL = re.compile(r"\d+")
LEAST = 4  # lines of one pattern in a row
WORDS = 4  # words that they share, at least


def out_of_step(texts: list[str]) -> dict[int, str]:
    """Lines whose number breaks such a count, and the reason in words."""
    out: dict[int, str] = {}
    for start, rows in _runs(texts):
        for column in zip(*rows, strict=True):
            odd = _odd(column)
            if odd is not None:
                k, right = odd
                where = f"lines {start + 1} to {start + len(rows)}"
                out.setdefault(
                    start + k, f"{column[k]}: {where} count on, and here is the turn of {right}"
                )
    return out


def _runs(texts: list[str]) -> Iterator[tuple[int, list[list[int]]]]:
    """(first line, numbers of each line) of lines in a row that are the same but for numbers."""
    shapes = [_NUMERAL.sub("#", t) if len(t) <= 200 else "" for t in texts]
    start = 0
    for end in range(1, len(texts) + 1):
        if end < len(texts) and shapes[end] == shapes[start]:
            continue
        if end - start >= LEAST and len(re.findall(r"[A-Za-z]{2,}", shapes[start])) >= WORDS:
            yield (
                start,
                [[int(n) for n in _NUMERAL.findall(t)[:9] if len(n) < 9] for t in texts[start:end]],
            )
        start = end


def _odd(column: tuple[int, ...]) -> tuple[int, int] | None:
    """(place, number it should be) of the one number that leaves a count in steps of one."""
    for first in {n - k for k, n in enumerate(column)}:
        wrong = [k for k, n in enumerate(column) if n != first + k]
        if len(wrong) == 1:
            return wrong[0], first + wrong[0]
    return None


_EITHER = re.compile(
    r"\$?((?:\\[dt]?frac|-?\d|\\sqrt)(?:(?!\bor\b)[^$,;:=]){3,60})\$?,?\s+or\s+\$?((?:\\[dt]?frac|-?\d|\\sqrt)[^$,;:=]{3,60}?)\$?\s*(?:[.,;]|$)"
)
_SIGNS = str.maketrans("+", "-")


def uneven_alternatives(line: str) -> str:
    """The reason when two alternatives with a root differ by its sign and in one number too, as
    (1 + √5)/2 or (1 − √5)/3; empty when there is none.
    """
    if "sqrt" not in line:
        return ""
    for m in _EITHER.finditer(line):
        a, b = (re.sub(r"\s+", "", g) for g in m.groups())
        if "sqrt" not in a or "sqrt" not in b or a == b:
            continue
        if _NUMERAL.sub("#", a).translate(_SIGNS) != _NUMERAL.sub("#", b).translate(_SIGNS):
            continue
        signs = sum(x != y for x, y in zip(_NUMERAL.sub("#", a), _NUMERAL.sub("#", b), strict=True))
        pairs = list(zip(_NUMERAL.findall(a), _NUMERAL.findall(b), strict=True))
        differ = [(x, y) for x, y in pairs if x != y]
        if signs == 1 and len(differ) == 1 and len(pairs) > 1:
            x, y = differ[0]
            shown = f"{m.group(1).strip()} or {m.group(2).strip()}"
            return f"{shown}: one has {x} where the other has {y}"
    return ""
