"""How often a model is right on held-out problems, per family and level, with intervals.

    python -m training.evaluate checkpoints/seedling --count 200

A problem in mathematics is right when the last balanced box of the reply is judged `correct`
against its answer; a program when the last fenced block passes every test in the sandbox.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer

from grading import check_answer, check_steps, extract_boxed
from problems.families import COMPOSITIONS, EVERY, PROGRAMS, GeneratedProblem
from problems.prompts import build_messages
from training.model import Qwen2
from training.programs import last_program, passes
from training.sampler import sample
from training.tokenizer import render

SINGLE = (1, 2, 3)  # levels averaged as "single"; level 4 is "hard"
MAX_TOKENS = 720


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one problem."""

    family: str
    level: int
    right: bool
    lines: int = 0  # lines of the reply that a rule could judge
    contradicted: int = 0
    judged: bool = True  # False where no sandbox could run the program


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


def interval(marks: Sequence[float], *, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of a mean; of a paired difference when the marks are differences."""
    rng = Random(seed)
    means = sorted(sum(rng.choices(marks, k=len(marks))) / len(marks) for _ in range(draws))
    return round(means[int(0.025 * draws)], 4), round(means[int(0.975 * draws)], 4)


def mean(marks: Iterable[float]) -> float:
    values = list(marks)
    return round(sum(values) / len(values), 4) if values else 0.0


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Per family and level, and averaged over families so that each family counts once.

    `pass1_single` is levels 1–3 of the single mathematics families; `pass1_hard` their level 4 and
    the compositions; `pass1_code` the programs, absent when none was judged.
    """
    by_family: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.judged:
            by_family[outcome.family].append(outcome)
    families = {name: _family(rows) for name, rows in by_family.items()}
    single = [f for name, f in families.items() if name not in COMPOSITIONS | PROGRAMS]
    both = [f["pass1"] for name, f in families.items() if name in COMPOSITIONS]
    code = [f["pass1"] for name, f in families.items() if name in PROGRAMS]
    judged = [o for o in outcomes if o.judged]
    lines = sum(o.lines for o in judged)
    return {
        "families": families,
        "pass1": mean(f["pass1"] for f in families.values()),
        "pass1_interval": interval([o.right for o in judged]),
        "pass1_single": mean(f["single"] for f in single),
        "pass1_hard": mean([*(f["levels"]["4"] for f in single), *both]),
        **({"pass1_code": mean(code)} if code else {}),
        "contradicted": round(sum(o.contradicted for o in judged) / max(lines, 1), 5),
        "problems": len(judged),
        "unjudged": len(outcomes) - len(judged),
    }


def _family(rows: Sequence[Outcome]) -> dict[str, Any]:
    right = [r.right for r in rows]
    return {
        "n": len(rows),
        "pass1": mean(right),
        "interval": interval(right),
        "single": mean(r.right for r in rows if r.level in SINGLE),
        "levels": {str(v): mean(r.right for r in rows if r.level == v) for v in (1, 2, 3, 4)},
    }


def table(figures: dict[str, Any]) -> str:
    lines = [f"{'family':12} {'n':>4} {'pass@1':>7} {'95 % interval':>16}   L1    L2    L3    L4"]
    for name, row in figures["families"].items():
        low, high = row["interval"]
        levels = " ".join(f"{row['levels'][v]:5.2f}" for v in "1234")
        lines.append(
            f"{name:12} {row['n']:4} {row['pass1']:7.3f} {low:7.3f} – {high:.3f}  {levels}"
        )
    low, high = figures["pass1_interval"]
    lines.append(f"mean of families {figures['pass1']:.3f} ({low:.3f} – {high:.3f} over problems)")
    single, hard = figures["pass1_single"], figures["pass1_hard"]
    lines.append(f"levels 1–3 {single:.3f}, level 4 and compositions {hard:.3f}")
    if "pass1_code" in figures:
        lines.append(f"programs {figures['pass1_code']:.3f}")
    if figures["unjudged"]:
        lines.append(f"{figures['unjudged']} programs could not be judged here and do not count")
    lines.append(f"contradicted lines {figures['contradicted']:.4f} of those a rule can judge")
    return "\n".join(lines)


@torch.inference_mode()
def quick_check(model: Qwen2, tokenizer: Tokenizer) -> dict[str, float]:
    """A few held-out problems of every family, greedily: enough to watch a run."""
    problems = [p for name in EVERY for p in held_out_problems(name, 8, seed=99)]
    model.eval()
    figures = report(evaluate(model, tokenizer, problems, steps=False))
    model.train()
    families = {name: row["pass1"] for name, row in figures["families"].items()}
    means = {
        k: figures[f"pass1_{k}"] for k in ("single", "hard", "code") if f"pass1_{k}" in figures
    }
    return families | means


def main() -> None:
    from training.export import load_checkpoint, load_run

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a checkpoint or a training directory")
    parser.add_argument("--count", type=int, default=200, help="problems per family")
    options = parser.parse_args()
    load = load_run if (options.model / "state.pt").exists() else load_checkpoint
    model, tokenizer = load(options.model)
    problems = [p for name in EVERY for p in held_out_problems(name, options.count)]
    figures = report(evaluate(model, tokenizer, problems))
    print(table(figures))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
