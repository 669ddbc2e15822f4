"""What every family of Python problems shares: combinations of parts, their split and their tests.

A family lists its combinations level by level, e.g. ("even", "square", "sum"), and spells one out
as a `Task`. A combination is the unit of the evaluation split: a held-out problem asks for
something new that is put together from parts which training shows in other combinations.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from problems.examples import example
from problems.families.base import Case, Draft, Family, Worked
from problems.families.split import HELD_OUT_SHARE, Params

HIDDEN = 8  # tests of a problem that no statement shows
SIZES = (2, 3, 4, 6, 8, 12)  # of the random inputs, the largest possible one comes besides


@dataclass(frozen=True, slots=True)
class Task:
    """One combination spelled out. `solve` is a literal method that no shown program uses."""

    asks: tuple[str, ...]  # the question in several wordings
    reads: str  # the input format
    prints: str  # the output format
    worked: tuple[Worked, ...]
    draw: Callable[[Random, int], str]  # an input of about the given size
    edges: tuple[str, ...]  # inputs at the boundary
    largest: int  # the size of the largest input
    solve: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Programs:
    """A family of Python problems: its combinations at levels 1 to 4, and how to spell them."""

    name: str
    title: str
    levels: tuple[tuple[Params, ...], ...]
    spell: Callable[[Params], Task]

    def family(self) -> Family:
        kept = split(self.name, self.levels)
        spell = cache(self.spell)
        hidden = cache(lambda params: hidden_tests(self.name, params, spell(params)))

        def draw(level: int, rng: Random) -> Draft:
            params = rng.choice(self.levels[level - 1])
            task = spell(params)
            shown = show(task, rng)
            return Draft(
                params=params,
                wordings=tuple(statement(ask, task, shown) for ask in task.asks),
                answer="",
                worked=task.worked,
                reserved=params in kept,
                kind="code",
                tests=(shown, *hidden(params)),
            )

        return Family(self.name, self.title, "Programming", draw)


def split(name: str, levels: Sequence[Sequence[Params]]) -> frozenset[Params]:
    """The combinations kept for evaluation: one in eight of each level, at least one.

    A combination stays in training if without it one of its parts would be seen nowhere else.
    """
    seen = Counter(part for level in levels for params in level for part in parts(params))
    kept = set()
    for level in levels:
        wanted = max(1, round(len(level) / HELD_OUT_SHARE))
        for params in sorted(level, key=lambda p: _digest(name, p)):
            if wanted and all(seen[part] > 1 for part in parts(params)):
                kept.add(params)
                seen.subtract(parts(params))
                wanted -= 1
    return frozenset(kept)


def parts(params: Params) -> set[tuple[int, int | str]]:
    """The parts of a combination, each with its place."""
    return set(enumerate(params))


def _digest(name: str, params: Params) -> bytes:
    return hashlib.blake2b(json.dumps([name, *params]).encode(), digest_size=8).digest()


def show(task: Task, rng: Random) -> Case:
    """An example for the statement, where possible one whose output says something."""
    for _ in range(6):
        text = task.draw(rng, rng.choice((3, 4, 5)))
        output = task.solve(text)
        if output.strip() not in ("", "0", "none", "no", "-1"):
            break
    return text, output


def hidden_tests(name: str, params: Params, task: Task) -> tuple[Case, ...]:
    """The boundary cases, one of the largest inputs and random ones; always the same."""
    rng = Random(json.dumps([name, *params]))
    inputs = list(dict.fromkeys([*task.edges, task.draw(rng, task.largest)]))
    for attempt in range(60):
        if len(inputs) >= HIDDEN:
            break
        text = task.draw(rng, SIZES[attempt % len(SIZES)])
        if text not in inputs:
            inputs.append(text)
    return tuple((text, task.solve(text)) for text in inputs)


def statement(ask: str, task: Task, shown: Case) -> str:
    return f"{ask}\nInput: {task.reads}\nOutput: {task.prints}{example(*shown)}"


def reply(
    method: str,
    *,
    plan: str,
    constraints: str,
    edges: str,
    strategy: str,
    program: Sequence[str],
    time: str,
    memory: str,
) -> Worked:
    """A program with the thoughts that lead to it, in the order of the curriculum."""
    return Worked(
        method,
        plan,
        (
            f"Constraints: {constraints}",
            f"Edge cases: {edges}",
            f"Strategy: {strategy}",
            "```python",
            *program,
            "```",
            rf"Time \(O({time})\), memory \(O({memory})\).",
        ),
    )


def number_line(rng: Random, size: int, low: int = -20, high: int = 40) -> str:
    return " ".join(str(rng.randint(low, high)) for _ in range(size)) + "\n"


def read_numbers(text: str) -> list[int]:
    """All integers of an input, for the literal methods."""
    return [int(word) for word in text.split()]
