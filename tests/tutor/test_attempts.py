"""Attempts: saved before they are judged, judged at once, never lost."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

import grading
from tests.people import School, make_problem
from tutor.models import Attempt, Trail
from tutor.services import approving, attempting, judging
from tutor.templatetags.sheet import test_runs as runs_of

JSON = {"accept": "application/json"}


@pytest.fixture
def url(school: School) -> str:
    return reverse("attempt_new", args=[school.trail.pk])


def test_a_right_answer_gets_its_verdict_at_once(school: School, url: str) -> None:
    response = school.client("ada").post(
        url, {"working": "$7^4 = 2401$", "answer": "7"}, headers=JSON
    )
    entry = response.json()["entry"]
    assert (response.status_code, entry["verdict"]) == (201, "correct")
    assert [check["status"] for check in entry["checks"]] == ["checked"]
    assert response.json()["solved"] is True


def test_a_wrong_answer_is_wrong_with_a_reason(school: School, url: str) -> None:
    entry = school.client("ada").post(url, {"answer": "43"}, headers=JSON).json()["entry"]
    assert entry["verdict"] == "wrong"
    assert entry["reason"]


def test_working_alone_is_an_attempt(school: School, url: str) -> None:
    entry = school.client("ada").post(url, {"working": "7 is odd"}, headers=JSON).json()["entry"]
    assert (entry["verdict"], entry["reason"]) == ("unknown", judging.NO_ANSWER)


def test_without_scripts_it_leads_back_to_the_attempt(school: School, url: str) -> None:
    response = school.client("ada").post(url, {"answer": "7"})
    made = school.trail.attempts.latest("created_at")
    assert response.url == f"/trails/{school.trail.pk}/#attempt-{made.pk}"


@pytest.mark.parametrize("body", [{}, {"working": "  \n ", "answer": " "}])
def test_an_empty_attempt_is_refused_kindly(school: School, url: str, body: dict) -> None:
    client, before = school.client("ada"), Attempt.objects.count()
    page = client.post(url, body)
    assert page.status_code == 400
    error = client.post(url, body, headers=JSON).json()["error"]
    assert error["message"] == "Write at least one line, or an answer, before you submit."
    assert Attempt.objects.count() == before


def test_what_is_too_long_for_a_field_is_kept_as_draft(school: School, url: str) -> None:
    response = school.client("ada").post(url, {"working": "x" * 100_001}, headers=JSON)
    assert response.status_code == 400
    school.trail.refresh_from_db()
    assert len(school.trail.draft) == 100_000


@pytest.mark.parametrize("headers", [{}, JSON])
def test_ten_megabytes_are_refused_with_a_message(school: School, url: str, headers: dict) -> None:
    attempting.keep_draft(trail=school.trail, draft="what I had")
    response = school.client("ada").post(url, {"working": "x" * 10_000_000}, headers=headers)
    assert response.status_code == 413
    assert b"too long to send" in response.content.lower()
    school.trail.refresh_from_db()
    assert school.trail.draft == "what I had"


def test_submitting_clears_the_draft_and_moves_the_trail_up(school: School, url: str) -> None:
    attempting.keep_draft(trail=school.trail, draft="7 is odd")
    before = school.trail.updated_at
    school.client("ada").post(url, {"working": "7 is odd"})
    school.trail.refresh_from_db()
    assert school.trail.draft == ""
    assert school.trail.updated_at > before


def test_the_same_attempt_twice_is_one(school: School, url: str) -> None:
    body = {"answer": "7", "attempt_id": str(uuid.uuid4())}
    client = school.client("ada")
    first, second = client.post(url, body, headers=JSON), client.post(url, body, headers=JSON)
    assert first.json()["entry"]["id"] == second.json()["entry"]["id"] == body["attempt_id"]
    assert Attempt.objects.filter(pk=body["attempt_id"]).count() == 1


def test_other_work_under_an_old_id_is_another_attempt(school: School, url: str) -> None:
    """A page gone back to still holds the id of what was submitted from it."""
    id, client = str(uuid.uuid4()), school.client("ada")
    client.post(url, {"answer": "7", "attempt_id": id}, headers=JSON)
    entry = client.post(url, {"answer": "8", "attempt_id": id}, headers=JSON).json()["entry"]
    assert entry["answer"] == "8" and entry["id"] != id
    assert school.trail.attempts.filter(answer__in=["7", "8"]).count() == 2


def test_a_draft_overtaken_by_its_attempt_is_not_kept(school: School, url: str) -> None:
    id, client = str(uuid.uuid4()), school.client("ada")
    draft = {"draft": "7 is odd", "attempt_id": id}
    for expected in (True, False):
        door = reverse("api_draft", args=[school.trail.pk])
        saved = client.put(door, draft, content_type="application/json").json()["saved"]
        school.trail.refresh_from_db()
        assert saved is expected and school.trail.draft == ("7 is odd" if expected else "")
        client.post(url, {"working": "7 is odd", "attempt_id": id})


def test_somebody_elses_attempt_id_is_not_answered_with_her_row(school: School) -> None:
    own = Trail.objects.create(student=school.mallory, problem=school.second)
    response = school.client("mallory").post(
        reverse("attempt_new", args=[own.pk]),
        {"answer": "3", "attempt_id": str(school.attempt.pk)},
        headers=JSON,
    )
    assert response.json()["entry"]["answer"] == "3"
    assert response.json()["entry"]["id"] != str(school.attempt.pk)


def test_a_judge_that_breaks_loses_nothing(school: School, url: str, monkeypatch) -> None:
    def broken(*args, **kwargs):
        raise RuntimeError("the pool is gone")

    monkeypatch.setattr(grading, "check_answer", broken, raising=False)
    entry = school.client("ada").post(url, {"answer": "7"}, headers=JSON).json()["entry"]
    assert (entry["verdict"], entry["reason"]) == ("unknown", judging.TROUBLE)
    assert school.trail.attempts.filter(answer="7").exists()


def test_a_program_waits_while_the_queue_is_away(
    school: School, django_capture_on_commit_callbacks
) -> None:
    problem = make_problem("echo", kind="code", samples=[{"input": "1\n", "output": "1\n"}])
    trail = Trail.objects.create(student=school.ada, problem=problem)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        attempt = attempting.submit_attempt(trail=trail, program="print(input())")
    assert len(callbacks) == 1
    assert attempt.verdict == "pending"


def test_a_program_is_run_on_samples_and_hidden_tests(school: School) -> None:
    problem = make_problem(
        "twice",
        kind="code",
        samples=[{"input": "2\n", "output": "4\n"}],
        solution={"tests": [{"input": "5\n", "output": "10\n"}]},
    )
    trail = Trail.objects.create(student=school.ada, problem=problem)
    right = trail.attempts.create(program="print(2 * int(input()))")
    wrong = trail.attempts.create(program="print(4)")
    for attempt in (right, wrong):
        judging.judge(attempt_id=attempt.pk)
        attempt.refresh_from_db()
    assert (right.verdict, right.reason) == ("correct", "All 2 tests pass.")
    assert wrong.verdict == "wrong"
    assert [test["verdict"] for test in wrong.tests] == ["accepted", "wrong_answer"]
    assert "10" not in str(wrong.tests[1]) and wrong.reason.startswith("Test 2 of 2")


def test_an_attempt_already_judged_is_left_alone(school: School) -> None:
    judging.judge(attempt_id=school.attempt.pk)
    school.attempt.refresh_from_db()
    assert school.attempt.verdict == "wrong"


def test_windows_line_ends_count_as_one_line(school: School, url: str) -> None:
    body = {"working": "$1 + 1 = 2$\r\n\r\n$2 + 2 = 4$"}
    entry = school.client("ada").post(url, body, headers=JSON).json()["entry"]
    assert entry["working"] == "$1 + 1 = 2$\n\n$2 + 2 = 4$"
    assert [check["line"] for check in entry["checks"] if check["status"] == "checked"] == [0, 2]


def test_a_draft_longer_than_a_draft_is_refused(school: School) -> None:
    response = school.client("ada").put(
        reverse("api_draft", args=[school.trail.pk]),
        {"draft": "x" * 100_001},
        content_type="application/json",
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"draft": 3}',
        b'{"draft": null}',
        b'{"draft": "", "attempt_id": 3}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_draft_that_is_not_one_is_refused(school: School, body: bytes) -> None:
    response = school.client("ada").put(
        reverse("api_draft", args=[school.trail.pk]), body, content_type="application/json"
    )
    assert response.status_code == 400


def test_text_no_database_can_hold_is_cleaned(school: School) -> None:
    response = school.client("ada").put(
        reverse("api_draft", args=[school.trail.pk]),
        b'{"draft": "a\\ud800b\\u0000c"}',
        content_type="application/json",
    )
    school.trail.refresh_from_db()
    assert (response.status_code, school.trail.draft) == (200, "a?bc")


CPP = "#include <iostream>\nint main() {\n  long n;\n  std::cin >> n;\n  std::cout << 2 * n;\n}\n"
cpp = pytest.mark.skipif(not grading.can_compile_cpp(), reason="g++ is not installed")


@pytest.fixture
def doubling(school: School) -> Trail:
    problem = make_problem(
        "twice",
        kind="code",
        samples=[{"input": "2\n", "output": "4\n"}],
        solution={"tests": [{"input": "5\n", "output": "10\n"}], "reference": "print(4)"},
    )
    return Trail.objects.create(student=school.ada, problem=problem)


def submitted(school: School, trail: Trail, **typed: str) -> dict:
    client, url = school.client("ada"), reverse("attempt_new", args=[trail.pk])
    entry = client.post(url, typed, headers=JSON).json()["entry"]
    judging.judge(attempt_id=entry["id"])
    told = client.get(reverse("api_trail", args=[trail.pk]), headers=JSON).json()
    return next(e for e in told["entries"] if e["id"] == entry["id"])


@cpp
def test_a_program_in_cpp_is_judged_as_one_and_shown_as_one(
    school: School, doubling: Trail
) -> None:
    entry = submitted(school, doubling, program=CPP, language="cpp")
    assert (entry["verdict"], entry["language"]) == ("correct", "cpp"), entry["reason"]
    page = school.client("ada").get(doubling.get_absolute_url()).content.decode()
    assert "Program in C++" in page
    review = school.client("grace").get(reverse("review", args=[doubling.pk])).content.decode()
    assert "<span>C++</span>" in review
    assert not approving.approvable(doubling.attempts.get()).ok


def test_a_program_without_a_language_is_python(school: School, doubling: Trail) -> None:
    entry = submitted(school, doubling, program="print(2 * int(input()))")
    assert (entry["verdict"], entry["language"]) == ("correct", "python")


def test_a_language_nobody_judges_is_refused(school: School, doubling: Trail) -> None:
    url = reverse("attempt_new", args=[doubling.pk])
    body = {"program": "print 1", "language": "basic"}
    assert school.client("ada").post(url, body, headers=JSON).status_code == 400
    assert not doubling.attempts.exists()


@cpp
def test_what_does_not_compile_is_shown_at_its_line(school: School, doubling: Trail) -> None:
    broken = CPP.replace("std::cin >> n;", "std::cin >> n")
    entry = submitted(school, doubling, program=broken, language="cpp")
    assert (entry["verdict"], entry["fault"]) == ("wrong", {"line": 3, "verdict": "compile_error"})
    assert entry["reason"].startswith("The program does not compile: line 4: expected")
    pages = [
        school.client("ada").get(doubling.get_absolute_url()).content.decode(),
        school.client("grace").get(reverse("review", args=[doubling.pk])).content.decode(),
    ]
    for page in pages:
        assert page.count("✗ does not compile") == 1
        assert page.index("✗ does not compile") > page.index('data-n="4"')


def test_the_line_at_which_a_program_stopped_is_told(school: School, doubling: Trail) -> None:
    entry = submitted(school, doubling, program="n = int(input())\nprint(n // 0)")
    assert entry["fault"] == {"line": 1, "verdict": "runtime_error"}
    assert (
        "✗ stopped here" in school.client("ada").get(doubling.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("compiler", [True, False])
def test_a_language_is_offered_only_where_it_can_be_judged(
    school: School, doubling: Trail, compiler: bool, monkeypatch
) -> None:
    monkeypatch.setattr(grading, "can_compile_cpp", lambda: compiler, raising=False)
    client = school.client("ada")
    page = client.get(doubling.get_absolute_url()).content.decode()
    assert ('<select id="language"' in page) is compiler
    assert ("Python or C++" in client.get("/problems/twice/").content.decode()) is compiler
    assert (
        '<select id="language"' not in client.get(school.trail.get_absolute_url()).content.decode()
    )


def test_the_language_of_the_last_program_is_offered_first(
    school: School, doubling: Trail, monkeypatch
) -> None:
    monkeypatch.setattr(grading, "can_compile_cpp", lambda: True, raising=False)
    assert attempting.languages(doubling)[0] == ("python", "Python")
    doubling.attempts.create(program=CPP, language="cpp")
    assert attempting.languages(doubling)[0] == ("cpp", "C++")


def test_cpp_without_a_compiler_is_not_the_students_fault(
    school: School, doubling: Trail, monkeypatch
) -> None:
    monkeypatch.setattr("grading.code.can_compile_cpp", lambda: False)
    entry = submitted(school, doubling, program=CPP, language="cpp")
    assert (entry["verdict"], "g++ is not installed" in entry["reason"]) == ("unknown", True)


def test_neighbouring_tests_of_one_fate_share_a_line() -> None:
    told = [
        {"n": n, "sample": n < 3, "verdict": verdict, "reason": "x"}
        for n, verdict in enumerate(["accepted"] * 6 + ["wrong_answer"] * 2, 1)
    ]
    assert [(line["n"], line["last"]) for line in runs_of(told)] == [
        (1, 1), (2, 2), (3, 6), (7, 7), (8, 8),
    ]  # fmt: skip
