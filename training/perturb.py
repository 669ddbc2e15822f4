"""The same problem said differently, and whether a model still gives the same answer.

Three changes that leave the answer alone: unknowns renamed, a sentence of idle data put in front,
and another of the family's own wordings. Consistency is the share of problems whose answer to the
changed statement equals the answer to the original, right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from tokenizers import Tokenizer

from grading import extract_boxed
from problems.families import FAMILIES, GeneratedProblem
from problems.prompts import build_messages
from training.model import Qwen2
from training.sampler import sample
from training.tokenizer import render

_MATH = re.compile(r"\\\(.*?\\\)")
_NAMES = {"x": "u", "y": "v", "r": "p", "s": "q"}
_IDLE = (
    "There are {n} chairs in the room.",
    "The library opens at {n} in the morning.",
    "Emmy has read {n} pages today.",
)


def rename(problem: GeneratedProblem, rng: Random) -> str:
    """Unknowns x, y, r, s become u, v, p, q inside formulas and where the statement names them."""

    def change(match: re.Match[str]) -> str:
        return re.sub(r"(?<![A-Za-z\\])([xyrs])(?![A-Za-z])", lambda m: _NAMES[m[1]], match[0])

    return _MATH.sub(change, problem.statement)


def distract(problem: GeneratedProblem, rng: Random) -> str:
    """A true sentence in front that has nothing to do with the problem."""
    return f"{rng.choice(_IDLE).format(n=rng.randint(2, 11))} {problem.statement}"


def reword(problem: GeneratedProblem, rng: Random) -> str:
    """Another wording of the same problem."""
    family = FAMILIES[problem.family]
    for _ in range(4000):
        other = family.generate(problem.level, rng)
        if other.params == problem.params and other.statement != problem.statement:
            return other.statement
    return problem.statement


PERTURBATIONS: dict[str, Callable[[GeneratedProblem, Random], str]] = {
    "rename": rename,
    "distract": distract,
    "reword": reword,
}


def consistency(
    model: Qwen2, tokenizer: Tokenizer, problems: Sequence[GeneratedProblem], *, seed: int = 0
) -> dict[str, dict[str, float]]:
    """Per perturbation: how many statements changed, and consistency and accuracy on those."""
    before = _answers(model, tokenizer, [p.statement for p in problems])
    figures = {}
    for name, change in PERTURBATIONS.items():
        changed = [change(p, Random(f"{seed}:{name}:{i}")) for i, p in enumerate(problems)]
        used = [i for i, p in enumerate(problems) if changed[i] != p.statement]
        after = _answers(model, tokenizer, [changed[i] for i in used])
        same = sum(a is not None and a == before[i] for i, a in zip(used, after, strict=True))
        right = sum(a == problems[i].answer for i, a in zip(used, after, strict=True))
        was = sum(before[i] == problems[i].answer for i in used)
        count = max(len(used), 1)
        figures[name] = {
            "n": float(len(used)),
            "consistent": round(same / count, 4),
            "right_before": round(was / count, 4),
            "right_after": round(right / count, 4),
        }
    return figures


def _answers(model: Qwen2, tokenizer: Tokenizer, statements: Sequence[str]) -> list[str | None]:
    prompts = [render(build_messages("math", s)) for s in statements]
    return [extract_boxed(reply) for reply in sample(model, tokenizer, prompts, max_tokens=640)]
