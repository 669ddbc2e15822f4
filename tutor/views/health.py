"""GET /healthz: whether everything that a student needs is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from inference import client
from inference.protocol import DESK_QUEUE, GPU_QUEUE
from tutor.models import Generation


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when a student could be answered now, else 503; which part is missing is in the JSON."""
    parts = {
        "database": _part(_database),
        "redis": _part(_redis),
        "workers": _part(_workers),
        "engine": _engine(),
        "queue": _part(_queue),
    }
    ok = all(part["ok"] for part in parts.values())
    reply = JsonResponse({"status": "ok" if ok else "trouble", **parts}, status=200 if ok else 503)
    reply._has_been_logged = True  # type: ignore[attr-defined]  # a probe every second is no news
    return reply


def _part(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        found = {"ok": True, **look()}
    except (DatabaseError, redis.RedisError, OSError) as error:
        found = {"ok": False, "message": type(error).__name__}
    return {**found, "ms": round(1000 * (time.monotonic() - began), 1)}


def _redis_client() -> redis.Redis:
    return client.shared(settings.REDIS_URL)


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {}


def _redis() -> dict[str, Any]:
    _redis_client().ping()
    return {}


def _workers() -> dict[str, Any]:
    found = client.workers(_redis_client())
    ready = dict.fromkeys((GPU_QUEUE, DESK_QUEUE), 0)
    for card in found:
        ready[card.queue] = ready.get(card.queue, 0) + (card.state == "ready")
    told = [{"queue": c.queue, "state": c.state, "busy": c.busy} for c in found]
    return {"ok": all(ready.values()), **ready, "list": told}


def _engine() -> dict[str, Any]:
    """The model that answers, or why none does."""
    status = client.engine_status(settings.REDIS_URL)
    info = asdict(status.info) if status.info else {}
    return {
        **info,
        "ok": status.state == "ready",
        "state": status.state,
        "message": status.message,
        "busy": status.busy,
    }


def _queue() -> dict[str, Any]:
    """`depth` is how many generations wait, by the rows; `rung` how many tasks the broker holds."""
    open_ = Generation.objects.unsettled()
    depth = open_.filter(state=Generation.State.QUEUED).count()
    known = _redis_client()
    return {
        "depth": depth,
        "running": open_.filter(state=Generation.State.RUNNING).count(),
        "rung": int(known.llen(GPU_QUEUE)),
        "desk": int(known.llen(DESK_QUEUE)),
    }
