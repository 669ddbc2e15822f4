"""The JSON of trails, problems and generations, as the contract names its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from tutor.models import Attempt, Generation, Hint, Mark, Problem, Trail
from tutor.services import permitting
from tutor.services.presenting import Entry, entries

if TYPE_CHECKING:
    from tutor.models import User


def trail_json(trail: Trail, reader: User, found: list[Entry] | None = None) -> dict[str, Any]:
    """The Trail JSON of the contract, for its owner or a teacher of its class."""
    found = entries(trail) if found is None else found
    help = permitting.help_allowed(trail)
    return {
        "id": str(trail.pk),
        "url": reverse("trail", args=[trail.pk]),
        "student": {
            "id": trail.student_id,
            "username": trail.student.username,
            "name": trail.student.display_name,
        },
        "problem": problem_json(trail.problem),
        "assignment": _assignment_json(trail),
        "help": {"ok": help.ok, "reason": help.reason},
        "draft": trail.draft if reader.pk == trail.student_id else "",
        "updated_at": trail.updated_at.isoformat(),
        "solved": trail.solved,
        "solution": _solution_json(trail, reader),
        "entries": [entry_json(entry) for entry in found],
        "marks": [mark_json(entry.row) for entry in found if isinstance(entry.row, Mark)],
        "reviews": [
            {
                "teacher": r.teacher.display_name,
                "summary": r.summary,
                "at": r.updated_at.isoformat(),
            }
            for r in trail.reviews.select_related("teacher")
            if r.summary
        ],
    }


def problem_json(problem: Problem, *, full: bool = True) -> dict[str, Any]:
    """A problem without anything of its Solution but whether there is one (`full` only)."""
    told: dict[str, Any] = {
        "slug": problem.slug,
        "title": problem.title,
        "kind": problem.kind,
        "level": problem.level,
        "topics": [topic.name for topic in problem.topics.all()],
        "statement": problem.statement,
    }
    if full:
        told |= {
            "samples": problem.samples,
            "family": problem.family,
            "time_s": problem.time_s,
            "memory_mb": problem.memory_mb,
            "private": problem.owner_id is not None,
            "has_reference": problem.has_reference,
        }
    return told


def _assignment_json(trail: Trail) -> dict[str, Any] | None:
    if (given := trail.assignment) is None:
        return None
    return {
        "id": given.pk,
        "title": given.problem_set.title,
        "classroom": given.classroom.name,
        "due_at": given.due_at.isoformat(),
        "help_policy": given.help_policy,
        "open": given.is_open,
    }


def _solution_json(trail: Trail, reader: User) -> dict[str, str] | None:
    """The reference, or nothing at all: hidden tests are never part of it."""
    if not trail.problem.has_reference or not permitting.may_see_solution(reader, trail):
        return None
    solution = trail.problem.solution
    return {
        "answer": solution.answer,
        "worked": solution.worked,
        "reference": solution.reference,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    head = {"type": entry.type, "id": str(entry.row.pk), "at": entry.at.isoformat()}
    match entry.row:
        case Attempt() as row:
            fields = ("working", "answer", "program", "language", "verdict", "reason", "tests")
            told = {"fault": row.fault, "late": row.is_late, "checks": entry.checks}
            return head | {name: getattr(row, name) for name in fields} | told
        case Hint() as row:
            return head | {"level": row.level, "text": row.text, "asked_with": row.asked_with}
        case Generation() as row:
            return head | generation_json(row) | {"checks": entry.checks}
        case Mark() as row:
            return head | mark_json(row)


def generation_json(row: Generation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "trail": str(row.trail_id),
        "purpose": row.purpose,
        "model": row.model,
        "state": row.state,
        "n": row.token_count,
        "text": row.text,
        "sha256": row.sha256,
        "finish_reason": row.finish_reason,
        "error": row.error,
        "answer": row.answer,
        "format_ok": row.format_ok,
        "verdict": row.verdict,
        "verdict_reason": row.verdict_reason,
        "checks": row.checks,
        "context": row.context,
        "timings": row.timings,
    }


def mark_json(mark: Mark) -> dict[str, Any]:
    return {
        "id": str(mark.pk),
        "at": mark.created_at.isoformat(),
        "attempt": str(mark.attempt_id) if mark.attempt_id else None,
        "generation": str(mark.generation_id) if mark.generation_id else None,
        "line": mark.line,
        "quote": mark.quote,
        "comment": mark.comment,
        "teacher": mark.review.teacher.display_name,
        "seen_at": mark.seen_at.isoformat() if mark.seen_at else None,
    }
