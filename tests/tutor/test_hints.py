"""Hints: one typed line opens each level, in order, under the policy."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.people import School, make_generation, make_problem
from tutor.models import Hint, Trail
from tutor.services import hinting

JSON = {"accept": "application/json"}
WORKED = (
    "We look for the period of 7 modulo 100.\n"
    "$7^2 = 49$ and $7^4 = 2401$, so $7^4 \\equiv 1 \\pmod{100}$.\n"
    "$2025 = 4 \\cdot 506 + 1$.\n"
    "Hence $7^{2025} \\equiv 7 \\pmod{100}$, and the remainder is 7."
)


@pytest.fixture
def trail(school: School) -> Trail:
    school.problem.solution.worked = WORKED
    school.problem.solution.save()
    return Trail.objects.get(pk=school.trail.pk)


def test_levels_open_one_after_the_other(trail: Trail) -> None:
    assert hinting.next_level(trail) == 1
    with pytest.raises(hinting.HintRefused, match="one after the other"):
        hinting.open_hint(trail=trail, level=2, asked_with="stuck")
    for level in (1, 2, 3, 4):
        hint = hinting.open_hint(trail=trail, level=level, asked_with=f"stuck at {level}")
        assert hint.text and hint.asked_with == f"stuck at {level}"
    assert hinting.next_level(trail) is None


def test_each_level_costs_one_typed_line(trail: Trail) -> None:
    with pytest.raises(hinting.HintRefused, match="one line"):
        hinting.open_hint(trail=trail, level=1, asked_with="  ")
    assert not Hint.objects.exists()


def test_a_level_opened_twice_is_one_hint(trail: Trail) -> None:
    first = hinting.open_hint(trail=trail, level=1, asked_with="stuck")
    again = hinting.open_hint(trail=trail, level=1, asked_with="")
    assert first == again


def test_no_attempt_no_hint(trail: Trail) -> None:
    trail.attempts.all().delete()
    with pytest.raises(hinting.HintRefused, match="attempt first"):
        hinting.open_hint(trail=trail, level=1, asked_with="stuck")


def test_a_pasted_problem_takes_hints_from_the_tutors_reasoning(school: School) -> None:
    own = make_problem("own", owner=school.ada, solution=None)
    trail = Trail.objects.create(student=school.ada, problem=own)
    trail.attempts.create(working="7 is odd")
    with pytest.raises(hinting.HintRefused, match="tutor's reasoning first"):
        hinting.open_hint(trail=trail, level=1, asked_with="stuck")
    make_generation(trail, text=WORKED, answer="7")
    assert hinting.open_hint(trail=trail, level=1, asked_with="stuck").text


def test_the_door_answers_in_json_and_in_pages(trail: Trail, school: School) -> None:
    client, url = school.client("ada"), reverse("hint_open", args=[trail.pk])
    made = client.post(url, {"level": 1, "asked_with": "stuck"}, headers=JSON)
    assert (made.status_code, made.json()["next_level"]) == (201, 2)
    assert client.post(url, {"level": 9, "asked_with": "x"}, headers=JSON).status_code == 400
    assert client.post(url, {"level": 2, "asked_with": ""}, headers=JSON).status_code == 400
    page = client.post(url, {"level": 2, "asked_with": ""}, follow=True)
    assert "Write one line about where you are" in page.content.decode()
    page = client.post(url, {"level": 2, "asked_with": "still stuck"}, follow=True)
    assert "still stuck" in page.content.decode()
