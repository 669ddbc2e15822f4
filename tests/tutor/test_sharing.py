"""A teacher approves, the student decides, and only then does work leave: without a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from problems.schema import ProblemRow, read_rows
from tests.people import School, make_problem
from tutor.models import Approval, Attempt, Classroom, Membership, Trail
from tutor.services import approving, exporting

WORKING = "$7^4 = 2401$\n$2025 = 4 \\cdot 506 + 1$\nso the remainder is $7$"


@pytest.fixture
def work(school: School) -> Attempt:
    """ada's right attempt, on a problem that may be passed on."""
    school.problem.licence = "MIT"
    school.problem.save()
    return school.trail.attempts.create(working=WORKING, answer="7", verdict="correct")


@pytest.fixture
def approved(school: School, work: Attempt) -> Approval:
    return approving.approve(trail=school.trail, teacher=school.grace, attempt_id=work.pk)


def decide(school: School, who: str, attempt: Attempt, share: str):
    url = reverse("share", args=[attempt.trail_id])
    return school.client(who).post(url, {"attempt": attempt.pk, "share": share})


def gathered(school: School, licence: str = "CC-BY-4.0") -> exporting.Export:
    return exporting.gather(classroom=school.classroom, licence=licence)


def test_from_an_approval_to_a_file_and_back_out_of_it(school: School, work: Attempt) -> None:
    """Without any script, through the pages that people use."""
    grace, ada = school.client("grace"), school.client("ada")
    review, room = f"/review/{work.trail_id}/", f"/classes/{school.classroom.pk}/"
    assert "None yet" in grace.get(room).content.decode()
    assert grace.get(review).content.decode().count("Approve this work") == 1

    grace.post(review, {"action": "approve", "attempt": work.pk})
    assert "has been asked" in grace.get(review).content.decode()
    assert "1 approved" in grace.get(room).content.decode()
    assert "Export approved work" not in grace.get(room).content.decode()
    assert "May it be shared?" in ada.get("/").content.decode()
    asked = ada.get(f"/trails/{work.trail_id}/").content.decode()
    assert "Yes, share it" in asked and "No, keep it here" in asked

    decide(school, "ada", work, "yes")
    assert "You share it" in ada.get(f"/trails/{work.trail_id}/").content.decode()
    assert "May it be shared?" not in ada.get("/").content.decode()
    page = grace.get(room).content.decode()
    assert "1 shared by its student" in page and "Export approved work" in page
    file = grace.post(f"{room}export/", {"licence": "CC-BY-SA-4.0"})
    assert (
        file["Content-Disposition"] == 'attachment; filename="tuesday-circle-approved-work.jsonl"'
    )
    (row,) = [json.loads(line) for line in file.content.decode().splitlines()]
    assert row["solution"] == WORKING and row["licence"] == "CC-BY-SA-4.0 AND MIT"

    decide(school, "ada", work, "no")
    assert "Share it after all" in ada.get(f"/trails/{work.trail_id}/").content.decode()
    assert "Export approved work" not in grace.get(room).content.decode()
    refused = grace.post(f"{room}export/", {"licence": "CC-BY-SA-4.0"}, follow=True)
    assert "nothing to export" in refused.content.decode()


def test_nothing_is_shared_until_the_student_says_so(school: School, approved: Approval) -> None:
    export = gathered(school)
    assert (export.approved, export.shared, export.rows) == (1, 0, [])


def test_an_approval_taken_back_takes_the_consent_with_it(
    school: School, approved: Approval
) -> None:
    decide(school, "ada", approved.attempt, "yes")
    review = f"/review/{school.trail.pk}/"
    body = {"action": "unapprove", "attempt": approved.attempt_id}
    school.client("grace").post(review, body)
    assert gathered(school).approved == 0
    school.client("grace").post(review, body | {"action": "approve"})
    assert (gathered(school).approved, gathered(school).shared) == (1, 0)
    assert decide(school, "ada", approved.attempt, "yes").status_code == 302
    school.client("grace").post(review, body | {"action": "approve"})
    assert gathered(school).shared == 1  # approved twice is approved once


@pytest.mark.parametrize("who", ["ada", "emmy", "sonja", "mallory", "nobody"])
def test_only_a_teacher_of_the_class_approves(school: School, work: Attempt, who: str) -> None:
    for action in ("approve", "unapprove"):
        body = {"action": action, "attempt": work.pk}
        response = school.client(who).post(f"/review/{work.trail_id}/", body)
        assert response.status_code == (302 if who == "nobody" else 404)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("who", ["emmy", "grace", "sonja", "mallory", "nobody"])
def test_nobody_decides_for_the_student(school: School, approved: Approval, who: str) -> None:
    response = decide(school, who, approved.attempt, "yes")
    assert response.status_code == (302 if who == "nobody" else 404)
    assert not Approval.objects.shared().exists()


@pytest.mark.parametrize("who", ["ada", "emmy", "sonja", "mallory", "nobody"])
def test_nobody_else_takes_the_file(school: School, approved: Approval, who: str) -> None:
    decide(school, "ada", approved.attempt, "yes")
    url = reverse("classroom_export", args=[school.classroom.pk])
    response = school.client(who).post(url, {"licence": "CC-BY-4.0"})
    assert response.status_code == (302 if who == "nobody" else 404)
    assert b"2401" not in response.content


@pytest.mark.parametrize("body", [{}, {"attempt": "x", "share": "yes"}, {"share": "perhaps"}])
def test_an_answer_that_cannot_be_read_shares_nothing(
    school: School, approved: Approval, body: dict
) -> None:
    body = {"attempt": approved.attempt_id} | body
    school.client("ada").post(reverse("share", args=[school.trail.pk]), body)
    assert not Approval.objects.shared().exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"verdict": "wrong"}, approving.NOT_RIGHT),
        ({"verdict": "pending"}, approving.PENDING),
        ({"verdict": "correct", "working": ""}, approving.NO_LINES),
    ],
)
def test_what_cannot_be_an_example(school: School, fields: dict, reason: str) -> None:
    attempt = school.trail.attempts.create(**{"working": WORKING, "answer": "7"} | fields)
    body = {"action": "approve", "attempt": attempt.pk}
    page = school.client("grace").post(f"/review/{school.trail.pk}/", body, follow=True)
    assert reason in page.content.decode() and not Approval.objects.exists()


def test_a_students_own_problem_is_not_passed_on(school: School) -> None:
    own = make_problem("own", owner=school.ada, solution=None)
    trail = Trail.objects.create(student=school.ada, problem=own)
    attempt = trail.attempts.create(working="$1 + 1 = 2$", answer="2", verdict="unknown")
    with pytest.raises(approving.NotApprovable, match="student's own"):
        approving.approve(trail=trail, teacher=school.grace, attempt_id=attempt.pk)


def test_an_attempt_of_another_trail_is_not_approved(school: School) -> None:
    other = Trail.objects.create(student=school.mallory, problem=school.second)
    foreign = other.attempts.create(working=WORKING, answer="7", verdict="correct")
    body = {"action": "approve", "attempt": foreign.pk}
    response = school.client("grace").post(f"/review/{school.trail.pk}/", body)
    assert response.status_code == 404 and not Approval.objects.exists()


def test_the_rows_carry_nobody(school: School, approved: Approval, tmp_path: Path) -> None:
    school.ada.first_name, school.ada.last_name = "Augusta", "Byron"
    school.ada.save()
    decide(school, "ada", approved.attempt, "yes")
    text = gathered(school).to_jsonl()
    for word in ("ada", "grace", "Augusta", "Byron", "emmy", "Tuesday", str(school.trail.pk)):
        assert word not in text
    assert str(approved.attempt_id) not in text and str(approved.created_at.year) + "-" not in text

    (tmp_path / "out.jsonl").write_text(text)
    (row,) = read_rows(tmp_path / "out.jsonl")
    assert isinstance(row, ProblemRow)
    assert (row.problem, row.solution, row.answer) == (school.problem.statement, WORKING, "7")
    assert (row.kind, row.source, row.topics) == ("math", "approved trail", ("Number theory",))


@pytest.mark.parametrize(
    "line", ["Ada: see above", "as emmy said", "thanks, Ms GRACE!", "by Byron"]
)
def test_work_that_names_somebody_stays(school: School, work: Attempt, line: str) -> None:
    school.ada.last_name = "Byron"
    school.ada.save()
    work.working += f"\n{line}"
    work.save()
    approving.approve(trail=school.trail, teacher=school.grace, attempt_id=work.pk)
    decide(school, "ada", work, "yes")
    export = gathered(school)
    assert not export.rows and export.held == {exporting.NAMED: 1}
    page = school.client("grace").get(f"/classes/{school.classroom.pk}/").content.decode()
    assert "1 held back: somebody" in page


@pytest.mark.parametrize(
    ("text", "found"),
    [("adapt", False), ("Canada", False), ("ADA", True), ("$AB = 3$", False), ("ab it is", True),
     ("\\max(1, 2)", False), ("(max)", True), ("x = 1", False)],
)  # fmt: skip
def test_a_name_is_a_word_of_its_own(text: str, found: bool) -> None:
    assert exporting.names_in(text, ["ada", "ab", "x", "max", ""]) is found


def test_a_problem_without_a_licence_stays(school: School, approved: Approval) -> None:
    decide(school, "ada", approved.attempt, "yes")
    school.problem.licence = ""
    school.problem.save()
    assert gathered(school).held == {exporting.UNLICENSED: 1}
    assert gathered(school).rows == []


def test_two_students_works_on_one_problem_are_two_rows_in_an_order_that_tells_nothing(
    school: School, approved: Approval, tmp_path: Path
) -> None:
    hers = Trail.objects.create(
        student=school.emmy, problem=school.problem, assignment=school.assignment
    )
    other = hers.attempts.create(working="$7 = 7$", answer="7", verdict="correct")
    approving.approve(trail=hers, teacher=school.grace, attempt_id=other.pk)
    decide(school, "ada", approved.attempt, "yes")
    decide(school, "emmy", other, "yes")
    (tmp_path / "out.jsonl").write_text(gathered(school).to_jsonl())
    rows = list(read_rows(tmp_path / "out.jsonl"))
    assert [row.slug for row in rows] == ["tower-work-1", "tower-work-2"]
    assert [row.solution for row in rows] == sorted([WORKING, "$7 = 7$"])


def test_only_this_classs_work_is_gathered(school: School, approved: Approval) -> None:
    """Her assignment work belongs to its class; work of no assignment to any class she is in."""
    decide(school, "ada", approved.attempt, "yes")
    elsewhere = Classroom.objects.get(name="Elsewhere")
    Membership.objects.create(user=school.ada, classroom=elsewhere, role="student")
    assert exporting.gather(classroom=elsewhere, licence="MIT").approved == 0
    school.second.licence = "MIT"
    school.second.save()
    free = Trail.objects.create(student=school.ada, problem=school.second)
    attempt = free.attempts.create(working=WORKING, answer="7", verdict="correct")
    approving.approve(trail=free, teacher=school.grace, attempt_id=attempt.pk)
    decide(school, "ada", attempt, "yes")
    assert len(exporting.gather(classroom=elsewhere, licence="MIT").rows) == 1
    assert len(gathered(school).rows) == 2


def test_a_program_goes_with_what_judges_it(school: School, tmp_path: Path) -> None:
    problem = make_problem(
        "double", kind="code", licence="MIT", samples=[{"input": "3\n", "output": "6\n"}],
        solution={"tests": [{"input": "4\n", "output": "8\n"}]},
    )  # fmt: skip
    trail = Trail.objects.create(student=school.ada, problem=problem)
    attempt = trail.attempts.create(program="print(2 * int(input()))", verdict="correct")
    approving.approve(trail=trail, teacher=school.grace, attempt_id=attempt.pk)
    decide(school, "ada", attempt, "yes")
    (tmp_path / "out.jsonl").write_text(gathered(school, "MIT").to_jsonl())
    (row,) = read_rows(tmp_path / "out.jsonl")
    assert isinstance(row, ProblemRow) and row.licence == "MIT"
    assert row.solution == "```python\nprint(2 * int(input()))\n```"
    assert [case.output for case in (*row.samples, *row.tests)] == ["6\n", "8\n"]


def test_the_command_writes_the_same_file(
    school: School, approved: Approval, tmp_path: Path, capsys
) -> None:
    out = tmp_path / "out.jsonl"
    words = ["export_trails", str(out), "--licence", "CC-BY-4.0"]
    code = school.classroom.join_code
    with pytest.raises(CommandError, match="nothing to export"):
        call_command(*words, "--class", code)
    assert not out.exists()
    decide(school, "ada", approved.attempt, "yes")
    call_command(*words, "--class", code.lower())
    assert out.read_text() == gathered(school).to_jsonl()
    said = capsys.readouterr().out
    assert "1 approved, 1 shared" in said and "1 written" in said
    with pytest.raises(CommandError, match="no class"):
        call_command(*words, "--class", "NOWHERE")
    with pytest.raises(CommandError, match="licence"):
        call_command("export_trails", str(out), "--class", code, "--licence", " ")
    with pytest.raises(CommandError, match=r"\.jsonl"):
        call_command("export_trails", "out.txt", "--class", code, "--licence", "MIT")


def test_a_student_who_left_still_decides(school: School, approved: Approval) -> None:
    decide(school, "ada", approved.attempt, "yes")
    Membership.objects.filter(user=school.ada).delete()
    assert gathered(school).shared == 1
    assert decide(school, "ada", approved.attempt, "no").status_code == 302
    assert gathered(school).shared == 0


def test_administrators_do_not_decide_either(
    school: School, approved: Approval, admin_client
) -> None:
    url = reverse("admin:tutor_approval_change", args=[approved.pk])
    admin_client.post(
        url, {"attempt": approved.attempt_id, "teacher": school.grace.pk, "shared": "on"}
    )
    assert not Approval.objects.shared().exists()
