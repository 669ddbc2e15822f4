"""Verdicts: what the rules say of an attempt, told without giving the reference away."""

from __future__ import annotations

import logging
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

import grading
from inference import client
from inference.protocol import DESK_QUEUE
from tutor.models import Attempt, Problem

if TYPE_CHECKING:
    from grading.code import JudgeResult
    from grading.outcomes import TestResult

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
    if not client.send(settings.REDIS_URL, JUDGE_TASK, str(attempt_id), queue=DESK_QUEUE):
        log.warning("attempt %s waits: the queue did not take it", attempt_id)


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


WORDS = {
    "accepted": "passes",
    "wrong_answer": "another output was expected",
    "runtime_error": "the program stopped with an error",
    "time_limit": "the time was up",
    "memory_limit": "the memory was full",
    "output_limit": "too much was printed",
    "compile_error": "the program does not compile",
    "unjudged": "not run",
}


def _program(attempt: Attempt) -> dict[str, Any]:
    """Runs the samples, then the hidden tests."""
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
        language=attempt.language,
        checker=solution.checker if solution else "tokens",
    )
    if result.verdict == "runtime_error" and not result.tests:
        return {"verdict": "wrong", "reason": result.reason, "tests": [_not_compiled(result)]}
    tests = [told_test(n, test, n <= len(samples)) for n, test in enumerate(result.tests, 1)]
    if result.verdict == "accepted" and hidden:
        verdict, reason = "correct", f"All {len(tests)} tests pass."
    elif result.verdict == "accepted":
        verdict, reason = "unknown", "Every sample passes; this problem has no other tests."
    else:
        verdict = "unknown" if result.verdict == "unjudged" else "wrong"
        failed = next((test for test in tests if test["verdict"] != "accepted"), None)
        reason = _of_failure(failed, len(samples) + len(hidden)) if failed else result.reason
    return {"verdict": verdict, "reason": reason, "tests": tests}


def _not_compiled(result: JudgeResult) -> dict[str, Any]:
    """Stands before the tests, none of which was run: nothing of them can be in it."""
    told = {"n": 0, "sample": False, "verdict": "compile_error", "reason": WORDS["compile_error"]}
    return told | ({"source_line": result.source_line} if result.source_line else {})


def told_test(n: int, test: TestResult, sample: bool) -> dict[str, Any]:
    """One test as the student is told of it: of a hidden one only its verdict, cost and the line
    of her own program, since anything else could carry the test out."""
    told: dict[str, Any] = {
        "n": n,
        "sample": sample,
        "verdict": test.verdict,
        "time_ms": test.time_ms,
        "memory_mb": test.memory_mb,
        "reason": test.reason if sample else WORDS.get(test.verdict, ""),
    }
    if test.source_line:
        told["source_line"] = test.source_line
    if sample and test.verdict == "wrong_answer":
        told |= {"line": test.line, "expected": test.expected, "got": test.got}
    return told


def _of_failure(test: dict[str, Any], count: int) -> str:
    where = f"Sample {test['n']}" if test["sample"] else f"Test {test['n']} of {count}"
    at = f" in line {test['source_line']}" if "source_line" in test else ""
    reason = test["reason"].rstrip(".") if test["sample"] else f"{test['reason']}{at}"
    return f"{where}: {reason}."
