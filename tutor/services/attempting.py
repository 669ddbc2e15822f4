"""Opening trails, keeping drafts and submitting attempts."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

import grading
from tutor.models import Assignment, Attempt, Language, Problem, Trail, User
from tutor.services import judging

DRAFT_LIMIT = 100_000  # characters


def open_trail(*, user: User, problem: Problem, assignment: Assignment | None = None) -> Trail:
    """This user's trail on the problem, made at the first call and found at every other."""
    try:
        with transaction.atomic():
            trail, _ = Trail.objects.get_or_create(
                student=user, problem=problem, assignment=assignment
            )
    except IntegrityError:  # two tabs opened it at once
        trail = Trail.objects.get(student=user, problem=problem, assignment=assignment)
    return trail


def keep_draft(*, trail: Trail, draft: str, attempt_id: UUID | None = None) -> bool:
    """Keeps what is being typed, for the attempt that is to have this id.

    False when that attempt has been submitted: then the draft was overtaken on its way. ValueError
    when it is longer than a draft may be.
    """
    if len(draft) > DRAFT_LIMIT:
        raise ValueError(f"A draft holds at most {DRAFT_LIMIT:,} characters.")
    with transaction.atomic():
        Trail.objects.select_for_update().get(pk=trail.pk)  # submitting writes to that row too
        if attempt_id and Attempt.objects.filter(pk=attempt_id).exists():
            return False
        Trail.objects.filter(pk=trail.pk).update(draft=draft)
    trail.draft = draft
    return True


def languages(trail: Trail) -> list[tuple[str, str]]:
    """What a program may be written in, as (value, label); the language of this student's last
    program stands first. Empty where nothing is to be chosen."""
    if not trail.problem.is_code or not grading.can_compile_cpp():
        return []
    last = Attempt.objects.filter(trail__student=trail.student_id).exclude(program="")
    used = last.order_by("-created_at").values_list("language", flat=True).first()
    return sorted(Language.choices, key=lambda choice: choice[0] != used)


def submit_attempt(
    *,
    trail: Trail,
    working: str = "",
    answer: str = "",
    program: str = "",
    language: str = Language.PYTHON,
    attempt_id: UUID | None = None,
) -> Attempt:
    """Saves the attempt, then has it judged: mathematics at once, programs on the desk worker.

    The row is committed before anything is judged, so that no fault of a judge loses work.
    `attempt_id` is the browser's; the same one twice, with the same work, is the same attempt.
    """
    attempt_id = attempt_id or uuid4()
    work = {"working": working, "answer": answer, "program": program, "language": language}
    with transaction.atomic():
        attempt, made = Attempt.objects.get_or_create(
            pk=attempt_id, defaults={"trail": trail, **work}
        )
        same = all(getattr(attempt, name) == value for name, value in work.items())
        # Somebody else's row is never an answer; other work comes from a page gone back to.
        if attempt.trail_id != trail.pk or not same:
            attempt, made = Attempt.objects.create(trail=trail, **work), True
        if made:
            Trail.objects.filter(pk=trail.pk).update(draft="")
            trail.touch()
    if made:
        judging.judge_soon(attempt=attempt)
    return attempt
