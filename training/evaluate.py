"""How often a model is right on held-out problems, per family and level, with intervals.

    python -m training.evaluate checkpoints/seedling --count 200
    python -m training.evaluate checkpoints/seedling --samples 8 --k 1 4 8
    python -m training.evaluate checkpoints/seedling --consistency

Greedy, or several samples a problem (`training.passk`), by the engine that serves the model; with
`--consistency` whether changed statements get the same answers (`training.steadiness`). Published
contests have a command of their own, `training.contests`.

A problem in mathematics is right when the last balanced box of the reply is judged `correct`
against its answer; a program when the last fenced block passes every test in the sandbox.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer

from grading import check_answer, check_steps, extract_boxed
from problems.families import EVERY, PROGRAMS, GeneratedProblem
from problems.prompts import build_messages
from problems.schema import ProblemRow
from training.figures import Outcome, interval, mean, report, table
from training.model import Qwen2
from training.programs import last_program, passes
from training.sampler import sample
from training.tokenizer import render

__all__ = ["Outcome", "held_out_problems", "interval", "judge_reply", "mean", "report", "table"]

MAX_TOKENS = 720


def held_out_problems(
    family: str, count: int, *, levels: tuple[int, ...] = (1, 2, 3, 4), seed: int = 0
) -> list[GeneratedProblem]:
    """The same `count` held-out problems every time, levels in turn, no statement twice.

    `family` is any of `problems.families.EVERY`. A level with few problems may run dry; its
    places go to the other levels.
    """
    rng = Random(f"held-out:{family}:{seed}")
    chosen: dict[str, GeneratedProblem] = {}
    for turn in range(20 * count):
        problem = EVERY[family].generate_split(levels[turn % len(levels)], rng, held_out=True)
        per_level = sum(p.level == problem.level for p in chosen.values())
        if per_level < -(-count // len(levels)) or turn > 10 * count:
            chosen.setdefault(problem.statement, problem)
        if len(chosen) == count:
            break
    return list(chosen.values())


def prompt_of(problem: GeneratedProblem) -> str:
    return render(build_messages(problem.kind, problem.statement))


def verdict(problem: GeneratedProblem, reply: str) -> bool | None:
    """Right or not; None where a program could not be judged, which is not the model's fault."""
    if problem.kind == "code":
        program = last_program(reply)
        return False if program is None else passes(program, problem.tests)
    box = extract_boxed(reply)
    if box is None:
        return False
    return box == problem.answer or check_answer(problem.answer, box).value == "correct"


def row_verdict(row: ProblemRow, reply: str) -> bool | None:
    """The same for a problem from a file, under its own limits and kind of answer."""
    if row.kind == "code":
        program = last_program(reply)
        if program is None:
            return False
        cases = [(case.input, case.output) for case in row.tests or row.samples]
        return passes(
            program, cases, time_s=row.time_s, memory_mb=row.memory_mb, checker=row.checker
        )
    box = extract_boxed(reply)
    return box is not None and check_answer(row.answer, box, row.answer_kind).value == "correct"


def is_right(problem: GeneratedProblem, reply: str) -> bool:
    return verdict(problem, reply) is True


def judge_reply(problem: GeneratedProblem, reply: str, *, steps: bool = True) -> Outcome:
    checks = check_steps(reply, problem.statement) if steps else []
    right = verdict(problem, reply)
    return Outcome(
        family=problem.family,
        level=problem.level,
        right=right is True,
        lines=sum(c.status != "unchecked" for c in checks),
        contradicted=sum(c.status == "contradicted" for c in checks),
        judged=right is not None,
    )


def evaluate(
    model: Qwen2, tokenizer: Tokenizer, problems: Sequence[GeneratedProblem], *, steps: bool = True
) -> list[Outcome]:
    """Greedy replies to all problems, judged."""
    replies = sample(model, tokenizer, [prompt_of(p) for p in problems], max_tokens=MAX_TOKENS)
    return [judge_reply(p, r, steps=steps) for p, r in zip(problems, replies, strict=True)]


@torch.inference_mode()
def quick_check(model: Qwen2, tokenizer: Tokenizer) -> dict[str, float]:
    """A few held-out problems of every family, greedily: enough to watch a run."""
    count = {name: 2 if name in PROGRAMS else 8 for name in EVERY}  # judging programs takes long
    problems = [p for name in EVERY for p in held_out_problems(name, count[name], seed=99)]
    model.eval()
    figures = report(evaluate(model, tokenizer, problems, steps=False))
    model.train()
    families = {name: row["pass1"] for name, row in figures["families"].items()}
    means = {
        k: figures[f"pass1_{k}"] for k in ("single", "hard", "code") if f"pass1_{k}" in figures
    }
    return families | means


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a checkpoint, a training directory or a server's address")
    parser.add_argument("--served", default="", help="the model's name at the server")
    parser.add_argument("--count", type=int, default=200, help="problems per family")
    parser.add_argument("--families", nargs="*", choices=tuple(EVERY), default=list(EVERY))
    parser.add_argument("--samples", type=int, default=1, help="per problem; 1 is greedy")
    parser.add_argument("--temperature", type=float, default=0.8, help="of several samples")
    parser.add_argument("--k", type=int, nargs="*", default=[1, 4], help="of pass@k and maj@k")
    parser.add_argument("--consistency", action="store_true")
    parser.add_argument("--seed", type=int, default=0, help="of the samples")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--report", type=Path, help="where to write everything as JSON")
    options = parser.parse_args()
    figures, text = measure(options)
    print(text)
    if options.report:
        options.report.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures))


def measure(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The figures that were asked for, and their table."""
    # They build on this module.
    from training import passk, steadiness
    from training.asking import open_engine

    engine = open_engine(options.model, device=options.device, served=options.served)
    problems = [p for name in options.families for p in held_out_problems(name, options.count)]
    if options.consistency:
        steady = steadiness.consistency(engine, problems, seed=options.seed)
        return steady, steadiness.table(steady)
    if options.samples == 1:
        found = report(passk.greedy(engine, problems))
        return found, table(found)
    sampling = passk.Sampling(options.samples, options.temperature, seed=options.seed)
    ks = [k for k in options.k if k <= options.samples]
    sampled = passk.report(passk.sample_problems(engine, problems, sampling), ks)
    return sampled, passk.table(sampled)


if __name__ == "__main__":
    main()
