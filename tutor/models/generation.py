"""One run of the model for a trail. The row is the job."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tutor.models.trail import Trail

if TYPE_CHECKING:
    from tutor.models.people import User


class GenerationQuerySet(models.QuerySet["Generation"]):
    def unsettled(self) -> Self:
        return self.filter(settled_at=None)

    def readable_by(self, user: User) -> Self:
        return self.filter(trail__in=Trail.objects.readable_by(user))


class Generation(models.Model):
    """A request to the model, what it was given, and, once settled, what it wrote."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Writing"
        DONE = "done", "Finished"
        CANCELLED = "cancelled", "Stopped"
        FAILED = "failed", "Failed"

    class Purpose(models.TextChoices):
        SOLVE = "solve", "Reasoning"
        HINT = "hint", "Hint"
        CHECK = "check", "Check"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trail = models.ForeignKey(Trail, models.CASCADE, related_name="generations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="generations")
    idem = models.CharField(max_length=64)  # the browser's idempotency key
    purpose = models.CharField(max_length=5, choices=Purpose.choices, default=Purpose.SOLVE)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)

    # What the model is given: the whole job can be rebuilt from these.
    messages = models.JSONField()  # [{role, content}]
    params = models.JSONField()  # SamplingParams as a dict, seed included
    context = models.JSONField(default=list, blank=True)  # [{trail, title, text}]: the receipt
    model = models.CharField(max_length=120, blank=True)  # which model answered
    deadline = models.DateTimeField()

    # The life of the job.
    created_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True, blank=True)  # when the task was last sent
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # claims that died
    settled_at = models.DateTimeField(null=True, blank=True)

    # What came of it.
    text = models.TextField(blank=True)
    token_count = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # of the UTF-8 text
    finish_reason = models.CharField(max_length=9, blank=True)
    error = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    format_ok = models.BooleanField(null=True)
    verdict = models.CharField(max_length=8, blank=True)
    verdict_reason = models.TextField(blank=True)
    checks = models.JSONField(default=list, blank=True)  # [{line, status, reason, key}]
    timings = models.JSONField(default=dict, blank=True)  # {ttft_ms, total_ms, tokens_per_s}

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["settled_at", "created_at"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "idem"], name="generation_idem_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "cancelled", "failed"]),
                name="generation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, state__in=["queued", "running"])
                | Q(settled_at__isnull=False, state__in=["done", "cancelled", "failed"]),
                name="generation_settled_iff_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.id}"

    @staticmethod
    def default_deadline() -> datetime:
        return timezone.now() + timedelta(hours=2)

    @property
    def lines(self) -> list[str]:
        """As every check counts them: by line feeds alone."""
        return self.text.split("\n") if self.text else []
