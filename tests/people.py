"""The people every rule is tried with, and a small school around them.

ada owns the work, emmy is her classmate, grace their teacher, sonja teaches elsewhere, and
mallory is a signed-in stranger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tutor.models import (
    Assignment,
    Attempt,
    Classroom,
    Generation,
    Membership,
    Problem,
    ProblemSet,
    ProblemSetItem,
    Solution,
    Topic,
    Trail,
    User,
)

PASSWORD = "correct horse battery"


def person(name: str, role: str = "student") -> User:
    return User.objects.create_user(name, password=PASSWORD, role=role)


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def make_problem(slug: str = "tower", **fields) -> Problem:
    defaults = {
        "title": f"Problem {slug}",
        "kind": "math",
        "level": 1,
        "statement": "Find the remainder when $7^{2025}$ is divided by $100$.",
    }
    solution = fields.pop("solution", {"answer": "7", "worked": "$7^4 = 2401$, so it is 7."})
    problem = Problem.objects.create(slug=slug, **defaults | fields)
    if solution is not None:
        Solution.objects.create(problem=problem, **solution)
    return problem


def make_set(owner: User, *problems: Problem, title: str = "Autumn set") -> ProblemSet:
    made = ProblemSet.objects.create(title=title, owner=owner)
    for position, problem in enumerate(problems, 1):
        ProblemSetItem.objects.create(problem_set=made, problem=problem, position=position)
    return made


def assign(problem_set: ProblemSet, classroom: Classroom, **fields) -> Assignment:
    now = timezone.now()
    defaults = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=7)}
    return Assignment.objects.create(
        problem_set=problem_set, classroom=classroom, **defaults | fields
    )


def make_generation(trail: Trail, **fields) -> Generation:
    defaults = {
        "user": trail.student,
        "idem": f"k{Generation.objects.count()}",
        "state": "done",
        "settled_at": timezone.now(),
        "messages": [],
        "params": {},
        "deadline": timezone.now() + timedelta(hours=1),
        "text": "<think>\n$7^2 = 49$\n</think>\nThe answer is $\\boxed{7}$.",
        "model": "scripted",
    }
    return Generation.objects.create(trail=trail, **defaults | fields)


@dataclass
class School:
    """One class with one assignment, and ada's work on its first problem."""

    ada: User
    emmy: User
    grace: User
    sonja: User
    mallory: User
    classroom: Classroom
    problem: Problem
    second: Problem
    problem_set: ProblemSet
    assignment: Assignment
    trail: Trail
    attempt: Attempt
    generation: Generation

    def client(self, name: str) -> Client:
        return signed_in(None if name == "nobody" else getattr(self, name))


@pytest.fixture
def school(db) -> School:
    ada, emmy, mallory = person("ada"), person("emmy"), person("mallory")
    grace, sonja = person("grace", "teacher"), person("sonja", "teacher")
    classroom = Classroom.objects.create(name="Tuesday circle")
    elsewhere = Classroom.objects.create(name="Elsewhere")
    for user, where, role in [
        (ada, classroom, "student"),
        (emmy, classroom, "student"),
        (grace, classroom, "teacher"),
        (sonja, elsewhere, "teacher"),
    ]:
        Membership.objects.create(user=user, classroom=where, role=role)
    problem, second = make_problem("tower"), make_problem("dice", level=2)
    topic = Topic.objects.create(slug="number-theory", name="Number theory")
    problem.topics.add(topic)
    problem_set = make_set(grace, problem, second)
    assignment = assign(problem_set, classroom)
    trail = Trail.objects.create(student=ada, problem=problem, assignment=assignment)
    attempt = Attempt.objects.create(
        trail=trail,
        working="$7^2 = 49$\n$7^4 = 2401$",
        answer="9",
        verdict="wrong",
        checks=[{"line": 1, "status": "checked", "reason": "", "key": False}],
    )
    generation = make_generation(trail)
    return School(
        ada, emmy, grace, sonja, mallory, classroom, problem, second, problem_set, assignment,
        trail, attempt, generation,
    )  # fmt: skip
