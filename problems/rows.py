"""One problem as it stands in a file: the fields of NuminaMath-1.5 and those this project adds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["math", "code"]

MAX_STATEMENT = 20_000  # characters, as in the database
MAX_ANSWER = 2_000
MAX_TITLE = 120
MAX_SLUG = 80
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Skip(Exception):
    """A well-formed row this project leaves out on purpose; the message says why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a program: what it reads and what it must print."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class RowError:
    """A line that gave no problem: `refused` if it is broken, `skipped` if left out on purpose."""

    line: int  # 1-based line of the file
    reason: str
    status: Literal["refused", "skipped"] = "refused"


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with its reference solution. A bad field raises ValueError with one sentence."""

    slug: str
    title: str
    kind: Kind
    level: int  # 1 (first contact) to 4 (olympiad)
    problem: str  # the statement, Markdown with LaTeX
    topics: tuple[str, ...] = ()
    solution: str = ""  # worked solution, one claim a line
    answer: str = ""  # mathematics: what check_answer compares with
    answer_kind: str = "auto"
    problem_type: str = ""  # NuminaMath's subject heading
    question_type: str = ""  # NuminaMath's form: math-word-problem, MCQ, proof, …
    source: str = ""
    licence: str = ""
    family: str = ""  # of a generated problem
    samples: tuple[Case, ...] = ()  # shown with the statement
    tests: tuple[Case, ...] = ()  # hidden
    reference: str = ""  # a Python program that passes the tests
    checker: str = "tokens"
    time_s: float = 2.0
    memory_mb: int = 256
    problem_is_valid: str = "Yes"
    solution_is_valid: str = "Yes"
    synthetic: bool = False
    line: int = field(default=0, compare=False)  # where it was read, 0 if nowhere

    def __post_init__(self) -> None:
        if len(self.slug) > MAX_SLUG or not SLUG.fullmatch(self.slug):
            raise ValueError(f"slug {self.slug!r} is not small letters, digits and single hyphens")
        if self.kind not in ("math", "code"):
            raise ValueError(f'kind is {self.kind!r}, not "math" or "code"')
        if self.level not in (1, 2, 3, 4):
            raise ValueError(f"level is {self.level!r}, not 1, 2, 3 or 4")
        _within("title", self.title, MAX_TITLE)
        _within("problem", self.problem, MAX_STATEMENT)
        if len(self.answer) > MAX_ANSWER:
            raise ValueError(f"answer has {len(self.answer)} characters; {MAX_ANSWER} fit")
        if self.kind == "math" and not self.answer.strip():
            raise ValueError("a problem in mathematics without an answer cannot be judged")
        if not (0 < self.time_s <= 60 and 1 <= self.memory_mb <= 4096):
            raise ValueError("time_s must lie in (0, 60] and memory_mb in [1, 4096]")


def _within(name: str, value: str, limit: int) -> None:
    if not value.strip():
        raise ValueError(f"{name} is empty")
    if len(value) > limit:
        raise ValueError(f"{name} has {len(value)} characters; {limit} fit")
