"""Checking a student's own lines before she submits them."""

from __future__ import annotations

import logging
from typing import Any

import grading
from tutor.models import Attempt, Problem, Trail
from tutor.services import judging, permitting

log = logging.getLogger(__name__)


def check_work(*, trail: Trail, working: str) -> dict[str, Any]:
    """{"working", "lines", "checks": [{line, status, reason, key}], "divergence": … or None}.

    The divergence from the reference is help, and so follows the help policy; what the rules
    find in the lines themselves is not.
    """
    checks = judging.check_lines(working, trail.problem)
    by_line = {check["line"]: check for check in checks}
    lines = [
        {"n": n, "text": text, "check": by_line.get(n)}
        for n, text in enumerate(working.split("\n"))
    ]
    divergence = _divergence(trail, working)
    return {"working": working, "lines": lines, "checks": checks, "divergence": divergence}


def _divergence(trail: Trail, working: str) -> dict[str, Any] | None:
    """The first line that leaves the reference's road. Only the line is told: the reason could
    carry values of the reference."""
    if not permitting.help_allowed(trail).ok:
        return None
    line, _ = _first(working, trail.problem)
    if line is None:
        return None
    return {"line": line, "reason": "This is where your work leaves the checked solution."}


def departure(attempt: Attempt) -> tuple[int | None, str]:
    """For a teacher: the first line of an attempt that leaves the reference, and why. (None, "")
    when it does not, or when the rules could not tell."""
    return _first(attempt.working, attempt.trail.problem)


def _first(working: str, problem: Problem) -> tuple[int | None, str]:
    if not working or problem.is_code or not problem.has_reference:
        return None, ""
    try:
        found = grading.first_divergence(working, problem.solution.worked, problem.statement)
    except Exception:
        log.exception("looking for the first divergence")
        return None, ""
    return found.line, found.reason if found.line is not None else ""
