"""The parent's end of one pool worker: start it, ask it, end it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

START_S = 60.0  # a cold start imports a computer-algebra system


def readable(fds: list[int], seconds: float) -> list[int]:
    """Those of `fds` that can be read or were closed; poll, since select ends at number 1024."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(max(0.0, seconds) * 1000)]


class Worker:
    """One process and its pipes."""

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
            bufsize=0,
        )

    def write(self, line: bytes) -> bool:
        """Whether the request went out."""
        assert self.process.stdin is not None
        try:
            view = memoryview(line)
            while view:
                view = view[self.process.stdin.write(view) or 0 :]
        except OSError:
            return False
        return True

    def read(self, until: float) -> dict[str, Any] | None:
        """The next reply, or None when the time is over or the process has ended."""
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            left = until - time.monotonic()
            if left <= 0 or not readable([fd], left):
                return None
            chunk = os.read(fd, 1 << 16)
            if not chunk:
                return None
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def wait_ready(self) -> bool:
        """Whether the process has imported everything; waits for it the first time."""
        if not self.ready:
            reply = self.read(time.monotonic() + START_S)
            self.ready = bool(reply and reply.get("ready"))
        return self.ready

    def kill(self) -> None:
        """End the process; its child ends with it."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
