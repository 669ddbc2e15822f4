"""Progress a person can follow: one line a step, the running command's last words beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence

from launch import ROOT, Stop


def step(title: str) -> None:
    print(f"• {title} …", flush=True)


def run(
    command: Sequence[str],
    *,
    title: str,
    env: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> None:
    """Run to the end, showing what it is at; `Stop` with its last lines if it fails."""
    step(title)
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(env) if env else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    last: deque[str] = deque(maxlen=25)
    try:
        for line in process.stdout:
            last.append(line.rstrip())
            if not quiet:
                show(line.strip(), began)
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    show("", began)
    if code:
        raise Stop(f"“{title}” failed. Its last lines:\n\n" + "\n".join(last))


def show(words: str, began: float) -> None:
    """Overwrite one status line on a terminal; on a pipe only the long steps' milestones."""
    if not sys.stdout.isatty():
        return
    width = shutil.get_terminal_size().columns - 1
    text = f"  {time.monotonic() - began:4.0f} s  {words}" if words else ""
    print("\r\x1b[K" + text[:width], end="" if words else "\r", flush=True)
