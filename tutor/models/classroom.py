"""A teacher's group and who is in it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from tutor.models.people import User

# No letters or digits that are read alike on a blackboard.
JOIN_ALPHABET = "ABCDEFGHJKMNPQRTUVWXY346789"


def new_join_code() -> str:
    return "".join(secrets.choice(JOIN_ALPHABET) for _ in range(6))


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    def taught_by(self, user: User) -> Self:
        return self._of(user, Membership.Role.TEACHER)

    def attended_by(self, user: User) -> Self:
        return self._of(user, Membership.Role.STUDENT)

    def _of(self, user: User, role: str) -> Self:
        """A subquery instead of a join, so that counting members afterwards counts them all."""
        mine = Membership.objects.filter(user=user, role=role)
        return self.filter(pk__in=mine.values("classroom"))

    def with_counts(self) -> Self:
        """With how many students and open assignments each has."""
        return self.annotate(
            student_count=Count(
                "memberships", filter=Q(memberships__role="student"), distinct=True
            ),
            open_count=Count(
                "assignments", filter=Q(assignments__due_at__gt=timezone.now()), distinct=True
            ),
        ).order_by("name")


class Classroom(models.Model):
    name = models.CharField(max_length=80)
    join_code = models.CharField(max_length=8, unique=True, default=new_join_code)
    created_at = models.DateTimeField(auto_now_add=True)
    members: models.ManyToManyField[User, Membership] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="classrooms"
    )

    objects = ClassroomQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("classroom", args=[self.pk])


class Membership(models.Model):
    """Who is in a Classroom and in which role."""

    class Role(models.TextChoices):
        STUDENT = "student", "Student"
        TEACHER = "teacher", "Teacher"

    classroom = models.ForeignKey(Classroom, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STUDENT)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["classroom", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["student", "teacher"]), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.classroom}"
