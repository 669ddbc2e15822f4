"""Guessing passwords: a pause for that name at that address, said kindly, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.people import PASSWORD, School

LOGIN = "/accounts/login/"
RIGHT = {"username": "ada", "password": PASSWORD}
WRONG = {"username": "ada", "password": "guess"}


def guess(client: Client, times: int = settings.AXES_FAILURE_LIMIT, **extra: str):
    for _ in range(times):
        response = client.post(LOGIN, WRONG, **extra)
    return response


def test_after_too_many_guesses_even_the_right_password_waits(school: School) -> None:
    client = Client()
    before = guess(client, settings.AXES_FAILURE_LIMIT - 1)
    assert before.status_code == 200 and "do not belong together" in before.content.decode()
    for body in (WRONG, RIGHT, WRONG):
        paused = client.post(LOGIN, body)
        assert paused.status_code == 429
        assert 590 <= int(paused["Retry-After"]) <= 600
        assert "Try again in 10 minutes" in paused.content.decode()
    assert client.get("/trails/").status_code == 302


def test_the_pause_is_for_that_name_at_that_address_alone(school: School) -> None:
    guess(Client())
    assert Client().post(LOGIN, RIGHT | {"username": "emmy"}).status_code == 302
    assert Client().post(LOGIN, RIGHT, REMOTE_ADDR="10.0.0.7").status_code == 302
    forged = {"HTTP_X_FORWARDED_FOR": "10.0.0.8"}  # no proxy is trusted unless one is named
    assert Client().post(LOGIN, RIGHT, **forged).status_code == 429


def test_the_pause_ends_when_it_was_said_to(school: School) -> None:
    guess(Client())
    nearly = timezone.now() - settings.AXES_COOLOFF_TIME + timedelta(seconds=50)
    AccessAttempt.objects.update(attempt_time=nearly)
    paused = Client().post(LOGIN, RIGHT)
    assert paused.status_code == 429 and "Try again in 1 minute." in paused.content.decode()
    AccessAttempt.objects.update(attempt_time=nearly - timedelta(minutes=1))
    assert Client().post(LOGIN, RIGHT).status_code == 302
    assert not AccessAttempt.objects.exists()  # who guessed from where is not kept


def test_a_right_password_forgets_the_slips_before_it(school: School) -> None:
    client = Client()
    for _ in range(3):
        guess(client, settings.AXES_FAILURE_LIMIT - 1)
        assert client.post(LOGIN, RIGHT).status_code == 302
        client.post("/accounts/logout/")


def test_what_was_typed_as_a_password_is_not_kept(school: School) -> None:
    Client().post(LOGIN, {"username": "ada", "password": "nearly my password"})
    assert "nearly" not in str(AccessAttempt.objects.values().get())


def test_the_administrations_own_door_has_the_pause_too(school: School) -> None:
    guess(Client())
    assert Client().post("/admin/login/", RIGHT).status_code == 429


def test_json_is_answered_in_json(school: School) -> None:
    guess(Client())
    paused = Client().post(LOGIN, RIGHT, headers={"accept": "application/json"})
    assert paused.json()["error"]["code"] == "pause"
    assert paused.json()["error"]["retry_after"] > 590


@pytest.mark.django_db(transaction=True)
async def test_the_server_that_runs_asynchronously_says_the_same(transactional_db) -> None:
    client = AsyncClient()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        paused = await client.post(LOGIN, WRONG)
    assert paused.status_code == 429
    assert int(paused["Retry-After"]) >= 590


def test_it_asks_the_database_nothing_on_any_other_page(school: School) -> None:
    client = school.client("ada")
    for url in ("/", "/problems/", f"/trails/{school.trail.pk}/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url)
        assert asked and not [q for q in asked.captured_queries if "axes_" in q["sql"]]
