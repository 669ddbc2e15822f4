"""A teacher's judgement of a trail, and comments anchored to single steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tutor.models.attempt import Attempt
from tutor.models.generation import Generation
from tutor.models.trail import Trail

if TYPE_CHECKING:
    from tutor.models.people import User


class Review(models.Model):
    """One teacher's judgement of one Trail."""

    trail = models.ForeignKey(Trail, models.CASCADE, related_name="reviews")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reviews")
    summary = models.TextField(blank=True, max_length=4_000)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["trail", "teacher"], name="review_once_per_teacher")
        ]

    def __str__(self) -> str:
        return f"{self.teacher} on {self.trail}"


class MarkQuerySet(models.QuerySet["Mark"]):
    def unseen_by(self, student: User) -> Self:
        return self.filter(review__trail__student=student, seen_at=None)


class Mark(models.Model):
    """A teacher's comment on one line of an attempt or of a generation."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="marks")
    attempt = models.ForeignKey(
        Attempt, models.CASCADE, null=True, blank=True, related_name="marks"
    )
    generation = models.ForeignKey(
        Generation, models.CASCADE, null=True, blank=True, related_name="marks"
    )
    line = models.PositiveIntegerField()  # 0-based line of the text
    quote = models.TextField(blank=True, max_length=500)  # the line as it read then
    comment = models.TextField(max_length=2_000)
    seen_at = models.DateTimeField(null=True, blank=True)  # when the student first read it
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attempt__isnull=False, generation__isnull=True)
                | Q(attempt__isnull=True, generation__isnull=False),
                name="mark_on_one_thing",
            ),
            models.CheckConstraint(condition=~Q(comment=""), name="mark_not_empty"),
        ]

    def __str__(self) -> str:
        return self.comment[:60]
