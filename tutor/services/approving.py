"""Work worth learning from: the teacher approves it, its student decides whether it is shared."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tutor.models import Approval, Attempt, Language, Trail, User
from tutor.services.permitting import Allowed

NO_LINES = "There are no lines to learn from: only an answer was given."
NOT_RIGHT = "An answer that is not correct cannot be an example."
PENDING = "This work is still being judged."
NOT_PYTHON = "The tutor writes programs in Python, so it cannot learn from this one."
PRIVATE = "The problem is the student's own, so nobody knows whether it may be passed on."


class NotApprovable(ValueError):
    """Why this work cannot be approved, in words for the teacher."""


def approvable(attempt: Attempt) -> Allowed:
    """May a teacher approve this? What no rule could judge she may judge herself."""
    if attempt.verdict == "pending":
        return Allowed(False, PENDING)
    if attempt.verdict == "wrong":
        return Allowed(False, NOT_RIGHT)
    if not attempt.lines:
        return Allowed(False, NO_LINES)
    if attempt.program and attempt.language != Language.PYTHON:
        return Allowed(False, NOT_PYTHON)
    if attempt.trail.problem.owner_id is not None:
        return Allowed(False, PRIVATE)
    return Allowed(True)


@transaction.atomic
def approve(*, trail: Trail, teacher: User, attempt_id: UUID) -> Approval:
    """Approves one attempt of this trail; doing it again changes nothing.

    404 when the attempt is not on the trail, NotApprovable when it cannot be an example.
    """
    attempt = get_object_or_404(trail.attempts.select_related("trail__problem"), pk=attempt_id)
    if not (allowed := approvable(attempt)).ok:
        raise NotApprovable(allowed.reason)
    approval, made = Approval.objects.get_or_create(attempt=attempt, defaults={"teacher": teacher})
    if made:
        trail.touch()
    return approval


def take_back(*, trail: Trail, attempt_id: UUID) -> None:
    """No longer approved. Approved again, its student is asked again."""
    Approval.objects.filter(attempt=attempt_id, attempt__trail=trail).delete()
    trail.touch()


def answer(*, trail: Trail, attempt_id: UUID, share: bool) -> Approval:
    """What the student decides about a piece of her approved work; 404 when it is not approved."""
    found = Approval.objects.filter(attempt__trail=trail)
    approval = get_object_or_404(found, attempt=attempt_id)
    approval.shared, approval.answered_at = share, timezone.now()
    approval.save(update_fields=["shared", "answered_at"])
    return approval
