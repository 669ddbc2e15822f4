"""How well `grading.check_steps` and `grading.first_divergence` do: on generated and reference
trails that were broken
at a known place, on correct ones, and on real text from `--data DIR` (default ../shared/data).

    .venv/bin/python -m benchmarks.steps [--quick] [--data DIR] [--show]
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.corruptions import corrupt
from benchmarks.real_text import first_contradicted, gsm8k, on_planted, on_teachers
from benchmarks.step_trails import (
    SEEDLING,
    Trail,
    bank_trails,
    family_trails,
    seedling_trails,
)  # fmt: skip
from grading.steps import check_steps

Figures = dict[str, Any]


def on_correct(trails: list[Trail], show: bool) -> Figures:
    """Coverage by kind, contradicted lines and time per line, on trails that are right."""
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    spent, lines = 0.0, 0
    for kind, problem, solution in trails:
        began = time.process_time()
        checks = check_steps(solution, problem)
        spent += time.process_time() - began
        lines += len(checks)
        for check in checks:
            by_kind[kind][check.status] += 1
            if check.status == "contradicted" and show:
                print("  contradicted:", solution.split("\n")[check.line], "|", check.reason)
    total = sum(by_kind.values(), Counter())
    return {
        "lines": lines,
        "contradicted": total["contradicted"],
        "coverage": total["checked"] / max(lines, 1),
        "by_kind": {
            k: round(c["checked"] / max(sum(c.values()), 1), 3) for k, c in sorted(by_kind.items())
        },
        "line_ms": 1000 * spent / max(lines, 1),
    }


def localisation(trails: list[Trail], seed: int = 5) -> Figures:
    """The share of corruptions whose line is the first one contradicted; every place is drawn
    beforehand.
    """
    rng = Random(seed)
    drawn = [(t, c) for t in trails if (c := corrupt(t[2], t[1], rng)) is not None]
    hits: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    plain, plain_hits, early = 0, 0, 0
    for (_, problem, _), broken in drawn:
        first = first_contradicted(check_steps(broken.text, problem))
        seen[broken.kind] += 1
        hits[broken.kind] += first == broken.line
        plain += broken.arithmetic
        plain_hits += broken.arithmetic and first == broken.line
        early += first is not None and first < broken.line
    total = sum(seen.values())
    return {
        "corruptions": total,
        "found": sum(hits.values()) / max(total, 1),
        "before": early / max(total, 1),
        "arithmetic": plain,
        "arithmetic_found": plain_hits / max(plain, 1),
        "by_kind": {k: f"{hits[k]}/{seen[k]}" for k in sorted(seen)},
    }


def measure(
    quick: bool, data: Path, show: bool = False
) -> tuple[Figures, list[tuple[str, Figures]]]:
    """(figures, tables): what issue 5 asks of the steps, and everything behind it."""
    bank, made = bank_trails(), family_trails(2 if quick else 10)
    tables = [
        ("bank, correct", on_correct(bank, show)),
        ("families, correct", on_correct(made, show)),
    ]
    correct = [t for _, t in tables]
    tables.append(("bank, broken", localisation(bank * (2 if quick else 8))))
    tables.append(("families, broken", localisation(made)))
    if (SEEDLING / "config.json").is_file() and not quick:
        own = seedling_trails(170)
        correct.append(on_correct(own, show))
        clean = [t for t in own if first_contradicted(check_steps(t[2], t[1])) is None]
        tables += [
            ("seedling, right answer", correct[-1]),
            ("seedling, broken", localisation(clean * 3)),
        ]
    lines = sum(t["lines"] for t in correct)
    figures: Figures = {
        "localisation": tables[3][1]["found"],
        "localisation_bank": tables[2][1]["found"],
        "localisation_bank_arithmetic": tables[2][1]["arithmetic_found"],
        "contradicted_on_correct": sum(t["contradicted"] for t in correct) / lines,
        "coverage": tables[1][1]["coverage"],
        "coverage_bank": tables[0][1]["coverage"],
        "line_ms": sum(t["line_ms"] * t["lines"] for t in correct) / lines,
    }
    broken = dict(tables).get("seedling, broken")
    if broken is not None:
        figures["localisation_seedling"] = broken["found"]
        figures["localisation_seedling_arithmetic"] = broken["arithmetic_found"]
    if (data / "gsm8k-test.jsonl").is_file():
        gsm, planted, teachers = on_correct(gsm8k(data), show), on_planted(data), on_teachers(data)
        tables += [("GSM8K", gsm), ("planted errors", planted), ("teachers' marks", teachers)]
        figures |= {
            "gsm8k_contradicted": gsm["contradicted"] / gsm["lines"],
            "gsm8k_coverage": gsm["coverage"],
            "planted_found": planted["found"],
            "planted_found_even": planted["found_even"],
            "planted_found_odd": planted["found_odd"],
            "planted_false_before": planted["false_before"],
            "teacher_at_or_after": teachers["at_or_after"],
            "teacher_exact": teachers["by_comparison"].get("exact", 0.0),
        }
    else:
        print(f"no real text at {data}: those figures are left out (--data DIR)")
    return {k: round(v, 4) for k, v in figures.items()}, tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--show", action="store_true", help="print every contradicted line of correct text"
    )
    options = parser.parse_args()
    figures, tables = measure(options.quick, options.data, options.show)
    for title, table in tables:
        print(title)
        for key, value in table.items():
            shown = f"{value:.4f}" if isinstance(value, float) else value
            print(f"  {key:20} {shown}")
    print(json.dumps({"name": "steps", "figures": figures}))


if __name__ == "__main__":
    main()
