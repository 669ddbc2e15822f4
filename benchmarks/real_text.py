"""Checks and divergences on text that nobody wrote for this project (`../shared/data`)."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grading.divergence import first_divergence
from grading.steps import Check, check_steps

Figures = dict[str, Any]


def first_contradicted(checks: list[Check]) -> int | None:
    return next((c.line for c in checks if c.status == "contradicted"), None)


def rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    with (data / f"{name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def gsm8k(data: Path) -> list[tuple[str, str, str]]:
    """(kind, problem, human solution) of the test set."""
    return [
        ("gsm8k", r["question"], re.sub(r"<<.*?>>", "", r["answer"]))
        for r in rows(data, "gsm8k-test")
    ]


def on_planted(data: Path) -> Figures:
    """Planted changes of a number or an operation in solutions of MATH problems; steps may have
    several lines. Rows with an even number were looked at while rules were written; the others not.
    """
    out: Figures = {}
    found = early = total = 0
    halves: dict[str, Counter[str]] = {"even": Counter(), "odd": Counter()}
    for kind in ("random number", "random operation"):
        mine: Counter[str] = Counter()
        for r in rows(data, "planted-errors"):
            if r["error_type"] != kind:
                continue
            owner = [i for i, s in enumerate(r["hypothesis_steps"]) for _ in s.split("\n")]
            checks = check_steps("\n".join(r["hypothesis_steps"]), r["question"])
            line = first_contradicted(checks)
            step = None if line is None else owner[line]
            where = place(step, r["tags"])
            mine[where] += 1
            halves["odd" if r["id"] % 2 else "even"][where] += 1
        n = sum(mine.values())
        out[kind] = {k: round(v / n, 3) for k, v in sorted(mine.items())}
        found, early, total = found + mine["exact"], early + mine["before"], total + n
    shares = {f"found_{k}": c["exact"] / max(c.total(), 1) for k, c in halves.items()}
    return {**out, "found": found / max(total, 1), **shares, "false_before": early / max(total, 1)}


def place(found: int | None, marked: int) -> str:
    if found is None:
        return "none"
    return "exact" if found == marked else "before" if found < marked else "after"


def on_teachers(data: Path) -> Figures:
    """Teachers' marks of the first wrong step: by contradiction alone, and by comparison with the
    reference.
    """
    steps: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    by_category: dict[str, Counter[str]] = defaultdict(Counter)
    clean = total = 0
    for r in rows(data, "teacher-marked-errors"):
        text = "\n".join(s.replace("\n", " ") for s in r["student_incorrect_solution"])
        marked = r["incorrect_index"]
        steps[place(first_contradicted(check_steps(text, r["problem"])), marked)] += 1
        where = place(first_divergence(text, r["reference_solution"], r["problem"]).line, marked)
        compared[where] += 1
        by_category[r["error_category"]][where] += 1
        right = first_divergence(
            r["student_correct_response"], r["reference_solution"], r["problem"]
        )
        total += 1
        clean += right.line is None
    contradicted = total - steps["none"]
    return {
        "contradicted": contradicted,
        "at_or_after": 1 - steps["before"] / max(contradicted, 1),
        "by_contradiction": dict(steps),
        "by_comparison": {k: round(v / total, 3) for k, v in sorted(compared.items())},
        "by_category": {
            k: f"{c['exact']}/{sum(c.values())}" for k, c in sorted(by_category.items())
        },
        "correct_left_alone": clean / max(total, 1),
    }
