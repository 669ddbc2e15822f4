"""What the database itself refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from tests.people import School, make_generation, make_problem, make_set
from tutor.models import Assignment, Correction, Hint, Mark, Membership, Problem, Review, Trail


@pytest.mark.parametrize(
    "make",
    [
        lambda s: Trail.objects.create(
            student=s.ada, problem=s.problem, assignment=s.assignment
        ),
        lambda s: [Trail.objects.create(student=s.ada, problem=s.second) for _ in "ab"],
        lambda s: s.trail.attempts.create(),
        lambda s: s.trail.attempts.create(answer="1", verdict="splendid"),
        lambda s: Hint.objects.create(trail=s.trail, level=5, text="x"),
        lambda s: [Hint.objects.create(trail=s.trail, level=1, text="x") for _ in "ab"],
        lambda s: make_problem("tower"),
        lambda s: make_problem("new", level=0),
        lambda s: make_problem("new", kind="poem"),
        lambda s: make_problem("new", time_s=0),
        lambda s: make_generation(s.trail, settled_at=None),
        lambda s: make_generation(s.trail, state="running"),
        lambda s: [make_generation(s.trail, idem="same") for _ in "ab"],
        lambda s: Membership.objects.create(user=s.ada, classroom=s.classroom, role="teacher"),
        lambda s: Assignment.objects.create(
            problem_set=s.problem_set,
            classroom=s.classroom,
            opens_at=timezone.now(),
            due_at=timezone.now() - timedelta(days=1),
        ),
        lambda s: Mark.objects.create(
            review=Review.objects.create(trail=s.trail, teacher=s.grace), line=0, comment="x"
        ),
        lambda s: Mark.objects.create(
            review=Review.objects.create(trail=s.trail, teacher=s.grace),
            attempt=s.attempt,
            generation=s.generation,
            line=0,
            comment="x",
        ),
        lambda s: Mark.objects.create(
            review=Review.objects.create(trail=s.trail, teacher=s.grace),
            attempt=s.attempt,
            line=0,
            comment="",
        ),
        lambda s: [
            Correction.objects.create(
                teacher=s.grace, attempt=s.attempt, line=0, status="checked"
            )
            for _ in "ab"
        ],
        lambda s: [Review.objects.create(trail=s.trail, teacher=s.grace) for _ in "ab"],
    ],
)  # fmt: skip
def test_refused(school: School, make) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(school)


def test_one_free_trail_and_one_per_assignment(school: School) -> None:
    Trail.objects.create(student=school.ada, problem=school.problem)
    other = Assignment.objects.create(
        problem_set=make_set(school.grace, school.problem, title="Again"),
        classroom=school.classroom,
        due_at=timezone.now() + timedelta(days=1),
    )
    Trail.objects.create(student=school.ada, problem=school.problem, assignment=other)
    assert school.ada.trails.count() == 3


@pytest.mark.parametrize("of", ["problem", "assignment", "problem_set"])
def test_nothing_is_deleted_from_under_work(school: School, of: str) -> None:
    with pytest.raises(ProtectedError):
        getattr(school, of).delete()


def test_one_current_revision(school: School) -> None:
    Problem.objects.filter(slug="tower").update(superseded=True)
    make_problem("tower", revision=2)
    assert Problem.objects.current().filter(slug="tower").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        make_problem("tower", revision=3)
