"""Training rows: what the model is asked, what it should reply, and which parts count how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from problems.families import (
    COMPOSITIONS,
    EVERY,
    FAMILIES,
    PROGRAMS,
    Family,
    GeneratedProblem,
    drills,
    write_solution,
)
from problems.families.reorder import reorder
from problems.prompts import Turn, build_messages
from problems.schema import RowError, read_rows
from training.openings import open_with_hint
from training.variations import distract, rename, renaming, slip

RESULT_WEIGHT = 1.5  # what stands right of a relation
BOX_WEIGHT = 2.5  # the boxed answer
EARLIER_SHARE = 0.07  # rows with the student's earlier work before the problem
ASKED_HINT_SHARE = 0.06  # rows with a hint after the problem
OPENING_SHARE = 0.2  # rows whose reply opens with a hint of the ladder
RENAMED_SHARE = 0.25  # of the rows with unknowns
IDLE_SHARE = 0.1  # rows with a sentence of idle data
REORDERED_SHARE = 0.15  # of the rows with exchangeable conditions
SLIP_SHARE = 0.05  # rows in which a wrong line is noticed and put right

_RESULT = re.compile(r"(?:=|\\equiv) ([^=\n]*?)(?=\\\)|$)", re.MULTILINE)
_BOX = re.compile(r"\\boxed\{.*")


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation with one reply; `spans` are (start, end, weight) in its characters."""

    messages: tuple[Turn, ...]
    reply: str
    base_weight: float
    spans: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """What a stretch of the curriculum draws from; shares are probabilities."""

    drills: float = 0.05
    levels: tuple[float, ...] = (0.29, 0.29, 0.28, 0.14)
    step_weights: bool = True
    perturbed: bool = True
    families: tuple[str, ...] = ()  # drawn from instead of the single families
    compositions: float = 0.0
    programs: float = 0.0
    one_method: bool = False
    given: tuple[Row, ...] = ()  # rows from a file, e.g. curated data or approved trails
    given_share: float = 0.0


def curriculum(progress: float) -> Mixture:
    """Single facts first, then levels 1–3, then everything; `progress` runs from 0 to 1."""
    if progress < 0.06:
        return Mixture(drills=0.6, levels=(0.7, 0.3, 0.0, 0.0))
    if progress < 0.25:
        return Mixture(drills=0.15, levels=(0.4, 0.35, 0.25, 0.0), programs=0.1)
    return replace(everything(), drills=0.1 if progress < 0.85 else 0.04)


def everything() -> Mixture:
    """All kinds of rows at once: the end of the curriculum, or all along without one."""
    levels = (0.22, 0.26, 0.29, 0.23)
    return Mixture(drills=0.06, levels=levels, compositions=0.14, programs=0.18)


def weigh(reply: str, *, step_weights: bool = True) -> tuple[tuple[int, int, float], ...]:
    """Intermediate results weigh more than the words around them, and the boxed answer most."""
    if not step_weights:
        return ()
    spans = [(m.start(1), m.end(1), RESULT_WEIGHT) for m in _RESULT.finditer(reply)]
    spans += [(m.start(), m.end(), BOX_WEIGHT) for m in _BOX.finditer(reply)]
    return tuple(spans)


def drill_row(rng: Random) -> Row:
    """Unrelated facts: the left sides cannot be foreseen, so only the results count."""
    reply = drills.drill(rng, rng.randint(10, 20))
    spans = tuple((m.start(1), m.end(1), 1.0) for m in _RESULT.finditer(reply))
    return Row(tuple(build_messages("math", drills.STATEMENT)), reply, 0.0, spans)


def problem_row(problem: GeneratedProblem, rng: Random, mixture: Mixture) -> Row:
    """A problem with its solution; now and then varied, after earlier work, or with a hint."""
    statement, reply = problem.statement, problem.solution
    if mixture.one_method:
        reply = write_solution(problem.worked[0], problem.answer)
    hint = make_hint(problem, rng) if rng.random() < ASKED_HINT_SHARE else ""
    earlier = make_earlier(rng) if rng.random() < EARLIER_SHARE else []
    silent: tuple[int, int] | None = None  # characters of the reply that are not to be learnt
    if problem.kind == "math":
        if mixture.perturbed and rng.random() < REORDERED_SHARE:
            statement = reorder(problem, rng) or statement
        if mixture.perturbed and rng.random() < RENAMED_SHARE:
            names = renaming(statement, rng)
            statement, reply, hint = (rename(t, names) for t in (statement, reply, hint))
        if rng.random() < OPENING_SHARE:
            reply, length = open_with_hint(rng.randint(1, 4), statement, reply, problem.answer)
            silent = (0, length)
        elif mixture.perturbed and rng.random() < SLIP_SHARE and (made := slip(reply, rng)):
            reply, silent = made
        if mixture.perturbed and rng.random() < IDLE_SHARE:
            statement = distract(statement, rng)
    messages = build_messages(problem.kind, statement, earlier=earlier, hint=hint)
    spans = weigh(reply, step_weights=mixture.step_weights)
    if silent:
        spans = hush(spans, *silent)
    return Row(tuple(messages), reply, 1.0, spans)


def hush(
    spans: Sequence[tuple[int, int, float]], start: int, end: int
) -> tuple[tuple[int, int, float], ...]:
    """The spans with weight 0 from `start` to `end`."""
    kept = [s for s in spans if s[1] <= start or s[0] >= end]
    return tuple(sorted([*kept, (start, end, 0.0)]))


def file_rows(path: Path) -> tuple[Row, ...]:
    """Problems with worked solutions from a file that `training.curate` wrote (or any bank file).

    A solution that does not end in a box gets its answer boxed in a last line. ValueError if
    nothing in the file can be trained on.
    """
    rows = []
    for found in read_rows(path):
        if isinstance(found, RowError) or not found.solution:
            continue
        reply = found.solution
        if found.kind == "math" and r"\boxed{" not in reply:
            reply += "\n" + rf"Answer: \(\boxed{{{found.answer}}}\)"
        messages = tuple(build_messages(found.kind, found.problem))
        rows.append(Row(messages, reply, 1.0, weigh(reply)))
    if not rows:
        raise ValueError(f"{path.name} holds no problem with a worked solution")
    return tuple(rows)


def make_hint(problem: GeneratedProblem, rng: Random) -> str:
    """Advice that names the method, or one line of the solution that is worked in the reply."""
    lines = problem.solution.splitlines()[1:-1]
    kind = rng.random()
    if kind < 0.5 or not lines:
        return problem.advice
    if kind < 0.75:
        return lines[0]
    return rng.choice(lines)


def make_earlier(rng: Random) -> list[str]:
    """Excerpts of other work: sometimes of any family, often cut short."""
    excerpts = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        other = pick_family(rng).generate_split(rng.randint(1, 3), rng, held_out=False)
        text = f"{other.statement}\n{other.solution}"
        if rng.random() < 0.5:
            lines = text.splitlines()
            text = "\n".join(lines[: rng.randint(1, len(lines))])
        excerpts.append(text)
    return excerpts


# Families that were learnt last are drawn more often.
DRAWN = (*FAMILIES, "crt", "crt", "system", "divisors", "power_mod", "power_mod", "series")


def pick_family(rng: Random, names: Sequence[str] = DRAWN) -> Family:
    return EVERY[rng.choice(names)]


def draw_names(rng: Random, mixture: Mixture) -> Sequence[str]:
    """Which families the next problem comes from: compositions, programs or single families."""
    kind = rng.random()
    if kind < mixture.programs and PROGRAMS:
        return tuple(PROGRAMS)
    if kind > 1 - mixture.compositions and COMPOSITIONS:
        return tuple(COMPOSITIONS)
    return mixture.families or DRAWN


def training_rows(rng: Random, count: int, mixture: Mixture) -> Iterator[Row]:
    """`count` fresh rows, none of them from the evaluation side of the split."""
    for _ in range(count):
        if mixture.given and rng.random() < mixture.given_share:
            yield rng.choice(mixture.given)
            continue
        if rng.random() < mixture.drills:
            yield drill_row(rng)
            continue
        level = rng.choices((1, 2, 3, 4), mixture.levels)[0]
        family = pick_family(rng, draw_names(rng, mixture))
        yield problem_row(family.generate_split(level, rng, held_out=False), rng, mixture)
