"""Who has done what: the counts behind the class table and the student's own list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Q

from tutor.models import Assignment, Problem, Trail, User

TRAIL_COUNTS = {
    "tries": Count("attempts", distinct=True),
    "asked": Count("generations", distinct=True),
    "hinted": Count("hints", distinct=True),
    "late": Count(
        "attempts", filter=Q(attempts__created_at__gt=F("assignment__due_at")), distinct=True
    ),
    "in_time": Count(
        "attempts",
        filter=Q(attempts__verdict="correct", attempts__created_at__lte=F("assignment__due_at")),
        distinct=True,
    ),
    "correct": Count("attempts", filter=Q(attempts__verdict="correct"), distinct=True),
    "waiting": Count("attempts", filter=Q(attempts__verdict="pending"), distinct=True),
    "marked": Count("reviews__marks", distinct=True),
    "last": Max("attempts__created_at"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One student on one problem."""

    problem: Problem
    trail: Trail | None = None
    tries: int = 0
    asked: int = 0
    hinted: int = 0
    marked: int = 0
    late: int = 0  # of the tries, those made after the due time
    solved: bool = False
    solved_in_time: bool = False

    @property
    def state(self) -> str:
        if self.solved:
            return "solved"
        return "tried" if self.tries else "untouched"

    @property
    def is_late(self) -> bool:
        """What counts came too late: the solution, or every try where there is none."""
        if self.solved:
            return not self.solved_in_time
        return self.tries > 0 and self.late == self.tries


@dataclass(slots=True)
class Row:
    student: User
    cells: list[Cell]

    @property
    def solved(self) -> int:
        return sum(cell.solved for cell in self.cells)

    @property
    def tried(self) -> int:
        return sum(cell.tries > 0 for cell in self.cells)


@dataclass(slots=True)
class Table:
    """Students by problems, with how many solved and tried each problem."""

    assignment: Assignment
    problems: list[Problem]
    rows: list[Row] = field(default_factory=list)

    @property
    def any_late(self) -> bool:
        return any(cell.is_late for row in self.rows for cell in row.cells)

    @property
    def columns(self) -> list[tuple[Problem, int, int]]:
        cells = list(zip(*(row.cells for row in self.rows), strict=True))
        if not cells:
            return [(problem, 0, 0) for problem in self.problems]
        return [
            (problem, sum(c.solved for c in column), sum(c.tries > 0 for c in column))
            for problem, column in zip(self.problems, cells, strict=True)
        ]


def for_class(assignment: Assignment) -> Table:
    """The progress table of an assignment, in a fixed number of queries."""
    problems = list(assignment.problem_set.problems.order_by("set_items__position"))
    students = User.objects.filter(
        memberships__classroom=assignment.classroom, memberships__role="student"
    ).order_by("last_name", "first_name", "username")
    trails = Trail.objects.filter(assignment=assignment).annotate(**TRAIL_COUNTS)
    at = {(trail.student_id, trail.problem_id): trail for trail in trails}
    rows = [
        Row(student, [_cell(problem, at.get((student.pk, problem.pk))) for problem in problems])
        for student in students
    ]
    return Table(assignment, problems, rows)


def for_student(user: User, assignments: Iterable[Assignment]) -> list[tuple[Assignment, Row]]:
    """Each assignment with this student's own row."""
    assignments = list(assignments)
    trails = Trail.objects.owned_by(user).filter(assignment__in=assignments)
    at = {(t.assignment_id, t.problem_id): t for t in trails.annotate(**TRAIL_COUNTS)}
    found = []
    for given in assignments:
        problems = given.problem_set.problems.order_by("set_items__position")
        cells = [_cell(problem, at.get((given.pk, problem.pk))) for problem in problems]
        found.append((given, Row(user, cells)))
    return found


def _cell(problem: Problem, trail: Trail | None) -> Cell:
    if trail is None:
        return Cell(problem)
    counts = vars(trail)
    return Cell(
        problem,
        trail,
        tries=counts["tries"],
        asked=counts["asked"],
        hinted=counts["hinted"],
        marked=counts["marked"],
        late=counts["late"],
        solved=bool(counts["correct"]),
        solved_in_time=bool(counts["in_time"]),
    )
