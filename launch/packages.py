"""Installs the Python packages, with the build of torch that fits this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from launch import PYTHON, ROOT
from launch.console import run, step

CPU_WHEELS = "https://download.pytorch.org/whl/cpu"  # PyTorch's own index of CPU builds
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def wanted(project: dict[str, Any], extras: tuple[str, ...]) -> list[str]:
    """The requirement lines of pyproject.toml, those of `extras` included."""
    optional = project["project"]["optional-dependencies"]
    lines = list(project["project"]["dependencies"])
    for extra in extras:
        lines += optional[extra]
    return lines


def install(requirements: list[str]) -> None:
    constraints = ["-c", str(ROOT / "constraints.txt")]
    torch = [line for line in requirements if line.startswith("torch==")]
    others = [line for line in requirements if not line.startswith("torch==")]
    run(
        [*PIP, "install", *cpu_index(torch), "--no-deps", *torch],
        title="Installing PyTorch" + (" for the NVIDIA card" if has_card() else ""),
    )
    run([*PIP, "install", *constraints, *torch, *others], title="Installing Python packages")


def cpu_index(torch: list[str]) -> list[str]:
    """Where to take the CPU build from: nowhere special if pip would find one by itself.

    PyPI's Linux wheel of torch carries gigabytes of CUDA; without a card they are dead weight.
    """
    if has_card() or not torch or would_install_cpu_build(torch):
        return []
    return ["--index-url", CPU_WHEELS]


def has_card() -> bool:
    tool = shutil.which("nvidia-smi")
    return tool is not None and subprocess.run([tool, "-L"], capture_output=True).returncode == 0


def would_install_cpu_build(torch: list[str]) -> bool:
    """Ask pip what it would take: a plan that brings CUDA packages is not a CPU build."""
    step("Choosing the build of PyTorch")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [*PIP, "install", "-q", "--dry-run", "--report", str(report), *torch]
        if subprocess.run(command, capture_output=True).returncode or not report.exists():
            return False
        plan = json.loads(report.read_text())["install"]
    names = {item["metadata"]["name"].lower() for item in plan}
    return not any(name.startswith(("nvidia-", "cuda-", "triton")) for name in names)
