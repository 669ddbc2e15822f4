"""The same problem said differently, and whether a model still gives the same answer.

Four changes that leave the answer alone: unknowns renamed, a sentence of idle data put in front,
exchangeable conditions in another order, and another of the family's own wordings.
`training.steadiness` asks a model whether its answers survive them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from problems.families import EVERY, GeneratedProblem
from problems.families.reorder import reorder
from training import variations

_NAMES = {"x": "u", "y": "v", "r": "p", "s": "q"}
_IDLE = (
    "There are {n} chairs in the room.",
    "The library opens at {n} in the morning.",
    "Emmy has read {n} pages today.",
)


def rename(problem: GeneratedProblem, rng: Random) -> str:
    """Unknowns x, y, r, s become u, v, p, q inside formulas and where the statement names them."""
    return variations.rename(problem.statement, _NAMES)


def distract(problem: GeneratedProblem, rng: Random) -> str:
    """A true sentence in front that has nothing to do with the problem."""
    return f"{rng.choice(_IDLE).format(n=rng.randint(2, 11))} {problem.statement}"


def reword(problem: GeneratedProblem, rng: Random) -> str:
    """Another wording of the same problem."""
    family = EVERY[problem.family]
    for _ in range(4000):
        other = family.generate(problem.level, rng)
        if other.params == problem.params and other.statement != problem.statement:
            return other.statement
    return problem.statement


PERTURBATIONS: dict[str, Callable[[GeneratedProblem, Random], str]] = {
    "rename": rename,
    "distract": distract,
    "reorder": lambda problem, rng: reorder(problem, rng) or problem.statement,
    "reword": reword,
}
