"""How often the shipped model is right on problems it has never seen, by the engine that serves it.

    python -m benchmarks.seedling [--quick] [--model DIR] [--count 200]

Greedy replies to held-out problems of every generated family (levels 1–4 in turn); a problem is
right when the last box of the reply is judged correct. Prints a table, then one line of JSON.
`--quick` takes as many problems of every family as fit into 35 s.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path

import torch

from inference.engine import Engine, SamplingParams
from problems.families import FAMILIES, GeneratedProblem
from problems.prompts import build_messages
from training.evaluate import MAX_TOKENS, Outcome, held_out_problems, judge_reply, report, table

SHIPPED = Path(__file__).parent.parent / "checkpoints" / "seedling"
QUICK_SECONDS = 35.0
ROUND = 4  # problems per family in one round of --quick, one of each level


def answer_all(engine: Engine, problems: Iterable[GeneratedProblem]) -> list[Outcome]:
    """Greedy replies to all problems together, judged."""
    params = SamplingParams(temperature=0.0, max_tokens=MAX_TOKENS)
    asked = {
        engine.add(engine.encode(build_messages("math", p.statement)), params): p for p in problems
    }
    texts = dict.fromkeys(asked, "")
    left = set(asked)
    while left:
        for delta in engine.step():
            texts[delta.id] += delta.text
            if delta.finish_reason:
                left.discard(delta.id)
    return [judge_reply(problem, texts[id]) for id, problem in asked.items()]


def measure(engine: Engine, count: int, seconds: float | None) -> list[Outcome]:
    """`count` problems per family, or as many whole rounds as `seconds` allow."""
    pools = [held_out_problems(name, count) for name in FAMILIES]
    began, outcomes = time.monotonic(), []
    for at in range(0, count, ROUND if seconds else count):
        step = ROUND if seconds else count
        outcomes += answer_all(engine, [p for pool in pools for p in pool[at : at + step]])
        spent = time.monotonic() - began
        if seconds and spent + spent / (at // step + 1) > seconds:
            break
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=200, help="problems per family")
    parser.add_argument("--report", type=Path, help="where to write everything as JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine = Engine.load(options.model, device="cpu", slots=32)
    count = min(options.count, 16) if options.quick else options.count
    outcomes = measure(engine, count, QUICK_SECONDS if options.quick else None)
    result = report(outcomes)
    print(table(result))
    if options.report:
        options.report.write_text(json.dumps(result, indent=2) + "\n")
    figures = {key: value for key, value in result.items() if key != "families"}
    figures |= {f"pass1_{name}": row["pass1"] for name, row in result["families"].items()}
    print(json.dumps({"name": "seedling", "figures": figures}))


if __name__ == "__main__":
    main()
