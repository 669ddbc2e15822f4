"""Limits without walls, for machines where bubblewrap cannot run and the operator says so.

The program can read what its user can read. It cannot start processes, write into files or
use more time and memory than allowed. Used only with THINKTRAIL_ALLOW_WEAK_SANDBOX=1.
"""

from __future__ import annotations

import json
import os

from grading.prepared import Limits, Prepared
from grading.sandbox import as_unprivileged, python_name, python_prefix

_LAUNCHER = """
import json, os, resource, sys
job = json.loads(sys.argv[1])
for name, value in job["limits"].items():
    number = getattr(resource, name, None)
    if number is not None:
        try:
            resource.setrlimit(number, (value, value))
        except (ValueError, OSError):
            pass
sys.argv = ["/main.py"]
with open(job["fd"], "rb") as file:
    source = file.read()
print(json.dumps({"child-pid": os.getpid()}), file=open(job["status"], "w"))
space = {"__name__": "__main__", "__builtins__": __builtins__}
exec(compile(source, "/main.py", "exec"), space)
"""


def prepare_weak(source: bytes, limits: Limits) -> Prepared:
    """A command that limits itself and then runs `source`."""
    read_end, write_end = os.pipe()
    ready = Prepared([], status_fd=read_end, direct=True)
    ready.fds.append(write_end)
    memory = (limits.memory_mb + 48) << 20
    job = {
        "fd": ready.add_file(source),
        "status": write_end,
        "limits": {
            "RLIMIT_AS": memory,
            "RLIMIT_CPU": int(limits.cpu_s) + 2,
            "RLIMIT_NPROC": 1,
            "RLIMIT_FSIZE": 0,
            "RLIMIT_CORE": 0,
            "RLIMIT_NOFILE": 64,
        },
    }
    lead: list[str] = []
    prefix = python_prefix()
    if os.geteuid() == 0:
        lead, prefix = as_unprivileged(prefix)
        ready.env["LD_LIBRARY_PATH"] = f"{prefix}/lib"
    python = str(prefix / "bin" / python_name())
    ready.argv = [*lead, python, "-I", "-B", "-X", "utf8", "-c", _LAUNCHER, json.dumps(job)]
    return ready
