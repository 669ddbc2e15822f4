"""The whole running system for tests: Valkey, web, inference worker and desk worker, for real.

    with running_system(tmp_path) as system:
        system.base_url, system.redis_url, system.manage("command", …), system.django("code")

The model is scripted unless `engine="engine"` (with `model=`) is asked for or the environment's
TEST_ENGINE says so.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launch import valkey
from launch.children import CELERY

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# Reads one JSON string of code per line, runs it, answers with one line of JSON.
SHELL = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import close_old_connections
import tutor.models as models
answers = sys.stdout
for line in sys.stdin:
    close_old_connections()
    names = {name: getattr(models, name) for name in models.__all__} | {"json": json}
    printed, trouble = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), names)
    except BaseException:
        trouble = traceback.format_exc()
    print(json.dumps({"printed": printed.getvalue(), "trouble": trouble}), file=answers, flush=True)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class System:
    """A running installation in a folder of its own; processes by name in `processes`."""

    data: Path
    env: dict[str, str]
    redis_url: str
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _shell: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/"

    def start(self, name: str, **env: str) -> None:
        """Start (again) `valkey`, `web`, `gpu`, `desk`, or a second `gpu2` …"""
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            self._command(name),
            cwd=ROOT,
            env=self.env | env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=valkey.die_with_parent,
        )
        log.close()
        if name == "valkey":
            path = valkey.socket_path(self.data / "valkey")
            valkey.wait_until_ready(path, self.processes[name])

    def _command(self, name: str) -> list[str]:
        if name == "valkey":
            return valkey.command(self.data / "valkey")
        if name == "web":
            web = [PYTHON, "-m", "uvicorn", "tutor.asgi:application", "--port", str(self.port)]
            web += ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false"]
            return [*web, "--lifespan", "off", "--no-access-log", "--log-level", "warning"]
        queue = "desk" if name.startswith("desk") else "gpu"
        module = "tutor.celery" if queue == "desk" else "inference.worker"
        slots = "4" if queue == "desk" else self.env["THINKTRAIL_SLOTS"]
        celery = [PYTHON, "-m", "celery", "-q", "-A", module, "worker", "-c", slots]
        return [*celery, "-Q", queue, "-n", f"{name}@%h", *CELERY]

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal; for one that ends it, wait for the end."""
        process = self.processes[name]
        process.send_signal(number)
        if number not in (signal.SIGSTOP, signal.SIGCONT):
            process.wait(15)

    def wait_healthy(self, seconds: float = 40, *, status: int = 200) -> dict[str, Any]:
        """The JSON of /healthz, once it answers with this status."""
        end = time.monotonic() + seconds
        found: dict[str, Any] = {}
        while time.monotonic() < end:
            code, found = self.health()
            if code == status:
                return found
            for name, process in self.processes.items():
                if process.poll() not in (None, 0, -9, -15):
                    raise RuntimeError(f"{name} ended: {self.log(name)}")
            time.sleep(0.05)
        raise TimeoutError(f"/healthz is not {status}: {found}\n{self.log('gpu')}")

    def health(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"{self.base_url}/healthz", timeout=5) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except (OSError, ValueError):
            return 0, {}

    def log(self, name: str) -> str:
        path = self.data / f"{name}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def manage(self, *words: str) -> str:
        """Run manage.py with these words; its output."""
        done = subprocess.run(
            [PYTHON, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def django(self, code: str) -> str:
        """Run Python with the models imported, in a process that is kept for it; what it printed."""
        if self._shell is None:
            self._shell = subprocess.Popen(
                [PYTHON, "-c", SHELL],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._shell.stdin and self._shell.stdout
        self._shell.stdin.write(json.dumps(code) + "\n")
        self._shell.stdin.flush()
        found = json.loads(self._shell.stdout.readline())
        if found["trouble"]:
            raise RuntimeError(found["trouble"])
        return str(found["printed"]).strip()

    def stop(self) -> None:
        if self._shell is not None and self._shell.stdin:
            self._shell.stdin.close()
            self._shell.wait(10)
        order = ["web", *(n for n in self.processes if n not in ("web", "valkey")), "valkey"]
        for name in order:
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                continue
            if name == "valkey":
                for other in order[:-1]:
                    self._wait(other)
            process.send_signal(signal.SIGCONT)
            process.terminate()
        self._wait("valkey")

    def _wait(self, name: str) -> None:
        process = self.processes.get(name)
        if process is None:
            return
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_system(
    data: Path,
    *,
    engine: str = "",
    model: str = "",
    wait: bool = True,
    only: tuple[str, ...] = ("valkey", "web", "gpu", "desk"),
    threads: str | None = "1",
    **env: str,
) -> Iterator[System]:
    """Everything that is named in `only`, migrated and, if `wait`, ready to answer.

    `threads` is OMP_NUM_THREADS; None leaves the choice to the engine.
    """
    data.mkdir(parents=True, exist_ok=True)
    own = {
        "THINKTRAIL_DATA": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'thinktrail.sqlite3'}",
        "REDIS_URL": f"unix://{valkey.socket_path(data / 'valkey')}",
        "DJANGO_SETTINGS_MODULE": "tutor.settings",
        "THINKTRAIL_DEBUG": "1",  # plain static files, not the hashed ones of a build
        "THINKTRAIL_ENGINE": engine or os.environ.get("TEST_ENGINE", "scripted"),
        "THINKTRAIL_MODEL": model or str(ROOT / "checkpoints" / "seedling"),
        "THINKTRAIL_SLOTS": "8",
        "C_FORCE_ROOT": "1",
    }
    if threads:
        own["OMP_NUM_THREADS"] = threads
    system = System(data, {**os.environ, **own, **env}, own["REDIS_URL"], free_port())
    with ExitStack() as stack:
        stack.callback(system.stop)
        # WAL is set while nobody else has the file open; later connections only find it so.
        system.manage("migrate", "-v", "0")
        system.django(
            "from django.db import connection as c; c.cursor().execute('PRAGMA journal_mode=WAL')"
        )
        for name in ("valkey", *(n for n in only if n != "valkey")):
            if name in only:
                system.start(name)
        if wait:
            system.wait_healthy()
        yield system
