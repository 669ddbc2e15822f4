"""Real text: every formula of the olympiad and AMC problems is set, or listed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.browser.test_splitter import ROOT, node, pytestmark  # noqa: F401

DATA = Path(os.environ.get("THINKTRAIL_REAL_DATA", ROOT.parent / "shared" / "data"))


def texts(name: str) -> list[str]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here; set THINKTRAIL_REAL_DATA")
    found = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        for value in row.values():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and ("$" in text or "\\" in text):
                    found.append(text)
    return found


@pytest.mark.parametrize("name", ["olympiadbench-half.jsonl", "amc23.jsonl"])
def test_at_most_one_formula_in_a_hundred_is_not_set(name: str) -> None:
    found = texts(name)
    result = node("formulas.mjs", {"texts": found})
    listed = "\n".join(f"{index}: {tex!r}: {error}" for index, tex, error in result["failed"])
    print(f"{name}: {len(result['failed'])} of {result['formulas']} formulas not set\n{listed}")
    assert result["formulas"] > 40
    assert len(result["failed"]) <= 0.01 * result["formulas"], listed


def test_the_problem_bank_is_set_whole() -> None:
    found = []
    for path in sorted((ROOT / "problems" / "bank").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            found += [row["problem"], row["solution"]]
    result = node("formulas.mjs", {"texts": found})
    assert result["formulas"] > 300
    assert result["failed"] == []
