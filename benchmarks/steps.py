"""How well `grading.check_steps` and `grading.first_divergence` do: on generated and reference
trails that were broken
at a known place, on correct ones, and on real text from `--data DIR` (default ../shared/data).

    .venv/bin/python -m benchmarks.steps [--quick] [--data DIR] [--show]
"""

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.corruptions import corrupt
from grading.divergence import first_divergence
from grading.steps import Check, check_steps

BANK = Path(__file__).resolve().parent.parent / "problems" / "bank"
Trail = tuple[str, str, str]  # kind, problem, solution
Figures = dict[str, Any]


def bank_trails() -> list[Trail]:
    """The reference solutions of the bank's problems in mathematics, without the generated ones."""
    out: list[Trail] = []
    for path in sorted(BANK.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("kind") == "math" and not row.get("family"):
                out.append((row["topics"][0], row["problem"], row["solution"]))
    return out


def family_trails(each: int, seed: int = 11) -> list[Trail]:
    """Solutions of generated problems, `each` per family and level."""
    from problems.families import FAMILIES

    rng = Random(seed)
    out: list[Trail] = []
    for name, family in sorted(FAMILIES.items()):
        for level in (1, 2, 3, 4):
            for _ in range(each):
                problem = family.generate(level, rng)
                out.append((name, problem.statement, problem.solution))
    return out


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
    early = 0
    for (_, problem, _), broken in drawn:
        first = first_contradicted(check_steps(broken.text, problem))
        seen[broken.kind] += 1
        hits[broken.kind] += first == broken.line
        early += first is not None and first < broken.line
    total = sum(seen.values())
    return {
        "corruptions": total,
        "found": sum(hits.values()) / max(total, 1),
        "before": early / max(total, 1),
        "by_kind": {k: f"{hits[k]}/{seen[k]}" for k in sorted(seen)},
    }


def first_contradicted(checks: list[Check]) -> int | None:
    return next((c.line for c in checks if c.status == "contradicted"), None)


def rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    with (data / f"{name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def on_gsm8k(data: Path, show: bool) -> Figures:
    trails = [
        ("gsm8k", r["question"], re.sub(r"<<.*?>>", "", r["answer"]))
        for r in rows(data, "gsm8k-test")
    ]
    return on_correct(trails, show)


def on_planted(data: Path) -> Figures:
    """Planted changes of a number or an operation in solutions of MATH problems; steps may have
    several lines.
    """
    out: Figures = {}
    found = early = total = 0
    for kind in ("random number", "random operation"):
        mine: Counter[str] = Counter()
        for r in rows(data, "planted-errors"):
            if r["error_type"] != kind:
                continue
            owner = [i for i, s in enumerate(r["hypothesis_steps"]) for _ in s.split("\n")]
            checks = check_steps("\n".join(r["hypothesis_steps"]), r["question"])
            line = first_contradicted(checks)
            step = None if line is None else owner[line]
            mine[place(step, r["tags"])] += 1
        n = sum(mine.values())
        out[kind] = {k: round(v / n, 3) for k, v in sorted(mine.items())}
        found, early, total = found + mine["exact"], early + mine["before"], total + n
    return {**out, "found": found / max(total, 1), "false_before": early / max(total, 1)}


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
    lines = sum(t["lines"] for t in correct)
    figures: Figures = {
        "localisation": tables[3][1]["found"],
        "localisation_bank": tables[2][1]["found"],
        "contradicted_on_correct": sum(t["contradicted"] for t in correct) / lines,
        "coverage": tables[1][1]["coverage"],
        "coverage_bank": tables[0][1]["coverage"],
        "line_ms": sum(t["line_ms"] * t["lines"] for t in correct) / lines,
    }
    if (data / "gsm8k-test.jsonl").is_file():
        gsm, planted, teachers = on_gsm8k(data, show), on_planted(data), on_teachers(data)
        tables += [("GSM8K", gsm), ("planted errors", planted), ("teachers' marks", teachers)]
        figures |= {
            "gsm8k_contradicted": gsm["contradicted"] / gsm["lines"],
            "gsm8k_coverage": gsm["coverage"],
            "planted_found": planted["found"],
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
