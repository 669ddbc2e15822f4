"""Problem sets and the assignments that give them to a class."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from tutor.models.classroom import Classroom
from tutor.models.problem import Problem

if TYPE_CHECKING:
    from tutor.models.people import User


class ProblemSetQuerySet(models.QuerySet["ProblemSet"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def with_counts(self) -> Self:
        return self.annotate(
            problem_count=Count("items", distinct=True),
            assignment_count=Count("assignments", distinct=True),
        ).order_by("title")


class ProblemSet(models.Model):
    """An ordered list of problems that a teacher can give again and again."""

    title = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="problem_sets")
    problems: models.ManyToManyField[Problem, ProblemSetItem] = models.ManyToManyField(
        Problem, through="ProblemSetItem", related_name="sets"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProblemSetQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("set_detail", args=[self.pk])

    def rename(self, title: str) -> None:
        self.title = title
        self.save(update_fields=["title"])


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
        """With this problem in the set, in whichever revision."""
        return self.filter(problem_set__items__problem__slug=problem.slug)

    def visible_to(self, user: User) -> Self:
        """To the teachers of its class always, to its students from the moment it opens."""
        mine = Q(classroom__memberships__user=user)
        teaching = mine & Q(classroom__memberships__role="teacher")
        attending = mine & Q(classroom__memberships__role="student", opens_at__lte=timezone.now())
        return self.filter(teaching | attending).distinct()

    def taught_by(self, user: User) -> Self:
        return self.filter(
            classroom__memberships__user=user, classroom__memberships__role="teacher"
        )


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

    def get_absolute_url(self) -> str:
        return reverse("assignment", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.due_at

    @property
    def is_soon(self) -> bool:
        """Open and due within two days."""
        return self.is_open and self.due_at - timezone.now() < timedelta(days=2)

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.due_at
