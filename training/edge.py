"""What reinforcement gained at the edge of competence, measured on problems it never drew.

    python -m training.edge before CHECKPOINT FILE [--problems 1000] [--samples 8]
    python -m training.edge after CHECKPOINT FILE

The edge set is taken from the held-out side: level 4 and compositions on which some of four
replies of the checkpoint before it are right and some wrong. Both checkpoints then answer every one
of them again with fresh samples (temperature 1, as it was trained), so that the choice flatters
neither. The record keeps the place of each problem and both counts, for `benchmarks.seedling` to
check again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch

from inference.protocol import EngineProtocol
from problems.families import COMPOSITIONS, EVERY, FAMILIES, GeneratedProblem
from training.asking import open_engine
from training.export import WEIGHTS, sha256
from training.figures import interval, mean
from training.log import write_whole
from training.passk import Sampling, Trial, sample_problems

CHOOSING, ANSWERING = 101, 202  # seeds; none of the choice is used again
CHOICE_SAMPLES = 4
BLOCK = 240  # problems looked at together
Key = tuple[str, int, int]  # family, level, number of the draw
SUPERVISED = "supervised"  # folder of the checkpoint before reinforcement, beside the weights
RECORD = "reinforcement.json"


def problem_of(key: Key) -> GeneratedProblem:
    """The held-out problem of a key, the same every time."""
    family, level, number = key
    rng = Random(f"edge:{family}:{level}:{number}")
    return EVERY[family].generate_split(level, rng, held_out=True)


def candidates() -> Iterator[Key]:
    """Level 4 of the single families and all levels of the compositions, without end."""
    number = 0
    while True:
        yield from ((name, 4, number) for name in FAMILIES)
        for level in (2, 3, 4):
            yield from ((name, level, number) for name in COMPOSITIONS)
        number += 1


def choose(engine: EngineProtocol, count: int) -> list[Key]:
    """The first `count` candidates that the model solves sometimes."""
    sampling = Sampling(CHOICE_SAMPLES, temperature=1.0, seed=CHOOSING)
    chosen: list[Key] = []
    seen: set[str] = set()
    source = candidates()
    while len(chosen) < count:
        block: list[Key] = []
        while len(block) < BLOCK:
            key = next(source)
            statement = problem_of(key).statement
            if statement not in seen:
                seen.add(statement)
                block.append(key)
        trials = sample_problems(engine, [problem_of(k) for k in block], sampling)
        chosen += [k for k, t in zip(block, trials, strict=True) if 0 < t.right < CHOICE_SAMPLES]
        print(f"{len(chosen)} at the edge of {len(seen)} looked at", flush=True)
    return chosen[:count]


def answer(engine: EngineProtocol, keys: Sequence[Key], samples: int) -> list[Trial]:
    sampling = Sampling(samples, temperature=1.0, seed=ANSWERING)
    return sample_problems(engine, [problem_of(k) for k in keys], sampling)


def contradicted(trials: Sequence[Trial]) -> float:
    """Share of contradicted lines among those a rule can judge."""
    outcomes = [o for t in trials for o in t.outcomes]
    lines = sum(o.lines for o in outcomes)
    return round(sum(o.contradicted for o in outcomes) / max(lines, 1), 5)


def before(checkpoint: Path, problems: int, samples: int) -> dict[str, Any]:
    """The edge set of a checkpoint and its own figures on it."""
    engine = open_engine(str(checkpoint))
    keys = choose(engine, problems)
    trials = answer(engine, keys, samples)
    engine.close()
    counts = [t.right for t in trials]
    return {
        "before_sha256": sha256(checkpoint / WEIGHTS),
        "problems": problems,
        "samples": samples,
        "pass1_before": mean(c / samples for c in counts),
        "contradicted_before": contradicted(trials),
        "rows": [[*key, count] for key, count in zip(keys, counts, strict=True)],
    }


def after(checkpoint: Path, record: dict[str, Any]) -> dict[str, Any]:
    """The record with the figures of a later checkpoint and the paired gain."""
    rows, samples = record["rows"], record["samples"]
    engine = open_engine(str(checkpoint))
    trials = answer(engine, [(f, level, n) for f, level, n, *_ in rows], samples)
    engine.close()
    gaps = [(t.right - row[3]) / samples for t, row in zip(trials, rows, strict=True)]
    low, high = interval(gaps)
    return record | {
        "after_sha256": sha256(checkpoint / WEIGHTS),
        "pass1_after": mean(t.right / samples for t in trials),
        "rl_gain": mean(gaps),
        "rl_gain_low": low,
        "rl_gain_high": high,
        "contradicted_after": contradicted(trials),
        "rows": [[*row[:4], t.right] for row, t in zip(rows, trials, strict=True)],
    }


@dataclass(frozen=True, slots=True)
class Gain:
    """A measured gain: what `main` wrote."""

    data: dict[str, Any]

    def shas(self) -> tuple[str, str]:
        """sha256 of the weights before and after."""
        return self.data["before_sha256"], self.data["after_sha256"]

    def keys(self) -> list[Key]:
        return [(family, level, number) for family, level, number, *_ in self.data["rows"]]

    def figures(self) -> dict[str, Any]:
        kept = {k: v for k, v in self.data.items() if k != "rows" and not k.endswith("sha256")}
        return {("rl_problems" if k == "problems" else k): v for k, v in kept.items()}


def read_gain(model: Path) -> Gain | None:
    """The record beside a checkpoint, if there is one."""
    path = model / RECORD
    return Gain(json.loads(path.read_text())) if path.exists() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("when", choices=("before", "after"))
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=8)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.when == "before":
        record = before(options.checkpoint, options.problems, options.samples)
    else:
        record = after(options.checkpoint, json.loads(options.file.read_text()))
    write_whole(options.file, (json.dumps(record) + "\n").encode())
    print(json.dumps({k: v for k, v in record.items() if k != "rows"}))


if __name__ == "__main__":
    main()
