"""Takes the pictures of this folder from the whole running system, with real people's paths in it.

    python docs/screenshots/take.py [--only trail,review]

The shipped model answers when it is there; otherwise a scripted one, and the pictures say so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import CHROMIUM, SESSIONS, Visitor  # noqa: E402
from tests.browser.people import SESSION, TELL  # noqa: E402
from tests.system import System, running_system  # noqa: E402

HERE = Path(__file__).parent
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
TALLEST = 1500
SEEDLING = ROOT / "checkpoints" / "seedling"

# One student's evening, written into the pages as she would.
LAST_DIGITS = "The units digits of 7^n are 7, 9, 3, 1 and then again."
WORKING = ["7^2 = 49 and 7^4 = 2401, so 7^4 ≡ 1 (mod 100).", "2025 = 4*506 + 1, so 7^2025 ≡ 7.",
           "3^10 = 59049 ≡ 1 (mod 100).", "So 3^2025 ≡ 3^5 = 243 ≡ 43."]  # fmt: skip
WORKED = (
    "Modulo $100$, $7^4 = 2401 \\equiv 1$, so $7^{2025} \\equiv 7$.\n\n"
    "$3^{10} = 59049 \\equiv 49$, so $3^{20} \\equiv 49^2 = 2401 \\equiv 1$.\n\n"
    "$2025 = 20 \\cdot 101 + 5$, so $3^{2025} \\equiv 3^5 = 243 \\equiv 43$.\n\n"
    "So the remainder is $7 + 43 = 50$."
)
TOWER = f"""
t, _ = Topic.objects.get_or_create(slug="number-theory", defaults={{"name": "Number theory"}})
p = Problem.objects.create(
    slug="last-two-digits-of-a-tower", title="Last two digits of a tower", kind="math", level=3,
    statement="Find the remainder when $7^{{2025}} + 3^{{2025}}$ is divided by $100$.")
p.topics.add(t)
Solution.objects.create(problem=p, answer="50", worked={WORKED!r})
"""
# The class has begun with its set: judged answers, right and wrong.
BEGUN = """
from tutor.services import attempting
from uuid import uuid4
given = Assignment.objects.first()
problems = [item.problem for item in given.problem_set.items.all()]
for name, right, wrong in (("ada", 3, 1), ("emmy", 1, 1)):
    student = User.objects.get(username=name)
    for n, problem in enumerate(problems[:right + wrong]):
        trail = Trail.objects.create(student=student, problem=problem, assignment=given)
        answers = [problem.solution.answer] if n < right else ["0", "-3"]
        for answer in answers:
            attempting.submit_attempt(
                trail=trail, working="My first line.", answer=answer, program="",
                attempt_id=uuid4())
"""


@contextmanager
def installation() -> Iterator[System]:
    real = (SEEDLING / "config.json").exists()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_system(
            Path(folder), engine="engine" if real else "scripted", THINKTRAIL_SCRIPTED_SPEED="25"
        ) as system,
    ):
        for bank in sorted((ROOT / "problems" / "bank").glob("*.jsonl")):
            system.manage("import_problems", str(bank))
        system.django(TOWER)
        system.manage("demo", "--password", "not shown")
        system.django(BEGUN)
        SESSIONS.update(json.loads(system.django(SESSION + TELL).splitlines()[-1]))
        yield system


def evening(browser: Browser, system: System) -> dict[str, str]:
    """What ada and grace did before the pictures; the addresses they were at."""
    ada, grace = (Visitor(browser, system).sign_in(name) for name in ("ada", "grace"))
    slug = family_problem(ada)
    asked = ada.open_trail(slug)
    ada.attempt("I would start from the definition.")
    ada.ask()
    ada.page.wait_for_selector(".outcome", timeout=120_000)
    tower = ada.open_trail("last-two-digits-of-a-tower")
    ada.attempt(LAST_DIGITS, answer="10")
    ada.attempt(*WORKING, answer="46")
    ada.page.click("#hint-panel summary")
    ada.page.fill("#asked-with", "I think the period of 3 is wrong but I can't see the right one.")
    with ada.page.expect_navigation():
        ada.page.click("text=Open the hint")
    comment(
        grace,
        tower,
        3,
        "Good idea to look for the period. What is $49^2$ modulo 100?",
    )
    program = ada.open_trail(program_problem(ada))
    for visitor in (ada, grace):
        visitor.close()
    return {
        "tower": f"/trails/{tower}/",
        "asked": f"/trails/{asked}/",
        "review": f"/review/{tower}/",
        "program": f"/trails/{program}/",
    }


def family_problem(ada: Visitor) -> str:
    """A problem of a family the shipped model was trained for, else any."""
    found = ada.system.django(
        "p = Problem.objects.exclude(family='').filter(kind='math').order_by('level').last()\n"
        "print((p or Problem.objects.get(slug='three-has-a-long-memory')).slug)"
    )
    return found.splitlines()[-1]


def program_problem(ada: Visitor) -> str:
    written = "Problem.objects.filter(kind='code', family='').order_by('level', 'slug')"
    code = f"print({written}.first().slug)"
    return ada.system.django(code).splitlines()[-1]


def comment(grace: Visitor, trail: str, number: int, words: str) -> None:
    page = grace.page
    page.goto(f"/review/{trail}/")
    line = page.locator(".review .attempt").last.locator(f".line[data-line='{number}']")
    line.hover()
    line.locator(".pen").click()
    page.fill(".mark-here textarea, .pen-form textarea", words)
    with page.expect_navigation():
        page.click("button:has-text('Comment')")


def settle(page: Page, width: int, height: int) -> None:
    """As tall as the page is, so that what sticks to the edges sticks to the page's own."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_function("() => !document.querySelector('.math:not([data-set])')")
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, min(tall, TALLEST))})
    page.wait_for_timeout(600)


PICTURES: dict[str, tuple[str, str, Callable[[Visitor, dict[str, str]], None] | None]] = {
    "sign-in": ("", "/accounts/login/", None),
    "home": ("ada", "/", None),
    "problems": ("ada", "/problems/", None),
    "trail": ("ada", "tower", None),
    "reasoning": ("ada", "asked", None),
    "program": ("ada", "program", None),
    "trails": ("ada", "/trails/", None),
    "class": ("grace", "/classes/", lambda v, at: v.page.click("#main .rows a, #main li a")),
    "review": ("grace", "review", None),
}


def take(browser: Browser, system: System, at: dict[str, str], names: list[str]) -> None:
    for name in names:
        who, where, then = PICTURES[name]
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                options = {
                    "viewport": {"width": width, "height": height},
                    "color_scheme": scheme,
                    "device_scale_factor": 1 if size == "desktop" else 1.5,
                }
                visitor = Visitor(browser, system, **options)
                if who:
                    visitor.sign_in(who)
                visitor.page.goto(at.get(where, where))
                if then:
                    then(visitor, at)
                settle(visitor.page, width, height)
                visitor.page.screenshot(path=HERE / f"{name}-{size}-{scheme}.png")
                print(f"{name}-{size}-{scheme}.png", *visitor.errors)
                visitor.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PICTURES), help="names, with commas")
    names = parser.parse_args().only.split(",")
    with installation() as system, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(browser, system, evening(browser, system), names)
        browser.close()


if __name__ == "__main__":
    main()
