"""Which model answers, as the pages say it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from inference import client


def engine_state() -> dict[str, Any]:
    """{state, model, strengths, message} of the worker that would answer now.

    `state` is ready, loading, failed, absent or unreachable; the page opens in every one of them.
    """
    status = client.engine_status(settings.REDIS_URL)
    info = status.info
    return {
        "state": status.state,
        "model": info.model if info else "",
        "strengths": list(info.strengths) if info else [],
        "message": status.message,
    }
