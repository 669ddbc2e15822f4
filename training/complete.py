"""What samples of a model say about rows: their difficulty, and solutions where there are none.

A reply becomes a row's solution only when rules confirm it: the answer is judged `correct`, no
line is contradicted, at least one is confirmed (a bare answer may be a guess), and its last line
boxes the answer; or, for a program, all tests pass. Of several the shortest is taken.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grading import check_steps
from inference.protocol import EngineInfo, EngineProtocol
from problems.prompts import build_messages
from problems.schema import ProblemRow
from training.asking import Reply, Request, ask
from training.evaluate import row_verdict
from training.passk import Sampling
from training.rewards import well_formed


@dataclass(frozen=True, slots=True)
class Rated:
    """A row, and how many of the replies that could be judged were right."""

    row: ProblemRow
    right: int
    judged: int
    completed: bool = False  # its solution is one of the replies

    @property
    def rate(self) -> float | None:
        """Pass rate in [0, 1]; None where no reply could be had or judged."""
        return self.right / self.judged if self.judged else None


def rate_rows(
    engine: EngineProtocol, rows: Sequence[ProblemRow], sampling: Sampling, *, completing: bool
) -> list[Rated]:
    """Every row with its pass rate, in order; with `completing`, solutions where one was confirmed.

    A row whose statement does not fit the model's context stays without a rate.
    """
    requests = [
        Request(
            f"{at}/{copy}",
            build_messages(row.kind, row.problem),
            sampling.params(row.kind, row.problem, copy),
        )
        for at, row in enumerate(rows)
        for copy in range(sampling.samples)
    ]
    replies: list[list[Reply]] = [[] for _ in rows]
    for reply in ask(engine, requests):
        if reply.reason != "error":
            replies[int(reply.key.partition("/")[0])].append(reply)
    return [_rated(row, found, completing) for row, found in zip(rows, replies, strict=True)]


def _rated(row: ProblemRow, replies: Sequence[Reply], completing: bool) -> Rated:
    marks = [row_verdict(row, reply.text) for reply in replies]
    right = [reply for reply, mark in zip(replies, marks, strict=True) if mark]
    judged = sum(mark is not None for mark in marks)
    if completing and not row.solution:
        confirmed = [r.text.strip() for r in right if r.reason == "stop" and is_worked(row, r.text)]
        if confirmed:
            shortest = min(confirmed, key=lambda text: (len(text), text))
            return Rated(replace(row, solution=shortest), len(right), judged, completed=True)
    return Rated(row, len(right), judged)


def is_worked(row: ProblemRow, reply: str) -> bool:
    """Whether the way to a right answer is written down and nothing in it is wrong."""
    statuses = [check.status for check in check_steps(reply, row.problem)]
    if "contradicted" in statuses:
        return False
    return row.kind == "code" or ("checked" in statuses and well_formed(reply))


def write_rates(rated: Sequence[Rated], info: EngineInfo, sampling: Sampling, path: Path) -> None:
    """One line a row, after a first line that says whose pass rates these are.

    They stand beside the rows because they belong to a row and a model together.
    """
    about = {"model": info.model, "revision": info.revision, **asdict(sampling)}
    lines = [about] + [
        {"slug": r.row.slug, "right": r.right, "judged": r.judged, "completed": r.completed}
        for r in rated
    ]
    path.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))
