"""Which workers are there: each announces itself in Redis and vanishes when it is not renewed."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import Literal, cast

import redis

from inference import stream
from inference.protocol import EngineInfo

ANNOUNCED_S = 15  # a worker that has not been heard of for so long is gone

WorkerState = Literal["starting", "loading", "ready", "failed", "stopping"]


@dataclass(frozen=True, slots=True)
class WorkerCard:
    """How a worker announces itself; it vanishes when not renewed."""

    id: str
    queue: str  # "gpu" or "desk"
    state: WorkerState
    message: str = ""
    info: EngineInfo | None = None
    busy: int = 0
    at: float = 0.0  # unix seconds


def announce(client: redis.Redis, card: WorkerCard) -> None:
    pipe = client.pipeline(transaction=False)
    pipe.set(stream.worker_key(card.id), json.dumps(asdict(card)), ex=ANNOUNCED_S)
    pipe.zadd(stream.WORKERS, {card.id: time.time() + ANNOUNCED_S})
    pipe.execute()


def withdraw(client: redis.Redis, worker: str) -> None:
    """A worker that stops says so, instead of being missed."""
    pipe = client.pipeline(transaction=False)
    pipe.delete(stream.worker_key(worker))
    pipe.zrem(stream.WORKERS, worker)
    pipe.execute()


def workers(client: redis.Redis) -> list[WorkerCard]:
    """Who is there now. Raises RedisError."""
    now = time.time()
    client.zremrangebyscore(stream.WORKERS, 0, now - 60)
    ids = cast(list[str], client.zrange(stream.WORKERS, 0, -1))
    raws = cast(list[str | None], client.mget([stream.worker_key(id) for id in ids])) if ids else []
    cards = []
    for raw in raws:
        if raw:
            data = json.loads(raw)
            info = data.pop("info")
            if info:
                info["strengths"] = tuple(info["strengths"])
            cards.append(WorkerCard(info=EngineInfo(**info) if info else None, **data))
    return cards
