"""Trails to check: the bank's reference solutions, generated ones, and the small model's own."""

import json
from pathlib import Path
from random import Random

BANK = Path(__file__).resolve().parent.parent / "problems" / "bank"
SEEDLING = Path(__file__).resolve().parent.parent / "checkpoints" / "seedling"
Trail = tuple[str, str, str]  # kind, problem, solution


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


def seedling_trails(count: int, model: Path = SEEDLING) -> list[Trail]:
    """The small model's own replies to held-out problems, those whose answer is right."""
    from benchmarks.hints import held_out, replies, solved
    from inference.engine import Engine

    engine = Engine.load(model, device="auto")
    items = held_out(count, seed=31)
    texts = replies(engine, items, 0, 400)
    engine.close()
    right = solved(items, texts)
    return [
        ("seedling", item.problem, text)
        for item, text, good in zip(items, texts, right, strict=True)
        if good
    ]
