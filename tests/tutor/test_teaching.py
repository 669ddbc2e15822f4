"""A teacher's work: class, set, assignment, progress, review; and what the student sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.people import School, make_generation, make_problem, person, signed_in
from tutor.models import Assignment, Classroom, Correction, Mark, Membership, ProblemSet, Trail
from tutor.services import assigning, progress, reviewing


def when(days: int) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_from_a_new_class_to_a_comment_that_the_student_reads(school: School) -> None:
    """Without any script: forms and links only."""
    grace, ada = school.client("grace"), signed_in(person("sophie"))
    grace.post("/classes/", {"name": "Evening circle"})
    made = Classroom.objects.get(name="Evening circle")
    page = ada.post("/classes/join/", {"code": f" {made.join_code.lower()} "}, follow=True)
    assert "Evening circle" in page.content.decode()

    grace.post("/sets/", {"title": "Towers"})
    towers = ProblemSet.objects.get(title="Towers")
    grace.post(f"/sets/{towers.pk}/", {"add": "tower"})
    grace.post(f"/sets/{towers.pk}/", {"add": "dice"})
    body = {"problem_set": towers.pk, "classroom": made.pk, "help_policy": "after_attempt"}
    grace.post("/assignments/new/", body | {"opens_at": when(-1), "due_at": when(3)})
    given = Assignment.objects.get(problem_set=towers)

    home = ada.get("/").content.decode()
    assert "Towers" in home and "0 of 2 solved" in home
    opened = ada.post("/problems/tower/", {"assignment": given.pk})
    ada.post(f"{opened.url}attempts/", {"working": "$7^2 = 49$\nso 9", "answer": "9"})
    trail = Trail.objects.get(student__username="sophie")
    assert trail.assignment == given

    table = grace.get(f"/classes/{made.pk}/").content.decode()
    assert f"/review/{trail.pk}/" in table and "1×" in table
    attempt = trail.attempts.get()
    review = grace.get(f"/review/{trail.pk}/", {"at": f"attempt:{attempt.pk}:1"}).content.decode()
    assert 'name="comment"' in review
    mark = {"action": "mark", "target": f"attempt:{attempt.pk}", "line": 1}
    back = grace.post(f"/review/{trail.pk}/", mark | {"comment": "Why $9$?"})
    assert back.url == f"/review/{trail.pk}/#attempt-{attempt.pk}-1"

    assert "Why" in ada.get("/").content.decode()
    assert Mark.objects.get().seen_at is None
    told = ada.get(f"/api/trails/{trail.pk}/").json()
    assert (
        told["marks"][0] | {"line": 1, "quote": "so 9", "comment": "Why $9$?"} == told["marks"][0]
    )
    assert "Why $9$?" in ada.get(opened.url).content.decode()
    assert Mark.objects.get().seen_at is not None


def test_the_progress_table(school: School) -> None:
    dice = Trail.objects.create(
        student=school.emmy, problem=school.second, assignment=school.assignment
    )
    for verdict in ("wrong", "correct"):
        dice.attempts.create(answer="1", verdict=verdict)
    table = progress.for_class(school.assignment)
    states = {row.student.username: [cell.state for cell in row.cells] for row in table.rows}
    assert states == {"ada": ["tried", "untouched"], "emmy": ["untouched", "solved"]}
    assert [(solved, tried) for _, solved, tried in table.columns] == [(0, 1), (1, 1)]
    cell = next(row for row in table.rows if row.student == school.emmy).cells[1]
    assert (cell.tries, cell.trail) == (2, dice)


def test_the_list_of_classes_counts_students_and_open_assignments(school: School) -> None:
    page = school.client("grace").get("/classes/").content.decode()
    assert "2 students" in page and "1 open assignment" in page


def test_an_empty_class_has_an_empty_table(school: School) -> None:
    Membership.objects.filter(role="student").delete()
    assert progress.for_class(school.assignment).columns == [
        (school.problem, 0, 0),
        (school.second, 0, 0),
    ]
    page = school.client("grace").get(f"/classes/{school.classroom.pk}/").content.decode()
    assert "Nobody is in the class yet" in page


def test_the_set_keeps_its_order(school: School) -> None:
    third = make_problem("third")
    assigning.add_problem(problem_set=school.problem_set, problem=third)
    assigning.add_problem(problem_set=school.problem_set, problem=third)
    items = school.problem_set.items

    def order() -> list[str]:
        return [item.problem.slug for item in items.all()]

    assert order() == ["tower", "dice", "third"]
    client, url = school.client("grace"), f"/sets/{school.problem_set.pk}/"
    client.post(url, {"up": items.get(problem=third).pk})
    assert order() == ["tower", "third", "dice"]
    client.post(url, {"up": items.get(problem=school.problem).pk})
    client.post(url, {"down": items.get(problem=school.second).pk})
    assert order() == ["tower", "third", "dice"]
    client.post(url, {"remove": items.get(problem=third).pk})
    assert order() == ["tower", "dice"]
    assert [item.position for item in items.all()] == [1, 2]


def test_a_problem_with_work_on_it_stays_in_the_set(school: School) -> None:
    item = school.problem_set.items.get(problem=school.problem)
    page = school.client("grace").post(
        f"/sets/{school.problem_set.pk}/", {"remove": item.pk}, follow=True
    )
    assert "begun this problem" in page.content.decode()
    assert school.problem_set.items.count() == 2


def test_nobodys_own_problem_enters_a_set(school: School) -> None:
    make_problem("hers", owner=school.grace, solution=None)
    school.client("grace").post(f"/sets/{school.problem_set.pk}/", {"add": "hers"})
    assert school.problem_set.items.count() == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"due_at": when(-2)}, "must come after"),
        ({"due_at": ""}, "required"),
        ({"help_policy": "always"}, "valid choice"),
        ({"classroom": "999"}, "valid choice"),
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(
    school: School, change: dict, message: str
) -> None:
    body = {
        "problem_set": school.problem_set.pk,
        "classroom": school.classroom.pk,
        "help_policy": "off",
        "opens_at": when(-1),
        "due_at": when(3),
    }
    page = school.client("grace").post("/assignments/new/", body | change)
    assert page.status_code == 400
    assert message in page.content.decode()
    assert Assignment.objects.count() == 1


def test_a_teacher_assigns_only_to_her_own_class(school: School) -> None:
    elsewhere = Classroom.objects.get(name="Elsewhere")
    body = {
        "problem_set": school.problem_set.pk,
        "classroom": elsewhere.pk,
        "help_policy": "off",
        "opens_at": when(-1),
        "due_at": when(3),
    }
    assert school.client("grace").post("/assignments/new/", body).status_code == 400


def test_an_assignment_is_unseen_before_it_opens(school: School) -> None:
    school.assignment.opens_at = timezone.now() + timedelta(hours=1)
    school.assignment.save()
    ada = school.client("ada")
    assert ada.get(f"/assignments/{school.assignment.pk}/").status_code == 404
    assert "Autumn set" not in ada.get("/").content.decode()
    assert "Autumn set" not in ada.get("/assignments/").content.decode()
    response = ada.post("/problems/tower/", {"assignment": school.assignment.pk})
    assert response.status_code == 404


@pytest.mark.parametrize("line", [2, 3, 10**6])
def test_a_mark_needs_a_line_that_is_there(school: School, line: int) -> None:
    """Lines 0 and 1 are the working, and 2 is the answer."""
    mark = {"action": "mark", "target": f"attempt:{school.attempt.pk}", "line": line}
    url = reverse("review", args=[school.trail.pk])
    school.client("grace").post(url, mark | {"comment": "x"})
    assert Mark.objects.count() == (1 if line == 2 else 0)


def test_an_empty_comment_is_refused(school: School) -> None:
    mark = {"action": "mark", "target": f"attempt:{school.attempt.pk}", "line": 0, "comment": " "}
    page = school.client("grace").post(reverse("review", args=[school.trail.pk]), mark, follow=True)
    assert "Write the comment" in page.content.decode()


def test_a_mark_on_the_models_work_keeps_the_line_as_it_read(school: School) -> None:
    mark = reviewing.leave_mark(
        trail=school.trail,
        teacher=school.grace,
        target=f"generation:{school.generation.pk}",
        line=1,
        comment="Not needed.",
    )
    assert (mark.quote, mark.generation) == ("$7^2 = 49$", school.generation)


def test_an_overruled_check_is_told_with_the_teachers_name_and_both_are_kept(
    school: School,
) -> None:
    school.client("grace").post(
        reverse("review", args=[school.trail.pk]),
        {
            "action": "overrule",
            "target": f"attempt:{school.attempt.pk}",
            "line": 1,
            "status": "contradicted",
            "reason": "it is 2401 only by luck",
        },
    )
    told = school.client("ada").get(f"/api/trails/{school.trail.pk}/").json()["entries"][0]
    assert told["checks"] == [
        {
            "line": 1,
            "status": "contradicted",
            "reason": "it is 2401 only by luck",
            "key": False,
            "by": "grace",
        }
    ]
    school.attempt.refresh_from_db()
    assert school.attempt.checks[0]["status"] == Correction.objects.get().said == "checked"


def test_the_summary_reaches_the_student(school: School) -> None:
    url = reverse("review", args=[school.trail.pk])
    for words in ("First words", "A good start."):
        school.client("grace").post(url, {"action": "summary", "summary": words})
    told = school.client("ada").get(f"/api/trails/{school.trail.pk}/").json()
    assert [review["summary"] for review in told["reviews"]] == ["A good start."]


def test_the_review_leads_to_the_next_student(school: School) -> None:
    other = Trail.objects.create(
        student=school.emmy, problem=school.problem, assignment=school.assignment
    )
    page = school.client("grace").get(reverse("review", args=[school.trail.pk])).content.decode()
    assert f"/review/{other.pk}/" in page


def test_the_review_shows_both_works_in_order(school: School) -> None:
    make_generation(school.trail, text="A second try.", state="done")
    page = school.client("grace").get(reverse("review", args=[school.trail.pk])).content.decode()
    at = [page.index(text) for text in ("7^4 = 2401", "The answer is", "A second try.")]
    assert at == sorted(at)
    assert "&lt;think&gt;" not in page


def test_a_new_code_closes_the_old_one(school: School) -> None:
    old = school.classroom.join_code
    school.client("grace").post(f"/classes/{school.classroom.pk}/", {"action": "renew"})
    page = school.client("mallory").post("/classes/join/", {"code": old})
    assert page.status_code == 400
    assert not school.mallory.memberships.exists()


def test_taking_a_student_out_keeps_her_trails(school: School) -> None:
    school.client("grace").post(f"/classes/{school.classroom.pk}/", {"remove": school.ada.pk})
    assert not school.ada.memberships.exists()
    assert school.ada.trails.count() == 1
