"""This project's own format: NuminaMath-1.5's field names and those named in problems/rows.py."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from problems.importers.base import Defaults, Record, cases_of, text_of
from problems.rows import ProblemRow

KNOWN = {field.name for field in fields(ProblemRow)} - {"line"}


class Native:
    name = "thinktrail"

    def matches(self, record: Record) -> bool:
        return {"slug", "kind", "problem"} <= record.keys()

    def read(self, record: Record, line: int, defaults: Defaults) -> ProblemRow:
        unknown = sorted(record.keys() - KNOWN)
        if unknown:
            raise ValueError(f"unknown field {unknown[0]!r}; is it misspelt?")
        for name in sorted({"slug", "title", "kind", "level", "problem"} - record.keys()):
            raise KeyError(name)
        values: dict[str, Any] = {
            name: text_of(record, name)
            for name in KNOWN - {"topics", "samples", "tests", "level", "time_s", "memory_mb"}
            if name in record
        }
        values["licence"] = values.get("licence") or defaults.licence
        values["source"] = values.get("source") or defaults.source
        for name in ("problem_is_valid", "solution_is_valid"):
            values[name] = values.get(name) or "Yes"
        values["synthetic"] = str(record.get("synthetic", "")).lower() in ("true", "yes", "1")
        row = ProblemRow(
            **values,
            level=_whole(record["level"], "level"),
            topics=_topics(record.get("topics")),
            samples=cases_of(record.get("samples"), "samples"),
            tests=cases_of(record.get("tests"), "tests"),
            time_s=float(record.get("time_s", 2.0)),
            memory_mb=_whole(record.get("memory_mb", 256), "memory_mb"),
            line=line,
        )
        if row.kind == "code" and not row.tests:
            raise ValueError("a programming problem needs hidden tests")
        return row


def _whole(value: Any, name: str) -> int:
    try:
        if isinstance(value, bool) or int(value) != float(value):
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}, not a whole number") from None
    return int(value)


def _topics(value: Any) -> tuple[str, ...]:
    """A list, or in a sheet one cell with semicolons."""
    names = value.split(";") if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("topics is not a list of names")
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
