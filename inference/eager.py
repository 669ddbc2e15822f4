"""A Celery consumer that comes back to a broker soon after the broker came back."""

from __future__ import annotations

import logging
from typing import Any

from celery.worker.consumer import Consumer

log = logging.getLogger(__name__)


class EagerConsumer(Consumer):  # type: ignore[misc]  # Celery has no types
    """Celery's own back-off is 2, 4 … 30 s, and a student waits for each of them."""

    def ensure_connected(self, conn: Any) -> Any:
        return conn.ensure_connection(
            errback=lambda error, interval: log.debug("broker away: %s", error),
            max_retries=None,
            interval_start=0.2,
            interval_step=0.2,
            interval_max=1.0,
        )
