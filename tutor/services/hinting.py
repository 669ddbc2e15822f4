"""Opening hints, one level after the other, each with one typed line."""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction

import grading
from tutor.models import Hint, Trail
from tutor.services import permitting

log = logging.getLogger(__name__)

LEVELS = {1: "where to look", 2: "the idea", 3: "the key step", 4: "the next line"}
NOTHING_SAFE = (
    "There is no hint at this level that would not give the answer away. You may open the next one."
)


class HintRefused(Exception):
    """Why this hint is not opened, in words for the student."""


def next_level(trail: Trail) -> int | None:
    """The level that can be opened next, or None when all four are open."""
    opened = set(trail.hints.values_list("level", flat=True))
    return next((level for level in LEVELS if level not in opened), None)


def open_hint(*, trail: Trail, level: int, asked_with: str) -> Hint:
    """Opens one level. The same level twice is the same hint. HintRefused says why not."""
    allowed = permitting.help_allowed(trail)
    if not allowed.ok:
        raise HintRefused(allowed.reason)
    if found := trail.hints.filter(level=level).first():
        return found
    if level != next_level(trail):
        raise HintRefused("Hints open one after the other, from where to look to the next line.")
    if not asked_with.strip():
        raise HintRefused("Write one line about where you are. It opens the hint.")
    text = _text(trail, level)
    try:
        with transaction.atomic():
            hint = Hint.objects.create(trail=trail, level=level, text=text, asked_with=asked_with)
            trail.touch()
    except IntegrityError:  # opened in another tab meanwhile
        hint = trail.hints.get(level=level)
    return hint


def _text(trail: Trail, level: int) -> str:
    """Cut from the reference solution, or without one from the newest finished reasoning."""
    problem = trail.problem
    answer, reference = "", ""
    if problem.has_reference:
        answer, reference = problem.solution.answer, problem.solution.worked
    elif made := trail.generations.filter(state="done").last():
        answer, reference = made.answer, made.text
    if not reference:
        raise HintRefused(
            "There is no reference solution for this problem. Ask for the tutor's reasoning first."
        )
    last = trail.attempts.last()
    student = (last.working or last.program) if last else ""
    try:
        hint = grading.make_hint(
            level,
            problem=problem.statement,
            reference=reference,
            answer=answer,
            student=student,
        )
    except Exception as error:
        log.exception("making a hint")
        raise HintRefused("The hint could not be made. Nothing was lost; try again.") from error
    return NOTHING_SAFE if hint.refused else hint.text
