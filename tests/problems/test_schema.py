"""Rows and files: what is taken, and what is said about each line that is not."""

from __future__ import annotations

import json

import pytest

from problems.schema import ProblemRow, RowError, read_rows

GOOD = {
    "slug": "a-sum",
    "title": "A Sum",
    "kind": "math",
    "level": 1,
    "problem": "What is 1 + 1?",
    "answer": "2",
}


def write(tmp_path, *lines, name="rows.jsonl"):
    path = tmp_path / name
    path.write_bytes(
        b"".join(
            (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n"
            for line in lines
        )
    )
    return path


def only(rows):
    (row,) = rows
    return row


def test_a_row_is_read_with_its_line(tmp_path):
    row = only(read_rows(write(tmp_path, b"", GOOD)))
    assert isinstance(row, ProblemRow)
    assert (row.slug, row.answer, row.line) == ("a-sum", "2", 2)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"level": 5}, "level is 5, not 1, 2, 3 or 4"),
        ({"level": "two"}, "level is 'two', not a whole number"),
        ({"level": True}, "level is True, not a whole number"),
        ({"kind": "art"}, "kind is 'art'"),
        ({"slug": "A Sum"}, "slug 'A Sum' is not small letters"),
        ({"slug": "a" * 81}, "slug"),
        ({"problem": "  "}, "problem is empty"),
        ({"problem": "x" * 20_001}, "problem has 20001 characters; 20000 fit"),
        ({"title": "t" * 121}, "title has 121 characters; 120 fit"),
        ({"answer": ""}, "without an answer cannot be judged"),
        ({"answer": "1" * 2001}, "answer has 2001 characters"),
        ({"time_s": 0}, "time_s must lie in"),
        ({"memory_mb": 1_000_000}, "memory_mb in [1, 4096]"),
        ({"topics": 7}, "topics is not a list of names"),
        ({"samples": "[{}]"}, "samples, item 1: expected {input, output}"),
        ({"samples": [{"input": 1, "output": "1"}]}, "input and output must be text"),
        ({"kind": "code"}, "a programming problem needs hidden tests"),
        ({"leve1": 2}, "unknown field 'leve1'; is it misspelt?"),
    ],
)
def test_a_bad_field_is_refused_with_one_sentence(tmp_path, change, reason):
    row = only(read_rows(write(tmp_path, {**GOOD, **change})))
    assert isinstance(row, RowError)
    assert row.status == "refused" and reason in row.reason


@pytest.mark.parametrize("missing", ["title", "level"])
def test_a_missing_field_is_named(tmp_path, missing):
    row = only(read_rows(write(tmp_path, {k: v for k, v in GOOD.items() if k != missing})))
    assert row.reason == f"field '{missing}' is missing"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1, 2]", "expected a JSON object, found list"),
        (b'{"problem": "\xff"}', "not UTF-8 at byte 13"),
        (b"[" * 100_000, "not JSON"),
        (b'{"colour": "red"}', "no known format has these fields: colour"),
        (b'"' + b"x" * 20_000_001 + b'"', "20,000,000 fit"),
    ],
)
def test_a_broken_line_does_not_stop_the_file(tmp_path, line, reason):
    bad, good = read_rows(write(tmp_path, line, GOOD))
    assert isinstance(bad, RowError) and reason in bad.reason and bad.line == 1
    assert isinstance(good, ProblemRow) and good.line == 2


def test_a_slug_may_stand_only_once(tmp_path):
    first, same, other = read_rows(
        write(tmp_path, GOOD, GOOD, {**GOOD, "problem": "What is 1 - 1?"})
    )
    assert isinstance(first, ProblemRow)
    assert (same.status, same.reason) == ("skipped", "the same problem as line 1")
    assert other.status == "refused" and "already stands on line 1" in other.reason


def test_a_sheet_with_quotes_line_breaks_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "slug,title,kind,level,problem,answer,topics,synthetic\n"
        '"a-sum","A, Sum",math,2,"Two lines:\n1 + 1 = ?","2","Algebra; Sequences",false\n'
        "b-sum,B,math,1,What is 2+2?,4,,\n"
        "c-sum,C,math,nine,What is 3+3?,6,,\n",
        encoding="utf-8-sig",
    )
    first, second, bad = read_rows(path)
    assert first.topics == ("Algebra", "Sequences") and first.title == "A, Sum"
    assert "\n" in first.problem and first.synthetic is False
    assert (first.line, second.line, bad.line) == (2, 4, 5)
    assert "level is 'nine'" in bad.reason


def test_a_sheet_with_too_many_cells(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("slug,title,kind,level,problem,answer\na,A,math,1,x?,2,3,4\n")
    assert only(read_rows(path)).reason == "more cells than the first line has names"


def test_a_sheet_in_another_encoding(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_bytes("slug,title\na,Éléments\n".encode("latin-1"))
    assert "save the sheet as CSV UTF-8" in only(read_rows(path)).reason


def test_other_files_are_not_read(tmp_path):
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"expected a file ending in \.jsonl or \.csv"):
        list(read_rows(path))


def test_defaults_stand_in_only_where_the_row_is_silent(tmp_path):
    path = write(tmp_path, GOOD, {**GOOD, "slug": "b", "licence": "CC0", "source": "me"})
    silent, own = read_rows(path, licence="MIT", source="us")
    assert (silent.licence, silent.source) == ("MIT", "us")
    assert (own.licence, own.source) == ("CC0", "me")
