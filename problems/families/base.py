"""What a family of generated problems is, and which of its problems are kept for evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from problems.families.split import Params, is_held_out
from problems.prompts import Kind

Case = tuple[str, str]  # what a program reads, and what it must print


@dataclass(frozen=True, slots=True)
class Worked:
    """One way to solve a problem: its name, a line of advice towards it, and the lines of work.

    For a program the lines hold the whole reply after the advice, the fenced program included.
    """

    method: str
    advice: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a family's drawing function returns: every wording and every method of one problem."""

    params: Params  # identifies the problem, the same whatever the wording
    wordings: tuple[str, ...]
    answer: str  # LaTeX, without the box; empty for a program
    worked: tuple[Worked, ...]
    reserved: bool | None = None  # decides the split by a whole range of numbers, not by the hash
    kind: Kind = "math"
    tests: tuple[Case, ...] = ()  # hidden tests of a program, the first of them shown


@dataclass(frozen=True, slots=True)
class GeneratedProblem:
    """One problem with one wording and one method chosen; `worked` keeps all methods."""

    family: str
    level: int
    statement: str
    solution: str  # the plan, lines of work and, last, the boxed answer
    answer: str
    params: Params
    method: str
    advice: str
    worked: tuple[Worked, ...]
    held_out: bool  # kept for evaluation, never trained on
    kind: Kind = "math"
    tests: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of problem that can be drawn without end, at levels 1 to 4."""

    name: str
    title: str
    topic: str
    draw: Callable[[int, Random], Draft]

    def generate(self, level: int, rng: Random) -> GeneratedProblem:
        """Draw one problem; ValueError for a level outside 1–4."""
        if level not in (1, 2, 3, 4):
            raise ValueError(f"level {level} is not 1, 2, 3 or 4")
        draft = self.draw(level, rng)
        worked = rng.choice(draft.worked)
        return GeneratedProblem(
            family=self.name,
            level=level,
            statement=rng.choice(draft.wordings),
            solution=write_solution(worked, draft.answer),
            answer=draft.answer,
            params=draft.params,
            method=worked.method,
            advice=worked.advice,
            worked=draft.worked,
            held_out=(
                is_held_out(self.name, draft.params) if draft.reserved is None else draft.reserved
            ),
            kind=draft.kind,
            tests=draft.tests,
        )

    def generate_split(self, level: int, rng: Random, *, held_out: bool) -> GeneratedProblem:
        """Draw until the problem falls on the wanted side of the evaluation split."""
        while True:
            problem = self.generate(level, rng)
            if problem.held_out == held_out:
                return problem


def write_solution(worked: Worked, answer: str) -> str:
    """The plan in one sentence, the lines of work, and the boxed answer if there is one."""
    boxed = [rf"Answer: \(\boxed{{{answer}}}\)"] if answer else []
    return "\n".join([worked.advice, *worked.lines, *boxed])


def spread(rng: Random, low: int, high: int) -> int:
    """An integer in [low, high], log-uniform, so that small and large operands are both common."""
    value = float(low * (high / low) ** rng.random())
    return min(high, max(low, round(value)))
