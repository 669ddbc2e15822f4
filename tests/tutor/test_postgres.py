"""The same models, doors and teaching on a school's own database server, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import ROOT


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl: on PATH, or where Debian puts the newest."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


PROGRAMS = server_programs()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAMS is None, reason="no Postgres server is installed"),
]


@pytest.fixture
def postgres() -> Iterator[str]:
    """A cluster of its own on a private socket; Postgres refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="thinktrail-pg-"))
    who: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        who = ["runuser", "-u", "postgres", "--"]

    def tool(name: str, *arguments: str) -> None:
        command = [*who, str(PROGRAMS / name), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    tool("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
    listen = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    tool("pg_ctl", "--wait", "-l", str(folder / "log"), "-o", listen, "start")
    try:
        yield f"postgres://postgres@/thinktrail?host={folder}"
    finally:
        tool("pg_ctl", "--wait", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_models_doors_and_teaching_hold_on_postgres(postgres: str) -> None:
    files = ["models", "doors", "attempts", "teaching", "policy"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *[f"tests/tutor/test_{name}.py" for name in files]],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": postgres},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout and "skipped" not in done.stdout
