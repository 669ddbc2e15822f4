"""./start.sh as a person uses it: the whole system, from the outside."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch import ROOT
from tests.engine.tiny import make_tiny

PATIENCE = 90.0  # seconds; generous, because nothing here measures time

pytestmark = pytest.mark.slow


class Running:
    """A started system: its output as it comes, and every process it has."""

    def __init__(self, arguments: list[str], prefix: list[str] | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        env = {k: v for k, v in os.environ.items() if not k.startswith(("THINKTRAIL_", "REDIS"))}
        env.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = subprocess.Popen(
            [*(prefix or []), str(ROOT / "start.sh"), "--port", str(self.port), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.incoming: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            self.incoming.put(line)

    def wait_for(self, words: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                line = self.incoming.get(timeout=0.5)
            except queue.Empty:
                if self.process.poll() is not None:
                    break
                continue
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came:\n{''.join(self.lines)}")

    def get(self, path: str, prefix: list[str] | None = None) -> tuple[int, str]:
        """Status and body, asked by a process of its own (perhaps in another namespace)."""
        script = (
            "import sys, urllib.request, urllib.error\n"
            "try: r = urllib.request.urlopen(sys.argv[1], timeout=20)\n"
            "except urllib.error.HTTPError as e: r = e\n"
            "print(r.status); print(r.read().decode())"
        )
        url = f"http://127.0.0.1:{self.port}{path}"
        done = subprocess.run(
            [*(prefix or []), sys.executable, "-c", script, url], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        status, body = done.stdout.split("\n", 1)
        return int(status), body

    def end(self, how: signal.Signals) -> int:
        os.kill(self.process.pid, how)
        return self.process.wait(30)


def tree(pid: int) -> dict[int, str]:
    """Every descendant of a process and its command line."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            parents[int(entry.name)] = (int(stat[1]), command)
    found: dict[int, str] = {}
    grown = {pid}
    while grown:
        grown = {child for child, (parent, _) in parents.items() if parent in grown} - set(found)
        found |= {child: parents[child][1] for child in grown}
    return found


def alive(pids: dict[int, str]) -> list[str]:
    """Those still running, zombies that only wait to be reaped left out."""
    rest = []
    for pid, command in pids.items():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z":
            rest.append(command)
    return rest


def one(pids: dict[int, str], words: str) -> int:
    return min(pid for pid, command in pids.items() if words in command)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A data folder and a model, shared by these tests so that set-up runs once."""
    folder = tmp_path_factory.mktemp("running")
    make_tiny(folder / "model")
    return ["--data", str(folder / "data"), "--model-path", str(folder / "model"), "--demo"]


@pytest.fixture
def start(place: list[str]) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def begin(prefix: list[str] | None = None) -> Running:
        started.append(Running(place, prefix))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.process.terminate()
            try:
                running.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(running.process.pid, signal.SIGKILL)


def test_it_prints_address_and_log_ins_and_ctrl_c_stops_every_process(
    start: Callable[..., Running],
) -> None:
    running = start()
    running.wait_for(f"Thinktrail is at http://127.0.0.1:{running.port}/")
    assert "ada and emmy, teacher grace; password " in running.wait_for("password")
    running.wait_for("The tutor is ready")
    status, body = running.get("/healthz")
    assert status == 200 and json.loads(body)["engine"]["state"] == "ready"
    assert running.get("/accounts/login/")[0] == 200
    children = tree(running.process.pid)
    for part in ("valkey", "uvicorn", "inference.worker", "tutor.celery"):
        assert any(part in command for command in children.values()), part
    assert running.end(signal.SIGINT) == 0
    assert alive(children) == []


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"),
    reason="a network namespace needs root, unshare and ip",
)
def test_after_set_up_it_starts_with_no_network_and_sigterm_stops_it(
    start: Callable[..., Running],
) -> None:
    running = start(["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"])
    running.wait_for("The tutor is ready")
    inside = ["nsenter", "--target", str(running.process.pid), "--net"]
    reach = [*inside, "ip", "-o", "link"]
    assert len(subprocess.run(reach, capture_output=True, text=True).stdout.splitlines()) == 1
    assert running.get("/healthz", inside)[0] == 200
    children = tree(running.process.pid)
    assert running.end(signal.SIGTERM) == 0
    assert alive(children) == []


def test_a_part_that_dies_is_started_again_and_one_that_keeps_dying_ends_everything(
    start: Callable[..., Running],
) -> None:
    running = start()
    running.wait_for("The tutor is ready")
    children = tree(running.process.pid)
    for _ in range(2):
        os.kill(one(tree(running.process.pid), "tutor.celery"), signal.SIGKILL)
        running.wait_for("desk worker stopped; starting it again")
        end = time.monotonic() + PATIENCE
        while not any("tutor.celery" in c for c in tree(running.process.pid).values()):
            assert time.monotonic() < end
            time.sleep(0.1)
    children |= tree(running.process.pid)
    os.kill(one(tree(running.process.pid), "tutor.celery"), signal.SIGKILL)
    running.wait_for("desk worker keeps stopping")
    assert running.process.wait(30) == 1
    assert alive(children) == []


def test_killing_the_supervisor_leaves_nothing_running(start: Callable[..., Running]) -> None:
    running = start()
    running.wait_for("The tutor is ready")
    children = tree(running.process.pid)
    running.process.kill()
    running.process.wait()
    end = time.monotonic() + PATIENCE
    while alive(children) and time.monotonic() < end:
        time.sleep(0.1)
    assert alive(children) == []
