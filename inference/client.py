"""What the web and desk processes ask of the inference side: submit, ring, cancel, status.

Tasks are sent by name, so nothing here imports the worker, and torch stays out of these processes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from inference import stream
from inference.presence import WorkerCard, WorkerState, announce, withdraw, workers
from inference.protocol import (
    DESK_QUEUE,
    GENERATE_TASK,
    GPU_QUEUE,
    SETTLE_TASK,
    EngineInfo,
    GenerationSpec,
)

__all__ = [
    "EMPTY_SHA256",
    "EngineStatus",
    "WorkerCard",
    "WorkerState",
    "announce",
    "cancel",
    "engine_status",
    "make_app",
    "prepare",
    "ring",
    "ring_settle",
    "send",
    "shared",
    "spread_news",
    "submit",
    "withdraw",
    "workers",
]

EngineState = Literal["ready", "loading", "failed", "absent", "unreachable"]
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()

# Every process that talks to the broker gives up soon and tries again soon: spec and row survive.
TRANSPORT = {
    "visibility_timeout": 3600,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
}


def make_app(name: str, redis_url: str) -> Celery:
    """A Celery app with the settings every process here shares; tasks are acknowledged early."""
    app = Celery(name, broker=stream.broker_url(redis_url))
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=False,
        task_default_queue=DESK_QUEUE,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_transport_options=TRANSPORT,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_routes={GENERATE_TASK: {"queue": GPU_QUEUE}},
    )
    return app


@lru_cache(maxsize=4)
def _sender(redis_url: str) -> Celery:
    """Whoever sends has a row to fall back on, so it does not wait for a broker that is away."""
    app = make_app("thinktrail-client", redis_url)
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
    app.conf.broker_transport_options = {**TRANSPORT, **once}
    return app


@lru_cache(maxsize=4)
def shared(redis_url: str) -> redis.Redis:
    """One pooled client per process and server."""
    return stream.connect(redis_url)


def send(redis_url: str, task: str, *args: Any, queue: str) -> bool:
    """Send a task by name; False when the broker is away (whoever cares sends it again)."""
    try:
        _sender(redis_url).send_task(task, args=args, queue=queue, retry=False, ignore_result=True)
    except (OperationalError, redis.RedisError, OSError):
        return False
    return True


def prepare(client: redis.Redis, spec: GenerationSpec) -> None:
    """Write the job and, unless it is there, the empty log's facts. Raises RedisError."""
    meta = stream.meta_key(spec.gen)
    se = stream.fresh_se()
    pipe = client.pipeline(transaction=True)
    pipe.set(stream.spec_key(spec.gen), spec.to_json(), ex=stream.KEEP_S)
    pipe.hsetnx(meta, "se", str(se))
    pipe.hsetnx(meta, "epoch", str(se))  # above any epoch of a log that was lost
    pipe.hsetnx(meta, "n", "0")
    pipe.expire(meta, stream.KEEP_S)
    pipe.execute()


def ring(redis_url: str, gen: str) -> bool:
    """Tell the inference workers that this generation waits; harmless when told twice."""
    return send(redis_url, GENERATE_TASK, gen, queue=GPU_QUEUE)


def ring_settle(redis_url: str, gen: str) -> bool:
    """Tell the desk that this generation's log is sealed; harmless when told twice."""
    return send(redis_url, SETTLE_TASK, gen, queue=DESK_QUEUE)


def submit(redis_url: str, spec: GenerationSpec) -> bool:
    """Write the job and ring; False when Redis is away (the reaper does it later)."""
    try:
        prepare(shared(redis_url), spec)
    except redis.RedisError:
        return False
    return ring(redis_url, spec.gen)


def cancel(redis_url: str, gen: str) -> str:
    """Ask the worker to stop. What nobody began is sealed here, and the desk is told."""
    outcome = stream.cancel(shared(redis_url), gen, EMPTY_SHA256)
    if outcome == "sealed_now":
        ring_settle(redis_url, gen)
    return outcome


def spread_news(redis_url: str, kind: str, **fields: str) -> None:
    """Tell every web process something at once, such as that a session has ended."""
    shared(redis_url).xadd(
        stream.NEWS, cast(Any, {"k": kind, **fields}), maxlen=stream.NEWS_KEPT, approximate=True
    )


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What a page says about the model that would answer."""

    state: EngineState
    info: EngineInfo | None = None
    message: str = ""
    workers: int = 0
    busy: int = 0


def engine_status(redis_url: str = "") -> EngineStatus:
    """The best of the inference workers' announcements; never raises."""
    try:
        client = shared(redis_url or stream.default_url())
        found = [card for card in workers(client) if card.queue == GPU_QUEUE]
    except redis.RedisError:
        return EngineStatus("unreachable", message="The queue is not reachable.")
    ready = [card for card in found if card.state == "ready"]
    if ready:
        newest = max(ready, key=lambda card: card.at)
        return EngineStatus("ready", newest.info, "", len(ready), sum(c.busy for c in ready))
    if any(card.state in ("starting", "loading") for card in found):
        return EngineStatus("loading", message="The model is being loaded.")
    failed = next((card for card in found if card.state == "failed"), None)
    if failed:
        return EngineStatus("failed", message=failed.message)
    return EngineStatus("absent", message="The model is not running yet.")
