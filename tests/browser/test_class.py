"""A teacher's path and a student's, through the same pages they use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.browser.conftest import Visitor
from tests.system import System

pytestmark = pytest.mark.browser


def new_class(grace: Visitor, name: str) -> str:
    """A class made by the teacher; its join code."""
    page = grace.page
    page.goto("/classes/")
    page.fill("input[name=name]", name)
    with page.expect_navigation():
        page.press("input[name=name]", "Enter")
    found = grace.system.django(f"print(Classroom.objects.get(name={name!r}).join_code)")
    page.goto("/classes/")
    assert found in page.inner_text("#main") or page.get_by_text(name).count()
    return found


def test_class_assignment_attempt_comment_and_reading_it(
    visit: Callable[..., Visitor], student: str, system: System
) -> None:
    grace = visit("grace")
    name = f"Class of {student}"
    code = new_class(grace, name)

    ada = visit(student)
    ada.page.goto("/classes/join/")
    ada.page.fill("#main input:not([type=hidden])", code)
    with ada.page.expect_navigation():
        ada.page.press("#main input:not([type=hidden])", "Enter")

    system.django(
        f"s = ProblemSet.objects.create(title='Set of {student}',"
        " owner=User.objects.get(username='grace'))\n"
        "s.items.create(problem=Problem.objects.get(slug='sum'), position=1)"
    )
    page = grace.page
    page.goto("/assignments/new/")
    page.select_option("select[name=problem_set]", label=f"Set of {student}")
    page.select_option("select[name=classroom]", label=name)
    due = datetime.now() + timedelta(days=7)
    page.fill("input[name=due_at]", due.strftime("%Y-%m-%dT%H:%M"))
    with page.expect_navigation():
        page.click("text=Assign it")

    ada.page.goto("/assignments/")
    ada.page.click(f"text=Set of {student}")
    with ada.page.expect_navigation():
        ada.page.click("#main .rows .as-title, #main .rows a.title")
    if "/problems/" in ada.page.url:
        with ada.page.expect_navigation():
            ada.page.click("button.go")
    assert f"Set of {student}" in ada.page.inner_text("#problem")
    ada.attempt("17 + 25 = 42", "So it is 43.", answer="43")
    assert ada.page.locator(".answered.wrong").count() == 1
    ada.ask()
    ada.page.wait_for_selector(".outcome .good")

    page.goto("/classes/")
    page.click(f"text={name}")
    page.click(".progress tbody td a")
    page.wait_for_selector(".review .line")
    # Set by KaTeX or still plain: the same signs either way.
    assert "17+25=42" in "".join(page.inner_text(".review .attempt").split())
    assert page.locator(".review .generation .line").count() > 3
    line = page.locator(".review .attempt .line[data-line='1']")
    line.hover()
    line.locator(".pen").click()
    page.fill(".mark-here textarea, .pen-form textarea", "You had it: why 43?")
    with page.expect_navigation():
        page.click("button:has-text('Comment')")
    assert "why 43" in page.inner_text(".review .attempt")

    ada.page.goto("/")
    assert "why 43" in ada.page.inner_text("#main")
    ada.page.click("text=why 43")
    ada.page.wait_for_selector(".attempt .line.marked .of-teacher")
    note = ada.page.inner_text(".attempt .line.marked .of-teacher")
    assert note.startswith("Ms Grace") and "why 43" in note
    assert ada.page.locator(".line.marked[data-line='1']").count() == 1


def test_a_stranger_finds_no_trail(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("sum")
    emmy = visit("emmy")
    for path in (f"/trails/{trail}/", f"/api/trails/{trail}/", f"/review/{trail}/"):
        assert emmy.context.request.get(path).status == 404
