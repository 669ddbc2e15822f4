"""The trail: one student's whole work on one problem."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from tutor.models.assignment import Assignment
from tutor.models.problem import Problem

if TYPE_CHECKING:
    from tutor.models.people import User


class TrailQuerySet(models.QuerySet["Trail"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(student=user)

    def readable_by(self, user: User) -> Self:
        """The student's own, and for a teacher those of the students of the same class.

        Work on an assignment is read by the teachers of its class; a trail of no assignment by
        the teachers of any class the student attends.
        """
        taught = Q(
            assignment__classroom__memberships__user=user,
            assignment__classroom__memberships__role="teacher",
        )
        free = Q(
            assignment=None,
            student__memberships__role="student",
            student__memberships__classroom__in=user.memberships.filter(role="teacher").values(
                "classroom"
            ),
        )
        return self.filter(Q(student=user) | taught | free).distinct()

    def whole(self) -> Self:
        """With the rows every page of a trail reads."""
        return self.select_related(
            "student", "problem", "assignment__problem_set", "assignment__classroom"
        )

    def worked_on(self) -> Self:
        return self.filter(Q(attempts__isnull=False) | Q(generations__isnull=False)).distinct()

    def for_list(self) -> Self:
        """With what a list of trails says of each, in a fixed number of queries."""
        return (
            self.select_related("problem", "assignment__problem_set")
            .prefetch_related("problem__topics")
            .annotate(
                attempt_count=Count("attempts", distinct=True),
                generation_count=Count("generations", distinct=True),
                mark_count=Count("reviews__marks", distinct=True),
                correct_count=Count(
                    "attempts", filter=Q(attempts__verdict="correct"), distinct=True
                ),
            )
            .order_by("-updated_at")  # counting drops the default order
        )

    def reviewable_by(self, user: User) -> Self:
        """Those this teacher may judge: readable, and somebody else's."""
        return self.readable_by(user).exclude(student=user)


class Trail(models.Model):
    """One student's work on one Problem, for one Assignment or none: attempts, hints,
    generations and reviews, in order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="trails")
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="trails")
    # PROTECT: an assignment that has work in it is not deleted under that work.
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="trails"
    )
    # The draft in the answer sheet, kept so that nothing typed is lost between visits.
    draft = models.TextField(blank=True, max_length=100_000)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = TrailQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["student", "-updated_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "problem", "assignment"],
                condition=Q(assignment__isnull=False),
                name="trail_once_per_assignment",
            ),
            models.UniqueConstraint(
                fields=["student", "problem"],
                condition=Q(assignment__isnull=True),
                name="trail_once_without_assignment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} on {self.problem}"

    def get_absolute_url(self) -> str:
        return reverse("trail", args=[self.pk])

    def touch(self) -> None:
        self.updated_at = timezone.now()
        self.save(update_fields=["updated_at"])

    @property
    def solved(self) -> bool:
        return self.attempts.filter(verdict="correct").exists()
