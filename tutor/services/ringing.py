"""From a row to the queue: the job rebuilt from the row, rung, and the next one of a student."""

from __future__ import annotations

import redis
from django.conf import settings
from django.utils import timezone

from inference import client
from inference.protocol import GenerationSpec, Message, SamplingParams
from tutor.models import Generation


def spec_of(row: Generation) -> GenerationSpec:
    """The whole job, from the row alone."""
    params = dict(row.params)
    params["stop"] = tuple(params.get("stop", ()))
    created = row.created_at or timezone.now()
    return GenerationSpec(
        gen=str(row.pk),
        messages=tuple(Message(role=m["role"], content=m["content"]) for m in row.messages),
        params=SamplingParams(**params),
        deadline=row.deadline.timestamp(),
        meta={"created": created.timestamp()},
    )


def ring(row: Generation, *, only_write: bool = False) -> bool:
    """Write the job and, unless told otherwise, ring; False when the queue is away."""
    if not only_write:
        return client.submit(settings.REDIS_URL, spec_of(row))
    try:
        client.prepare(client.shared(settings.REDIS_URL), spec_of(row))
    except redis.RedisError:
        return False
    return True


def ring_waiting(*, user_id: int) -> None:
    """Let this student's oldest waiting generations run, as far as the limit allows."""
    mine = Generation.objects.unsettled().filter(user_id=user_id)
    free = settings.RUNNING_PER_USER - mine.exclude(rung_at=None).count()
    for row in mine.filter(rung_at=None).order_by("created_at")[: max(0, free)]:
        taken = Generation.objects.filter(pk=row.pk, rung_at=None).update(rung_at=timezone.now())
        if taken:
            ring(row)


def places(ids: list[str]) -> dict[str, tuple[int, int]]:
    """For generations that wait: place in the line (1 is next) and seconds until it begins."""
    queued = Generation.objects.unsettled().filter(state=Generation.State.QUEUED)
    line = [str(pk) for pk in queued.order_by("created_at").values_list("pk", flat=True)]
    spot = {pk: index + 1 for index, pk in enumerate(line)}
    recent = Generation.objects.filter(state=Generation.State.DONE).order_by("-settled_at")
    spent = [t.get("run_ms", 0) for t in recent.values_list("timings", flat=True)[:20]]
    mean_s = sum(spent) / len(spent) / 1000 if spent else 0.0
    status = client.engine_status(settings.REDIS_URL)
    slots = status.info.slots if status.info else 1
    return {
        pk: (spot[pk], round(mean_s * ((spot[pk] - 1) // max(1, slots))))
        for pk in ids
        if pk in spot
    }
