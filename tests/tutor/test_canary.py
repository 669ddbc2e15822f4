"""The reference solution does not reach a student's bytes before policy allows it.

Every field of the Solution carries a word that occurs nowhere else; everything a student can ask
for is asked for, and the word must not be in it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.people import School, assign, make_generation, make_problem, make_set, signed_in
from tutor.models import Trail

CANARY = "kanarienvogel"
SECRET = {
    "answer": rf"\text{{{CANARY}}}",
    "worked": f"Observe {CANARY}.\nThen {CANARY} follows.",
    "tests": [{"input": CANARY, "output": f"{CANARY}!"}],
    "reference": f"print('{CANARY}')",
}
JSON = {"accept": "application/json"}


@pytest.fixture
def guarded(school: School) -> Trail:
    """ada's trail, with a wrong attempt, on a problem whose reference is full of canaries."""
    problem = make_problem("guarded", solution=SECRET)
    given = assign(make_set(school.grace, problem, title="Guarded"), school.classroom)
    trail = Trail.objects.create(student=school.ada, problem=problem, assignment=given)
    trail.attempts.create(answer="9", verdict="wrong", reason="This is not the answer.")
    make_generation(trail)
    return trail


def doors(trail: Trail) -> list[str]:
    """Every page and JSON door of a student."""
    slug = trail.problem.slug
    names = [
        "home", "problem_list", "problem_new", "trail_list", "classroom_list", "classroom_join",
        "assignment_list", "api_problems", "api_trails", "offline",
    ]  # fmt: skip
    urls = [reverse(name) for name in names]
    urls += [reverse("problem", args=[slug]), f"/problems/?q={CANARY}", f"/api/problems/?q={slug}"]
    urls += [reverse(name, args=[trail.pk]) for name in ("trail", "api_trail", "review")]
    urls.append(reverse("assignment", args=[trail.assignment_id]))
    urls += [reverse("api_generation", args=[g.pk]) for g in trail.generations.all()]
    urls += [f"/api/read-answer/?text={CANARY[:4]}", "/sets/", f"/admin/tutor/solution/?q={slug}"]
    return urls


def told(client, trail: Trail) -> str:
    return "\n".join(client.get(url).content.decode() for url in doors(trail))


def test_before_policy_allows_no_byte_of_it(school: School, guarded: Trail) -> None:
    client = school.client("ada")
    text = told(client, guarded).replace(f"?q={CANARY}", "").replace(f'value="{CANARY}"', "")
    assert guarded.problem.title in text  # the pages are really those of this problem
    assert CANARY not in text


def test_answers_to_what_a_student_sends_do_not_carry_it(school: School, guarded: Trail) -> None:
    client, at = school.client("ada"), reverse("attempt_new", args=[guarded.pk])
    answers = [
        client.post(at, {"answer": "12"}, headers=JSON),
        client.post(at, {"answer": r"\text{no}", "working": "a line"}, headers=JSON),
        client.post(at, {}, headers=JSON),
        client.post(reverse("work_check", args=[guarded.pk]), {"working": "x = 1"}, headers=JSON),
        client.post(reverse("hint_open", args=[guarded.pk]), {"level": 4, "asked_with": "?"}),
        client.post("/api/trails/", {"problem": "guarded"}, "application/json"),
        client.put(reverse("api_draft", args=[guarded.pk]), {"draft": "x"}, "application/json"),
    ]
    assert {answer.status_code for answer in answers} <= {200, 201, 302, 400}
    assert CANARY not in "".join(answer.content.decode() for answer in answers)
    assert CANARY not in told(client, guarded).replace(f"?q={CANARY}", "").replace(
        f'value="{CANARY}"', ""
    )


def test_solving_it_inside_an_open_assignment_does_not_open_it(guarded: Trail) -> None:
    guarded.attempts.create(answer="7", verdict="correct")
    client = signed_in(guarded.student)
    assert CANARY not in client.get(reverse("trail", args=[guarded.pk])).content.decode()


def test_after_the_due_date_it_is_there(guarded: Trail) -> None:
    now = timezone.now()
    given = guarded.assignment
    given.opens_at, given.due_at = now - timedelta(days=3), now - timedelta(days=1)
    given.save()
    client = signed_in(guarded.student)
    assert client.get(f"/api/trails/{guarded.pk}/").json()["solution"]["answer"] == SECRET["answer"]
    page = client.get(reverse("trail", args=[guarded.pk])).content.decode()
    assert CANARY in page
    assert f"{CANARY}!" not in page  # hidden tests stay hidden


def test_an_open_assignment_elsewhere_closes_it_again(school: School, guarded: Trail) -> None:
    """The free trail of a problem that was solved, and is then assigned."""
    free = Trail.objects.create(student=school.ada, problem=guarded.problem)
    free.attempts.create(answer="7", verdict="correct")
    client = school.client("ada")
    assert client.get(f"/api/trails/{free.pk}/").json()["solution"] is None
    guarded.assignment.due_at = timezone.now() - timedelta(minutes=1)
    guarded.assignment.save()
    assert client.get(f"/api/trails/{free.pk}/").json()["solution"]["worked"] == SECRET["worked"]


def test_teachers_read_it(school: School, guarded: Trail) -> None:
    client = school.client("grace")
    assert CANARY in client.get(reverse("problem", args=["guarded"])).content.decode()
    assert CANARY in client.get(reverse("review", args=[guarded.pk])).content.decode()


def test_a_reason_that_names_the_answer_is_not_told(guarded: Trail, monkeypatch) -> None:
    import grading
    from tutor.services import attempting

    class Verdict:
        value = "wrong"
        reason = rf"expected \text{{{CANARY}}}, got 3"

    monkeypatch.setattr(grading, "check_answer", lambda *a, **k: Verdict, raising=False)
    attempt = attempting.submit_attempt(trail=guarded, answer="3")
    assert attempt.verdict == "wrong"
    assert CANARY not in attempt.reason and attempt.reason


def test_hidden_tests_stay_hidden(school: School, monkeypatch) -> None:
    import grading
    from grading.code import JudgeResult
    from grading.code import TestResult as Result
    from tutor.services import judging

    problem = make_problem(
        "program", kind="code", samples=[{"input": "1", "output": "2"}], solution=SECRET
    )
    trail = Trail.objects.create(student=school.ada, problem=problem)
    attempt = trail.attempts.create(program="print(2)")
    hidden = Result("runtime_error", f"ValueError: {CANARY}", expected=CANARY, got="x")
    result = JudgeResult(
        "runtime_error", (Result("accepted", "ok"), hidden), f"Test 2: ValueError: {CANARY}"
    )
    monkeypatch.setattr(grading, "judge", lambda *a, **k: result, raising=False)
    judging.judge(attempt_id=attempt.pk)
    page = school.client("ada").get(f"/api/trails/{trail.pk}/").content.decode()
    assert '"runtime_error"' in page and CANARY not in page
