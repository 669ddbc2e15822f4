"""Adversarial variations of a training row: the same problem, harder to recognise.

Unknowns are renamed in statement and solution together, a sentence of idle data is put in, the
conditions change places where a family allows it, and a wrong line is written down and taken back.
Another wording and another method come from the families themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

UNKNOWNS = "xyrs"  # the letters that families use for what is looked for
LETTERS = "abcdefghkmnpqtuvwz"
WRONG = "Wait, that is wrong."
# `training.perturb` asks with other sentences than these.
IDLE = (
    "There are {n} windows in the hall.",
    "The bus leaves in {n} minutes.",
    "Mia is {n} years old.",
    "The team has won {n} games so far.",
    "A notebook costs {n} dollars.",
    "It rained for {n} days.",
    "The train has {n} coaches.",
)

_MATH = re.compile(r"\\\(.*?\\\)", re.DOTALL)
_LETTER = re.compile(r"(?<![A-Za-z\\])([A-Za-z])(?![A-Za-z])")
_RESULT = re.compile(r"(= )(-?\d+)(\\\)$)")


def renaming(statement: str, rng: Random) -> dict[str, str]:
    """New letters for the unknowns of a statement; empty if it has none."""
    used = {m[1] for formula in _MATH.findall(statement) for m in _LETTER.finditer(formula)}
    old = [letter for letter in UNKNOWNS if letter in used]
    free = [letter for letter in LETTERS if letter not in used]
    return dict(zip(old, rng.sample(free, len(old)), strict=True))


def rename(text: str, names: Mapping[str, str]) -> str:
    """`text` with single letters inside its formulas replaced."""

    def formula(found: re.Match[str]) -> str:
        return _LETTER.sub(lambda m: names.get(m[1], m[1]), found[0])

    return _MATH.sub(formula, text) if names else text


def distract(statement: str, rng: Random) -> str:
    """A true sentence in front, or before the last sentence, that has nothing to do with it."""
    idle = rng.choice(IDLE).format(n=rng.randint(2, 40))
    sentences = re.split(r"(?<=\.) (?=[A-Z])", statement)
    place = rng.choice((0, len(sentences) - 1))
    return " ".join([*sentences[:place], idle, *sentences[place:]])


def slip(solution: str, rng: Random) -> tuple[str, tuple[int, int]] | None:
    """A solution in which one result is first written down wrong, noticed and put right.

    Returns the text and the (start, end) of the wrong line, which must not be learnt; None when no
    line ends in a number.
    """
    lines = solution.split("\n")
    able = [i for i, line in enumerate(lines[1:-1], 1) if _RESULT.search(line)]
    if not able:
        return None
    at = rng.choice(able)
    found = _RESULT.search(lines[at])
    assert found is not None
    digits = found[2]
    wrong = str(int(digits) + rng.choice((-10, -2, -1, 1, 2, 10)))
    line = lines[at][: found.start()] + found[1] + wrong + found[3]
    start = sum(len(x) + 1 for x in lines[:at])
    text = "\n".join([*lines[:at], line, WRONG, *lines[at:]])
    return text, (start, start + len(line))
