"""The administration opens for administrators and for nobody else."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from tests.people import PASSWORD, School, signed_in
from tutor.models import Hint, User
from tutor.services import reviewing

MODELS = sorted(model._meta.model_name for model in apps.get_app_config("tutor").get_models())


@pytest.fixture
def staff(school: School):
    return signed_in(User.objects.create_superuser("root", password=PASSWORD))


def test_every_model_is_there() -> None:
    kept = {model for model in apps.get_app_config("tutor").get_models() if model._meta.managed}
    auto = {field.remote_field.through for m in kept for field in m._meta.many_to_many}
    assert {m for m in kept if m not in admin.site._registry} <= auto


def test_lists_and_forms_open(school: School, staff) -> None:
    Hint.objects.create(trail=school.trail, level=1, text="x")
    reviewing.leave_mark(
        trail=school.trail, teacher=school.grace, target=f"attempt:{school.attempt.pk}",
        line=0, comment="x",
    )  # fmt: skip
    for model in MODELS:
        urls = [reverse(f"admin:tutor_{model}_{page}") for page in ("changelist", "add")]
        row = apps.get_model("tutor", model).objects.first()
        if row is not None:
            urls.append(reverse(f"admin:tutor_{model}_change", args=[row.pk]))
        for url in urls:
            assert staff.get(url).status_code == 200, url


@pytest.mark.parametrize("who", ["ada", "grace", "nobody"])
def test_not_for_the_others(school: School, who: str) -> None:
    response = school.client(who).get(reverse("admin:tutor_solution_changelist"))
    assert response.status_code == 302 and "/login/" in response.url


def test_an_assigned_problem_cannot_be_changed(school: School, staff) -> None:
    page = staff.get(reverse("admin:tutor_problem_change", args=[school.problem.pk]))
    assert 'name="statement"' not in page.content.decode()


def test_a_long_checker_is_listed_in_a_word_and_a_broken_one_is_refused(
    school: School, staff
) -> None:
    solution = school.problem.solution
    solution.checker = "python:\ndef check(a, b, c):\n    return True\n"
    solution.save()
    page = staff.get(reverse("admin:tutor_solution_changelist")).content.decode()
    assert "its own, 2 lines" in page and "def check" not in page
    url = reverse("admin:tutor_solution_change", args=[solution.pk])
    whole = {
        "problem": school.problem.pk, "answer": "7", "answer_kind": "auto", "worked": "",
        "tests": "[]", "reference": "", "checker": "python:def check(",
    }  # fmt: skip
    assert "not Python" in staff.post(url, whole).content.decode()
    assert staff.post(url, whole | {"checker": "float:1e-9"}).status_code == 302
