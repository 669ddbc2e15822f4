"""Reading with the network off, and what the browser keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

CONTROLLED = "() => navigator.serviceWorker.ready.then((r) => Boolean(r.active))"
KEPT = """async (id) => {
  const name = 'thinktrail:' + document.documentElement.dataset.user
  const db = await new Promise((ok) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result) })
  const row = await new Promise((ok) => { const r = db.transaction('details').objectStore('details').get(id); r.onsuccess = () => ok(r.result) })
  db.close()
  return Boolean(row && row.entries.some((e) => e.type === 'generation' && e.text && e.verdict))
}"""


def solved_trail(ada: Visitor) -> str:
    trail = ada.open_trail("sum")
    ada.attempt("17 + 25 = 42", answer="42")
    ada.ask()
    ada.page.wait_for_selector(".outcome .good")
    for _ in range(40):
        if ada.page.evaluate(KEPT, trail):
            return trail
        ada.page.wait_for_timeout(250)
    raise AssertionError("the trail was not kept")


def test_trails_are_read_and_searched_with_the_network_off(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    trail = solved_trail(ada)
    assert ada.page.evaluate(CONTROLLED)
    ada.page.goto("/trails/")
    ada.page.wait_for_selector("#trail-words")
    ada.context.set_offline(True)
    ada.page.goto("/trails/")
    ada.page.wait_for_selector(f"#offline-shell li[data-trail='{trail}'] a")
    ada.page.fill("#trail-words", "sum two")
    ada.page.wait_for_selector(".found a")
    ada.page.evaluate("dispatchEvent(new Event('online'))")  # a network that comes and goes
    assert ada.page.input_value("#trail-words") == "sum two"
    ada.page.click(".found a")
    ada.page.wait_for_selector(".saved .generation .line")
    assert "agrees with the reference answer" in ada.page.inner_text(".outcome")
    ada.page.wait_for_function("() => document.querySelectorAll('.saved .katex').length > 3")
    assert ada.page.get_attribute(".saved .attempt .tex", "data-source") == "17 + 25 = 42"
    ada.errors = [error for error in ada.errors if "ERR_INTERNET_DISCONNECTED" not in error]


def test_nothing_signed_in_is_in_the_offline_cache(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    ada.open_trail("sum")
    assert ada.page.evaluate(CONTROLLED)
    ada.page.goto("/trails/")
    kept = ada.page.evaluate(
        """async () => {
          const found = []
          for (const name of await caches.keys()) {
            for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname)
          }
          return found
        }"""
    )
    assert "/offline/" in kept
    assert any("jetbrains-mono-latin-400" in path for path in kept)  # programs are read offline too
    assert [path for path in kept if not path.startswith("/static/") and path != "/offline/"] == []


def test_without_indexeddb_everything_still_works(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit()
    ada.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    ada.sign_in(student)
    ada.open_trail("sum")
    ada.attempt("17 + 25 = 42", answer="42")
    ada.ask()
    ada.page.wait_for_selector(".outcome .good")


def test_a_failing_store_goes_on_in_memory(visit: Callable[..., Visitor], student: str) -> None:
    ada = visit()
    ada.context.add_init_script(
        """IDBObjectStore.prototype.put = function () {
             throw new DOMException('full', 'QuotaExceededError') }"""
    )
    ada.sign_in(student)
    ada.open_trail("sum")
    ada.attempt("17 + 25 = 42", answer="42")
    ada.ask()
    ada.page.wait_for_selector(".outcome .good")


def test_another_user_finds_nothing_of_the_first(
    visit: Callable[..., Visitor], student: str
) -> None:
    ada = visit(student)
    solved_trail(ada)
    ada.context.clear_cookies()  # the session is gone without a sign-out
    ada.page.goto("/accounts/login/")
    ada.page.wait_for_function(
        "async () => !(await indexedDB.databases()).some((d) => d.name.startsWith('thinktrail'))"
    )
    ada.sign_in("emmy").page.goto("/trails/")
    assert "A sum of two" not in ada.page.inner_text("#main")
