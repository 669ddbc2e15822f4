"""Signing out."""

from __future__ import annotations

import logging

import redis

from tutor.services import watching

log = logging.getLogger(__name__)


def close_sockets(*, session_key: str) -> None:
    """Closes the sockets of a session that has just ended. A queue that is down has none."""
    try:
        watching.end_session(session_key=session_key)
    except redis.RedisError:
        log.warning("sockets of an ended session were not told", exc_info=True)
