"""What a run may use, and a command with the memory files it needs."""

from __future__ import annotations

import fcntl
import os
import tempfile
from dataclasses import dataclass, field

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
_ADD_SEALS, _ALL_SEALS = 1033, 0x1 | 0x2 | 0x4 | 0x8  # no change of any kind, ever


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; the judge fills it from the problem."""

    cpu_s: float  # processor seconds
    memory_mb: int  # address space beyond the interpreter's own
    output_bytes: int = 4 << 20
    processes: int = 16  # threads of the one process, compilers' helpers
    file_bytes: int = 0
    may_fork: bool = False

    @property
    def wall_s(self) -> float:
        """Even a program that only waits for its turn is stopped after this."""
        return 10 * self.cpu_s + 10


@dataclass(slots=True)
class Prepared:
    """A command line and the memory files it needs; close() when it has been started."""

    argv: list[str]
    fds: list[int] = field(default_factory=list)
    status_fd: int = -1  # where bubblewrap reports; ours to read
    direct: bool = False  # no bubblewrap: the process we start is the program itself
    env: dict[str, str] = field(default_factory=lambda: dict(_ENVIRONMENT))

    def add_file(self, content: bytes) -> int:
        fd = memory_file(content)
        self.fds.append(fd)
        return fd

    def close(self) -> None:
        """Close what only the child needs."""
        for fd in self.fds:
            os.close(fd)
        self.fds.clear()


def memory_file(content: bytes) -> int:
    """A descriptor of an anonymous, sealed file that reads as `content`."""
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            return os.dup(file.fileno())
    fd = os.memfd_create("grading", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, _ADD_SEALS, _ALL_SEALS)
    return fd
