"""Pass@1 of a model on held-out problems, per family and level, with bootstrap intervals.

    python -m training.evaluate checkpoints/seedling --count 200

A problem is right when the last balanced box of the reply is judged `correct` against its answer.
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
from problems.families import FAMILIES, GeneratedProblem
from problems.prompts import build_messages
from training.model import Qwen2
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


def held_out_problems(
    family: str, count: int, *, levels: tuple[int, ...] = (1, 2, 3, 4), seed: int = 0
) -> list[GeneratedProblem]:
    """The same `count` held-out problems every time, levels in turn, no statement twice.

    A level with few problems may run dry; its places go to the other levels.
    """
    rng = Random(f"held-out:{family}:{seed}")
    chosen: dict[str, GeneratedProblem] = {}
    for turn in range(20 * count):
        problem = FAMILIES[family].generate_split(levels[turn % len(levels)], rng, held_out=True)
        per_level = sum(p.level == problem.level for p in chosen.values())
        if per_level < -(-count // len(levels)) or turn > 10 * count:
            chosen.setdefault(problem.statement, problem)
        if len(chosen) == count:
            break
    return list(chosen.values())


def prompt_of(problem: GeneratedProblem) -> str:
    return render(build_messages("math", problem.statement))


def is_right(problem: GeneratedProblem, reply: str) -> bool:
    box = extract_boxed(reply)
    if box is None:
        return False
    return box == problem.answer or check_answer(problem.answer, box).value == "correct"


def judge_reply(problem: GeneratedProblem, reply: str, *, steps: bool = True) -> Outcome:
    checks = check_steps(reply, problem.statement) if steps else []
    return Outcome(
        family=problem.family,
        level=problem.level,
        right=is_right(problem, reply),
        lines=sum(c.status != "unchecked" for c in checks),
        contradicted=sum(c.status == "contradicted" for c in checks),
    )


def evaluate(
    model: Qwen2, tokenizer: Tokenizer, problems: Sequence[GeneratedProblem], *, steps: bool = True
) -> list[Outcome]:
    """Greedy replies to all problems, judged."""
    replies = sample(model, tokenizer, [prompt_of(p) for p in problems], max_tokens=MAX_TOKENS)
    return [judge_reply(p, r, steps=steps) for p, r in zip(problems, replies, strict=True)]


def interval(marks: Sequence[bool], *, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of a mean."""
    rng = Random(seed)
    means = sorted(sum(rng.choices(marks, k=len(marks))) / len(marks) for _ in range(draws))
    return round(means[int(0.025 * draws)], 4), round(means[int(0.975 * draws)], 4)


def mean(marks: Iterable[bool]) -> float:
    values = list(marks)
    return round(sum(values) / len(values), 4) if values else 0.0


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Per family and level, and averaged over families so that each family counts once."""
    by_family: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_family[outcome.family].append(outcome)
    families = {}
    for name, rows in by_family.items():
        right = [r.right for r in rows]
        levels = {str(v): mean(r.right for r in rows if r.level == v) for v in (1, 2, 3, 4)}
        families[name] = {
            "n": len(rows),
            "pass1": mean(right),
            "interval": interval(right),
            "single": mean(r.right for r in rows if r.level in SINGLE),
            "levels": levels,
        }
    lines = sum(o.lines for o in outcomes)
    return {
        "families": families,
        "pass1": _over(families, lambda f: f["pass1"]),
        "pass1_interval": interval([o.right for o in outcomes]),
        "pass1_single": _over(families, lambda f: f["single"]),
        "pass1_hard": _over(families, lambda f: f["levels"]["4"]),
        "contradicted": round(sum(o.contradicted for o in outcomes) / max(lines, 1), 5),
        "problems": len(outcomes),
    }


def _over(families: dict[str, Any], value: Any) -> float:
    return round(sum(value(f) for f in families.values()) / len(families), 4)


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
    lines.append(f"levels 1–3 {single:.3f}, level 4 {hard:.3f}")
    lines.append(f"contradicted lines {figures['contradicted']:.4f} of those a rule can judge")
    return "\n".join(lines)


@torch.inference_mode()
def quick_check(model: Qwen2, tokenizer: Tokenizer) -> dict[str, float]:
    """A few held-out problems of every family, greedily: enough to watch a run."""
    problems = [p for name in FAMILIES for p in held_out_problems(name, 8, seed=99)]
    model.eval()
    figures = report(evaluate(model, tokenizer, problems, steps=False))
    model.train()
    families = {name: row["pass1"] for name, row in figures["families"].items()}
    return {**families, "single": figures["pass1_single"], "hard": figures["pass1_hard"]}


def main() -> None:
    from training.export import load_checkpoint, load_run

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a checkpoint or a training directory")
    parser.add_argument("--count", type=int, default=200, help="problems per family")
    options = parser.parse_args()
    load = load_run if (options.model / "state.pt").exists() else load_checkpoint
    model, tokenizer = load(options.model)
    problems = [p for name in FAMILIES for p in held_out_problems(name, options.count)]
    figures = report(evaluate(model, tokenizer, problems))
    print(table(figures))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
