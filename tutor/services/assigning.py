"""Problem sets and giving them to a class."""

from __future__ import annotations

from typing import Literal

from django.db import transaction
from django.db.models import Max

from tutor.models import Problem, ProblemSet, ProblemSetItem

Verb = Literal["remove", "up", "down"]
VERBS: tuple[Verb, ...] = ("remove", "up", "down")


class WorkExists(ValueError):
    """The change would pull a problem from under students' work."""


@transaction.atomic
def add_problem(*, problem_set: ProblemSet, problem: Problem) -> None:
    """At the end of the set; a problem that is in it stays where it is."""
    last = problem_set.items.aggregate(last=Max("position"))["last"] or 0
    ProblemSetItem.objects.get_or_create(
        problem_set=problem_set, problem=problem, defaults={"position": last + 1}
    )


@transaction.atomic
def change_item(*, problem_set: ProblemSet, item_id: int, verb: Verb) -> None:
    """Removes an item or moves it by one place. WorkExists when a student has begun on it."""
    items = list(problem_set.items.select_for_update())
    at = next((n for n, item in enumerate(items) if item.pk == item_id), None)
    if at is None:
        return
    if verb == "remove":
        item = items.pop(at)
        if item.problem.trails.filter(assignment__problem_set=problem_set).exists():
            raise WorkExists("A student has begun this problem, so it stays in the set.")
        item.delete()
    else:
        to = max(0, min(len(items) - 1, at + (1 if verb == "down" else -1)))
        items.insert(to, items.pop(at))
    _renumber(items)


def _renumber(items: list[ProblemSetItem]) -> None:
    """Two passes, since a position may be taken only once at any moment."""
    top = max((item.position for item in items), default=0) + len(items)
    for start in (top, 0):
        for n, item in enumerate(items, start + 1):
            ProblemSetItem.objects.filter(pk=item.pk).update(position=n)
