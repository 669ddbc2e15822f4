"""When an engine breaks or hangs: only who broke it pays, and what hangs is ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import redis

from inference import client, stream, suspicion
from inference.batch import PAST, Batch
from inference.job import Job
from inference.protocol import GenerationSpec, Message, SamplingParams
from inference.runner import Runner
from inference.scripted import ScriptedEngine
from inference.watchdog import STATUS, Watchdog

WORKER = "w"


def job_of(queue: redis.Redis, gen: str, told: str, suspect_at: int | None = None) -> Job:
    said: Message = {"role": "user", "content": f"[scripted speed=1000 {told}]"}
    spec = GenerationSpec(gen, (said,), SamplingParams(), deadline=0)
    client.prepare(queue, spec)
    claimed = stream.claim(queue, gen, WORKER)
    job = Job(spec=spec, epoch=claimed.epoch, pieces=[], sent=0, n=0)
    job.suspect_at = suspect_at
    return job


@pytest.fixture
def runner(queue: redis.Redis, valkey_url: str) -> Iterator[Runner]:
    made = Runner(redis_url=valkey_url, worker=WORKER, make_engine=ScriptedEngine)
    yield made
    made.stop_stepping()
    made.stop_publishing()


def outcomes(runner: Runner, *jobs: Job) -> list[str | None]:
    for job in jobs:
        runner.submit(job)
    runner.start()
    assert all(job.done.wait(20) for job in jobs)
    return [job.outcome for job in jobs]


def test_all_who_were_in_a_broken_engine_are_suspects_and_none_is_charged(
    queue: redis.Redis, runner: Runner
) -> None:
    bad, good = (
        job_of(queue, "bad", "tokens=40 raise_at=12"),
        job_of(queue, "good", "tokens=200"),
    )
    assert outcomes(runner, bad, good) == ["suspected", "suspected"]
    assert bad.written == 12


def test_a_suspect_that_breaks_it_again_pays_and_its_neighbours_do_not(
    queue: redis.Redis, runner: Runner
) -> None:
    """The good one runs already; a third waits for the trial and is then taken by the next engine."""
    good = job_of(queue, "good", "speed=50 tokens=100")
    bad = job_of(queue, "bad", "tokens=40 raise_at=12", suspect_at=12)
    third = job_of(queue, "third", "tokens=80")
    assert outcomes(runner, good, bad, third) == ["spared", "crashed", "sealed"]


def test_a_suspect_is_cleared_behind_the_place_and_others_are_let_in(
    queue: redis.Redis, runner: Runner
) -> None:
    first = job_of(queue, "first", f"tokens={PAST + 100}", suspect_at=12)
    second = job_of(queue, "second", f"tokens={PAST + 100}", suspect_at=20)
    assert outcomes(runner, first, second) == ["sealed", "sealed"]
    assert first.suspect_at is second.suspect_at is None


def test_who_waits_for_a_trial_can_be_stopped(
    queue: redis.Redis, runner: Runner, valkey_url: str
) -> None:
    suspect = job_of(queue, "suspect", "speed=1 tokens=90", suspect_at=80)
    waiting = job_of(queue, "waiting", "tokens=90")
    runner.submit(suspect)
    runner.submit(waiting)
    runner.start()
    client.cancel(valkey_url, "waiting")
    assert waiting.done.wait(10) and waiting.outcome == "sealed"
    assert queue.hget(stream.meta_key("waiting"), "reason") == "cancelled"
    assert suspect.outcome is None


def test_only_one_suspect_is_in_the_batch_and_nobody_new_beside_it(queue: redis.Redis) -> None:
    batch = Batch()
    jobs = [job_of(queue, f"g{n}", "", suspect_at=at) for n, at in enumerate([None, 5, 5, None])]
    batch.waiting.extend(jobs)
    for id, job in enumerate(jobs[:2]):
        assert batch.next() is job
        batch.live[id] = job
    assert batch.next() is None
    batch.wrote(jobs[1], 5 + PAST - 1)
    assert batch.next() is None
    batch.wrote(jobs[1], 1)
    assert batch.next() is jobs[2]


def test_one_that_breaks_the_engine_at_the_door_is_known(queue: redis.Redis) -> None:
    inside, entering = job_of(queue, "inside", ""), job_of(queue, "entering", "")
    batch = Batch(live={1: inside}, entering=entering)
    assert batch.taken_down() == [(inside, "spared"), (entering, "crashed")]
    assert not batch.live and batch.entering is None


def deaths(queue: redis.Redis, gen: str) -> int:
    facts = queue.hgetall(stream.meta_key(gen))
    return int(facts["claims"]) - int(facts.get("released", 0))


def test_who_fell_with_a_worker_is_a_suspect_once_for_each_fall(queue: redis.Redis) -> None:
    job_of(queue, "g", "")
    assert not suspicion.fell_together(queue, "g", WORKER)  # its lease lives: nothing fell
    queue.delete(stream.lease_key("g"))
    assert suspicion.fell_together(queue, "g", WORKER) and deaths(queue, "g") == 0
    assert not suspicion.fell_together(queue, "g", WORKER)
    assert suspicion.place(queue, "g") == 0
    for _ in range(suspicion.MOST_SUSPICIONS):  # it cannot go on for ever
        stream.claim(queue, "g", WORKER)
        queue.delete(stream.lease_key("g"))
        suspicion.fell_together(queue, "g", WORKER)
    assert deaths(queue, "g") == 1


def test_what_is_given_back_by_a_worker_that_lives_did_not_fall(queue: redis.Redis) -> None:
    job = job_of(queue, "g", "")
    assert suspicion.give_back(queue, "g", WORKER, job.epoch, polite=True)
    assert not suspicion.fell_together(queue, "g", WORKER) and deaths(queue, "g") == 0


class Hanging(ScriptedEngine):
    """Its third step does not come back until the test is over."""

    over = threading.Event()
    steps = 0

    def step(self):
        self.steps += 1
        if self.steps == 3:
            self.over.wait(30)
        return super().step()


def test_a_step_that_hangs_ends_the_worker_and_says_why(
    queue: redis.Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setattr("inference.runner.HEARTBEAT_S", 0.05)
    ended: list[int] = []
    working = Runner(redis_url=valkey_url, worker=WORKER, make_engine=Hanging)
    working.watchdog = Watchdog(0.3, ended.append)
    working.submit(job_of(queue, "g", "tokens=50"))
    working.start()
    until = time.monotonic() + 10
    while not ended and time.monotonic() < until:
        time.sleep(0.02)
    Hanging.over.set()
    working.stop_stepping()
    working.stop_publishing()
    assert ended and set(ended) == {STATUS}
    assert "has not come back for 0.3 s" in caplog.text


def test_steps_that_come_back_and_a_worker_that_rests_are_left_alone() -> None:
    ended: list[int] = []
    watch = Watchdog(0.02, ended.append)
    time.sleep(0.03)
    watch.look()
    with watch.step():
        watch.look()
    with Watchdog(0, ended.append).step():  # 0 is no limit
        time.sleep(0.03)
    assert ended == []
