"""Verdicts: what the rules say of an attempt, told without giving the reference away."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

import grading
from inference.protocol import DESK_QUEUE
from tutor.models import Attempt, Problem

log = logging.getLogger(__name__)

JUDGE_TASK = "tutor.judge_attempt"
NO_REFERENCE = "This problem has no reference answer, so nothing was compared."
NO_ANSWER = "No answer was given, so only the working was looked at."
TROUBLE = "The checker could not finish. Your work is saved; try submitting again."


def judge_soon(*, attempt: Attempt) -> None:
    """Mathematics now; a program is queued for the desk worker."""
    if attempt.program:
        transaction.on_commit(lambda: ring(attempt_id=attempt.pk))
    else:
        judge(attempt_id=attempt.pk)
        attempt.refresh_from_db()


def ring(*, attempt_id: UUID) -> None:
    """Sends the task; a queue that is down is only logged, the row stays pending and is rung
    again by the reaper."""
    from celery import current_app

    try:
        current_app.send_task(JUDGE_TASK, args=[str(attempt_id)], queue=DESK_QUEUE, retry=False)
    except Exception:
        log.warning("attempt %s waits: the queue did not take it", attempt_id, exc_info=True)


def judge(*, attempt_id: UUID | str) -> None:
    """Gives a pending attempt its verdict; an attempt already judged is left alone."""
    attempt = Attempt.objects.select_related("trail__problem").get(pk=attempt_id)
    if attempt.verdict != "pending":
        return
    try:
        found = _program(attempt) if attempt.program else _mathematics(attempt)
    except Exception:
        log.exception("judging attempt %s", attempt_id)
        found = {"verdict": "unknown", "reason": TROUBLE}
    Attempt.objects.filter(pk=attempt.pk, verdict="pending").update(**found)


def _mathematics(attempt: Attempt) -> dict[str, Any]:
    problem = attempt.trail.problem
    checks = check_lines(attempt.working, problem)
    if not attempt.answer.strip():
        return {"verdict": "unknown", "reason": NO_ANSWER, "checks": checks}
    if not problem.has_reference or not problem.solution.answer:
        return {"verdict": "unknown", "reason": NO_REFERENCE, "checks": checks}
    solution = problem.solution
    verdict = grading.check_answer(solution.answer, attempt.answer, solution.answer_kind)
    reason = without_gold(verdict.reason, solution.answer, attempt.answer)
    return {"verdict": verdict.value, "reason": reason, "checks": checks}


def check_lines(text: str, problem: Problem) -> list[dict[str, Any]]:
    """The step checks of the student's own lines; none when the text is empty or a rule fails,
    since a check that cannot be made must not cost the verdict."""
    if not text.strip() or problem.is_code:
        return []
    try:
        checks = grading.check_steps(text, problem.statement)
        keys = {step.line for step in grading.key_steps(text, checks)}
    except Exception:
        log.exception("checking lines")
        return []
    return [asdict(check) | {"key": check.line in keys} for check in checks]


def without_gold(reason: str, gold: str, answer: str) -> str:
    """The reason, unless the reference answer could be read from it."""
    pieces = [piece for piece in re.findall(r"[\w.]+", gold) if piece not in answer]
    if any(re.search(rf"(?<![\w.]){re.escape(piece)}(?![\w.])", reason) for piece in pieces):
        return "This is not the answer."
    return reason


def _program(attempt: Attempt) -> dict[str, Any]:
    """Runs the samples, then the hidden tests. Of a hidden test only its verdict is told."""
    problem = attempt.trail.problem
    solution = problem.solution if problem.has_reference else None
    hidden = list(solution.tests) if solution else []
    samples = list(problem.samples)
    if not samples and not hidden:
        return {"verdict": "unknown", "reason": NO_REFERENCE}
    result = grading.judge(
        attempt.program,
        [*samples, *hidden],
        problem.time_s,
        problem.memory_mb,
        checker=solution.checker if solution else "tokens",
    )
    tests = told_tests(result.tests, len(samples))
    failed = next((i for i, test in enumerate(tests) if test["verdict"] != "accepted"), None)
    if result.verdict == "accepted":
        if not hidden:
            reason = "Every sample passes. There are no other tests for this problem."
            return {"verdict": "unknown", "reason": reason, "tests": tests}
        return {"verdict": "correct", "reason": f"All {len(tests)} tests pass.", "tests": tests}
    if failed is None:  # it never ran: a syntax error, or no sandbox
        verdict = "unknown" if result.verdict in ("unknown", "refused") else "wrong"
        return {"verdict": verdict, "reason": result.reason, "tests": tests}
    word = tests[failed]["verdict"].replace("_", " ")
    reason = f"Test {failed + 1} of {len(samples) + len(hidden)}: {word}."
    if failed < len(samples) and result.reason:
        reason = f"Sample {failed + 1}: {result.reason}"
    return {"verdict": "wrong", "reason": reason, "tests": tests}


def told_tests(tests: Sequence[Any], samples: int) -> list[dict[str, Any]]:
    """Per-test verdicts for the student; details only of the samples, which are on the page."""
    told = []
    for n, test in enumerate(tests):
        row = test if isinstance(test, dict) else asdict(test)
        kept = {"n": n + 1, "verdict": row.get("verdict", ""), "sample": n < samples}
        for key in ("time_s", "time_ms", "memory_mb"):
            if key in row:
                kept[key] = row[key]
        if n < samples and row.get("reason"):
            kept["reason"] = row["reason"]
        told.append(kept)
    return told
