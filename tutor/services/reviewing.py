"""A teacher's judgement of a trail: comments on lines, a summary, and checks overruled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404

from tutor.models import Attempt, Correction, Generation, Mark, Review, Trail, User
from tutor.services.presenting import markable_lines

QUOTE = 500  # characters kept of the line as it read


class NoSuchLine(ValueError):
    """The line is not there."""


@transaction.atomic
def leave_mark(*, trail: Trail, teacher: User, target: str, line: int, comment: str) -> Mark:
    """A comment on one line of an attempt or a generation of this trail.

    `target` is "attempt:<uuid>" or "generation:<uuid>"; 404 when it is not on the trail,
    NoSuchLine when the text has no such line.
    """
    kind, row, quote = _line(trail, target, line)
    review, _ = Review.objects.get_or_create(trail=trail, teacher=teacher)
    trail.touch()
    return Mark.objects.create(
        review=review, line=line, quote=quote, comment=comment.strip(), **{kind: row}
    )


def remove_mark(*, trail: Trail, teacher: User, mark_id: int) -> None:
    """A teacher takes back a comment of her own."""
    Mark.objects.filter(pk=mark_id, review__trail=trail, review__teacher=teacher).delete()
    trail.touch()


@transaction.atomic
def summarise(*, trail: Trail, teacher: User, summary: str) -> Review:
    review, _ = Review.objects.get_or_create(trail=trail, teacher=teacher)
    review.summary = summary.strip()
    review.save(update_fields=["summary", "updated_at"])
    trail.touch()
    return review


@transaction.atomic
def overrule(
    *, trail: Trail, teacher: User, target: str, line: int, status: str, reason: str = ""
) -> Correction:
    """What the teacher says of a line instead of what the rules said. Both are kept."""
    kind, row, quote = _line(trail, target, line)
    said = next((c["status"] for c in row.checks if c["line"] == line), "")
    where: dict[str, Any] = {kind: row, "line": line}
    told = {"status": status, "reason": reason.strip()}
    correction, _ = Correction.objects.update_or_create(
        **where, defaults={"teacher": teacher, "quote": quote, "said": said, **told}
    )
    trail.touch()
    return correction


def _line(trail: Trail, target: str, line: int) -> tuple[str, Attempt | Generation, str]:
    kind, _, key = target.partition(":")
    try:
        pk = UUID(key)
    except ValueError as error:
        raise NoSuchLine("That line is not on this trail.") from error
    row: Attempt | Generation
    if kind == "attempt":
        row = get_object_or_404(trail.attempts, pk=pk)
    else:
        row = get_object_or_404(trail.generations, pk=pk)
    lines = markable_lines(row)
    if line >= len(lines):
        raise NoSuchLine("That line is not on this trail.")
    return kind, row, lines[line][:QUOTE]
