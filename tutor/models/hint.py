"""A hint the student opened."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutor.models.trail import Trail


class Hint(models.Model):
    """A piece shown to the student, level 1 (where to look) to 4 (the next line)."""

    trail = models.ForeignKey(Trail, models.CASCADE, related_name="hints")
    level = models.PositiveSmallIntegerField()
    text = models.TextField()
    asked_with = models.TextField(blank=True, max_length=500)  # the line that opened it
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["trail", "level"], name="hint_once_per_level"),
            models.CheckConstraint(
                condition=Q(level__gte=1) & Q(level__lte=4), name="hint_level_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"Hint {self.level}"
