"""Runs one prepared command, watches its time and output, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from grading.pool_process import readable
from grading.prepared import Limits, Prepared

TICK_S = 0.02
KEPT_ERROR_BYTES = 16 << 10
_CLOCK = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Finished:
    """How a run ended. `stopped` is "", "time", "output" or "setup" (it never started)."""

    code: int  # exit status; 128 + n after signal n
    output: bytes
    error: bytes
    stopped: str
    cpu_s: float
    memory_mb: float  # largest resident size that was seen


class _Watch:
    """Follows the program's process from outside, through the host's /proc."""

    def __init__(self, status_fd: int, pid: int) -> None:
        self.status_fd = status_fd
        self.report = b""
        self.init_pid = 0  # bubblewrap's process 1; killing it ends everything inside
        self.handle = -1  # a pidfd, safe against reused numbers
        self.pid = pid  # the program; 0 while it is not known
        self.cpu_s = 0.0
        self.memory_mb = 0.0
        self.idle_s = 0.0
        self.last = time.monotonic()

    def read_report(self) -> None:
        """Take in what bubblewrap wrote so far: {"child-pid": …} then {"exit-code": …}."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.status_fd, 4096):
                self.report += chunk
        if not self.init_pid and b"\n" in self.report:
            with contextlib.suppress(ValueError, KeyError, OSError):
                self.init_pid = json.loads(self.report.split(b"\n")[0])["child-pid"]
                self.handle = os.pidfd_open(self.init_pid)

    def exit_code(self) -> int | None:
        """The program's status as bubblewrap saw it, or None."""
        for line in self.report.splitlines():
            with contextlib.suppress(ValueError):
                code = json.loads(line).get("exit-code")
                if code is not None:
                    return int(code)
        return None

    def look(self) -> None:
        """Update processor time, memory and for how long nothing happened."""
        now = time.monotonic()
        passed, self.last = now - self.last, now
        if not self.init_pid:
            self.read_report()
            return
        try:
            if not self.pid:
                task = Path(f"/proc/{self.init_pid}/task/{self.init_pid}/children")
                self.pid = int(task.read_text().split()[0])
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            used = (int(state[11]) + int(state[12])) / _CLOCK
            if state[0] != "R" and used <= self.cpu_s:
                self.idle_s += passed
            self.cpu_s = max(self.cpu_s, used)
            status = Path(f"/proc/{self.pid}/status").read_text()
            peak = status.partition("VmHWM:")[2].split(maxsplit=1)
            if peak:
                self.memory_mb = max(self.memory_mb, int(peak[0]) / 1024)
        except (OSError, IndexError, ValueError):
            pass  # it has just ended

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill everything inside, let bubblewrap bury it, and wait until it is gone."""
        self.read_report()
        if self.handle >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)
            readable([self.handle], 5)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)
            os.close(self.handle)
        if process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.read_report()
        os.close(self.status_fd)


def run(ready: Prepared, limits: Limits, stdin: int) -> Finished:
    """Start the command with `stdin` (a descriptor) and wait for its end or a limit."""
    try:
        process = subprocess.Popen(
            ready.argv,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ready.env,
            pass_fds=ready.fds,
            start_new_session=True,
            cwd="/",
        )
    except OSError as error:
        os.close(ready.status_fd)
        return Finished(127, b"", str(error).encode(), "setup", 0.0, 0.0)
    finally:
        ready.close()
    os.set_blocking(ready.status_fd, False)
    watch = _Watch(ready.status_fd, process.pid if ready.direct else 0)
    try:
        output, error_text, stopped = _follow(process, watch, limits)
    finally:
        watch.end(process)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    code = watch.exit_code()
    if ready.direct and watch.init_pid:
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if code is None and not stopped:
        stopped = "setup"
    return Finished(
        process.returncode if code is None else code,
        output,
        error_text,
        stopped,
        watch.cpu_s,
        watch.memory_mb,
    )


def _follow(
    process: subprocess.Popen[bytes], watch: _Watch, limits: Limits
) -> tuple[bytes, bytes, str]:
    """Collect both streams until they close or a limit is met: output, errors, what stopped it."""
    assert process.stdout is not None and process.stderr is not None
    kept: dict[int, bytearray] = {process.stdout.fileno(): bytearray()}
    error_fd = process.stderr.fileno()
    kept[error_fd] = bytearray()
    opened = set(kept)
    began, stopped = time.monotonic(), ""
    while opened and not stopped:
        for fd in readable(list(opened), TICK_S):
            chunk = os.read(fd, 1 << 16)
            if not chunk:
                opened.discard(fd)
            kept[fd] += chunk
            if fd == error_fd:
                del kept[fd][:-KEPT_ERROR_BYTES]
            elif len(kept[fd]) > limits.output_bytes:
                stopped = "output"
        if time.monotonic() - watch.last >= TICK_S:
            watch.look()
        spent = time.monotonic() - began
        if watch.cpu_s > limits.cpu_s or watch.idle_s > limits.cpu_s + 1 or spent > limits.wall_s:
            stopped = stopped or "time"
    if not stopped:
        # Both streams are closed, yet the program may still compute or sleep.
        while process.poll() is None and not stopped:
            time.sleep(0.002)
            watch.look()
            spent = time.monotonic() - began
            if watch.cpu_s > limits.cpu_s or watch.idle_s > limits.cpu_s + 1:
                stopped = "time"
            if spent > limits.wall_s:
                stopped = "time"
    return bytes(kept[process.stdout.fileno()]), bytes(kept[error_fd]), stopped
