"""From outcomes to figures: means, bootstrap intervals, the report and its table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from problems.families import COMPOSITIONS, PROGRAMS

SINGLE = (1, 2, 3)  # levels averaged as "single"; level 4 is "hard"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one problem."""

    family: str
    level: int
    right: bool
    lines: int = 0  # lines of the reply that a rule could judge
    contradicted: int = 0
    judged: bool = True  # False where no sandbox could run the program


def interval(marks: Sequence[float], *, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of a mean; of a paired difference when the marks are differences."""
    rng = Random(seed)
    means = sorted(sum(rng.choices(marks, k=len(marks))) / len(marks) for _ in range(draws))
    return round(means[int(0.025 * draws)], 4), round(means[int(0.975 * draws)], 4)


def paired(first: Sequence[float | None], second: Sequence[float | None]) -> list[float]:
    """[mean, low, high] of first − second on the same problems; what either lacks is left out."""
    pairs = zip(first, second, strict=True)
    gaps = [a - b for a, b in pairs if a is not None and b is not None]
    return [mean(gaps), *interval(gaps)]


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
