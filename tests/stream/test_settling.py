"""Settling a sealed log: once, whatever the database says the first time."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.db import OperationalError
from django.db.models import QuerySet

from inference import client, reading, stream
from tutor import tasks
from tutor.models import Attempt, Generation, Problem, Solution, Trail, User
from tutor.services import settling
from tutor.services.reaping import Reaper
from tutor.services.ringing import spec_of

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "<think>\nLet $x = 3$.\n$x + 4 = 7$\n</think>\n\nSo the answer is \\boxed{7}."


@pytest.fixture
def row() -> Generation:
    ada = User.objects.create_user("ada", password="x")
    problem = Problem.objects.create(
        slug="p", title="A sum", kind="math", level=1, statement="What is 3 + 4?"
    )
    Solution.objects.create(problem=problem, answer="7")
    trail = Trail.objects.create(student=ada, problem=problem)
    Attempt.objects.create(trail=trail, answer="8", verdict="wrong")
    return Generation.objects.create(
        trail=trail,
        user=ada,
        idem=uuid4().hex,
        messages=[{"role": "user", "content": "What is 3 + 4?"}],
        params={"seed": 1},
        deadline=Generation.default_deadline(),
    )


def sealed(queue: redis.Redis, row: Generation, text: str = TEXT, reason: str = "stop") -> str:
    """The log of a finished generation."""
    gen = str(row.pk)
    client.prepare(queue, spec_of(row))
    claimed = stream.claim(queue, gen, "w")
    assert stream.append(queue, gen, claimed.epoch, 0, [1, 2, 3], text)[0] == "ok"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    stream.seal(queue, gen, claimed.epoch, 3, reason, sha256, "", '{"model": "m", "ttft_ms": 5}')
    return gen


def test_settled_with_everything_the_rules_say(queue: redis.Redis, row: Generation) -> None:
    gen = sealed(queue, row)
    assert settling.settle(gen=gen)
    row.refresh_from_db()
    assert (row.state, row.text, row.token_count) == ("done", TEXT, 3)
    assert (row.answer, row.format_ok, row.verdict, row.model) == ("7", True, "correct", "m")
    assert all({"line", "status", "reason", "key"} <= set(check) for check in row.checks)
    last = reading.read_entries(queue, gen)[-1]
    assert last.kind == "checks" and '"verdict": "correct"' in last.fields["v"]
    assert 0 < queue.ttl(stream.log_key(gen)) <= stream.SETTLED_S  # type: ignore[operator]


@pytest.mark.parametrize("trouble", ["database is locked", "database or disk is full"])
def test_a_busy_or_full_database_costs_only_time(
    queue: redis.Redis, row: Generation, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    gen = sealed(queue, row)
    update = QuerySet.update

    def fails(self: Any, **columns: Any) -> int:
        if "settled_at" in columns:
            raise OperationalError(trouble)
        return update(self, **columns)

    monkeypatch.setattr(QuerySet, "update", fails)
    tasks.settle(gen)  # swallows it: the log is still sealed
    row.refresh_from_db()
    assert row.settled_at is None and row.text == ""
    assert reading.read_meta(queue, gen).sealed
    monkeypatch.undo()
    reaper = Reaper("desk-test")
    reaper.sweep(queue)
    reaper.told[gen] -= 60  # as if a minute had passed
    reaper.sweep(queue)
    assert queue.llen("desk") == 1  # rung again
    tasks.settle(gen)
    row.refresh_from_db()
    assert (row.state, row.text, row.verdict) == ("done", TEXT, "correct")


def test_twice_is_once(queue: redis.Redis, row: Generation) -> None:
    gen = sealed(queue, row)
    assert settling.settle(gen=gen)
    row.refresh_from_db()
    first = row.settled_at
    assert settling.settle(gen=gen)
    row.refresh_from_db()
    assert row.settled_at == first
    kinds = [entry.kind for entry in reading.read_entries(queue, gen)]
    assert kinds.count("checks") == 1


def test_an_open_log_is_not_settled(queue: redis.Redis, row: Generation) -> None:
    client.prepare(queue, spec_of(row))
    assert not settling.settle(gen=str(row.pk))
    assert not Generation.objects.exclude(settled_at=None).exists()


def test_without_a_reference_nothing_is_compared(queue: redis.Redis, row: Generation) -> None:
    Solution.objects.all().delete()
    gen = sealed(queue, row)
    settling.settle(gen=gen)
    row.refresh_from_db()
    assert (row.verdict, row.verdict_reason) == ("unknown", settling.NO_REFERENCE)


def test_a_cut_text_has_no_verdict_but_its_lines_are_checked(
    queue: redis.Redis, row: Generation
) -> None:
    gen = sealed(queue, row, "<think>\nLet $x = 3$.\n$3 + 4 = 7$\n", "cancelled")
    settling.settle(gen=gen)
    row.refresh_from_db()
    assert (row.state, row.verdict, row.format_ok) == ("cancelled", "", False)


def test_a_program_is_judged(queue: redis.Redis, row: Generation) -> None:
    problem = row.trail.problem
    Problem.objects.filter(pk=problem.pk).update(kind="code")
    tests = [{"input": "3 4\n", "output": "7\n"}]
    Solution.objects.filter(problem=problem).update(answer="", tests=tests)
    program = "a, b = map(int, input().split())\nprint(a + b)\n"
    gen = sealed(queue, row, f"Read and add.\n\n```python\n{program}```\n")
    settling.settle(gen=gen)
    row.refresh_from_db()
    assert (row.answer, row.format_ok) == (program, True)
    assert (row.verdict, row.verdict_reason) == ("correct", "All 1 tests pass.")


def test_a_rule_that_breaks_does_not_cost_the_text(
    queue: redis.Redis, row: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: Any, **names: Any) -> None:
        raise RuntimeError("a bug in a rule")

    monkeypatch.setattr("tutor.services.settling.judged", breaks)
    monkeypatch.setattr("grading.check_steps", breaks, raising=False)
    gen = sealed(queue, row)
    assert settling.settle(gen=gen)
    row.refresh_from_db()
    assert (row.text, row.verdict, row.checks) == (TEXT, "unknown", [])
