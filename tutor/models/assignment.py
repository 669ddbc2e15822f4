"""Problem sets and the assignments that give them to a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tutor.models.classroom import Classroom
from tutor.models.problem import Problem

if TYPE_CHECKING:
    from tutor.models.people import User


class ProblemSet(models.Model):
    """An ordered list of problems that a teacher can give again and again."""

    title = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="problem_sets")
    problems = models.ManyToManyField(Problem, through="ProblemSetItem", related_name="sets")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ProblemSetItem(models.Model):
    problem_set = models.ForeignKey(ProblemSet, models.CASCADE, related_name="items")
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="set_items")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["problem_set", "problem"], name="set_problem_once"),
            models.UniqueConstraint(fields=["problem_set", "position"], name="set_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.problem}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> Self:
        now = timezone.now()
        return self.filter(opens_at__lte=now, due_at__gt=now)

    def for_student(self, user: User) -> Self:
        return self.filter(
            classroom__memberships__user=user, classroom__memberships__role="student"
        )

    def containing(self, problem: Problem) -> Self:
        return self.filter(problem_set__items__problem=problem)


class Assignment(models.Model):
    """A ProblemSet given to a Classroom with dates and a help policy."""

    class HelpPolicy(models.TextChoices):
        OFF = "off", "No help"
        AFTER_ATTEMPT = "after_attempt", "Help after an attempt"

    problem_set = models.ForeignKey(ProblemSet, models.PROTECT, related_name="assignments")
    classroom = models.ForeignKey(Classroom, models.CASCADE, related_name="assignments")
    opens_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    help_policy = models.CharField(
        max_length=15, choices=HelpPolicy.choices, default=HelpPolicy.AFTER_ATTEMPT
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opens_at")), name="assignment_due_after_open"
            ),
            models.CheckConstraint(
                condition=Q(help_policy__in=["off", "after_attempt"]),
                name="assignment_policy_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem_set} for {self.classroom}"

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.due_at
