"""A trail as it is read: its entries in order, each line with its check and the teacher's marks.

The pages and the JSON are made from the same entries, so that they cannot disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

import grading
from tutor.models import Attempt, Correction, Generation, Hint, Mark, Problem, Trail
from tutor.services import permitting

if TYPE_CHECKING:
    from tutor.models import User

FOLDED_FROM = 16  # lines of a text that is shown in sections
# (kind, id) of what a mark or a correction stands on
Target = tuple[str, str]


@dataclass(slots=True)
class Line:
    """One line of an attempt's working, of a program or of a generation's text."""

    n: int  # 0-based
    text: str
    check: dict[str, Any] | None = None  # {line, status, reason, key, by?}
    marks: list[Mark] = field(default_factory=list)
    open: bool = False  # the teacher's pen is on it
    departs: str = ""  # for a teacher: why this is the first line that leaves the reference

    @property
    def shown(self) -> bool:
        """Blank lines and the marks around reasoning are kept in the count but not shown."""
        quiet = self.text.strip() in ("", "<think>", "</think>")
        return not quiet or bool(self.marks or self.check)


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a long text. It stands open when there is something in it to look at."""

    title: str
    lines: list[Line]

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.check["status"] for line in self.lines if line.check)

    @property
    def open(self) -> bool:
        return any(line.open or line.marks for line in self.lines) or bool(
            self.counts["contradicted"]
        )


@dataclass(slots=True)
class Entry:
    """Something that happened on the trail."""

    type: str  # attempt | hint | generation | mark
    at: datetime
    row: Attempt | Hint | Generation | Mark
    lines: list[Line] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def target(self) -> str:
        return f"{self.type}:{self.row.pk}"

    @property
    def counts(self) -> Counter[str]:
        """How many lines are checked, contradicted and unchecked."""
        return Counter(check["status"] for check in self.checks)

    @property
    def parts(self) -> list[Part]:
        """The lines under the titles of their sections; one part without a title when short."""
        text = self.row.text if isinstance(self.row, Generation) else ""
        if len(self.lines) < FOLDED_FROM:
            return [Part("", self.lines)]
        sections = grading.sections(text)
        return [Part(s.title, self.lines[s.start : s.end]) for s in sections]


def entries(trail: Trail) -> list[Entry]:
    """Everything on the trail, in the order of time."""
    attempts = list(trail.attempts.all())
    generations = list(trail.generations.all())
    marks = trail_marks(trail)
    corrections = _corrections(attempts, generations)
    by_line: dict[tuple[Target, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        by_line[_target(mark), mark.line].append(mark)

    found = [Entry("hint", hint.created_at, hint) for hint in trail.hints.all()]
    found += [Entry("mark", mark.created_at, mark) for mark in marks]
    for kind, row in [("attempt", a) for a in attempts] + [("generation", g) for g in generations]:
        target = (kind, str(row.pk))
        checks = _corrected(row.checks, corrections.get(target, {}))
        at_line = {check["line"]: check for check in checks}
        lines = [
            Line(n, text, at_line.get(n), by_line[target, n])
            for n, text in enumerate(markable_lines(row))
        ]
        found.append(Entry(kind, row.created_at, row, lines, checks))
    return sorted(found, key=lambda entry: entry.at)


def markable_lines(row: Attempt | Generation) -> list[str]:
    """The lines a teacher can point at. An answer stands after the last line of the working."""
    if isinstance(row, Attempt) and row.answer:
        return [*row.lines, row.answer]
    return row.lines


def trail_marks(trail: Trail) -> list[Mark]:
    return list(Mark.objects.filter(review__trail=trail).select_related("review__teacher"))


def _target(row: Mark | Correction) -> Target:
    if row.attempt_id:
        return ("attempt", str(row.attempt_id))
    return ("generation", str(row.generation_id))


def _corrections(
    attempts: list[Attempt], generations: list[Generation]
) -> dict[Target, dict[int, Correction]]:
    found: dict[Target, dict[int, Correction]] = defaultdict(dict)
    rows = Correction.objects.select_related("teacher").filter(
        attempt__in=attempts
    ) | Correction.objects.select_related("teacher").filter(generation__in=generations)
    for row in rows:
        found[_target(row)][row.line] = row
    return found


def _corrected(
    checks: list[dict[str, Any]], corrections: dict[int, Correction]
) -> list[dict[str, Any]]:
    """What the rules said, with the teacher's word instead where she overruled them."""
    kept = {int(check["line"]): dict(check) for check in checks}
    for line, row in corrections.items():
        kept[line] = {
            "line": line,
            "status": row.status,
            "reason": row.reason,
            "key": bool(kept.get(line, {}).get("key")),
            "by": row.teacher.display_name,
        }
    return [kept[line] for line in sorted(kept)]


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
            fields = ("working", "answer", "program", "verdict", "reason", "tests")
            return head | {name: getattr(row, name) for name in fields} | {"checks": entry.checks}
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
