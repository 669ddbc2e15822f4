"""What reinforcement gained at the edge of competence, measured on problems it never drew.

    python -m training.edge BEFORE AFTER --out FILE [--problems 1000] [--samples 8]

The edge set is taken from the held-out side: level 4 and compositions on which some of four
replies of the checkpoint BEFORE are right and some wrong. Both checkpoints then answer every one of
them again with fresh samples (temperature 1, as it was trained), so that the choice flatters
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


def compare(before: Sequence[Trial], after: Sequence[Trial]) -> dict[str, Any]:
    """Means over the problems, their paired difference with its 95 % interval, and the lines."""
    samples = len(before[0].outcomes)
    old, new = [t.right / samples for t in before], [t.right / samples for t in after]
    gaps = [b - a for a, b in zip(old, new, strict=True)]
    low, high = interval(gaps)
    return {
        "problems": len(old),
        "samples": samples,
        "pass1_before": mean(old),
        "pass1_after": mean(new),
        "rl_gain": mean(gaps),
        "rl_gain_low": low,
        "rl_gain_high": high,
        "contradicted_before": contradicted(before),
        "contradicted_after": contradicted(after),
    }


@dataclass(frozen=True, slots=True)
class Record:
    """A measured gain: what `main` wrote."""

    data: dict[str, Any]

    def shas(self) -> tuple[str, str]:
        """sha256 of the weights before and after."""
        return self.data["before_sha256"], self.data["after_sha256"]

    def keys(self) -> list[Key]:
        return [(family, level, number) for family, level, number, _, _ in self.data["rows"]]

    def figures(self) -> dict[str, Any]:
        kept = {k: v for k, v in self.data.items() if k != "rows" and not k.endswith("sha256")}
        return {("rl_problems" if k == "problems" else k): v for k, v in kept.items()}


def read_record(model: Path) -> Record | None:
    """The record beside a checkpoint, if there is one."""
    path = model / RECORD
    return Record(json.loads(path.read_text())) if path.exists() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=8)
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine = open_engine(str(options.before))
    keys = choose(engine, options.problems)
    before = answer(engine, keys, options.samples)
    engine.close()
    engine = open_engine(str(options.after))
    after = answer(engine, keys, options.samples)
    figures = compare(before, after)
    record = {
        "before_sha256": sha256(options.before / WEIGHTS),
        "after_sha256": sha256(options.after / WEIGHTS),
        **figures,
        "rows": [[*key, b.right, a.right] for key, b, a in zip(keys, before, after, strict=True)],
    }
    write_whole(options.out, (json.dumps(record) + "\n").encode())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
