"""A trail as it is read: its entries in order, each line with its check and the teacher's marks.

The pages and the JSON (`telling`) are made from the same entries, so that they cannot disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import grading
from tutor.models import Attempt, Correction, Generation, Hint, Mark, Trail

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
    key: bool = False  # carries the solution; told of the tutor's lines only
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
    reply: bool = True  # what was meant for the reader, after the reasoning

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.check["status"] for line in self.lines if line.check)

    @property
    def open(self) -> bool:
        looked_at = any(line.open or line.marks for line in self.lines)
        return self.reply or looked_at or self.counts["contradicted"] > 0


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
        thought = text[: text.rfind("</think>")].count("\n") if "</think>" in text else -1
        return [Part(s.title, self.lines[s.start : s.end], s.start >= thought) for s in sections]


def entries(trail: Trail) -> list[Entry]:
    """Everything on the trail, in the order of time."""
    attempts = list(trail.attempts.select_related("approval__teacher"))
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
            Line(n, text, at_line.get(n), by_line[target, n], key=_key(kind, at_line.get(n)))
            for n, text in enumerate(markable_lines(row))
        ]
        found.append(Entry(kind, row.created_at, row, lines, checks))
    return sorted(found, key=lambda entry: entry.at)


def _key(kind: str, check: dict[str, Any] | None) -> bool:
    """In a student's few lines nearly all would be key, which says nothing."""
    return kind == "generation" and check is not None and bool(check.get("key"))


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
