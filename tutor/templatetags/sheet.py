"""Lines of work beside what was said of them: the rows of the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from django import template

register = template.Library()

SIGNS = {"checked": "✓", "contradicted": "✗", "unchecked": "·"}


@register.simple_tag
def sheet_rows(entry: dict[str, Any], marks: Iterable[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """The rows of an attempt or a generation as the trail's JSON has them.

    Each row: `line` (0-based), `text`, `status` ("" when nothing was said), `sign`, `reason`,
    `key` (whether the line carries the solution), `fault` (how a program stopped there, or "")
    and `marks` (the teacher's, in order).
    """
    text = entry.get("program") or entry.get("working") or entry.get("text") or ""
    noted = _marks_by_line(entry, marks)
    checks = {check["line"]: check for check in entry.get("checks") or []}
    fault = entry.get("fault") or {}
    rows = []
    for number, line in enumerate(text.split("\n")):
        check = checks.get(number, {})
        status = check.get("status", "")
        rows.append(
            {
                "line": number,
                "text": line,
                "status": status,
                "sign": SIGNS.get(status, ""),
                "reason": check.get("reason", ""),
                "key": bool(check.get("key")),
                "fault": fault.get("verdict", "") if fault.get("line") == number else "",
                "marks": noted.get(number, []),
            }
        )
    return rows


RUN = 3  # tests of one fate from which they share a line


@register.simple_tag
def test_runs(tests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tests of a program as the page lists them: neighbours of one fate as a single line.

    Each line is a test with `n` of its first and `last` of its last one, `n` 0 for what stands
    before all tests. Samples keep lines of their own, since what they say differs.
    """
    lines: list[dict[str, Any]] = []
    for (sample, *_), neighbours in groupby(tests, itemgetter("sample", "verdict", "reason")):
        run = list(neighbours)
        if sample or len(run) < RUN:
            lines += [test | {"last": test["n"]} for test in run]
        else:
            lines.append(run[0] | {"last": run[-1]["n"]})
    return lines


@register.simple_tag
def answer_marks(
    entry: dict[str, Any], marks: Iterable[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The teacher's marks on an attempt's answer, which stands after the last line of working."""
    text = entry.get("program") or entry.get("working") or ""
    return _marks_by_line(entry, marks).get(len(text.split("\n")), [])


def _marks_by_line(
    entry: dict[str, Any], marks: Iterable[dict[str, Any]]
) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for mark in marks or ():
        if str(entry["id"]) in (str(mark.get("attempt")), str(mark.get("generation"))):
            found.setdefault(mark["line"], []).append(mark)
    return found
