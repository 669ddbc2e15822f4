"""A teacher's correction of a check."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tutor.models.attempt import Attempt
from tutor.models.generation import Generation


class Correction(models.Model):
    """What a teacher says of one line instead of what the rules said; the check itself is kept."""

    class Status(models.TextChoices):
        CHECKED = "checked", "checked"
        CONTRADICTED = "contradicted", "contradicted"
        UNCHECKED = "unchecked", "unchecked"

    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    attempt = models.ForeignKey(
        Attempt, models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    generation = models.ForeignKey(
        Generation, models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    line = models.PositiveIntegerField()  # 0-based line of the text
    quote = models.TextField(blank=True, max_length=500)  # the line as it read then
    said = models.CharField(max_length=12, blank=True)  # the status the rules gave
    status = models.CharField(max_length=12, choices=Status.choices)
    reason = models.TextField(blank=True, max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attempt__isnull=False, generation__isnull=True)
                | Q(attempt__isnull=True, generation__isnull=False),
                name="correction_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["checked", "contradicted", "unchecked"]),
                name="correction_status_known",
            ),
            models.UniqueConstraint(
                fields=["attempt", "line"],
                condition=Q(attempt__isnull=False),
                name="correction_once_per_attempt_line",
            ),
            models.UniqueConstraint(
                fields=["generation", "line"],
                condition=Q(generation__isnull=False),
                name="correction_once_per_generation_line",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line + 1}: {self.status}"
