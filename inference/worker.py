"""The inference worker: `celery -A inference.worker worker -P threads -Q gpu`.

A task is one generation: claim it, hand it to the engine thread, wait. Celery is only the queue
and the doorbell; who may write is decided by lease and epoch (`inference.stream`). This process
never loads Django.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from typing import Any
from uuid import uuid4

# Celery would load the Django project named here into the process that holds the model.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
# Threads that spin while they wait starve the other processes of this machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import redis
from celery import signals

from inference import client, reading, stream, suspicion
from inference.batch import PAST
from inference.job import Job
from inference.protocol import GENERATE_TASK, Delta, EngineProtocol, GenerationSpec
from inference.runner import Runner

log = logging.getLogger(__name__)

REDIS_URL = stream.default_url()
LAST_APPEND_S = 0.08  # what the publisher needs for what is already there

app = client.make_app("inference", REDIS_URL)
app.conf.worker_consumer = "inference.eager:EagerConsumer"


def make_engine() -> EngineProtocol:
    """The engine that the environment asks for; ValueError or OSError with one clear sentence."""
    kind = os.environ.get("THINKTRAIL_ENGINE", "engine")
    slots = int(os.environ.get("THINKTRAIL_SLOTS", "8"))
    if kind == "scripted":
        from inference.scripted import ScriptedEngine

        return ScriptedEngine(slots=slots)
    if kind == "remote":
        from inference.remote import RemoteEngine

        return RemoteEngine(
            os.environ.get("THINKTRAIL_REMOTE_URL", ""),
            os.environ.get("THINKTRAIL_REMOTE_MODEL", ""),
            slots=slots,
        )
    if kind != "engine":
        raise ValueError(f"THINKTRAIL_ENGINE is {kind!r}; it can be engine, scripted or remote.")
    from inference.engine import Engine

    return Engine.load(
        os.environ.get("THINKTRAIL_MODEL", "checkpoints/seedling"),
        device=os.environ.get("THINKTRAIL_DEVICE", "auto"),
        quantize=os.environ.get("THINKTRAIL_QUANTIZE") or "auto",
        slots=slots,
    )


runner = Runner(
    redis_url=REDIS_URL,
    worker=f"gpu-{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}",
    make_engine=make_engine,
)


@app.task(name=GENERATE_TASK)
def generate(gen: str) -> None:
    """Run one generation to its seal, unless another worker has it."""
    job = begin(gen)
    if job is None:
        return
    job.done.wait()
    if job.outcome == "sealed":
        client.ring_settle(REDIS_URL, gen)
    elif job.outcome in ("crashed", "suspected", "spared"):
        give_back(job)


def give_back(job: Job) -> None:
    """The engine broke with it: charged with a death or not, it is for another try."""
    uncharged = job.outcome == "spared"
    if not uncharged:
        uncharged = suspicion.note(runner.redis, job.gen, job.written)
        uncharged = uncharged and job.outcome == "suspected"
    suspicion.give_back(runner.redis, job.gen, runner.worker, job.epoch, polite=uncharged)
    # One that breaks every engine is left to the reaper, which gives it up: rung again at once, it
    # would break the next engine before the reaper ever sees it without a lease.
    if reading.read_meta(runner.redis, job.gen).deaths < stream.MOST_DEATHS:
        client.ring(REDIS_URL, job.gen)


def begin(gen: str) -> Job | None:
    """Claim a generation and hand it to the engine; None when there is nothing to do here."""
    if runner.state != "ready":
        return None  # it stays in its row, and is rung again
    claimed = claim(gen)
    if claimed is None or claimed.outcome != "ok":
        return None
    raw = runner.redis.get(stream.spec_key(gen))
    if raw is None:  # rewritten from the row by the reaper, which then rings
        stream.release(runner.redis, gen, runner.worker, claimed.epoch, polite=True)
        return None
    spec = GenerationSpec.from_json(str(raw))
    pieces = [
        Delta(0, tuple(entry.token_ids), entry.text)
        for entry in reading.read_entries(runner.redis, gen)
        if entry.kind == "d"
    ]
    job = Job(spec, claimed.epoch, pieces, sent=len(pieces), n=claimed.n, resumed=claimed.n)
    job.written, place = claimed.n, suspicion.place(runner.redis, gen)
    job.suspect_at = place if place is not None and claimed.n < place + PAST else None
    if time.time() > spec.deadline:
        job.error, job.finish = "It waited too long for a free place.", "error"
        runner.jobs[gen] = job  # for the publisher to seal
    else:
        runner.submit(job)
    return job


def claim(gen: str) -> stream.Claimed | None:
    """Try for a while: a task that came in just before the server went is not rung again soon."""
    for _ in range(50):
        try:
            return stream.claim(runner.redis, gen, runner.worker)
        except redis.RedisError:
            time.sleep(0.2)
    return None


def drain() -> None:
    """Hand everything over to other workers. In this order nothing waits for a lease to end."""
    runner.stop_stepping()
    runner.say("stopping")
    time.sleep(LAST_APPEND_S)
    runner.stop_publishing()
    jobs = list(runner.jobs.values())
    for job in jobs:
        try:
            if suspicion.give_back(runner.redis, job.gen, runner.worker, job.epoch, polite=True):
                client.ring(REDIS_URL, job.gen)
        except redis.RedisError:
            log.warning("%s is left to its lease", job.gen)
        job.close("released")
    try:
        client.withdraw(runner.redis, runner.worker)
    except redis.RedisError:
        log.debug("not withdrawn")
    for job in jobs:
        job.done.set()


@signals.worker_init.connect
def load_model(**_: Any) -> None:
    """Load before the first task is taken; with a broken model, say so and take none."""
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))
    runner.start()
    runner.settled.wait()
    while runner.state == "failed":
        time.sleep(1)


@signals.worker_shutting_down.connect
def begin_drain(**_: Any) -> None:
    threading.Thread(target=drain, name="drain").start()  # this is inside a signal handler
