"""Pass@1 of a model on held-out problems, per family and level.

python -m training.evaluate checkpoints/seedling --count 200
"""

from __future__ import annotations

import re
from random import Random

import torch
from tokenizers import Tokenizer

from problems.families import FAMILIES, GeneratedProblem
from problems.prompts import build_messages
from training.model import Qwen2
from training.sampler import sample
from training.tokenizer import render

_BOXED = re.compile(r"\\boxed\{")


def last_boxed(text: str) -> str | None:
    """The content of the last balanced box, literally; answers of families need nothing more."""
    found = None
    for match in _BOXED.finditer(text):
        depth = 1
        for index in range(match.end(), len(text)):
            depth += {"{": 1, "}": -1}.get(text[index], 0)
            if depth == 0:
                found = text[match.end() : index].strip()
                break
    return found


def held_out_problems(
    family: str, count: int, *, levels: tuple[int, ...] = (1, 2, 3, 4), seed: int = 0
) -> list[GeneratedProblem]:
    """The same `count` held-out problems every time, levels in turn, no statement twice."""
    rng = Random(f"held-out:{family}:{seed}")
    chosen: dict[str, GeneratedProblem] = {}
    tries = 0
    while len(chosen) < count and tries < 50 * count:
        level = levels[len(chosen) % len(levels)]
        problem = FAMILIES[family].generate_split(level, rng, held_out=True)
        chosen.setdefault(problem.statement, problem)
        tries += 1
    return list(chosen.values())


def prompt_of(problem: GeneratedProblem) -> str:
    return render(build_messages("math", problem.statement))


@torch.inference_mode()
def quick_check(model: Qwen2, tokenizer: Tokenizer) -> dict[str, float]:
    """A few held-out problems of every family, greedily: enough to watch a run."""
    problems = [p for name in FAMILIES for p in held_out_problems(name, 12, seed=99)]
    model.eval()
    replies = sample(model, tokenizer, [prompt_of(p) for p in problems], max_tokens=500)
    model.train()
    right = [last_boxed(reply) == p.answer for reply, p in zip(replies, problems, strict=True)]
    figures = {}
    for name in FAMILIES:
        marks = [r for r, p in zip(right, problems, strict=True) if p.family == name]
        figures[name] = round(sum(marks) / len(marks), 3)
    for label, levels in (("single", (1, 2, 3)), ("hard", (4,))):
        marks = [r for r, p in zip(right, problems, strict=True) if p.level in levels]
        figures[label] = round(sum(marks) / len(marks), 3)
    return figures
