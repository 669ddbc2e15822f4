"""When a log is sealed: its text, checks, answer and verdict go to the row, once.

Called by the desk's task and again by the reaper until it has succeeded, so a database that is
busy or full costs time and nothing else: the sealed log stays until the row is settled.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone

from inference import client, reading, stream
from tutor.models import Generation, Problem
from tutor.services.ringing import ring_waiting

log = logging.getLogger(__name__)

State = Generation.State
ENDED = {"cancelled": State.CANCELLED, "error": State.FAILED}
BUSY_S = 120  # after which another desk worker may think the first one died
NO_REFERENCE = "There is no reference answer, so the result was not compared."
NO_ANSWER = "The reasoning ended without a final answer."
TROUBLE = "The rules could not finish with this text."


def settle(*, gen: str) -> bool:
    """True when the row is settled (now or before); False when that is not possible yet.

    Raises DatabaseError or RedisError when either is not to be had: call again later.
    """
    known = client.shared(settings.REDIS_URL)
    # A program may take a minute to judge; nobody else needs to begin meanwhile.
    if not known.set(f"settling:{gen}", "1", nx=True, ex=BUSY_S):
        return False
    try:
        return _settle(known, gen)
    finally:
        known.delete(f"settling:{gen}")


def _settle(known: redis.Redis, gen: str) -> bool:
    row = Generation.objects.filter(pk=gen).select_related("trail__problem").first()
    if row is None or row.settled_at:
        return row is not None
    meta = reading.read_meta(known, gen)
    if not meta.sealed:
        return False
    text = reading.join(reading.read_entries(known, gen))
    found = outcome(row, meta, text)
    if Generation.objects.unsettled().filter(pk=row.pk).update(**found):
        row.trail.touch()
        _tell(known, gen, found)
    ring_waiting(user_id=row.user_id)
    return True


def outcome(row: Generation, meta: reading.Meta, text: str) -> dict[str, Any]:
    """The columns of a settled row."""
    usage = json.loads(meta.usage)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if sha256 != meta.sha256:
        log.error("generation %s: the log's text is not what was sealed", row.pk)
    state = ENDED.get(meta.reason, State.DONE)
    found: dict[str, Any] = {
        "state": state,
        "settled_at": timezone.now(),
        "text": text,
        "sha256": sha256,
        "token_count": meta.n,
        "finish_reason": meta.reason,
        "error": meta.error,
        "model": usage.get("model", ""),
        "tries": meta.deaths,
        "timings": {
            "queue_ms": usage.get("queue_ms", 0),
            "ttft_ms": usage.get("ttft_ms", 0),
            "total_ms": usage.get("total_ms", 0),
            "run_ms": max(0, usage.get("total_ms", 0) - usage.get("queue_ms", 0)),
            "tokens_per_s": usage.get("tokens_per_s", 0.0),
        },
    }
    if row.claimed_at is None and meta.claims:
        found["claimed_at"] = row.created_at
    return found | graded(row.trail.problem, text, ended=state == State.DONE)


def graded(problem: Problem, text: str, *, ended: bool) -> dict[str, Any]:
    """Answer, format, verdict and checks; what the rules cannot do is unknown, never an error."""
    try:
        answer, format_ok = answer_of(problem, text)
    except Exception:
        log.exception("reading the answer")
        answer, format_ok = "", False
    found: dict[str, Any] = {"answer": answer[:2000], "format_ok": format_ok and ended}
    if ended:
        try:
            found["verdict"], found["verdict_reason"] = judged(problem, answer)
        except Exception:
            log.exception("judging")
            found["verdict"], found["verdict_reason"] = "unknown", TROUBLE
    found["checks"] = checked(problem, text)
    return found


def answer_of(problem: Problem, text: str) -> tuple[str, bool]:
    """The boxed answer or the last program, and whether the text has the form it should have."""
    from grading import extract_boxed, last_program

    closed = text.count("<think>") == text.count("</think>") <= 1
    if problem.is_code:
        program = last_program(text) or ""
        return program, closed and bool(program)
    answer = extract_boxed(text.rsplit("</think>", 1)[-1]) or extract_boxed(text) or ""
    return answer, closed and bool(answer)


def judged(problem: Problem, answer: str) -> tuple[str, str]:
    """Verdict and reason; the reason never gives the reference away."""
    import grading
    from tutor.services.judging import without_gold

    if not answer.strip():
        return "unknown", NO_ANSWER
    solution = problem.solution if problem.has_reference else None
    if problem.is_code:
        return _run(problem, answer)
    if solution is None or not solution.answer:
        return "unknown", NO_REFERENCE
    verdict = grading.check_answer(solution.answer, answer, solution.answer_kind)
    return verdict.value, without_gold(verdict.reason, solution.answer, answer)


def _run(problem: Problem, program: str) -> tuple[str, str]:
    import grading

    solution = problem.solution if problem.has_reference else None
    hidden = list(solution.tests) if solution else []
    tests = [*problem.samples, *hidden]
    if not tests:
        return "unknown", NO_REFERENCE
    checker = solution.checker if solution else "tokens"
    result = grading.judge(program, tests, problem.time_s, problem.memory_mb, checker=checker)
    if result.verdict == "accepted":
        if not hidden:
            return "unknown", "Every sample passes. There are no other tests for this problem."
        return "correct", f"All {len(tests)} tests pass."
    if result.verdict == "unjudged":
        return "unknown", result.reason
    words = str(result.verdict).replace("_", " ")
    return "wrong", f"Test {len(result.tests)} of {len(tests)}: {words}."


def checked(problem: Problem, text: str) -> list[dict[str, Any]]:
    """[{line, status, reason, key}] over the lines of the whole text; [] when rules fail."""
    from tutor.services.judging import check_lines

    return check_lines(text, problem)


def _tell(known: redis.Redis, gen: str, found: dict[str, Any]) -> None:
    """The checks follow the text in the log, and the log may go once its readers had time."""
    names = ("checks", "answer", "format_ok", "verdict", "verdict_reason")
    said = json.dumps({name: found[name] for name in names if name in found})
    pipe = known.pipeline(transaction=True)
    pipe.xadd(stream.log_key(gen), {"k": "checks", "v": said})
    pipe.expire(stream.log_key(gen), stream.SETTLED_S)
    pipe.expire(stream.meta_key(gen), stream.SETTLED_S)
    pipe.delete(stream.spec_key(gen))
    try:
        pipe.execute()
    except redis.RedisError:
        log.warning("generation %s is settled, but nobody could be told", gen)
