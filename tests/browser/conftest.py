"""Chromium against the whole running system. A page fails its test on any console error, page
error or violation of the content policy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.people import PROBLEMS, SESSION, STUDENTS, TELL
from tests.system import ROOT, System, running_system

PASSWORD = "seven white mice"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

# What the student must never see in the console; asked of every page before its own scripts run.
WATCH = """
addEventListener('securitypolicyviolation', (e) =>
  console.error('policy violated: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))
"""
SESSIONS: dict[str, str] = {}
FREE = iter(range(40))
CSRF = "c" * 32


@pytest.fixture(scope="session")
def built() -> None:
    """The browser's files, built from this checkout."""
    if os.environ.get("THINKTRAIL_BUILT") == "1" and (ROOT / "static/dist/main.js").exists():
        return
    subprocess.run(["npm", "run", "--silent", "build"], cwd=ROOT, check=True)


@pytest.fixture(scope="package")
def system(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running_system(tmp_path_factory.mktemp("browser"), engine="scripted") as running:
        running.manage("demo", "--password", PASSWORD)
        told = running.django(PROBLEMS + SESSION + STUDENTS + TELL)
        SESSIONS.update(json.loads(told.splitlines()[-1]))
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Ends with this folder: while Playwright runs, no other test may start an event loop."""
    if not CHROMIUM:
        pytest.skip("no Chromium found; set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Visitor:
    """A person with a browser of their own; `errors` is what went wrong in its pages."""

    def __init__(self, browser: Browser, system: System, **options: Any) -> None:
        self.system = system
        self.context: BrowserContext = browser.new_context(
            base_url=system.base_url, reduced_motion="reduce", **options
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(WATCH)
        self.errors: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"error: {error}"))
        page.on("console", self._console)
        return page

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text} {message.location.get('url', '')}")

    def sign_in(self, username: str) -> Visitor:
        """Arrive signed in, as after the form."""
        given = {"sessionid": SESSIONS[username], "csrftoken": CSRF}
        url = self.system.base_url
        self.context.add_cookies([{"name": n, "value": v, "url": url} for n, v in given.items()])
        return self

    def sign_in_by_form(self, username: str) -> Visitor:
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button:not([formaction])")
        self.page.wait_for_selector("[data-signout]", state="attached")
        return self

    def open_trail(self, slug: str, page: Page | None = None) -> str:
        """This person's trail on that problem, opened; its id."""
        page = page or self.page
        made = self.api("POST", "/api/trails/", {"problem": slug})
        page.goto(f"/trails/{made['id']}/")
        return str(made["id"])

    def api(self, method: str, path: str, body: object = None) -> Any:
        cookies = {c["name"]: c["value"] for c in self.context.cookies()}
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        headers |= {"X-CSRFToken": cookies.get("csrftoken", ""), "Referer": self.system.base_url}
        data = None if body is None else json.dumps(body)
        reply = self.context.request.fetch(path, method=method, data=data, headers=headers)
        assert reply.ok, f"{method} {path}: {reply.status} {reply.text()[:400]}"
        return reply.json()

    def attempt(self, *lines: str, answer: str = "") -> None:
        """Write lines and submit them."""
        if lines:
            self.page.fill("#working", "\n".join(lines))
        if answer:
            self.page.fill("#answer", answer)
        with self.page.expect_navigation():
            self.page.click("text=Submit")

    def ask(self) -> None:
        self.page.click("#ask")
        self.page.click("#ask-now")

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def visit(chromium: Browser, system: System) -> Iterator[Callable[..., Visitor]]:
    """Makes people: `visit("ada")` is signed in. Their pages must have stayed free of errors."""
    people: list[Visitor] = []

    def make(username: str = "", **options: Any) -> Visitor:
        visitor = Visitor(chromium, system, **options)
        people.append(visitor)
        return visitor.sign_in(username) if username else visitor

    yield make
    errors = [error for visitor in people for error in visitor.errors]
    for visitor in people:
        visitor.close()
    assert not errors, "\n".join(errors)


@pytest.fixture
def student(system: System) -> str:
    """A fresh student of grace's class, so that tests do not share trails."""
    return f"s{next(FREE)}"


def wait_text(page: Page, selector: str, part: str) -> None:
    page.wait_for_function(
        "([s, part]) => document.querySelector(s)?.textContent.includes(part)",
        arg=[selector, part],
    )
