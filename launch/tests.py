"""`python -m launch.tests`: what the tests need beyond what ./start.sh sets up."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from launch import Stop, options, setup
from launch.console import run, step

# Debian packages by the program that shows whether they are there.
PROGRAMS = {"chromium": "chromium", "bwrap": "bubblewrap", "g++": "g++", "ip": "iproute2"}


def main() -> int:
    try:
        with tempfile.TemporaryDirectory() as data:
            wanted = options.parse(["--data", str(Path(data) / "data"), "--setup-only"])
            options.check_folders(wanted)
            setup.prepare(wanted, extras=("dev", "train", "postgres"))
        programs()
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    return 0


def programs() -> None:
    """Chromium and the sandbox from the system's packages, where this user may install them."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        step(f"Not found: {', '.join(missing)}; the tests that need them will be skipped")
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], title="Looking up system packages", env=env, quiet=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    run(install, title=f"Installing {', '.join(missing)}", env=env, quiet=True)


if __name__ == "__main__":
    sys.exit(main())
