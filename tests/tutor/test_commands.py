"""manage.py demo."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from tests.people import make_problem, signed_in
from tutor.models import Assignment, Classroom, User


def run(**options: str) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_a_class_to_try_everything_with(db, client) -> None:
    for n in range(3):
        make_problem(f"p{n}", family=f"family{n}")
    said = run(password="a password for three")
    assert "ada, emmy, grace" in said and "a password for three" in said
    typed = {"username": "ada", "password": "a password for three"}
    assert client.post("/accounts/login/", typed).status_code == 302
    classroom = Classroom.objects.get()
    roles = {m.user.username: m.role for m in classroom.memberships.all()}
    assert roles == {"ada": "student", "emmy": "student", "grace": "teacher"}
    given = Assignment.objects.get()
    assert given.is_open and given.problem_set.problems.count() == 3
    assert "First steps" in client.get("/").content.decode()


def test_again_changes_only_the_password(db) -> None:
    make_problem("p")
    run(password="the first one")
    code = Classroom.objects.get().join_code
    run(password="the second one")
    assert User.objects.count() == 3 and Assignment.objects.count() == 1
    assert Classroom.objects.get().join_code == code
    assert User.objects.get(username="ada").check_password("the second one")


def test_a_password_is_made_up_and_said(db, monkeypatch) -> None:
    monkeypatch.delenv("THINKTRAIL_DEMO_PASSWORD", raising=False)
    said = run()
    password = said.splitlines()[0].rsplit(" ", 1)[1]
    assert len(password) >= 12
    assert User.objects.get(username="grace").check_password(password)
    assert "nothing is assigned" in said


@pytest.mark.parametrize("page", ["/", "/problems/", "/assignments/"])
def test_it_opens_on_an_empty_bank(db, page: str) -> None:
    run(password="x")
    assert signed_in(User.objects.get(username="ada")).get(page).status_code == 200
