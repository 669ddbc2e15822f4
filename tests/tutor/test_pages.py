"""Pages as a person meets them, before any script."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import PASSWORD, School, make_problem, person, signed_in
from tutor.models import Problem, Topic, Trail, User
from tutor.services import generating


def text(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200, url
    return response.content.decode()


def test_signing_in_and_out(school: School) -> None:
    client = Client()
    assert client.get("/trails/").url == "/accounts/login/?next=/trails/"
    wrong = client.post("/accounts/login/", {"username": "ada", "password": "no"})
    assert "do not belong together" in wrong.content.decode()
    right = {"username": "ada", "password": PASSWORD, "next": "/trails/"}
    assert client.post("/accounts/login/", right).url == "/trails/"
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert client.get("/trails/").status_code == 302


def test_signing_in_leads_to_no_other_site(school: School) -> None:
    body = {"username": "ada", "password": PASSWORD, "next": "https://example.org/"}
    assert Client().post("/accounts/login/", body).url == "/"


def test_a_student_makes_an_account_with_a_join_code(school: School) -> None:
    body = {
        "username": "sophie",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "code": school.classroom.join_code.lower(),
    }
    client = Client()
    refused = client.post("/accounts/join/", body | {"code": "NOSUCH"})
    assert refused.status_code == 400
    assert not User.objects.filter(username="sophie").exists()
    assert client.post("/accounts/join/", body).url == "/"
    made = User.objects.get(username="sophie")
    assert (made.role, made.memberships.get().role) == ("student", "student")


def test_nobody_makes_herself_a_teacher(school: School) -> None:
    body = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, "role": "teacher"}
    Client().post("/accounts/join/", body | {"code": school.classroom.join_code})
    assert not User.objects.get(username="eve").is_teacher


def test_teachers_start_at_their_classes(school: School) -> None:
    assert school.client("grace").get("/").url == "/classes/"


def test_the_first_visit_says_how_to_begin(db) -> None:
    page = text(signed_in(person("noor")), "/")
    assert "Welcome, noor" in page and "There are no problems here yet" in page


@pytest.fixture
def bank(school: School) -> None:
    strings = Topic.objects.create(slug="strings", name="Strings")
    word = make_problem("word", kind="code", level=3, title="A word", statement="Read a word.")
    word.topics.add(strings)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ({}, {"tower", "dice", "word"}),
        ({"kind": "code"}, {"word"}),
        ({"level": "2"}, {"dice"}),
        ({"topic": "number-theory"}, {"tower"}),
        ({"q": "WORD read"}, {"word"}),
        ({"q": "number theory"}, {"tower"}),
        ({"state": "solved"}, {"dice"}),
        ({"state": "new"}, {"word"}),
        ({"level": "nine", "topic": "none", "kind": "x"}, {"tower", "dice", "word"}),
        ({"q": "nothing like it"}, set()),
    ],
)
def test_filters(school: School, bank: None, query: dict, slugs: set[str]) -> None:
    solved = school.ada.trails.create(problem=school.second)
    solved.attempts.create(answer="1", verdict="correct")
    page = text(school.client("ada"), "/problems/", **query)
    found = {p.slug for p in Problem.objects.all() if f'href="/problems/{p.slug}/"' in page}
    assert found == slugs
    assert ("No problem fits" in page) == (not slugs)


def test_a_crowded_list_has_pages(school: School) -> None:
    for n in range(40):
        make_problem(f"p{n:02}")
    client = school.client("ada")
    assert "Page 1 of 2" in text(client, "/problems/")
    assert "page=1" in text(client, "/problems/", page="2", kind="math")
    assert "Page 2 of 2" in text(client, "/problems/", page="99")


def test_a_problem_page_offers_its_open_assignment(school: School) -> None:
    page = text(school.client("ada"), "/problems/tower/")
    assert f'name="assignment" value="{school.assignment.pk}"' in page
    assert "Autumn set" not in text(school.client("mallory"), "/problems/tower/")


def test_opening_a_problem_twice_is_one_trail(school: School) -> None:
    client = school.client("emmy")
    first, second = client.post("/problems/dice/"), client.post("/problems/dice/")
    assert first.url == second.url
    assert text(client, first.url)


def test_formulas_are_on_the_page_without_scripts(school: School) -> None:
    page = text(school.client("ada"), "/problems/tower/")
    assert '<span class="math" data-tex="7^{2025}">$7^{2025}$</span>' in page


def test_a_generated_programs_example_stands_there_once(school: School) -> None:
    problem = make_problem(
        "evens", kind="code", samples=[{"input": "64\n", "output": "3 13\n"}],
        statement="List them.\nExample input:\n64\nExample output:\n3 13",
    )  # fmt: skip
    client = school.client("ada")
    trail = client.post("/problems/evens/").url
    for page in (text(client, "/problems/evens/"), text(client, trail).split("trail-data")[0]):
        assert "Example input" not in page and page.count("3 13") == 1
    asked = generating._statement(Trail.objects.get(problem=problem))
    assert asked == problem.statement  # as the model was trained, and each sample once


def test_the_model_reads_every_sample_that_the_statement_does_not_tell(school: School) -> None:
    samples = [{"input": "1", "output": "2"}, {"input": "3", "output": "4"}]
    problem = make_problem("more", kind="code", statement="Double it.", samples=samples)
    asked = generating._statement(Trail(problem=problem))
    assert asked.count("Sample input") == 2 and asked.endswith("Sample output:\n4")


def test_my_trails_when_there_are_none(db) -> None:
    assert "No trail yet." in text(signed_in(person("noor")), "/trails/")


def test_checking_without_scripts_shows_the_trail_page(school: School) -> None:
    response = school.client("ada").post(
        f"/trails/{school.trail.pk}/check/", {"working": "$1 + 1 = 3$"}
    )
    assert response.status_code == 200
    (check,) = response.context["checks"]["checks"]
    assert check["status"] == "contradicted"


def test_html_in_any_text_is_text(school: School) -> None:
    evil = "<script>alert(1)</script>"
    make_problem("evil", title=evil, statement=f"{evil} $x<{evil}$ ```{evil}```")
    school.trail.attempts.create(working=evil, answer=evil)
    for who, url in [
        ("ada", "/problems/evil/"),
        ("ada", "/problems/"),
        ("ada", f"/trails/{school.trail.pk}/"),
        ("grace", f"/review/{school.trail.pk}/"),
    ]:
        assert "<script>alert" not in text(school.client(who), url)


@pytest.mark.parametrize("url", ["/nothing/", "/problems/nothing/", "/review/x/", "/styleguide/"])
def test_what_is_not_there_says_so(school: School, url: str) -> None:
    response = school.client("ada").get(url)
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_the_offline_page_carries_nobodys_data(school: School) -> None:
    page = text(school.client("ada"), "/offline/")
    assert "ada" not in page.replace("data-", "").replace("Trails you have", "")
    assert 'data-user=""' in page


def test_every_page_has_its_policy_header(school: School) -> None:
    for url in ("/", "/accounts/login/", "/nothing/"):
        policy = school.client("ada").get(url).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "object-src 'none'" in policy


def test_what_is_not_there_is_told_in_json_to_who_asks_for_json(school: School) -> None:
    for url in ("/api/trails/x/", f"/api/trails/{school.trail.pk}/"):
        response = school.client("mallory").get(url)
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "not_found"


def test_pages_are_kept_for_nobody_else(school: School) -> None:
    header = school.client("ada").get("/").headers["Cache-Control"]
    assert "private" in header and "no-cache" in header


def test_pages_have_no_inline_scripts_or_styles(school: School) -> None:
    import re

    for who, url in [
        ("nobody", "/accounts/login/"),
        ("ada", "/"),
        ("ada", f"/trails/{school.trail.pk}/"),
        ("grace", f"/review/{school.trail.pk}/"),
        ("grace", f"/classes/{school.classroom.pk}/"),
        ("grace", f"/sets/{school.problem_set.pk}/"),
    ]:
        page = text(school.client(who), url)
        assert not re.search(r"<style|<[^>]+\son\w+=|javascript:", page), url
        for script in re.findall(r"<script[^>]*>", page):
            assert "src=" in script or 'type="application/json"' in script, url


def test_a_stale_form_says_what_to_do(school: School) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(school.ada)
    response = client.post(f"/trails/{school.trail.pk}/attempts/", {"answer": "7"})
    assert response.status_code == 403
    assert "Load the page again" in response.content.decode()
