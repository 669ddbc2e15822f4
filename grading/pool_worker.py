"""A process that runs one function after another for the pool: `python -m grading.pool_worker`.

Requests and replies are JSON, one a line, on standard input and output. The process ends when
its input closes, when it has used its processor time, or when it wants too much memory.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import sys
import threading
from importlib import import_module
from typing import Any

_MEMORY = int(os.environ.get("GRADING_POOL_MEMORY_MB", "1024")) << 20
_ALLOWED = "grading."


def _limit_memory() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    except (ValueError, OSError):
        pass  # macOS has no address-space limit; time limits still hold


def _allow_seconds(seconds: float) -> None:
    """Processor time for the next job; the kernel kills us after it, whatever we are doing."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _read_requests(jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Runs in its own thread, so that a parent's end ends a busy worker too."""
    for line in sys.stdin:
        jobs.put(json.loads(line))
    os._exit(0)


def _resolve(name: str) -> Any:
    module, _, function = name.partition(":")
    if not module.startswith(_ALLOWED):
        raise ValueError("Only functions of the package may be called.")
    return getattr(import_module(module), function)


def main() -> None:
    """Serve until the input closes."""
    reply = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not look like a reply
    _limit_memory()
    sys.setrecursionlimit(3000)
    from grading.symbolic import warm_up

    warm_up()
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(jobs,), daemon=True).start()
    print(json.dumps({"ready": True}), file=reply)
    while True:
        job = jobs.get()
        _allow_seconds(job["seconds"])
        try:
            answer = {"id": job["id"], "value": _resolve(job["function"])(*job["args"])}
            line = json.dumps(answer)
        except MemoryError:
            os._exit(3)
        except (Exception, RecursionError) as error:
            line = json.dumps({"id": job["id"], "error": f"{type(error).__name__}: {error}"[:300]})
        print(line, file=reply)


if __name__ == "__main__":
    main()
