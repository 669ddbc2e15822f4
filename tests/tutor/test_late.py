"""Work after the due time: said to the student and to the teacher, from the due time as it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people import School
from tutor.models import Attempt, Trail
from tutor.services import progress

HOUR = timedelta(hours=1)


@pytest.fixture
def due(school: School):
    """The assignment was due an hour ago; ada's first attempt was made long before."""
    given = school.assignment
    given.due_at = timezone.now() - HOUR
    given.save()
    Attempt.objects.filter(pk=school.attempt.pk).update(created_at=given.due_at - HOUR)
    return given


def cells(school: School) -> list[progress.Cell]:
    (row,) = [r for r in progress.for_class(school.assignment).rows if r.student == school.ada]
    return row.cells


def told(school: School) -> list[bool]:
    whole = school.client("ada").get(f"/api/trails/{school.trail.pk}/").json()
    return [entry["late"] for entry in whole["entries"] if entry["type"] == "attempt"]


def test_only_what_came_after_the_due_time_is_late(school: School, due) -> None:
    school.trail.attempts.create(answer="7", verdict="correct")
    assert told(school) == [False, True]
    pages = [
        school.client("ada").get(school.trail.get_absolute_url()).content.decode(),
        school.client("grace").get(f"/review/{school.trail.pk}/").content.decode(),
    ]
    for page in pages:
        assert page.count('class="late"') == 1 and "was due" in page


def test_a_later_due_time_takes_the_word_back(school: School, due) -> None:
    school.trail.attempts.create(answer="7", verdict="correct")
    assert cells(school)[0].is_late
    due.due_at = timezone.now() + HOUR
    due.save()
    assert told(school) == [False, False]
    assert not cells(school)[0].is_late


@pytest.mark.parametrize(
    ("early", "after", "late"),
    [
        ("correct", "wrong", False),
        ("wrong", "correct", True),
        ("wrong", "wrong", False),
        ("", "wrong", True),
        ("correct", "correct", False),
    ],
)
def test_the_table_says_late_where_what_counts_came_late(
    school: School, due, early: str, after: str, late: bool
) -> None:
    if early:
        Attempt.objects.filter(pk=school.attempt.pk).update(verdict=early)
    else:
        school.attempt.delete()
    school.trail.attempts.create(answer="7", verdict=after)
    cell = cells(school)[0]
    assert (cell.late, cell.is_late) == (1, late)
    page = school.client("grace").get(f"/classes/{school.classroom.pk}/").content.decode()
    assert ('<span class="late" aria-hidden="true">late</span>' in page) is late
    assert ("after the due time" in page) is late
    own = school.client("ada").get(f"/assignments/{school.assignment.pk}/").content.decode()
    assert ('<span class="late">' in own) is late


def test_nothing_is_late_without_an_assignment(school: School, due) -> None:
    free = Trail.objects.create(student=school.ada, problem=school.problem)
    assert not free.attempts.create(answer="7", verdict="correct").is_late
    assert free.get_absolute_url()


def test_saying_late_costs_the_table_no_further_query(
    school: School, due, django_assert_num_queries
) -> None:
    with django_assert_num_queries(3):
        list(progress.for_class(school.assignment).rows)
    for _ in range(3):
        school.trail.attempts.create(answer="7", verdict="wrong")
    with django_assert_num_queries(3):
        assert cells(school)[0].late == 3
