"""One submitted answer or program and its verdict."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tutor.models.trail import Trail


class Verdict(models.TextChoices):
    PENDING = "pending", "Being checked"
    CORRECT = "correct", "Correct"
    WRONG = "wrong", "Not correct"
    UNKNOWN = "unknown", "Could not be checked"


class Attempt(models.Model):
    """The student's working (lines) and answer, or a program."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trail = models.ForeignKey(Trail, models.CASCADE, related_name="attempts")
    working = models.TextField(blank=True, max_length=100_000)
    answer = models.TextField(blank=True, max_length=2_000)
    program = models.TextField(blank=True, max_length=100_000)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.PENDING)
    reason = models.TextField(blank=True)
    tests = models.JSONField(default=list, blank=True)  # per-test verdicts of a program
    checks = models.JSONField(default=list, blank=True)  # [{line, status, reason, key}]
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["pending", "correct", "wrong", "unknown"]),
                name="attempt_verdict_known",
            ),
            models.CheckConstraint(
                condition=~Q(working="", answer="", program=""), name="attempt_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.answer[:40]}"

    @property
    def lines(self) -> list[str]:
        """As every check counts them: by line feeds alone."""
        text = self.program or self.working
        return text.split("\n") if text else []
