"""The desk's tasks; each is one call of a service."""

from __future__ import annotations

import logging

import redis
from celery import shared_task
from django.db import DatabaseError

from inference.protocol import SETTLE_TASK
from tutor.services import judging, settling

log = logging.getLogger(__name__)


@shared_task(name=SETTLE_TASK)
def settle(gen: str) -> None:
    """Nothing is lost when this fails: the log is sealed, and the reaper rings again."""
    try:
        settling.settle(gen=gen)
    except (DatabaseError, redis.RedisError) as error:
        log.warning("generation %s is settled later: %s", gen, error)


@shared_task(name="tutor.judge_attempt")
def judge_attempt(attempt: str) -> None:
    judging.judge(attempt_id=attempt)
