"""A generation that is still being written, as far as it has come."""

from __future__ import annotations

import redis
from django.conf import settings

from inference import client, reading
from tutor.models import Generation


def catch_up(*, generation: Generation) -> Generation:
    """Fills text, token count and state of an unsettled row from its log, in memory only.

    A settled row, and one whose log cannot be reached now, is given back as it is.
    """
    if generation.settled_at is not None:
        return generation
    try:
        log = reading.read_entries(client.shared(settings.REDIS_URL), str(generation.pk))
    except redis.RedisError:
        return generation
    if log:
        generation.state = Generation.State.RUNNING
        generation.text = reading.join(log)
        generation.token_count = sum(entry.count for entry in log if entry.kind == "d")
    return generation
