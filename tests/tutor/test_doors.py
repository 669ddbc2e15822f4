"""Every door, tried as owner, classmate, teacher, other teacher, stranger and nobody."""

from __future__ import annotations

import pytest
from django.urls import get_resolver, reverse

from tests.people import School
from tutor.models import Attempt, Correction, Hint, Mark, Trail

PEOPLE = ("ada", "emmy", "grace", "sonja", "mallory", "nobody")
# What stands open to whoever is signed in, and what has no rows behind it.
OPEN = {
    "home", "login", "logout", "join", "problem_list", "problem_new", "problem", "trail_list",
    "classroom_list", "classroom_join", "assignment_list", "assignment_new", "set_list",
    "api_problems", "api_trails", "api_read_answer", "offline", "service_worker", "styleguide",
    "healthz",
}  # fmt: skip


def address(name: str, school: School) -> str:
    of = {
        "trail": school.trail.pk,
        "attempt_new": school.trail.pk,
        "hint_open": school.trail.pk,
        "work_check": school.trail.pk,
        "review": school.trail.pk,
        "api_trail": school.trail.pk,
        "api_draft": school.trail.pk,
        "api_generation": school.generation.pk,
        "classroom": school.classroom.pk,
        "share": school.trail.pk,
        "classroom_export": school.classroom.pk,
        "set_detail": school.problem_set.pk,
        "assignment": school.assignment.pk,
        "assignment_edit": school.assignment.pk,
    }
    return reverse(name, args=[of[name]])


# name: status for ada (owner), emmy, grace (teacher), sonja (other teacher), mallory, nobody
READ = {
    "trail": (200, 404, 302, 404, 404, 302),
    "review": (404, 404, 200, 404, 404, 302),
    "api_trail": (200, 404, 200, 404, 404, 401),
    "api_generation": (200, 404, 200, 404, 404, 401),
    "classroom": (404, 404, 200, 404, 404, 302),
    "set_detail": (404, 404, 200, 404, 404, 302),
    "assignment": (200, 200, 302, 404, 404, 302),
    "assignment_edit": (404, 404, 200, 404, 404, 302),
}
WRITE = {
    "attempt_new": (302, 404, 404, 404, 404, 302),
    "hint_open": (302, 404, 404, 404, 404, 302),
    "work_check": (200, 404, 404, 404, 404, 302),
    "review": (404, 404, 302, 404, 404, 302),
    "classroom": (404, 404, 302, 404, 404, 302),
    "set_detail": (404, 404, 302, 404, 404, 302),
    "classroom_export": (404, 404, 302, 404, 404, 302),
    "share": (302, 404, 404, 404, 404, 302),
}
BODY = {
    "attempt_new": {"working": "one line"},
    "hint_open": {"level": 1, "asked_with": "where I am"},
    "work_check": {"working": "$1 + 1 = 2$"},
    "classroom": {"action": "renew"},
    "set_detail": {"title": "Renamed"},
    "classroom_export": {"licence": "CC-BY-4.0"},
}


@pytest.mark.parametrize("name", READ)
def test_reading(school: School, name: str) -> None:
    url = address(name, school)
    found = {who: school.client(who).get(url).status_code for who in PEOPLE}
    assert found == dict(zip(PEOPLE, READ[name], strict=True))


@pytest.mark.parametrize("name", WRITE)
def test_writing(school: School, name: str) -> None:
    body = BODY.get(name) or {
        "action": "mark",
        "target": f"attempt:{school.attempt.pk}",
        "line": 0,
        "comment": "Why?",
    }
    for who, expected in zip(PEOPLE, WRITE[name], strict=True):
        before = kept(school)
        response = school.client(who).post(address(name, school), body)
        assert response.status_code == expected, who
        if expected == 404 or who == "nobody":
            assert kept(school) == before, who


def kept(school: School) -> tuple[object, ...]:
    """What the doors write."""
    school.classroom.refresh_from_db()
    school.problem_set.refresh_from_db()
    counts = [model.objects.count() for model in (Attempt, Mark, Hint)]
    return (*counts, school.classroom.join_code, school.problem_set.title)


@pytest.mark.parametrize(
    ("who", "status"), list(zip(PEOPLE, (200, 404, 404, 404, 404, 401), strict=True))
)
def test_only_the_owner_keeps_a_draft(school: School, who: str, status: int) -> None:
    response = school.client(who).put(
        address("api_draft", school), {"draft": "mine"}, content_type="application/json"
    )
    assert response.status_code == status
    school.trail.refresh_from_db()
    assert school.trail.draft == ("mine" if who == "ada" else "")


@pytest.mark.parametrize(
    ("who", "status"), list(zip(PEOPLE, (200, 200, 404, 404, 404, 401), strict=True))
)
def test_only_students_of_the_class_work_on_its_assignment(
    school: School, who: str, status: int
) -> None:
    response = school.client(who).post(
        "/api/trails/",
        {"problem": "tower", "assignment": school.assignment.pk},
        content_type="application/json",
    )
    assert response.status_code == status
    if who == "emmy":
        made = Trail.objects.get(pk=response.json()["id"])
        assert (made.student, made.assignment) == (school.emmy, school.assignment)


@pytest.mark.parametrize("name", ["set_list", "assignment_new"])
def test_teachers_pages_do_not_exist_for_students(school: School, name: str) -> None:
    for who in PEOPLE:
        status = {"grace": 200, "sonja": 200, "nobody": 302}.get(who, 404)
        assert school.client(who).get(reverse(name)).status_code == status, who


def test_a_student_opens_no_class(school: School) -> None:
    assert school.client("ada").post("/classes/", {"name": "Mine"}).status_code == 404


@pytest.mark.parametrize("who", PEOPLE)
def test_a_pasted_problem_is_its_owners(school: School, who: str) -> None:
    from tests.people import make_problem

    make_problem("secret", owner=school.ada, solution=None)
    client = school.client(who)
    status = {"ada": 200, "nobody": 302}.get(who, 404)
    assert client.get("/problems/secret/").status_code == status
    if who != "nobody":
        slugs = [row["slug"] for row in client.get("/api/problems/").json()]
        assert ("secret" in slugs) == (who == "ada")
        posted = client.post("/api/trails/", {"problem": "secret"}, "application/json")
        assert posted.status_code == (200 if who == "ada" else 404)


def test_a_mark_must_be_on_this_trail(school: School) -> None:
    other = Trail.objects.create(student=school.mallory, problem=school.second)
    foreign = other.attempts.create(answer="1")
    response = school.client("grace").post(
        address("review", school),
        {"action": "mark", "target": f"attempt:{foreign.pk}", "line": 0, "comment": "x"},
    )
    assert response.status_code == 404
    assert not Mark.objects.exists()


def test_a_teacher_leaves_only_her_own_marks(school: School) -> None:
    from tutor.models import Membership
    from tutor.services import reviewing

    mark = reviewing.leave_mark(
        trail=school.trail,
        teacher=school.grace,
        target=f"attempt:{school.attempt.pk}",
        line=0,
        comment="Why?",
    )
    Membership.objects.create(user=school.sonja, classroom=school.classroom, role="teacher")
    url = address("review", school)
    school.client("sonja").post(url, {"action": "unmark", "mark": mark.pk})
    assert Mark.objects.filter(pk=mark.pk).exists()
    school.client("grace").post(url, {"action": "unmark", "mark": mark.pk})
    assert not Mark.objects.filter(pk=mark.pk).exists()


def test_a_teacher_does_not_review_her_own_trail(school: School) -> None:
    own = Trail.objects.create(student=school.grace, problem=school.problem)
    assert school.client("grace").get(reverse("review", args=[own.pk])).status_code == 404
    assert school.client("grace").get(reverse("trail", args=[own.pk])).status_code == 200


def test_a_student_cannot_overrule_a_check(school: School) -> None:
    body = {"action": "overrule", "target": f"attempt:{school.attempt.pk}", "line": 1}
    school.client("ada").post(address("review", school), body | {"status": "checked"})
    assert not Correction.objects.exists()


def test_work_outside_assignments_is_read_by_the_teachers_of_any_class(school: School) -> None:
    free = Trail.objects.create(student=school.ada, problem=school.second)
    statuses = {
        who: school.client(who).get(reverse("api_trail", args=[free.pk])).status_code
        for who in PEOPLE
    }
    assert statuses == {
        "ada": 200, "emmy": 404, "grace": 200, "sonja": 404, "mallory": 404, "nobody": 401
    }  # fmt: skip


def test_the_table_has_every_address() -> None:
    names = {
        pattern.name for pattern in get_resolver().url_patterns if getattr(pattern, "name", "")
    }
    assert names - OPEN - READ.keys() - WRITE.keys() - {"api_draft"} == set()
