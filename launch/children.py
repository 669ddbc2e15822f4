"""The processes of a running Thinktrail, each one a standard command that also runs by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launch import PYTHON, ROOT, valkey
from launch.options import Options

RESTARTS = 3  # deaths within WINDOW seconds after which a child is given up
WINDOW = 60.0
CELERY = ["-P", "threads", "-l", "WARNING"]
CELERY += ["--without-mingle", "--without-gossip", "--without-heartbeat"]


@dataclass
class Child:
    """One process, started in a session of its own so that Ctrl-C reaches the supervisor only."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)

    def start(self) -> None:
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
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""


def children(options: Options, env: dict[str, str], *, own_valkey: bool) -> list[Child]:
    """In the order in which they start; Valkey, if it is ours, first."""
    logs = options.data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    # Celery's Django fix-up would load Django into the process that holds the model.
    no_django = {k: v for k, v in env.items() if k != "DJANGO_SETTINGS_MODULE"}
    web = [str(PYTHON), "-m", "uvicorn", *web_arguments(options)]
    gpu = celery("inference.worker", "gpu", env.get("THINKTRAIL_SLOTS", "8"))
    found = [
        Child("web", web, env, logs / "web.log"),
        Child("inference worker", gpu, no_django, logs / "gpu.log"),
        Child("desk worker", celery("tutor.celery", "desk", "4"), env, logs / "desk.log"),
    ]
    if own_valkey:
        server = valkey.command(options.data / "valkey")
        found.insert(0, Child("valkey", server, env, logs / "valkey.log"))
    return found


def celery(app: str, queue: str, concurrency: str) -> list[str]:
    worker = [str(PYTHON), "-m", "celery", "-q", "-A", app, "worker", *CELERY]
    return [*worker, "-c", concurrency, "-Q", queue, "-n", f"{queue}@%h"]


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
