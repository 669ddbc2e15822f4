"""Losses and evaluations of a run on disk, as data and as a picture."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Log:
    """Losses and evaluations on disk, and one line of progress with the time left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.curve: dict[str, list[Any]] = {"loss": [], "eval": []}
        if path.exists():
            self.curve = json.loads(path.read_text())

    def rewind(self, step: int) -> None:
        """Forget what was logged after the step that a resumed run starts from."""
        for name, points in self.curve.items():
            self.curve[name] = [p for p in points if p["step"] <= step]

    def save(self) -> None:
        write_whole(self.path, json.dumps(self.curve).encode())


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that a kill leaves the old one or the new one."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def draw(curve: dict[str, list[Any]], path: Path) -> None:
    """The loss and the pass rates of a run over its tokens, as an SVG picture.

    ModuleNotFoundError without matplotlib (extra "train").
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    left = figure.subplots()
    right = left.twinx()
    points = curve["loss"]
    left.plot([p["tokens"] / 1e6 for p in points], [p["loss"] for p in points], color="#777777")
    left.set(xlabel="million tokens", ylabel="loss (weighted)", yscale="log")
    for name, colour in (("single", "#1b6e53"), ("hard", "#b4541f"), ("code", "#3d5a99")):
        seen = [p for p in curve["eval"] if name in p]
        if seen:
            tokens = [p["tokens"] / 1e6 for p in seen]
            right.plot(tokens, [p[name] for p in seen], color=colour, label=name)
    if curve["eval"]:
        right.legend(frameon=False, loc="center right")
    right.set(ylabel="pass@1, small evaluation", ylim=(0, 1))
    figure.savefig(path, metadata={"Date": None})
