"""Sets Thinktrail up and runs its processes.

`python -m launch` uses the standard library only, since it runs before anything is installed;
it ends by replacing itself with `python -m launch.serve` of the virtual environment.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class Stop(Exception):
    """Something the person at the keyboard must know; the message says what to do."""
