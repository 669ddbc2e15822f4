"""A watch on the engine's steps: one that does not come back ends the process.

Nothing inside a process can stop a kernel or a library that hangs. Ended, the worker is started
again by its supervisor, its leases lapse, and its generations go on where they were.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

STATUS = 70  # EX_SOFTWARE of sysexits.h
STEP_LIMIT_S = float(os.environ.get("THINKTRAIL_STEP_LIMIT_S", "300"))


class Watchdog:
    """`limit_s` seconds for one step, 0 for any; `end` is called with the exit status."""

    def __init__(self, limit_s: float, end: Callable[[int], object] = os._exit) -> None:
        self.limit_s, self.end = limit_s, end
        self._began: float | None = None

    @contextmanager
    def step(self) -> Iterator[None]:
        self._began = time.monotonic()
        try:
            yield
        finally:
            self._began = None

    def look(self) -> None:
        """Called now and then by a thread that the engine cannot hold up."""
        began = self._began
        if not self.limit_s or began is None or time.monotonic() - began < self.limit_s:
            return
        log.critical(
            "A step of the engine has not come back for %g s (THINKTRAIL_STEP_LIMIT_S). This "
            "worker ends so that it can be started again; its generations go on from there.",
            self.limit_s,
        )
        if sys.__stderr__ is not None:
            faulthandler.dump_traceback(sys.__stderr__)
        self.end(STATUS)
