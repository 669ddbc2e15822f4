"""Taking a problem from a file into the bank."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal, NamedTuple

from django.db import transaction
from django.db.models import Q

from grading import check_answer, read_answer
from grading.checkers import checker_trouble
from problems.rows import ProblemRow
from tutor.models import Problem, Solution, Topic

Action = Literal["added", "updated", "revised", "unchanged"]

_PROBLEM_FIELDS = (
    "title",
    "kind",
    "level",
    "statement",
    "samples",
    "time_s",
    "memory_mb",
    "source",
    "licence",
    "family",
)
_SOLUTION_FIELDS = ("answer", "answer_kind", "worked", "tests", "reference", "checker")


class Imported(NamedTuple):
    problem: Problem
    action: Action
    note: str = ""  # what a teacher should know about it


@transaction.atomic
def import_row(*, row: ProblemRow) -> Imported:
    """Add the row, or bring the problem of the same slug up to date.

    A problem that was assigned, or that a student has begun, never changes: changed content makes
    a new revision. Raises ValueError if the slug belongs to a student's private problem.
    """
    note = _note(row)
    content, topics = _content(row), [_topic(name) for name in row.topics]
    current = Problem.objects.filter(slug=row.slug, superseded=False).first()
    if current is None:
        return Imported(_write(Problem(slug=row.slug), content, topics), "added", note)
    if current.owner_id is not None:
        raise ValueError(f"slug {row.slug!r} belongs to a private problem")
    if _same(current, content, topics):
        return Imported(current, "unchanged")
    if not _in_use(current):
        return Imported(_write(current, content, topics), "updated", note)
    current.superseded = True
    current.save(update_fields=["superseded"])
    revised = Problem(slug=row.slug, revision=current.revision + 1)
    return Imported(_write(revised, content, topics), "revised", note)


def _note(row: ProblemRow) -> str:
    """Whether attempts can be judged. ValueError for a kind of answer nobody knows, and for a
    checker that cannot be used."""
    if row.kind == "code":
        if trouble := checker_trouble(row.checker):
            raise ValueError(trouble)
        return "" if row.tests else "no tests: programs will stay unjudged"
    check_answer(row.answer, row.answer, row.answer_kind)
    readable = read_answer(row.answer) != ""
    return "" if readable else "no rule can read its answer: only the same text will count"


def _content(row: ProblemRow) -> dict[str, Any]:
    """The row under the names of the two tables."""
    content = asdict(row)
    content["statement"] = row.problem
    content["worked"] = row.solution
    content["source"], content["licence"] = row.source[:120], row.licence[:60]
    for name in ("samples", "tests"):
        content[name] = [dict(case) for case in content[name]]
    return content


def _topic(name: str) -> Topic:
    slug = "-".join(name.lower().split())
    return Topic.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _same(problem: Problem, content: dict[str, Any], topics: list[Topic]) -> bool:
    solution = getattr(problem, "solution", None)
    return (
        solution is not None
        and all(getattr(problem, name) == content[name] for name in _PROBLEM_FIELDS)
        and all(getattr(solution, name) == content[name] for name in _SOLUTION_FIELDS)
        and set(problem.topics.all()) == set(topics)
    )


def _in_use(problem: Problem) -> bool:
    return (
        Problem.objects.filter(pk=problem.pk)
        .filter(Q(trails__isnull=False) | Q(set_items__problem_set__assignments__isnull=False))
        .exists()
    )


def _write(problem: Problem, content: dict[str, Any], topics: list[Topic]) -> Problem:
    for name in _PROBLEM_FIELDS:
        setattr(problem, name, content[name])
    problem.clean_fields(exclude=["owner"])  # lengths and choices; the row has checked the rest
    problem.save()
    problem.topics.set(topics)
    Solution.objects.update_or_create(
        problem=problem, defaults={name: content[name] for name in _SOLUTION_FIELDS}
    )
    return problem
