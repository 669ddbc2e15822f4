"""MGPO against plain GRPO, and with or without the price of contradicted lines, on several seeds.

    python -m training.rivals BASE --mgpo DIR … --grpo DIR … [--plain DIR …] --out FILE

All checkpoints answer the same held-out problems with the same seeds. For each way of training the
gain over BASE is averaged over its seeds; differences between ways are paired by problem, and their
95 % intervals are bootstrapped over the problems.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from problems.families import FAMILIES, GeneratedProblem
from training.asking import open_engine
from training.edge import contradicted
from training.evaluate import held_out_problems
from training.export import WEIGHTS, sha256
from training.figures import mean, paired
from training.log import write_whole
from training.passk import Sampling, sample_problems

WAYS = ("mgpo", "grpo", "plain")


def measure(
    checkpoint: Path, problems: Sequence[GeneratedProblem], samples: int
) -> tuple[list[float], float]:
    """Share of right samples of each problem, and the share of contradicted lines."""
    engine = open_engine(str(checkpoint))
    trials = sample_problems(engine, problems, Sampling(samples, temperature=1.0, seed=303))
    engine.close()
    return [t.right / samples for t in trials], contradicted(trials)


def over_seeds(runs: Sequence[Sequence[float]]) -> list[float]:
    """Problem by problem, the mean over the seeds."""
    return [sum(values) / len(values) for values in zip(*runs, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    for way in WAYS:
        parser.add_argument(f"--{way}", type=Path, nargs="+", default=[])
    parser.add_argument("--levels", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--per-family", type=int, default=24)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    levels = tuple(options.levels)
    problems = [
        p
        for name in FAMILIES
        for p in held_out_problems(name, options.per_family, levels=levels, seed=11)
    ]
    base, faults = measure(options.base, problems, options.samples)
    found: dict[str, Any] = {
        "problems": len(problems),
        "samples": options.samples,
        "base": {"pass1": mean(base), "contradicted": faults},
    }
    means: dict[str, list[float]] = {}
    for way in WAYS:
        runs = {str(d.name): measure(d, problems, options.samples) for d in vars(options)[way]}
        if not runs:
            continue
        means[way] = over_seeds([marks for marks, _ in runs.values()])
        found[way] = {
            "pass1": mean(means[way]),
            "gain": paired(means[way], base),
            "contradicted": mean(share for _, share in runs.values()),
            "runs": {name: mean(marks) for name, (marks, _) in runs.items()},
            "sha256": {d.name: sha256(d / WEIGHTS) for d in vars(options)[way]},
        }
        print(way, json.dumps(found[way]), flush=True)
    for other in ("grpo", "plain"):
        if {"mgpo", other} <= means.keys():
            found[f"mgpo_over_{other}"] = paired(means["mgpo"], means[other])
    write_whole(options.out, (json.dumps(found, indent=2) + "\n").encode())
    print(json.dumps({k: v for k, v in found.items() if k not in WAYS}))


if __name__ == "__main__":
    main()
