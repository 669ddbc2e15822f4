"""When help is open: the strictest open assignment governs every trail of its problem."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people import School, assign, make_problem, make_set
from tutor.models import Classroom, Membership, Trail
from tutor.services import permitting


@pytest.fixture
def free(school: School) -> Trail:
    """ada's trail on a problem of no assignment."""
    return Trail.objects.create(student=school.ada, problem=make_problem("free"))


def test_an_attempt_comes_first(free: Trail) -> None:
    assert permitting.help_allowed(free).reason == permitting.ATTEMPT_FIRST
    free.attempts.create(working="I have no idea, but 7 is odd.")
    assert permitting.help_allowed(free).ok


def test_after_attempt_inside_an_assignment(school: School) -> None:
    assert permitting.help_allowed(school.trail).ok
    school.attempt.delete()
    assert not permitting.help_allowed(school.trail).ok


def test_off_is_off_until_the_due_date(school: School) -> None:
    school.assignment.help_policy = "off"
    school.assignment.save()
    refused = permitting.help_allowed(school.trail)
    assert not refused.ok and "Autumn set" in refused.reason
    assert not permitting.check_allowed(school.trail).ok
    school.assignment.due_at = timezone.now() - timedelta(seconds=1)
    school.assignment.save()
    assert permitting.help_allowed(school.trail).ok


def test_the_strictest_of_two_governs_also_the_trail_of_no_assignment(
    school: School, free: Trail
) -> None:
    free.attempts.create(answer="1")
    problem_set = make_set(school.grace, free.problem, title="Spring set")
    assign(problem_set, school.classroom, help_policy="after_attempt")
    assert permitting.help_allowed(free).ok
    assign(problem_set, school.classroom, help_policy="off")
    assert not permitting.help_allowed(free).ok


def test_an_assignment_not_open_yet_does_not_govern(school: School, free: Trail) -> None:
    free.attempts.create(answer="1")
    soon = timezone.now() + timedelta(days=1)
    assign(make_set(school.grace, free.problem), school.classroom, help_policy="off", opens_at=soon)
    assert permitting.help_allowed(free).ok


def test_an_assignment_of_another_class_does_not_govern(school: School, free: Trail) -> None:
    free.attempts.create(answer="1")
    elsewhere = Classroom.objects.get(name="Elsewhere")
    assign(make_set(school.sonja, free.problem), elsewhere, help_policy="off")
    assert permitting.help_allowed(free).ok
    Membership.objects.create(user=school.ada, classroom=elsewhere)
    assert not permitting.help_allowed(free).ok


def test_a_newer_revision_of_an_assigned_problem_is_governed_too(school: School) -> None:
    school.assignment.help_policy = "off"
    school.assignment.save()
    school.problem.superseded = True
    school.problem.save()
    newer = make_problem("tower", revision=2)
    trail = Trail.objects.create(student=school.ada, problem=newer)
    trail.attempts.create(answer="1")
    assert not permitting.help_allowed(trail).ok


def test_a_student_taken_out_of_the_class_is_not_governed(school: School) -> None:
    school.assignment.help_policy = "off"
    school.assignment.save()
    school.classroom.memberships.filter(user=school.ada).delete()
    assert permitting.governing_assignments(school.trail) == []


@pytest.mark.parametrize("door", ["hints", "check"])
def test_the_doors_say_why(school: School, door: str) -> None:
    school.assignment.help_policy = "off"
    school.assignment.save()
    response = school.client("ada").post(
        f"/trails/{school.trail.pk}/{door}/",
        {"level": 1, "asked_with": "a line", "working": "$1+1=2$"},
        headers={"accept": "application/json"},
    )
    assert response.status_code == 400
    assert "turned help off" in response.json()["error"]["message"]


def test_giving_up_after_every_hint_opens_the_solution(free: Trail) -> None:
    free.attempts.create(answer="1", verdict="wrong")
    assert not permitting.may_see_solution(free.student, free)
    free.hints.create(level=4, text="The next line.")
    assert permitting.may_see_solution(free.student, free)


def test_solving_opens_the_solution_outside_assignments(free: Trail) -> None:
    free.attempts.create(answer="7", verdict="correct")
    assert permitting.may_see_solution(free.student, free)
