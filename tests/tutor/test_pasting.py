"""A problem of the student's own: private, without a reference, English and on the subject."""

from __future__ import annotations

import pytest

from tests.people import School
from tutor.models import Problem, Trail
from tutor.services import judging, permitting

OWN = "How many positive integers less than $1000$ are divisible by $7$ but not by $11$?"


def paste(school: School, **fields: str):
    body = {"statement": OWN, "kind": "math", "title": ""}
    return school.client("ada").post("/problems/new/", body | fields)


def test_it_opens_a_sheet_and_says_what_it_is(school: School) -> None:
    opened = paste(school)
    problem = Problem.objects.get(owner=school.ada)
    assert opened.url == f"/trails/{Trail.objects.get(problem=problem).pk}/"
    assert problem.title.startswith("How many positive integers") and not problem.has_reference
    page = school.client("ada").get(opened.url).content.decode()
    assert "no reference answer" in page


def test_an_answer_to_it_is_not_judged(school: School) -> None:
    opened = paste(school, title="Sevens without elevens")
    school.client("ada").post(f"{opened.url}attempts/", {"answer": "129"})
    attempt = Trail.objects.get(problem__title="Sevens without elevens").attempts.get()
    assert (attempt.verdict, attempt.reason) == ("unknown", judging.NO_REFERENCE)


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("", 400),
        ("   \n ", 400),
        ("hi, how are you today? tell me something nice about yourself", 400),
        ("Wie viele natürliche Zahlen kleiner als tausend sind durch sieben teilbar?", 400),
        ("x" * 20_001, 400),
    ],
)
def test_what_is_not_a_problem_is_refused_with_a_reason(
    school: School, statement: str, status: int
) -> None:
    response = paste(school, statement=statement)
    assert response.status_code == status
    assert 'class="wrong"' in response.content.decode()
    assert not Problem.objects.filter(owner=school.ada).exists()


def test_pasting_a_problem_of_the_bank_opens_that_problem(school: School) -> None:
    """So that an assignment without help cannot be walked around."""
    school.assignment.help_policy = "off"
    school.assignment.save()
    statement = f"  {school.problem.statement.upper()}\n\n"
    opened = paste(school, statement=statement)
    trail = Trail.objects.get(pk=opened.url.split("/")[2])
    assert trail.problem == school.problem
    trail.attempts.create(answer="1")
    assert not permitting.help_allowed(trail).ok


def test_two_students_paste_the_same_and_share_nothing(school: School) -> None:
    paste(school)
    school.client("emmy").post("/problems/new/", {"statement": OWN, "kind": "math"})
    own = Problem.objects.filter(statement=OWN)
    assert {problem.owner for problem in own} == {school.ada, school.emmy}


def test_teachers_of_the_class_read_it_by_its_trail(school: School) -> None:
    opened = paste(school)
    review = opened.url.replace("trails", "review")
    assert school.client("grace").get(review).status_code == 200
    assert school.client("sonja").get(review).status_code == 404
