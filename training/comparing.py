"""Models on the same held-out problems, greedily, with paired intervals of their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from problems.families import GeneratedProblem
from training.asking import open_engine
from training.figures import interval, mean, paired
from training.passk import greedy
from training.probing import domain_of

Marks = dict[str, list[float | None]]  # a model's name, and one mark for each test problem


def mark_problems(directory: Path, problems: Sequence[GeneratedProblem]) -> list[float | None]:
    """Greedy: 1.0 for right and 0.0 for wrong, None where a program could not be judged."""
    engine = open_engine(str(directory))
    return [float(o.right) if o.judged else None for o in greedy(engine, problems)]


def verdict(gaps: Mapping[str, Sequence[float]]) -> str:
    """What the paired intervals of "fused - …" allow one to say about fusion, and no more."""
    said = []
    for key, name in (
        ("fused - last", "the last checkpoint"),
        ("fused - best", "the best single one"),
        ("fused - mean", "the plain mean"),
    ):
        value, low, high = gaps[key]
        shown = (
            "better than" if low > 0 else "worse than" if high < 0 else "not shown to differ from"
        )
        said.append(f"{shown} {name} ({value:+.3f}, {low:+.3f} to {high:+.3f})")
    return "The fused model is " + ", ".join(said) + "."


def compare(
    models: dict[str, Path], problems: Sequence[GeneratedProblem], chosen: Sequence[str]
) -> dict[str, Any]:
    """Held-out pass@1 of each model by domain, their differences, and the verdict."""
    marks = {name: mark_problems(path, problems) for name, path in models.items()}
    domains = [domain_of(p.family) for p in problems]
    scores: dict[str, Any] = {}
    for name, own in marks.items():
        judged = [m for m in own if m is not None]
        parts = {
            d: mean(m for m, of in zip(own, domains, strict=True) if of == d and m is not None)
            for d in dict.fromkeys(domains)
        }
        scores[name] = {"pass1": [mean(judged), *interval(judged)], "domains": parts}
    gaps = {
        f"{a} - {b}": paired(marks[a], marks[b])
        for a, b in (("fused", "last"), ("fused", "mean"), ("fused", "best"), ("mean", "last"))
    }
    return {
        "problems": len(problems),
        "models": scores,
        "differences": gaps,
        "different_checkpoints_chosen": len(set(chosen)),
        "verdict": verdict(gaps),
    }
