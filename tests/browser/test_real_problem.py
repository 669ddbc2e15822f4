"""A problem of a real contest through the whole path, with the shipped model and the real engine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PASSWORD, Visitor
from tests.browser.test_stream import settled
from tests.system import ROOT, System, running_system

DATA = Path(os.environ.get("THINKTRAIL_REAL_DATA", ROOT.parent / "shared" / "data"))
AMC = DATA / "amc23.jsonl"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not AMC.exists(), reason="amc23.jsonl is not here; set THINKTRAIL_REAL_DATA"
    ),
]


@pytest.fixture
def real(built: None, tmp_path: Path) -> Iterator[System]:
    model = str(ROOT / "checkpoints" / "seedling")
    with running_system(tmp_path / "real", engine="engine", model=model) as system:
        system.manage("import_problems", str(AMC))
        system.manage("demo", "--password", PASSWORD)
        yield system


def test_an_amc_problem_from_attempt_to_review(real: System, chromium: Browser) -> None:
    found = real.django(
        "p = Problem.objects.filter(source__icontains='AMC').order_by('slug').first()\n"
        "print(json.dumps([p.slug, p.title, p.solution.answer]))"
    )
    slug, title, answer = json.loads(found)
    ada = Visitor(chromium, real).sign_in_by_form("ada")
    trail = ada.open_trail(slug)
    ada.page.wait_for_selector("#problem .katex")

    ada.attempt("I add the two speeds.", answer="-1")
    assert ada.page.locator(".answered.wrong").count() == 1
    ada.page.click("#ask")
    ada.page.get_by_text("was not measured to be good at this kind").wait_for()
    ada.page.click("#ask-now")
    ada.page.wait_for_selector(".outcome")
    ada.page.reload()
    ada.page.wait_for_selector(".outcome")
    asked = settled(ada, trail)
    assert asked["model"] == "seedling" and asked["n"] > 0
    assert asked["state"] == "done" and asked["text"].strip()

    ada.page.goto(f"/trails/{trail}/")
    ada.attempt("Now I see it.", answer=answer)
    assert ada.page.locator(".answered.correct, .answered.right").count() == 1
    ada.page.goto("/trails/")
    assert title in ada.page.inner_text("#main")

    grace = Visitor(chromium, real).sign_in_by_form("grace")
    grace.page.goto(f"/review/{trail}/")
    assert "I add the two speeds." in grace.page.inner_text(".review")
    grace.page.wait_for_selector(".review .generation .line")
    for visitor in (ada, grace):
        assert not visitor.errors, visitor.errors
        visitor.close()
