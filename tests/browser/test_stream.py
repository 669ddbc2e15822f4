"""The stream as a student sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Visitor, wait_text
from tests.system import System

pytestmark = pytest.mark.browser

ROWS = "[...document.querySelectorAll('.reasoning .line')].map((r) => r.dataset.line + r.className)"
GROWN = "(n) => document.querySelector('.reasoning')?.textContent.length > n"


KEPT = """async () => {
  const name = 'thinktrail:' + document.documentElement.dataset.user
  const db = await new Promise((ok) => {
    const r = indexedDB.open(name); r.onsuccess = () => ok(r.result) })
  const all = (table) => new Promise((ok) => {
    const r = db.transaction(table).objectStore(table).getAll(); r.onsuccess = () => ok(r.result) })
  const [chunks, details] = [await all('chunks'), await all('details')]
  db.close()
  if (chunks.length) return chunks.sort((a, b) => a.b - b.b).map((r) => r.text).join('')
  return details.flatMap((d) => d.entries).find((e) => e.type === 'generation')?.text ?? ''
}"""


def kept_text(page: Page) -> str:
    """The text of the one generation as this browser keeps it: as chunks, later as a whole."""
    for _ in range(40):
        if text := str(page.evaluate(KEPT)):
            return text
        page.wait_for_timeout(250)
    return ""


def settled(visitor: Visitor, trail: str) -> dict[str, Any]:
    """The trail's last generation, once the desk has read it."""
    entry: dict[str, Any] = {}
    for _ in range(80):
        whole = visitor.api("GET", f"/api/trails/{trail}/")
        entry = [entry for entry in whole["entries"] if entry["type"] == "generation"][-1]
        if entry["state"] not in ("queued", "running"):
            break
        visitor.page.wait_for_timeout(250)
    return entry


def test_attempt_ask_stream_and_verdict(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("sum")
    ada.attempt("17 + 25 = 42", answer="42")
    assert ada.page.locator(".answered.correct").count() == 1
    ada.ask()
    ada.page.wait_for_selector(".outcome .good")
    assert "agrees with the reference answer" in ada.page.inner_text(".outcome")
    ada.page.wait_for_function("() => document.querySelectorAll('.reasoning .katex').length > 3")
    assert ada.page.locator(".region[data-region=thinking]").count() == 1
    row = settled(ada, trail)
    assert (
        row["state"] == "done" and row["sha256"] == hashlib.sha256(row["text"].encode()).hexdigest()
    )


def test_a_wrong_model_answer_is_said_plainly(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    ada.open_trail("wrong")
    ada.attempt("I multiply.")
    ada.ask()
    ada.page.wait_for_selector(".outcome .bad")
    assert "does not agree with the reference answer" in ada.page.inner_text(".outcome")


def test_reload_in_the_middle_loses_and_doubles_nothing(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    trail = ada.open_trail("middle")
    ada.attempt("a line")
    ada.ask()
    ada.page.wait_for_function(GROWN, arg=400)
    ada.page.reload()
    ada.page.wait_for_function(GROWN, arg=300)
    before = ada.page.evaluate(ROWS)
    ada.page.wait_for_selector(".outcome")
    row = settled(ada, trail)
    assert kept_text(ada.page) == row["text"]
    assert row["n"] == 600 and row["verdict"] == "correct"
    assert len(ada.page.evaluate(ROWS)) >= len(before) > 3


def test_stop_stops_the_worker(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("slow")
    ada.attempt("a line")
    ada.ask()
    ada.page.wait_for_function(GROWN, arg=100)
    ada.page.click("#stop")
    ada.page.wait_for_selector(".outcome")
    assert "You stopped it here." in ada.page.inner_text(".outcome")
    assert ada.page.locator("#live").is_hidden()
    row = settled(ada, trail)
    assert row["state"] == "cancelled" and 0 < row["n"] < 3000


def test_two_tabs_follow_one_generation(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("middle")
    ada.attempt("a line")
    other = ada.new_page()
    other.goto(f"/trails/{trail}/")
    ada.ask()
    other.wait_for_selector(".generation")  # told by the first tab
    for page in (ada.page, other):
        page.wait_for_selector(".outcome .good")  # the checks have come too
    first, second = (page.evaluate(ROWS) for page in (ada.page, other))
    assert first == second and len(first) > 10
    whole = ada.api("GET", f"/api/trails/{trail}/")
    assert [entry["type"] for entry in whole["entries"]].count("generation") == 1


def test_a_tab_still_loading_hears_of_it_too(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student, service_workers="block")  # or scripts come from its cache
    trail = ada.open_trail("middle")
    ada.attempt("a line")
    other, held, late = ada.new_page(), list[Route](), False
    other.route("**/dist/*.js", lambda route: route.continue_() if late else held.append(route))
    with other.expect_request("**/dist/*.js"):
        other.goto(f"/trails/{trail}/", wait_until="commit")
    ada.ask()
    ada.page.wait_for_selector(".generation")
    assert held and other.locator(".generation").count() == 0
    late = True
    for route in held:
        route.continue_()
    other.wait_for_selector(".generation")


def test_a_lost_connection_resumes(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("middle")
    ada.attempt("a line")
    ada.ask()
    ada.page.wait_for_function(GROWN, arg=300)
    ada.context.set_offline(True)
    ada.page.wait_for_selector("#notice:not([hidden])")
    ada.context.set_offline(False)
    ada.page.wait_for_selector(".outcome")
    assert kept_text(ada.page) == settled(ada, trail)["text"]


def test_sign_out_in_the_middle_leaves_nothing(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit(student)
    trail = ada.open_trail("slow")
    ada.attempt("a line")
    ada.ask()
    ada.page.wait_for_function(GROWN, arg=100)
    other = ada.new_page()
    other.goto(f"/trails/{trail}/")
    other.wait_for_function(GROWN, arg=50)
    ada.page.click(".menu summary")
    with ada.page.expect_navigation(url="**/accounts/login/**"):
        ada.page.click("text=Sign out")
    other.wait_for_selector("text=You signed out.")
    assert other.locator(".reasoning").count() == 0
    names = ada.page.evaluate("async () => (await indexedDB.databases()).map((d) => d.name)")
    assert [name for name in names if name.startswith("thinktrail")] == []
    assert ada.page.evaluate("localStorage.length") == 0


def test_it_waits_for_an_engine_that_is_not_up_and_goes_on_by_itself(
    visit: Callable[..., Visitor], student: str, system: System
) -> None:
    system.kill("gpu")
    try:
        ada = visit(student)
        ada.open_trail("sum")
        ada.attempt("a line")
        ada.ask()
        wait_text(ada.page, "#live", "waiting for its engine")
    finally:
        system.start("gpu")
    ada.page.wait_for_selector(".outcome .good", timeout=60_000)


def test_a_reader_who_scrolls_up_is_left_in_peace(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student, viewport={"width": 900, "height": 420})
    ada.open_trail("slow")
    ada.attempt("a line")
    ada.ask()
    ada.page.wait_for_function(GROWN, arg=100)
    ada.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    ada.page.wait_for_function(GROWN, arg=600)
    gap = "document.documentElement.scrollHeight - innerHeight - scrollY"
    # Followed; rows get their height when they are seen.
    ada.page.wait_for_function(f"() => {gap} < 200")
    ada.page.evaluate("window.scrollBy(0, -60)")
    ada.page.wait_for_timeout(100)
    place = ada.page.evaluate("scrollY")
    ada.page.wait_for_function(GROWN, arg=1200)
    assert ada.page.evaluate("scrollY") == place
    ada.page.click("#stop")
    ada.page.wait_for_selector(".outcome")
