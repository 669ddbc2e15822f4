"""The processes of a running Thinktrail, each one a standard command that also runs by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch import PYTHON, ROOT, valkey
from launch.options import Options

RESTARTS = 3  # deaths within WINDOW seconds after which a child is given up
WINDOW = 60.0
CELERY = (
    "-P",
    "threads",
    "-l",
    "WARNING",
    "--without-mingle",
    "--without-gossip",
    "--without-heartbeat",
)


@dataclass
class Child:
    """One process, started in a session of its own so that Ctrl-C reaches the supervisor only."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    before_start: Callable[[], None] | None = None

    def start(self) -> None:
        if self.before_start:
            self.before_start()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=valkey.die_with_parent,
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def may_restart(self) -> bool:
        """Note a death; False once it has died too often to be worth another start."""
        now = time.monotonic()
        self.deaths.append(now)
        while self.deaths and now - self.deaths[0] > WINDOW:
            self.deaths.popleft()
        return len(self.deaths) < RESTARTS

    def stop(self, seconds: float) -> None:
        """Ask kindly, wait, then end the whole session."""
        if self.process is None:
            return
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()

    def last_lines(self, count: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""


def children(options: Options, env: dict[str, str], *, own_valkey: bool) -> list[Child]:
    """In the order in which they start; they stop in the reverse order."""
    logs = options.data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    slots = env.get("THINKTRAIL_SLOTS", "8")
    # Celery's Django fix-up would load Django into the process that holds the model.
    no_django = {k: v for k, v in env.items() if k != "DJANGO_SETTINGS_MODULE"}
    python = str(PYTHON)
    found = []
    if own_valkey:
        folder = options.data / "valkey"
        found.append(Child("valkey", valkey.command(folder), env, logs / "valkey.log"))
    found.append(
        Child("web", [python, "-m", "uvicorn", *web_arguments(options)], env, logs / "web.log")
    )
    found.append(
        Child(
            "inference worker",
            [python, "-m", "celery", "-q", "-A", "inference.worker", "worker", "-c", slots]
            + ["-Q", "gpu", "-n", "gpu@%h", *CELERY],
            no_django,
            logs / "inference.log",
        )
    )
    found.append(
        Child(
            "desk worker",
            [python, "-m", "celery", "-q", "-A", "tutor.celery", "worker", "-c", "4"]
            + ["-Q", "desk", "-n", "desk@%h", *CELERY],
            env,
            logs / "desk.log",
        )
    )
    return found


def web_arguments(options: Options) -> list[str]:
    tls = (
        ["--ssl-certfile", str(options.tls_cert), "--ssl-keyfile", str(options.tls_key)]
        if options.tls_cert
        else []
    )
    return [
        "tutor.asgi:application",
        *("--host", options.host, "--port", str(options.port), *tls),
        *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
        *("--ws-max-size", "262144", "--timeout-graceful-shutdown", "5"),
        *("--lifespan", "off", "--no-access-log", "--log-level", "warning"),
    ]
