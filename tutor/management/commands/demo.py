"""A class to try everything with: ada and emmy study, grace teaches."""

from __future__ import annotations

import os
import secrets
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tutor.models import Assignment, Classroom, Membership, Problem, ProblemSet, User
from tutor.services import assigning

PEOPLE = (("ada", "Ada", "", "student"), ("emmy", "Emmy", "", "student"))
TEACHER = ("grace", "Ms", "Grace", "teacher")
CLASS = "Tuesday circle"
SET = "First steps"
SIZE = 8


class Command(BaseCommand):
    help = "Adds ada and emmy (students), grace (teacher), a class, a set and an assignment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--password",
            default=os.environ.get("THINKTRAIL_DEMO_PASSWORD", ""),
            help="for all three; else $THINKTRAIL_DEMO_PASSWORD; else made up and printed",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or secrets.token_urlsafe(9)
        grace = person(password, *TEACHER)
        students = [person(password, *who) for who in PEOPLE]
        classroom = demo_class(grace, students)
        given = demo_assignment(grace, classroom)
        names = ", ".join([*(student.username for student in students), grace.username])
        self.stdout.write(f"Demo accounts {names}: password {password}")
        self.stdout.write(f"Class “{classroom.name}”: join code {classroom.join_code}")
        if given is None:
            self.stdout.write("No problems yet, so nothing is assigned. Import some and run again.")


def person(password: str, username: str, first: str, last: str, role: str) -> User:
    user, _ = User.objects.get_or_create(
        username=username, defaults={"first_name": first, "last_name": last, "role": role}
    )
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def demo_class(teacher: User, students: list[User]) -> Classroom:
    found = Classroom.objects.taught_by(teacher).filter(name=CLASS).first()
    classroom = found or Classroom.objects.create(name=CLASS)
    for user in [teacher, *students]:
        Membership.objects.get_or_create(
            classroom=classroom, user=user, defaults={"role": user.role}
        )
    return classroom


def demo_assignment(teacher: User, classroom: Classroom) -> Assignment | None:
    """The set, given once; None while the bank is empty."""
    problem_set, _ = ProblemSet.objects.get_or_create(title=SET, owner=teacher)
    if not problem_set.items.exists():
        for problem in first_problems():
            assigning.add_problem(problem_set=problem_set, problem=problem)
    if not problem_set.items.exists():
        return None
    friday = timezone.localdate() + timedelta(days=7 + (4 - timezone.localdate().weekday()) % 7)
    due = timezone.make_aware(datetime.combine(friday, time(18)))
    given, _ = Assignment.objects.get_or_create(
        problem_set=problem_set, classroom=classroom, defaults={"due_at": due}
    )
    return given


def first_problems() -> list[Problem]:
    """Easy ones first, each of another topic or family where the bank allows it."""
    bank = Problem.objects.current().filter(owner=None).prefetch_related("topics")
    chosen: list[Problem] = []
    seen: set[str] = set()
    for problem in bank.order_by("level", "-kind", "-family", "title"):
        subject = problem.family or ",".join(topic.slug for topic in problem.topics.all())
        if subject not in seen and len(chosen) < SIZE:
            seen.add(subject)
            chosen.append(problem)
    return chosen
