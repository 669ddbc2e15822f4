"""A teacher's word that a piece of work is fit to learn from, and its student's on sharing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tutor.models.attempt import Attempt
from tutor.models.classroom import Classroom

if TYPE_CHECKING:
    from tutor.models.people import User


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def of_class(self, classroom: Classroom) -> Self:
        """Work on the class's assignments, and its students' work outside any assignment: what
        its teachers may read."""
        students = classroom.memberships.filter(role="student").values("user")
        return self.filter(
            Q(attempt__trail__assignment__classroom=classroom)
            | Q(attempt__trail__assignment=None, attempt__trail__student__in=students)
        )

    def shared(self) -> Self:
        return self.filter(shared=True)

    def unanswered_by(self, student: User) -> Self:
        return self.filter(attempt__trail__student=student, answered_at=None)


class Approval(models.Model):
    """One attempt that a teacher approved. Until its student says yes it is not shared; taking
    the approval back takes the student's answer with it."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="approval")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    shared = models.BooleanField(default=False)  # the student's consent
    answered_at = models.DateTimeField(null=True, blank=True)  # when the student last decided

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shared=False) | Q(answered_at__isnull=False),
                name="approval_shared_only_when_asked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {'shared' if self.shared else 'not shared'}"
