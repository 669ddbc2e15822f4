"""What a hint is worth: how much each level lifts the small model's own solve rate under a short
token budget, and
how often a hint gives the answer away, by a program that shares nothing with the filter
(`leaks_apart`).

    .venv/bin/python -m benchmarks.hints [--quick] [--model-path DIR] [--problems N] [--budget
    TOKENS]

The hint opens the model's answer: it is the start of the reply, and the model goes on from it.
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.leaks_apart import readable
from grading import check_answer, extract_boxed
from grading.hints import OPEN, make_hint
from inference.engine import Engine, SamplingParams
from problems.families import FAMILIES
from problems.prompts import build_messages
from training.openings import advice

ROOT = Path(__file__).resolve().parent.parent
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Item:
    """A problem with its reference, as the hints see it."""

    problem: str
    solution: str
    answer: str


def held_out(count: int, seed: int = 23) -> list[Item]:
    """Generated problems that training never sees, all families in turn, levels 1 to 3."""
    rng = Random(seed)
    families = [FAMILIES[name] for name in sorted(FAMILIES)]
    made = [
        families[i % len(families)].generate_split(1 + i % 3, rng, held_out=True)
        for i in range(count)
    ]
    return [Item(p.statement, p.solution, p.answer) for p in made]


def bank() -> list[Item]:
    """All problems of the bank in mathematics, generated ones included."""
    out = []
    for path in sorted((ROOT / "problems" / "bank").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("kind") == "math":
                out.append(Item(row["problem"], row["solution"], row["answer"]))
    return out


def opening(item: Item, level: int) -> str:
    """The hint as the start of a reply, up to what is left open in it, as training wrote it.

    Whoever reads the key step has read the idea before, so it stands before level 3 here too.
    Behind a whole line the next one is opened as well: the tokeniser joins the end of a line with
    the start of the next, and a reply cut between them looks to the model like the end of the work.
    """
    text = advice(level, item.problem, item.solution, item.answer) if level else ""
    if level == 3 and text:
        text = f"{advice(2, item.problem, item.solution, item.answer)}\n{text}"
    if OPEN in text:
        return text[: text.index(OPEN)]
    return text and text + ("\n" if level == 1 else "\n\\(")


def replies(
    engine: Engine, items: list[Item], level: int, budget: int, place: str = "opening"
) -> list[str]:
    """The model's replies, each helped by its hint of `level`, at most `budget` new tokens."""
    texts: dict[int, str] = {}
    order = []
    for seed, item in enumerate(items):
        start = opening(item, level) if place == "opening" else ""
        if place == "prompt":
            text = advice(level, item.problem, item.solution, item.answer) if level else ""
            prompt = engine.encode(build_messages("math", item.problem, hint=text))
        else:
            prompt = engine.encode(build_messages("math", item.problem))
            prompt += engine.tokenizer.encode_text(start)
        params = SamplingParams(
            temperature=0, max_tokens=budget, seed=seed
        )  # as it is meant to be asked
        id = engine.add(prompt, params)
        texts[id] = start
        order.append(id)
    left = set(order)
    while left:
        for delta in engine.step():
            texts[delta.id] += delta.text
            if delta.finish_reason:
                left.discard(delta.id)
    return [texts[id] for id in order]


def solved(items: list[Item], texts: list[str]) -> list[bool]:
    return [
        (boxed := extract_boxed(text)) is not None
        and check_answer(item.answer, boxed).value == "correct"
        for item, text in zip(items, texts, strict=True)
    ]


def rise(with_hint: list[bool], without: list[bool]) -> tuple[float, float]:
    """(difference of the rates, half of its 95 % interval), paired by problem."""
    n = len(without)
    gaps = [int(a) - int(b) for a, b in zip(with_hint, without, strict=True)]
    mean = sum(gaps) / n
    spread = math.sqrt(sum((g - mean) ** 2 for g in gaps) / max(n - 1, 1))
    return mean, 1.96 * spread / math.sqrt(n)


def partial_work(item: Item) -> Iterator[str]:
    """What a student may have written: nothing, or the first lines of the reference."""
    lines = [line for line in item.solution.split("\n") if line.strip()]
    yield ""
    for k in range(1, len(lines)):
        yield "\n".join(lines[:k])


def leak_rate(items: list[Item]) -> dict[str, Any]:
    """Hints that give the answer away, over all levels; level 4 at every stage of a student's
    work.
    """
    given: Counter[int] = Counter()
    leaked: Counter[int] = Counter()
    refused: Counter[int] = Counter()
    for item in items:
        for student in partial_work(item):
            for level in LEVELS if not student else (4,):
                hint = make_hint(
                    level,
                    problem=item.problem,
                    reference=item.solution,
                    answer=item.answer,
                    student=student,
                )
                refused[level] += hint.refused
                given[level] += not hint.refused
                leaked[level] += not hint.refused and readable(hint.text, item.answer)
    total = sum(given.values())
    rate = sum(leaked.values()) / max(total, 1)
    return {"hints": total, "leak_rate": rate, "leaked": dict(leaked), "refused": dict(refused)}


def measure_rise(model: Path, count: int, budget: int, place: str) -> dict[str, Any]:
    engine = Engine.load(model, device="auto")
    items = held_out(count)
    rates = {
        level: solved(items, replies(engine, items, level, budget, place)) for level in (0, *LEVELS)
    }
    engine.close()
    out: dict[str, Any] = {"problems": count, "budget": budget}
    out["solve_rate"] = {level: round(sum(r) / count, 4) for level, r in rates.items()}
    out["rise"] = {}
    for level in LEVELS:
        mean, half = rise(rates[level], rates[0])
        out["rise"][level] = round(mean, 4)
        print(f"level {level}: {sum(rates[level]) / count:6.1%}  rise {mean:+.1%} ± {half:.1%}")
    print(f"no hint: {sum(rates[0]) / count:6.1%}  ({count} problems, {budget} new tokens)")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--model-path", type=Path, default=ROOT / "checkpoints" / "seedling")
    parser.add_argument("--problems", type=int, default=0, help="problems for the solve rate")
    parser.add_argument("--budget", type=int, default=64, help="new tokens for each reply")
    parser.add_argument("--place", choices=("opening", "prompt"), default="opening")
    options = parser.parse_args()
    items = bank() + held_out(34 if options.quick else 170, seed=29)
    leaks = leak_rate(items[:: 3 if options.quick else 1])
    for key, value in leaks.items():
        print(f"{key:10} {value}")
    figures: dict[str, Any] = {
        "leak_rate": round(leaks["leak_rate"], 5),
        "hints_tried": leaks["hints"],
    }
    if (options.model_path / "config.json").is_file():
        count = options.problems or (51 if options.quick else 306)
        risen = measure_rise(options.model_path, count, options.budget, options.place)
        figures |= {
            "rise": {str(k): v for k, v in risen["rise"].items()},
            "solve_rate": risen["solve_rate"],
        }
        figures |= {f"rise_{k}": v for k, v in risen["rise"].items()}
    else:
        print(f"no model at {options.model_path}: the rise is left out")
    print(json.dumps({"name": "hints", "figures": figures}))


if __name__ == "__main__":
    main()
