"""The JSON contract."""

from __future__ import annotations

import uuid

import pytest

from tests.people import School, make_generation, make_problem
from tutor.models import Trail


def test_problems(school: School) -> None:
    rows = school.client("ada").get("/api/problems/").json()
    assert rows[0] == {
        "slug": "tower",
        "title": "Problem tower",
        "kind": "math",
        "level": 1,
        "topics": ["Number theory"],
    }


def test_a_trail_is_made_once_and_found_after(school: School) -> None:
    client = school.client("ada")
    first = client.post("/api/trails/", {"problem": "dice"}, "application/json").json()["id"]
    again = client.post("/api/trails/", {"problem": "dice"}, "application/json").json()["id"]
    form = client.post("/api/trails/", {"problem": "dice"}).json()["id"]
    assert first == again == form
    assert Trail.objects.get(pk=first).student == school.ada


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"problem": "nothing"}, 404),
        ({"problem": ""}, 400),
        ({"problem": 7}, 400),
        ({}, 400),
        ([], 400),
        ({"problem": "tower", "assignment": "x"}, 404),
        ({"problem": "tower", "assignment": 10**30}, 404),
        ({"problem": "tower", "assignment": [1]}, 404),
        ({"problem": "tower", "assignment": -1}, 404),
        ({"problem": "../tower"}, 404),
    ],
)
def test_bad_input(school: School, body: object, status: int) -> None:
    response = school.client("ada").post("/api/trails/", body, "application/json")
    assert response.status_code == status


def test_trails_of_this_user_and_since(school: School) -> None:
    client = school.client("ada")
    (row,) = client.get("/api/trails/").json()
    assert row["id"] == str(school.trail.pk)
    assert row["problem"]["slug"] == "tower"
    assert (row["attempts"], row["verdict"]) == (1, "wrong")
    assert row["generations"] == [{"id": str(school.generation.pk), "state": "done"}]
    assert client.get("/api/trails/", {"after": row["updated_at"]}).json() == []
    assert len(client.get("/api/trails/", {"after": "2020-01-01T00:00:00Z"}).json()) == 1
    assert len(client.get("/api/trails/", {"after": "nonsense"}).json()) == 1
    assert school.client("emmy").get("/api/trails/").json() == []


def test_the_whole_trail_in_the_order_of_time(school: School) -> None:
    school.trail.hints.create(level=1, text="Look at the powers.", asked_with="stuck")
    told = school.client("ada").get(f"/api/trails/{school.trail.pk}/").json()
    assert [entry["type"] for entry in told["entries"]] == ["attempt", "generation", "hint"]
    assert told["help"] == {"ok": True, "reason": ""}
    assert told["assignment"]["help_policy"] == "after_attempt"
    assert told["problem"]["has_reference"] is True
    assert told["solution"] is None
    keys = {"id", "problem", "student", "assignment", "help", "draft", "entries", "marks"}
    assert keys <= told.keys()


def test_a_teacher_does_not_read_the_draft(school: School) -> None:
    Trail.objects.update(draft="half a thought")
    url = f"/api/trails/{school.trail.pk}/"
    assert school.client("ada").get(url).json()["draft"] == "half a thought"
    assert school.client("grace").get(url).json()["draft"] == ""


def test_a_generation(school: School) -> None:
    told = school.client("ada").get(f"/api/generations/{school.generation.pk}/").json()
    keys = {"state", "n", "text", "sha256", "finish_reason", "answer", "format_ok", "verdict"}
    assert keys | {"checks"} <= told.keys()
    assert told["state"] == "done"
    assert school.client("ada").get(f"/api/generations/{uuid.uuid4()}/").status_code == 404


def test_a_generation_still_being_written_is_told_as_far_as_it_is(
    school: School, settings, tmp_path
) -> None:
    from inference import client
    from inference.stream import log_key
    from launch.valkey import run_valkey

    running = make_generation(school.trail, state="queued", settled_at=None, text="")
    url = f"/api/generations/{running.pk}/"
    settings.REDIS_URL = f"unix://{tmp_path}/nowhere.sock"
    told = school.client("ada").get(url).json()
    assert (told["state"], told["n"], told["text"]) == ("queued", 0, "")
    with run_valkey(tmp_path) as settings.REDIS_URL:
        known = client.shared(settings.REDIS_URL)
        known.xadd(log_key(str(running.pk)), {"k": "d", "b": 0, "c": 2, "t": "7 is", "i": "1,2"})
        known.xadd(log_key(str(running.pk)), {"k": "d", "b": 2, "c": 1, "t": " odd", "i": "3"})
        told = school.client("ada").get(url).json()
    assert (told["state"], told["n"], told["text"]) == ("running", 3, "7 is odd")


def test_reading_an_answer_ahead(school: School) -> None:
    client = school.client("ada")
    assert "2" in client.get("/api/read-answer/", {"text": "1/2"}).json()["latex"]
    assert client.get("/api/read-answer/").json() == {"latex": ""}
    assert client.get("/api/read-answer/", {"text": "{" * 5000}).status_code == 200


def test_lists_cost_a_fixed_number_of_queries(school: School, django_assert_max_num_queries):
    for n in range(12):
        trail = Trail.objects.create(student=school.ada, problem=make_problem(f"p{n}"))
        trail.attempts.create(answer="1")
        make_generation(trail)
    client = school.client("ada")
    with django_assert_max_num_queries(8):
        assert len(client.get("/api/trails/").json()) == 13
    with django_assert_max_num_queries(18):
        client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/trails/")


def test_without_a_token_nothing_is_written(school: School) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(school.ada)
    answer = client.post("/api/trails/", {"problem": "dice"}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert not Trail.objects.filter(problem__slug="dice").exists()
    client.get("/")
    token = client.cookies["csrftoken"].value
    answer = client.post(
        "/api/trails/", {"problem": "dice"}, "application/json", headers={"x-csrftoken": token}
    )
    assert answer.status_code == 200
