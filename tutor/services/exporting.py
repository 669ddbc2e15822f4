"""Approved work as rows to train on: only what its student shares, and nobody's name.

The rows are those of `problems.schema.read_rows`, so `training.curate` takes the file as it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from problems.rows import MAX_SLUG, ProblemRow
from tutor.models import Approval, Attempt, Classroom, Language, Problem, User

SOURCE = "approved trail"
# Offered on the class's page; the command takes any.
LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0")

NAMED = "somebody's name stands in the work"
UNLICENSED = "the problem names no licence of its own"
NOT_PYTHON = "the program is not in Python"
INCOMPLETE = "the problem cannot stand in a file"


@dataclass
class Export:
    """What a class has to give: `held` counts shared work that stays here, by reason."""

    approved: int = 0
    shared: int = 0
    rows: list[ProblemRow] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)

    def hold(self, reason: str) -> None:
        self.held[reason] = self.held.get(reason, 0) + 1

    def to_jsonl(self) -> str:
        """One row a line, keys sorted; the same rows give the same bytes."""
        told = ({k: v for k, v in asdict(row).items() if k != "line"} for row in self.rows)
        return "".join(json.dumps(t, ensure_ascii=False, sort_keys=True) + "\n" for t in told)


def gather(*, classroom: Classroom, licence: str) -> Export:
    """The class's approved and shared work under `licence`, in an order that tells nothing of
    whose it is or when it was written. ValueError for an empty licence."""
    if not licence.strip():
        raise ValueError("Name a licence: without one nobody may use the rows.")
    approvals = Approval.objects.of_class(classroom)
    export = Export(approved=approvals.count())
    names = _names(classroom)
    works = []
    shared = approvals.shared().select_related(
        "attempt__trail__problem__solution", "attempt__trail__student", "teacher"
    )
    for approval in shared.prefetch_related("attempt__trail__problem__topics"):
        export.shared += 1
        attempt = approval.attempt
        problem = attempt.trail.problem
        people = [*names, *_of(attempt.trail.student), *_of(approval.teacher)]
        if not problem.licence.strip():
            export.hold(UNLICENSED)
        elif attempt.program and attempt.language != Language.PYTHON:
            export.hold(NOT_PYTHON)
        elif names_in("\n".join([*attempt.lines, attempt.answer]), people):
            export.hold(NAMED)
        else:
            works.append((problem, attempt))
    numbers: Counter[str] = Counter()
    for problem, attempt in sorted(works, key=lambda work: (work[0].slug, work[1].lines)):
        numbers[problem.slug] += 1
        try:
            export.rows.append(_row(problem, attempt, numbers[problem.slug], licence.strip()))
        except ValueError:
            export.hold(INCOMPLETE)
    return export


def _row(problem: Problem, attempt: Attempt, number: int, licence: str) -> ProblemRow:
    solution = getattr(problem, "solution", None)
    suffix = f"-work-{number}"
    row: dict[str, Any] = {
        "slug": problem.slug[: MAX_SLUG - len(suffix)].rstrip("-") + suffix,
        "title": problem.title,
        "kind": problem.kind,
        "level": problem.level,
        "topics": tuple(topic.name for topic in problem.topics.all()),
        "problem": problem.statement,
        "family": problem.family,
        "source": SOURCE,
        "licence": _joined(licence, problem.licence.strip()),
    }
    if problem.is_code:
        # Hidden tests go along: curation judges programs by them, and only teachers export.
        return ProblemRow(
            **row,
            solution=f"```python\n{attempt.program.strip()}\n```",
            reference=attempt.program,
            samples=tuple(problem.samples),
            tests=tuple(solution.tests) if solution else (),
            checker=solution.checker if solution else "tokens",
            time_s=problem.time_s,
            memory_mb=problem.memory_mb,
        )
    reference = solution.answer if solution else ""
    return ProblemRow(
        **row,
        solution=attempt.working.strip(),
        answer=reference or attempt.answer.strip(),
        answer_kind=solution.answer_kind if solution else "auto",
    )


def _joined(work: str, statement: str) -> str:
    """Both licences, as an SPDX expression when the statement has another than the work."""
    return work if work == statement else f"{work} AND {statement}"


def _names(classroom: Classroom) -> list[str]:
    """What the people of the class are called."""
    return [name for user in User.objects.filter(memberships__classroom=classroom)
            for name in _of(user)]  # fmt: skip


def _of(user: User) -> Sequence[str]:
    return (user.username, user.first_name, user.last_name)


def names_in(text: str, names: Iterable[str]) -> bool:
    """Whether one of these names stands in the text as a word of its own.

    In any case of letters when the name has three letters or more; two letters must stand as they
    are written, so that a student called "ab" does not own every segment AB; one letter is
    nobody's name.
    """
    for name in {name.strip() for name in names}:
        if len(name) < 2:
            continue
        flags = re.IGNORECASE if len(name) > 2 else re.NOFLAG
        if re.search(rf"(?<![\w\\]){re.escape(name)}(?!\w)", text, flags):
            return True
    return False
