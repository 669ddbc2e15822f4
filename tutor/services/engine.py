"""Which model answers, as the pages say it."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


def engine_state() -> dict[str, Any]:
    """{state, model, strengths, message} of the worker that would answer now."""
    try:
        from inference import client

        found = client.engine_status()
    except Exception:  # no queue, no worker: the page still opens and says so
        log.debug("no engine status", exc_info=True)
        found = None
    told = {"state": "waiting", "model": "", "strengths": [], "message": ""}
    if isinstance(found, dict):
        info = found.get("info") or found
        told["state"] = found.get("state", "waiting")
        told["message"] = found.get("message", "")
        told["model"] = info.get("model", "")
        told["strengths"] = list(info.get("strengths", ()))
    return told
