"""Does it help the model to have met the same numbers under another question?

    python -m benchmarks.twins [--quick] [--model checkpoints/seedling]

Outside the quadratics the split looks at a problem with its question, so that a system asked for x
may be held out while the same system asked for y was drawn in training. This compares held-out
problems none of whose twins can have been drawn with held-out problems of the same level and form
that have such a twin.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

import torch

from benchmarks.seedling import SHIPPED
from inference.engine import Engine
from problems.families import FAMILIES, GeneratedProblem, is_held_out
from problems.families.split import Params
from training.evaluate import interval
from training.passk import greedy

QUESTIONS: dict[str, tuple[str, ...]] = {
    "system": ("x", "y", "x + y"),
    "divisors": ("count", "sum"),
    "series": ("term", "sum", "span"),
}
DRAWS = 40_000


def twins(problem: GeneratedProblem) -> list[Params]:
    """The problem and all others that share its numbers; itself alone where there are none."""
    params, family = problem.params, problem.family
    if family == "system":
        return [(*params[:-1], q) for q in QUESTIONS[family]]
    if family in QUESTIONS and params[0] in QUESTIONS[family]:
        return [(q, *params[1:]) for q in QUESTIONS[family]]
    return [params]


def form(problem: GeneratedProblem) -> tuple[object, ...]:
    """What must agree in a fair comparison: level and question."""
    return (problem.level, *(p for p in problem.params if isinstance(p, str)))


def matched(family: str, most: int) -> tuple[list[GeneratedProblem], list[GeneratedProblem]]:
    """Problems without a drawn twin, and as many of the same forms with one."""
    rng = Random(f"twins:{family}")
    alone: dict[str, GeneratedProblem] = {}
    met: dict[tuple[object, ...], list[GeneratedProblem]] = {}
    for draw in range(DRAWS):
        problem = FAMILIES[family].generate(1 + draw % 4, rng)
        others = twins(problem)
        if not problem.held_out or len(others) == 1:
            continue
        if all(is_held_out(family, t) for t in others):
            alone.setdefault(problem.statement, problem)
        else:
            met.setdefault(form(problem), []).append(problem)
    pairs = []
    for problem in list(alone.values())[:most]:
        if met.get(form(problem)):
            pairs.append((problem, met[form(problem)].pop()))
    return [a for a, _ in pairs], [b for _, b in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--most", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine = Engine.load(options.model, device="cpu", slots=32)
    figures = {}
    for family in QUESTIONS:
        rates = {}
        for name, problems in zip(
            ("alone", "met"), matched(family, 20 if options.quick else options.most), strict=True
        ):
            right = [o.right for o in greedy(engine, problems)]
            rates[name] = {"right": sum(right) / len(right), "interval": interval(right)}
            rates[name]["n"] = len(right)
        figures[family] = rates
        print(family, json.dumps(rates), flush=True)
    print(json.dumps({"name": "twins", "figures": figures}))


if __name__ == "__main__":
    main()
