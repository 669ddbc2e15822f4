"""Published problem files understood by name of their fields, each by one small importer.

An importer has `matches(record)` and `read(record, line, defaults) -> ProblemRow`; it raises
`Skip` for what is left out on purpose and ValueError or KeyError for what is broken. The first
that matches reads the row, so the more particular formats stand first.
"""

from __future__ import annotations

from typing import Any, Protocol

from problems.importers import (
    contests,
    formal,
    livecodebench,
    native,
    numina,
    programs,
    reasoning,
    verl,
)
from problems.importers.base import Defaults
from problems.rows import ProblemRow

__all__ = ["IMPORTERS", "Defaults", "convert", "importer_of"]


class Importer(Protocol):
    """What each entry of IMPORTERS offers."""

    name: str

    def matches(self, record: dict[str, Any]) -> bool: ...

    def read(self, record: dict[str, Any], line: int, defaults: Defaults) -> ProblemRow: ...


IMPORTERS: tuple[Importer, ...] = (
    native.Native(),
    verl.Verl(),
    contests.OlympiadBench(),
    contests.Amc(),
    contests.MathArena(),
    livecodebench.LiveCodeBench(),
    formal.Formal(),
    programs.Taco(),
    programs.OpenCodeReasoning(),
    reasoning.DeepMath(),
    reasoning.OpenMathReasoning(),
    reasoning.SchoolMath(),
    numina.NuminaMath(),
    reasoning.DeepScaleR(),
)


def importer_of(record: dict[str, Any]) -> Importer | None:
    """The importer that understands these field names."""
    return next((importer for importer in IMPORTERS if importer.matches(record)), None)


def convert(record: dict[str, Any], *, line: int, defaults: Defaults) -> ProblemRow:
    """The row as this project keeps it; ValueError when nobody knows its field names."""
    importer = importer_of(record)
    if importer is None:
        fields = ", ".join(sorted(record)[:8]) or "none"
        raise ValueError(f"no known format has these fields: {fields}")
    return importer.read(record, line, defaults)
