"""Who may see and do what: the one place of object permission and of the help policy.

A lookup that fails raises Http404, never 403: a stranger learns nothing about what exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tutor.models import Assignment, Classroom, Generation, Problem, ProblemSet, Trail

if TYPE_CHECKING:
    from tutor.models import User

ATTEMPT_FIRST = "Write an attempt first. One line is enough."
HELP_IS_OFF = "Your teacher has turned help off for “{title}” until {due}."


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, or no with a reason the student can read."""

    ok: bool
    reason: str = ""


def visible_problem(user: User, slug: str) -> Problem:
    """The current revision, or, in an assignment, none: an assigned revision is reached by its
    trail."""
    return get_object_or_404(Problem.objects.current().visible_to(user), slug=slug)


def readable_trail(user: User, trail_id: UUID) -> Trail:
    """The owner's, or one of a student of a class this teacher teaches."""
    return get_object_or_404(Trail.objects.readable_by(user).whole(), pk=trail_id)


def own_trail(user: User, trail_id: UUID) -> Trail:
    """Only the owner works on a trail."""
    return get_object_or_404(Trail.objects.owned_by(user).whole(), pk=trail_id)


def reviewable_trail(user: User, trail_id: UUID) -> Trail:
    return get_object_or_404(Trail.objects.reviewable_by(teacher(user)).whole(), pk=trail_id)


def readable_generation(user: User, generation_id: UUID) -> Generation:
    return get_object_or_404(Generation.objects.readable_by(user), pk=generation_id)


def taught_classroom(user: User, classroom_id: int) -> Classroom:
    return get_object_or_404(Classroom.objects.taught_by(user), pk=classroom_id)


def owned_set(user: User, set_id: int) -> ProblemSet:
    return get_object_or_404(ProblemSet.objects.owned_by(teacher(user)), pk=set_id)


def visible_assignment(user: User, assignment_id: int) -> Assignment:
    found = Assignment.objects.visible_to(user).select_related("problem_set", "classroom")
    return get_object_or_404(found, pk=assignment_id)


def taught_assignment(user: User, assignment_id: int) -> Assignment:
    return get_object_or_404(Assignment.objects.taught_by(user), pk=assignment_id)


def workable_assignment(user: User, assignment_id: int, slug: str) -> tuple[Assignment, Problem]:
    """The assignment this student may work on, and the revision of the problem it contains."""
    mine = Assignment.objects.visible_to(user).for_student(user)
    assignment = get_object_or_404(mine, pk=assignment_id)
    return assignment, get_object_or_404(assignment.problem_set.problems, slug=slug)


def teacher(user: User) -> User:
    """The user if a teacher; a teacher's page does not exist for anybody else."""
    if not user.is_teacher:
        raise Http404
    return user


def governing_assignments(trail: Trail) -> list[Assignment]:
    """The open assignments of this student that contain this problem, strictest first."""
    found = (
        Assignment.objects.open()
        .for_student(trail.student)
        .containing(trail.problem)
        .select_related("problem_set")
        .distinct()
    )
    return sorted(found, key=lambda a: a.help_policy != Assignment.HelpPolicy.OFF)


def _off(trail: Trail) -> Allowed | None:
    """The refusal of an open assignment without help, if there is one: it governs every trail
    of this problem, also those that belong to no assignment."""
    strictest = next(iter(governing_assignments(trail)), None)
    if strictest is None or strictest.help_policy != Assignment.HelpPolicy.OFF:
        return None
    due = timezone.localtime(strictest.due_at).strftime("%-d %B, %H:%M")
    return Allowed(False, HELP_IS_OFF.format(title=strictest.problem_set.title, due=due))


def help_allowed(trail: Trail) -> Allowed:
    """May hints be opened and the tutor's reasoning be asked for on this trail, now?"""
    if refused := _off(trail):
        return refused
    if not trail.attempts.exists():
        return Allowed(False, ATTEMPT_FIRST)
    return Allowed(True)


def check_allowed(trail: Trail) -> Allowed:
    """May the student have the lines of her own working checked? Working is the attempt, so
    nothing is asked for first."""
    return _off(trail) or Allowed(True)


def may_see_solution(user: User, trail: Trail) -> bool:
    """Teachers of the trail always; its student once no open assignment contains the problem and
    she solved it, or tried and opened every hint, or the trail's own assignment is over."""
    if user.pk != trail.student_id:
        return user.is_teacher and Trail.objects.reviewable_by(user).filter(pk=trail.pk).exists()
    if governing_assignments(trail) or not trail.attempts.exists():
        return False
    if trail.assignment is not None and trail.assignment.is_over:
        return True
    return trail.solved or trail.hints.filter(level=4).exists()
