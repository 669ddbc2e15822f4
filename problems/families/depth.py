"""How deep a worked solution goes: the values it derives, and how many a level asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from random import Random

from problems.families.base import Draft, Worked, write_solution

NEEDED = (2, 4, 6, 9)  # derived values of a solution at levels 1 to 4, at the least
LONGEST = 1300  # characters of a reply: what the small model writes in about 600 tokens

_FORMULA = re.compile(r"\\\((.*?)\\\)")
_RELATION = re.compile(r"=|\\equiv")
_NUMBER = re.compile(r"-?\d+|-?\\frac\{\d+\}\{\d+\}")
_NAME = re.compile(r"[A-Za-z](?:_\{?\d+\}?)?")
_MODULUS = re.compile(r"\\pmod\{\d+\}")


def derived_values(lines: Iterable[str]) -> int:
    """How many values the formulas of these lines compute.

    A chain `a = b = c` (or a congruence) derives each distinct number after its first side, or one
    value when it ends in no number, as a factorisation does. What was derived before from the same
    left side does not count again, and neither does `x = 5`, which only names a value.
    """
    found: set[tuple[str, str]] = set()
    for formula in _FORMULA.findall("\n".join(lines)):
        first, *rest = (side.strip() for side in _RELATION.split(_MODULUS.sub("", formula)))
        if not rest or (len(rest) == 1 and _NAME.fullmatch(first)):
            continue
        numbers = [side for side in rest if _NUMBER.fullmatch(side)]
        found |= {(first, side) for side in numbers or rest[-1:]}
    return len(found)


def fits(worked: Worked, answer: str, level: int) -> bool:
    """Whether a solution derives enough for its level and stays within a reply."""
    if len(write_solution(worked, answer)) > LONGEST:
        return False
    return derived_values(worked.lines) >= NEEDED[level - 1]


def deep(draw: Callable[[int, Random], Draft]) -> Callable[[int, Random], Draft]:
    """Draw again until some method fits the level; methods that do not fit are left out."""

    @wraps(draw)
    def drawn(level: int, rng: Random) -> Draft:
        while True:
            draft = draw(level, rng)
            kept = tuple(w for w in draft.worked if fits(w, draft.answer, level))
            if kept:
                return replace(draft, worked=kept)

    return drawn
