"""What has to be there before anything runs. Each step is skipped when its inputs have not changed.

A step's stamp is written when it has succeeded, so an interrupted set-up goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from launch import PYTHON, ROOT, VENV, Stop, browser, packages
from launch.console import run, step
from launch.environment import environment, new_password
from launch.options import Options


def prepare(options: Options, extras: tuple[str, ...] = ()) -> None:
    """Everything `./start.sh` needs; `extras` name optional dependency groups (tests)."""
    ensure_venv()
    stamps = Stamps(VENV / "thinktrail.json")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    # Two stamps, so that ./start.sh after ./test.sh has nothing to install, and the other way.
    for name, groups in (("packages", ()), ("extras", extras)):
        wanted = packages.wanted(project, groups)
        install = partial(packages.install, wanted)
        if name == "packages" or groups:
            stamps.once(name, digest([ROOT / "constraints.txt"], *wanted), install)
    sources = [
        ROOT / "package.json",
        ROOT / "package-lock.json",
        *files("static/src", "static/css"),
    ]
    stamps.once("browser", digest(sources), browser.build)
    if options.get_model:
        run([str(PYTHON), "-m", "launch.model", str(options.model)], title="Fetching the model")
    static = [*files("static/dist"), ROOT / "tutor" / "settings.py"]
    gather = partial(manage, options, "collectstatic", "Gathering files")
    stamps.once("static", digest(static), gather)
    prepare_data(options)


def prepare_data(options: Options) -> None:
    """Database, problems and, with --demo, the demo class in the data folder."""
    stamps = Stamps(options.data / "setup.json")
    if not os.environ.get("DATABASE_URL") and not (options.data / "thinktrail.sqlite3").exists():
        stamps.forget()
    # Packages bring migrations too, and their versions stand in the constraints.
    schema = [*files("tutor/migrations"), ROOT / "constraints.txt"]
    stamps.once("schema", digest(schema), lambda: migrate(options))
    bank = files("problems/bank")
    for path in bank:
        title = f"Reading the problems of {path.stem}"
        read = partial(manage, options, "import_problems", title, str(path))
        stamps.once(f"bank/{path.name}", digest([path]), read)
    if options.demo:
        password = password_file(options, "demo-password")
        command = ROOT / "tutor" / "management" / "commands" / "demo.py"
        add = partial(add_people, options, "demo", "Adding the demo class", password)
        stamps.once("demo", digest([command, password, *bank]), add)
    else:
        password = password_file(options, "teacher-password")
        title = "Adding the first teacher's account"
        stamps.once("teacher", "", partial(add_people, options, "first_teacher", title, password))


def password_file(options: Options, name: str) -> Path:
    path = options.data / name
    if not path.exists():
        new_password(path)
    return path


def add_people(options: Options, command: str, title: str, password: Path) -> None:
    manage(options, command, title, "--password", password.read_text().strip())


def ensure_venv() -> None:
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    step("Making the Python environment .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(
            "Python could not make a virtual environment. On Debian and Ubuntu run "
            f"`apt install python3-venv`, then ./start.sh again.\n{made.stdout.strip()[-400:]}"
        )


def manage(options: Options, command: str, title: str, *arguments: str) -> None:
    flags = ["--noinput", "-v0"] if command in ("migrate", "collectstatic") else []
    if command == "collectstatic":  # sources were bundled into static/dist
        flags += ["--clear", "-i", "src", "-i", "css", "-i", "*.js.map", "-i", "build.js"]
    run(
        [str(PYTHON), "manage.py", command, *flags, *arguments],
        title=title,
        env=environment(options),
        quiet=True,
    )


def migrate(options: Options) -> None:
    manage(options, "migrate", "Preparing the database")
    database = options.data / "thinktrail.sqlite3"
    if database.exists():
        # Once, before several processes open the file: switching later fails with "locked".
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


class Stamps:
    """Which steps were done with which inputs, kept as JSON."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: dict[str, str] = {}
        with suppress(OSError, ValueError):
            self.done = dict(json.loads(path.read_text()))

    def once(self, name: str, key: str, action: Callable[[], object]) -> None:
        if self.done.get(name) == key:
            return
        action()
        self.done[name] = key
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(json.dumps(self.done, indent=1))
        temporary.replace(self.path)

    def forget(self) -> None:
        self.done = {}


def digest(paths: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(
            str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name).encode()
        )
        total.update(path.read_bytes() if path.is_file() else b"-")
    return total.hexdigest()


def files(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
