"""One submitted answer or program and its verdict."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from tutor.models.trail import Trail


class Verdict(models.TextChoices):
    PENDING = "pending", "Being checked"
    CORRECT = "correct", "Correct"
    WRONG = "wrong", "Not correct"
    UNKNOWN = "unknown", "Could not be checked"


class Language(models.TextChoices):
    """What a program is written in."""

    PYTHON = "python", "Python"
    CPP = "cpp", "C++"


class Attempt(models.Model):
    """The student's working (lines) and answer, or a program."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trail = models.ForeignKey(Trail, models.CASCADE, related_name="attempts")
    working = models.TextField(blank=True, max_length=100_000)
    answer = models.TextField(blank=True, max_length=2_000)
    program = models.TextField(blank=True, max_length=100_000)
    language = models.CharField(  # of the program
        max_length=6, choices=Language.choices, default=Language.PYTHON
    )
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
                condition=Q(language__in=["python", "cpp"]), name="attempt_language_known"
            ),
            models.CheckConstraint(
                condition=~Q(working="", answer="", program=""), name="attempt_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.answer[:40]}"

    @property
    def is_late(self) -> bool:
        """Made after its assignment was due, as the due time stands now."""
        given = self.trail.assignment
        return given is not None and self.created_at > given.due_at

    @property
    def fault(self) -> dict[str, Any] | None:
        """{line, verdict}: the 0-based line of the program at which the first test that tells one
        stopped, or at which it does not compile."""
        told = next((test for test in self.tests if test.get("source_line")), None)
        return told and {"line": told["source_line"] - 1, "verdict": told["verdict"]}

    @property
    def lines(self) -> list[str]:
        """As every check counts them: by line feeds alone."""
        text = self.program or self.working
        return text.split("\n") if text else []
