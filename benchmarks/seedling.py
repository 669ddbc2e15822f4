"""How often the shipped model is right on problems it has never seen, by the engine that serves it.

    python -m benchmarks.seedling [--quick] [--model DIR] [--count 200]

Greedy replies to held-out problems of every generated family (levels 1–4 in turn); a problem is
right when the last box of the reply is judged correct, a program when it passes every hidden test.
What reinforcement gained comes from the recorded run beside the weights (`training.edge`), and only
if the record names these very weights; some of its problems are asked again, before and after.
Prints a table, then one line of JSON. `--quick` takes as many problems of every family as fit into
35 s, and 200 of the record.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch

from inference.engine import Engine
from problems.families import EVERY, FAMILIES, PROGRAMS
from training import steadiness
from training.asking import SLOTS
from training.edge import SUPERVISED, Gain, answer, read_gain
from training.evaluate import Outcome, held_out_problems, report, table
from training.export import WEIGHTS, sha256
from training.figures import mean
from training.passk import greedy

SHIPPED = Path(__file__).parent.parent / "checkpoints" / "seedling"
QUICK_SECONDS = 35.0
ROUND = 4  # problems per family in one round of --quick, one of each level
SLOW_COUNT = 40  # programs per family at most: judging them takes long
CHANGED = 16  # problems per family that are also asked in other words
ASKED_AGAIN = 200  # problems of the record, one sample each


def measure(engine: Engine, count: int, seconds: float | None) -> list[Outcome]:
    """`count` problems per family, or as many whole rounds as `seconds` allow."""
    counts = {name: min(count, SLOW_COUNT) if name in PROGRAMS else count for name in EVERY}
    pools = [held_out_problems(name, most) for name, most in counts.items()]
    began, outcomes = time.monotonic(), []
    for at in range(0, count, ROUND if seconds else count):
        step = ROUND if seconds else count
        outcomes += greedy(engine, [p for pool in pools for p in pool[at : at + step]])
        spent = time.monotonic() - began
        if seconds and spent + spent / (at // step + 1) > seconds:
            break
    return outcomes


def ask_again(model: Path, record: Gain) -> dict[str, float]:
    """Pass@1 of both checkpoints on the record's first problems, one sample each."""
    keys = record.keys()[:ASKED_AGAIN]
    found: dict[str, float] = {}
    for name, folder in (("before", model / SUPERVISED), ("after", model)):
        engine = Engine.load(folder, device="cpu", slots=SLOTS)
        trials = answer(engine, keys, 1)
        engine.close()
        found[f"again_{name}"] = mean(t.right for t in trials)
    return found


def reinforcement(model: Path) -> dict[str, Any]:
    """The recorded figures if the record is about these weights, and those asked again."""
    record = read_gain(model)
    if record is None:
        print("no record of reinforcement beside these weights")
        return {"rl_gain": None, "rl_gain_low": None}
    if record.shas() != (sha256(model / SUPERVISED / WEIGHTS), sha256(model / WEIGHTS)):
        print("the record of reinforcement is about other weights")
        return {"rl_gain": None, "rl_gain_low": None}
    return record.figures() | ask_again(model, record)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=200, help="problems per family")
    parser.add_argument("--report", type=Path, help="where to write everything as JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine = Engine.load(options.model, device="cpu", slots=SLOTS)
    count = min(options.count, 16) if options.quick else options.count
    result = report(measure(engine, count, QUICK_SECONDS if options.quick else None))
    print(table(result))
    if not options.quick:
        changed = [p for name in FAMILIES for p in held_out_problems(name, CHANGED, seed=5)]
        result["consistency"] = steadiness.consistency(engine, changed)
        print(steadiness.table(result["consistency"]))
    engine.close()
    gained = reinforcement(options.model)
    print(json.dumps(gained))
    if options.report:
        options.report.write_text(json.dumps(result | {"rl": gained}, indent=2) + "\n")
    whole = {k: v for k, v in result.items() if k not in ("families", "consistency")}
    figures = whole | gained
    for name, groups in result.get("consistency", {}).items():
        figures[f"consistent_{name}"] = groups["all"]["consistent"][0]
    figures |= {f"pass1_{name}": row["pass1"] for name, row in result["families"].items()}
    print(json.dumps({"name": "seedling", "figures": figures}))


if __name__ == "__main__":
    main()
