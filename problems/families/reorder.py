"""The same problem with its exchangeable conditions in another order."""

from __future__ import annotations

import re
from random import Random

from problems.families.base import GeneratedProblem

_NUMBER = r"\d+"
_POINT = r"\\\(\(-?\d+, -?\d+\)\\\)"
_PIECES = {
    "system": r"(?<=\\\()[^()]*=[^()]*(?=\\\))",
    "crt": r"x \\equiv \d+ \\pmod\{\d+\}|\d+ when divided by \d+",
    "gcd": _NUMBER,
    "inclusion": r"\d+(?= or | nor )|(?<=or )\d+|(?<=or by )\d+",
    "area": _POINT,
    "distance": _POINT,
}


def reorder(problem: GeneratedProblem, rng: Random) -> str | None:
    """The statement with its conditions in another order; None where nothing can be exchanged.

    The answer stays. So does the worked solution, which is right for either order but may read the
    conditions in the old one.
    """
    if problem.family not in _PIECES:
        return None
    pattern = re.compile(_PIECES[problem.family])
    pieces = pattern.findall(problem.statement)
    if len(set(pieces)) < 2:
        return None
    order = list(pieces)
    while order == pieces:
        rng.shuffle(order)
    turned = iter(order)
    return pattern.sub(lambda _: next(turned), problem.statement)
