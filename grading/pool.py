"""A small pool of long-lived processes for symbolic work that may not end.

Each worker has a memory and a processor limit; a call that takes too long kills its worker, and
a fresh one is started in the background. Plain subprocesses with pipes: nothing of the caller's
main module is imported again, so it works alike under uvicorn, Celery, pytest and a notebook.
Safe from any number of threads; from asyncio call it through `asyncio.to_thread`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

TIMEOUT_S = 2.0
START_S = 60.0  # a cold start imports a computer-algebra system
RECYCLE_AFTER = 500  # calls; caches of the libraries grow
MAX_REQUEST = 64 << 10  # bytes


class PoolError(Exception):
    """The call has no result; the message can be shown to a student."""


class _Worker:
    """One process and its pipe."""

    def __init__(self) -> None:
        self.calls = 0
        self.ready = False
        self.buffer = b""
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grading.pool_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is not for it
        )

    def read(self, until: float) -> dict[str, Any] | None:
        """The next reply, or None when the time is over or the process has ended."""
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            left = until - time.monotonic()
            if left <= 0:
                return None
            ready, _, _ = select.select([fd], [], [], left)
            if not ready:
                return None
            chunk = os.read(fd, 1 << 16)
            if not chunk:
                return None
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def wait_ready(self) -> bool:
        if not self.ready:
            reply = self.read(time.monotonic() + START_S)
            self.ready = bool(reply and reply.get("ready"))
        return self.ready

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


class Pool:
    """`size` workers at most, started when they are first needed."""

    def __init__(self, size: int = 2) -> None:
        self.size = size
        self._idle: list[_Worker] = []
        self._count = 0
        self._next_id = 0
        self._free = threading.Condition()
        self._closed = False

    def call(self, function: str, *args: Any, timeout: float = TIMEOUT_S) -> Any:
        """Run "grading.module:function" on JSON values; PoolError on time-out or failure.

        The time runs from when the worker is ready; waiting for a free worker has its own limit.
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
        if reply is None:
            self._drop(worker)
            raise PoolError("Comparing took too long.")
        self._give_back(worker)
        if "error" in reply:
            raise PoolError("The symbolic checker could not read the answer.")
        return reply["value"]

    def _ask(self, worker: _Worker, line: bytes, timeout: float) -> dict[str, Any] | None:
        if not worker.wait_ready():
            raise PoolError("The symbolic checker did not start.")
        assert worker.process.stdin is not None
        try:
            worker.process.stdin.write(line)
            worker.process.stdin.flush()
        except OSError:
            return None
        worker.calls += 1
        return worker.read(time.monotonic() + timeout)

    def _take(self) -> _Worker:
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
            return _Worker()
        except OSError as error:
            with self._free:
                self._count -= 1
                self._free.notify()
            raise PoolError("The symbolic checker did not start.") from error

    def _give_back(self, worker: _Worker) -> None:
        if worker.calls >= RECYCLE_AFTER:
            self._drop(worker)
            return
        with self._free:
            if not self._closed:
                self._idle.append(worker)
                self._free.notify()
                return
        worker.kill()

    def _drop(self, worker: _Worker) -> None:
        """End a worker and start its successor at once, so that the next call finds it warm."""
        worker.kill()
        fresh: _Worker | None = None
        if not self._closed:
            with contextlib.suppress(OSError):
                fresh = _Worker()
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
