"""Finished pieces of a long measurement on disk, one line each, so that a stop loses none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Record:
    """The finished lines under one name, and beside them what they were made with."""

    def __init__(self, folder: Path, name: str, settings: dict[str, Any]) -> None:
        """ValueError if the folder holds lines that were made otherwise."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.jsonl"
        about = folder / f"{name}.settings.json"
        if about.exists() and json.loads(about.read_text()) != settings:
            raise ValueError(f"{about} tells of another model, file or setting; take a new --out.")
        about.write_text(json.dumps(settings, indent=2) + "\n")
        self.lines = list(self._whole_lines())
        self.done = {line["key"] for line in self.lines}

    def _whole_lines(self) -> Iterator[dict[str, Any]]:
        """What was written whole; the half line of a killed run is cut off."""
        raw = self.path.read_bytes() if self.path.exists() else b""
        whole = raw[: raw.rfind(b"\n") + 1]
        if whole != raw:
            self.path.write_bytes(whole)
        for line in whole.splitlines():
            yield json.loads(line)

    def add(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
