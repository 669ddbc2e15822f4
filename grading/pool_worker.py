"""A warm process that runs each job in a fork of itself: `python -m grading.pool_worker`.

Importing a computer-algebra system takes a second, a fork a few milliseconds. So this process
imports everything once and then only waits: every job gets a child with its own time, memory and
processor limit, and a job that never ends costs its child, not the next job. Requests and replies
are JSON, one a line, on standard input and output; when the input closes, everything ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import sys
import time
from importlib import import_module
from typing import Any, NoReturn

MEMORY = int(os.environ.get("GRADING_POOL_MEMORY_MB", "1024")) << 20
ALLOWED = "grading."
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def _limit(seconds: float) -> None:
    """This child's own limits; where a system lacks one, the parent's clock still holds."""
    for name, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value))


def _resolve(name: str) -> Any:
    module, _, function = name.partition(":")
    if not module.startswith(ALLOWED):
        raise ValueError("Only functions of the package may be called.")
    return getattr(import_module(module), function)


def _child(job: dict[str, Any], out: int, prctl: Any) -> NoReturn:
    """Compute, write the reply, end without any clean-up of the parent's things."""
    if prctl is not None:
        prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    _limit(job["seconds"])
    try:
        line = json.dumps({"value": _resolve(job["function"])(*job["args"])})
    except (Exception, RecursionError) as error:
        line = json.dumps({"error": f"{type(error).__name__}: {error}"[:300]})
    with contextlib.suppress(OSError):
        os.write(out, line.encode())
    os._exit(0)


def _run(job: dict[str, Any], prctl: Any) -> bytes:
    """The child's reply; empty when it ran out of time or died. Ends with our parent."""
    inward, outward = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inward)
        _child(job, outward, prctl)
    os.close(outward)
    reply, until = b"", time.monotonic() + job["seconds"]
    try:
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([inward, 0], [], [], left)
            if 0 in ready:
                os.kill(child, signal.SIGKILL)
                os._exit(0)  # nobody writes to us while we work: the parent is gone
            if inward in ready:
                chunk = os.read(inward, 1 << 16)
                if not chunk:
                    break
                reply += chunk
        else:
            reply = b""
    finally:
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(inward)
    return reply


def _requests() -> Any:
    """Lines of standard input, unbuffered, so that `select` sees what has not been read."""
    buffer = b""
    while chunk := os.read(0, 1 << 16):
        buffer += chunk
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            yield json.loads(line)


def main() -> None:
    """Serve until the input closes."""
    reply = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not look like a reply
    sys.setrecursionlimit(3000)
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    from grading.symbolic import warm_up

    warm_up()
    gc.collect()
    gc.freeze()  # children share these pages
    print(json.dumps({"ready": True}), file=reply)
    for job in _requests():
        answer = _run(job, prctl)
        try:
            found = json.loads(answer) if answer else {"late": True}
        except ValueError:
            found = {"error": "The reply was cut off."}
        print(json.dumps({**found, "id": job["id"]}), file=reply)


if __name__ == "__main__":
    main()
