"""A small pool of long-lived processes for symbolic work that may not end.

Plain subprocesses with pipes: nothing of the caller's main module is imported again, so the pool
works alike under uvicorn, Celery, pytest and a notebook. Every call has a hard time limit, and a
call that meets it does not delay the next one. Safe from any number of threads; from asyncio
call it through `asyncio.to_thread`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import threading
import time
from typing import Any

from grading.pool_process import START_S, Worker

TIMEOUT_S = 1.8
GRACE_S = 0.7  # a worker that has not said "too late" itself by then is replaced
RECYCLE_AFTER = 5000  # calls
MAX_REQUEST = 64 << 10  # bytes


class PoolError(Exception):
    """The call has no result; the message can be shown to a student."""


class Pool:
    """`size` workers at most, started when they are first needed."""

    def __init__(self, size: int = 2) -> None:
        self.size = size
        self._idle: list[Worker] = []
        self._count = 0
        self._next_id = 0
        self._free = threading.Condition()
        self._closed = False

    def call(self, function: str, *args: Any, timeout: float = TIMEOUT_S) -> Any:
        """Run "grading.module:function" on JSON values; PoolError on time-out or failure.

        The time runs from when the worker is ready; only the first call waits for a start.
        """
        with self._free:
            self._next_id += 1
            number = self._next_id
        request = {"id": number, "function": function, "args": args, "seconds": timeout}
        line = json.dumps(request).encode() + b"\n"
        if len(line) > MAX_REQUEST:
            raise PoolError("The answer is too long to compare.")
        worker = self._take()
        try:
            reply = self._ask(worker, line, timeout)
        except BaseException:
            self._drop(worker)
            raise
        if reply is None or reply.get("id") != number:
            self._drop(worker)
            raise PoolError("Comparing took too long.")
        self._give_back(worker)
        if reply.get("late"):
            raise PoolError("Comparing took too long.")
        if "error" in reply:
            raise PoolError("The symbolic checker could not read the answer.")
        return reply["value"]

    def _ask(self, worker: Worker, line: bytes, timeout: float) -> dict[str, Any] | None:
        if not worker.wait_ready():
            raise PoolError("The symbolic checker did not start.")
        if not worker.write(line):
            return None
        worker.calls += 1
        return worker.read(time.monotonic() + timeout + GRACE_S)

    def _take(self) -> Worker:
        until = time.monotonic() + START_S
        with self._free:
            while True:
                if self._closed:
                    raise PoolError("The symbolic checker is shut down.")
                if self._idle:
                    return self._idle.pop()
                if self._count < self.size:
                    self._count += 1
                    break
                if not self._free.wait(until - time.monotonic()):
                    raise PoolError("The symbolic checker is busy.")
        try:
            return Worker()
        except OSError as error:
            with self._free:
                self._count -= 1
                self._free.notify()
            raise PoolError("The symbolic checker did not start.") from error

    def _give_back(self, worker: Worker) -> None:
        if worker.calls >= RECYCLE_AFTER:
            self._drop(worker)
            return
        with self._free:
            if not self._closed:
                self._idle.append(worker)
                self._free.notify()
                return
        worker.kill()

    def _drop(self, worker: Worker) -> None:
        """End a worker and start its successor at once, so that a later call finds it warm."""
        worker.kill()
        fresh: Worker | None = None
        if not self._closed:
            with contextlib.suppress(OSError):
                fresh = Worker()
        with self._free:
            if fresh is None:
                self._count -= 1
            else:
                self._idle.insert(0, fresh)  # a warm one is taken before it
            self._free.notify()

    def close(self) -> None:
        """End all idle workers; busy ones end with their call."""
        with self._free:
            self._closed = True
            workers, self._idle = self._idle, []
            self._count -= len(workers)
            self._free.notify_all()
        for worker in workers:
            worker.kill()


_shared: Pool | None = None
_lock = threading.Lock()


def shared_pool() -> Pool:
    """The process's own pool."""
    global _shared
    with _lock:
        if _shared is None:
            _shared = Pool()
            atexit.register(_shared.close)
        return _shared


def _after_fork() -> None:
    """A forked child must not talk to its parent's workers."""
    global _shared, _lock
    _shared, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
