"""The trail page beside the stream: working, checks, hints, re-use, programs, what a phone shows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Visitor, wait_text

pytestmark = pytest.mark.browser


def test_working_is_set_checked_and_kept(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("sum")
    ada.page.fill("#working", "17 + 25 = 42\n17 * 2 = 35\nI add them.")
    ada.page.wait_for_selector("#work-lines .katex")
    ada.page.click("#check")
    ada.page.wait_for_selector("#work-lines .contradicted")
    assert ada.page.locator("#work-lines .line.checked").count() == 1
    assert "1 contradicted" in ada.page.inner_text("#divergence")
    wait_text(ada.page, "#draft-state", "kept")
    assert ada.api("GET", f"/api/trails/{trail}/")["draft"].startswith("17 + 25")
    ada.page.reload()
    assert ada.page.input_value("#working").startswith("17 + 25 = 42")


def test_lines_taken_out_stay_out(visit: Callable[..., Visitor], student: str) -> None:
    """Also where the server has not heard of it."""
    ada = visit(student)
    ada.open_trail("sum")
    ada.page.fill("#working", "17 + 25 = 42")
    wait_text(ada.page, "#draft-state", "kept")
    ada.page.route("**/draft", lambda route: route.abort())
    ada.page.fill("#working", "")
    ada.page.reload()
    ada.page.wait_for_selector("#again")
    assert ada.page.input_value("#working") == ""
    ada.errors.clear()  # the browser's own words about the request that was cut off


LATE = """(more) => {
  const area = document.querySelector('#working')
  const typed = () => { area.value += more; area.dispatchEvent(new Event('input')) }
  area.form.addEventListener('submit', () => setTimeout(typed))
}"""


@pytest.mark.parametrize("more", ["", ", which is even"])
def test_only_what_was_not_submitted_is_a_draft(
    visit: Callable[..., Visitor], student: str, more: str
) -> None:
    """Keys pressed, or a script that awakes, while the lines are on their way."""
    ada = visit(student)
    trail = ada.open_trail("sum")

    def slowly(route: Route) -> None:
        time.sleep(0.5)  # the page goes on meanwhile
        route.continue_()

    ada.page.route("**/attempts/", slowly)
    ada.page.fill("#working", "17 + 25 = 42")
    ada.page.wait_for_selector("#work-lines .katex")
    ada.page.evaluate(LATE, more)
    with ada.page.expect_navigation():
        ada.page.click("text=Submit")
    ada.page.wait_for_selector("#work-lines .katex" if more else "#again")
    assert ada.page.input_value("#working") == (f"17 + 25 = 42{more}" if more else "")
    assert ada.api("GET", f"/api/trails/{trail}/")["draft"] == ""


def test_the_answer_is_shown_as_it_was_read(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    ada.open_trail("sum")
    ada.page.fill("#answer", "3/4")
    ada.page.wait_for_selector("#reads .katex")
    assert ada.page.inner_text("#reads").startswith("we read this as")


def test_help_opens_after_one_line_and_hints_stand_in_the_margin(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    ada.open_trail("sum")
    assert ada.page.locator("#ask").count() == 0
    assert ada.page.locator("#no-help").inner_text()
    ada.attempt("I do not know where to begin.")
    ada.page.click("#hint-panel summary")
    ada.page.fill("#asked-with", "What should I do with the two numbers?")
    with ada.page.expect_navigation():
        ada.page.click("text=Open the hint")
    note = ada.page.inner_text(".line.hint .note")
    assert note.startswith("Hint · where to look") and "42" not in note
    assert "What should I do" in ada.page.inner_text(".line.hint .asked")


def test_earlier_trails_are_offered_sent_and_shown(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    ada.open_trail("sum")
    ada.attempt("17 + 25 = 42", answer="42")
    trail = ada.open_trail("wrong")
    ada.attempt("6 times 7")
    ada.page.click("#ask")
    chip = ada.page.locator("[data-reuse]")
    chip.wait_for()
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    ada.page.click("#ask-now")
    ada.page.wait_for_selector(".outcome .bad")
    assert "A sum of two" in ada.page.inner_text(".receipt")
    given = ada.api("GET", f"/api/trails/{trail}/")["entries"][-1]["context"]
    assert [item["title"] for item in given] == ["A sum of two"] and "17 + 25" in given[0]["text"]
    ada.page.reload()
    ada.page.click(".receipt summary")
    assert "17 + 25" in ada.page.inner_text(".receipt .sent")


def test_a_program_is_judged_test_by_test(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    ada.open_trail("program")
    editor = ada.page.locator(".code-editor .cm-content")
    editor.wait_for()
    editor.click()
    ada.page.keyboard.type("n = int(input())\nprint(n + n)")
    with ada.page.expect_navigation():
        ada.page.click("text=Submit")
    ada.page.wait_for_selector(".attempt:not([data-verdict=pending])", timeout=30_000)
    assert ada.page.locator(".attempt[data-verdict=correct]").count() == 1
    assert ada.page.locator(".tests li.accepted").count() == 3


@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")
def test_cpp_is_chosen_once_and_what_does_not_compile_is_marked(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    ada.open_trail("program")
    chosen = (
        "() => document.querySelector('.code-editor') && document.querySelector('#language').value"
    )
    ada.page.wait_for_function(f"{chosen} === 'python'")
    ada.page.select_option("#language", "cpp")
    ada.page.reload()
    ada.page.wait_for_function(f"{chosen} === 'cpp'")
    ada.page.locator(".code-editor .cm-content").click()
    ada.page.keyboard.insert_text("#include <iostream>\nint main() {\n  return x;\n}")
    with ada.page.expect_navigation():
        ada.page.click("text=Submit")
    fault = ada.page.locator(".attempt .line.fault")
    fault.wait_for(timeout=30_000)
    assert "return x;" in fault.inner_text() and "does not compile" in fault.inner_text()
    assert ada.page.input_value("#language") == "cpp"
    assert ada.page.evaluate("Object.keys(localStorage).some((key) => key.endsWith(':language'))")
    ada.page.click(".menu summary")
    with ada.page.expect_navigation(url="**/accounts/login/**"):
        ada.page.click("text=Sign out")
    assert ada.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_it_without_sideways_scrolling(
    visit: Callable[..., Visitor], student: str, width: int
) -> None:
    ada = visit(student, viewport={"width": width, "height": 800}, has_touch=True)
    ada.open_trail("middle")
    ada.attempt("20 + 22 = 42 and (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10) * 3 = 165", answer="42")
    ada.ask()
    ada.page.wait_for_selector("#stop")
    stop = ada.page.locator("#stop").bounding_box()
    assert stop and stop["height"] >= 24 and stop["y"] + stop["height"] <= 800
    ada.page.wait_for_selector(".outcome")
    for path in ("/problems/", "/trails/", ada.page.url):
        ada.page.goto(path)
        assert ada.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_tap_on_a_line_opens_its_margin_on_a_phone(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student, viewport={"width": 390, "height": 800}, has_touch=True)
    ada.open_trail("sum")
    ada.attempt("17 + 25 = 42")
    note = ada.page.locator(".attempt .line.checked .note")
    assert (note.bounding_box() or {})["height"] < 5
    ada.page.tap(".attempt .line.checked")
    assert (note.bounding_box() or {})["height"] > 10


def test_everything_can_be_reached_by_keyboard_and_is_named(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    ada.open_trail("sum")
    ada.attempt("a line")
    ada.page.wait_for_selector("#again")  # the last that scripts show
    bad = ada.page.evaluate(
        """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), textarea, summary')]
          .filter((n) => n.checkVisibility())
          .filter((n) => !(n.innerText || n.getAttribute('aria-label') || n.labels?.length))
          .map((n) => n.outerHTML.slice(0, 120))"""
    )
    assert bad == []
    small = ada.page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), summary')]
          .filter((n) => n.checkVisibility()).map((n) => [n.outerHTML.slice(0, 80), n.getBoundingClientRect()])
          .filter(([, r]) => r.height < 24 || r.width < 24).map(([h]) => h)"""
    )
    assert small == []
    seen = set()
    ada.page.focus("body")
    for _ in range(30):
        ada.page.keyboard.press("Tab")
        seen.add(ada.page.evaluate("document.activeElement?.id || document.activeElement?.tagName"))
    assert {"working", "answer", "check", "ask"} <= seen


def test_the_page_works_without_scripts(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("sum")
    plain = visit(java_script_enabled=False)
    plain.context.add_cookies(ada.context.cookies())
    plain.page.goto(f"/trails/{trail}/")
    plain.page.fill("#working", "17 + 25 = 42")
    plain.page.fill("#answer", "42")
    plain.page.click("text=Submit")
    assert "correct" in plain.page.inner_text(".answered .note")
    assert plain.page.locator(".attempt .line.checked").count() >= 1
