"""The bank's generated problems: `python -m problems.families.bank gcd linear …`.

Writes `problems/bank/families.jsonl`, five problems of each family named and three of each family of
programs (without names: of the shipped model's strengths), all from the evaluation side of the
split, so that the model has never seen them. Every answer is computed a second time. The same families give the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from problems.families import (
    EVERY,
    PROGRAMS,
    Family,
    GeneratedProblem,
    Worked,
    write_solution,
)
from problems.families.oracles import second_answer

TARGET = Path(__file__).parent.parent / "bank" / "families.jsonl"
CARD = Path(__file__).parents[2] / "checkpoints" / "seedling" / "thinktrail.json"
LEVELS = (1, 1, 2, 2, 3)
PROGRAM_LEVELS = (1, 2, 3)


def bank_rows(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows in the bank's format; ValueError if an answer does not come out the same twice."""
    for name in names:
        taken: set[str] = set()
        for number, level in enumerate(PROGRAM_LEVELS if name in PROGRAMS else LEVELS, 1):
            problem = pick(EVERY[name], level, taken)
            taken.add(str(problem.params))
            if problem.kind == "math" and second_answer(name, problem.params) != problem.answer:
                raise ValueError(f"{problem.statement} has no certain answer")
            yield row(EVERY[name], problem, number)


def pick(family: Family, level: int, taken: set[str]) -> GeneratedProblem:
    """The next problem not taken yet, neither trivial nor endless; the same ones every time."""
    rng = Random(f"bank:{family.name}:{level}")
    while True:
        problem = family.generate_split(level, rng, held_out=True)
        fits = problem.kind == "code" or 2 <= len(problem.worked[0].lines) <= 24
        if fits and str(problem.params) not in taken:
            return problem


def row(family: Family, problem: GeneratedProblem, number: int) -> dict[str, Any]:
    kind: dict[str, Any] = {
        "problem_type": family.topic,
        "question_type": "math-word-problem",
    }
    if problem.kind == "code":
        cases = [{"input": given, "output": wanted} for given, wanted in problem.tests]
        kind = {
            "problem_type": "Programming",
            "question_type": "program",
            "samples": cases[:1],
            "tests": cases[1:],
            "reference": program(problem.worked[0]),
            "checker": "tokens",
            "time_s": 2.0,
            "memory_mb": 256,
        }
    return {
        "slug": f"{family.name.replace('_', '-')}-{number}",
        "title": f"{family.title} {number}",
        "kind": problem.kind,
        "level": problem.level,
        "topics": [family.topic],
        "problem": problem.statement,
        "solution": write_solution(problem.worked[0], problem.answer),
        "answer": problem.answer,
        "answer_kind": "auto",
        **kind,
        "source": "Thinktrail",
        "licence": "MIT",
        "family": family.name,
        "problem_is_valid": "Yes",
        "solution_is_valid": "Yes",
        "synthetic": True,
    }


def program(worked: Worked) -> str:
    """The fenced program of a solution."""
    lines = list(worked.lines)
    start, end = lines.index("```python"), lines.index("```")
    return "\n".join(lines[start + 1 : end]) + "\n"


def main() -> None:
    names = sys.argv[1:] or json.loads(CARD.read_text(encoding="utf-8"))["strengths"]
    lines = [json.dumps(r, ensure_ascii=False) for r in bank_rows(names)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} problems of {len(names)} families in {TARGET.name}")


if __name__ == "__main__":
    main()
