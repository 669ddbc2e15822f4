"""The project's own problems: enough of them, well spread, and every answer verified."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from problems import verify
from problems.importers.base import cases_of
from problems.proofs import PROOFS
from problems.proofs.programs import LITERAL
from problems.schema import ProblemRow, read_rows

BANK = Path("problems/bank")
ROWS = [row for path in sorted(BANK.glob("*.jsonl")) for row in read_rows(path)]
OWN = [row for row in ROWS if isinstance(row, ProblemRow) and not row.family]
MATHS = [row for row in OWN if row.kind == "math"]
PROGRAMS = [row for row in OWN if row.kind == "code"]


def test_every_line_is_a_problem():
    assert [row for row in ROWS if not isinstance(row, ProblemRow)] == []


def test_slugs_and_titles_are_unique():
    assert len({row.slug for row in ROWS}) == len(ROWS)
    assert len({row.title for row in OWN}) == len(OWN)


def test_forty_in_mathematics_and_twenty_in_programming():
    assert len(MATHS) >= 40 and len(PROGRAMS) >= 20
    areas = Counter(row.problem_type for row in MATHS)
    assert set(areas) == {"Algebra", "Number Theory", "Combinatorics", "Geometry"}
    assert min(areas.values()) >= 10


@pytest.mark.parametrize("area", ["Algebra", "Number Theory", "Combinatorics", "Geometry"])
def test_every_area_has_every_level(area):
    assert {row.level for row in MATHS if row.problem_type == area} == {1, 2, 3, 4}


def test_programming_has_every_level():
    assert {row.level for row in PROGRAMS} == {1, 2, 3, 4}


def test_solutions_are_written_line_by_line():
    for row in MATHS:
        lines = row.solution.splitlines()
        assert len(lines) >= 5, row.slug
        assert lines[-1].count("\\boxed{") == row.solution.count("\\boxed{") == 1, row.slug
        assert all(line.strip() and len(line) < 330 for line in lines), row.slug
        assert row.solution.count("\\(") == row.solution.count("\\)") >= 3, row.slug


def test_programs_tell_limits_edge_cases_strategy_and_cost():
    for row in PROGRAMS:
        for heading in ("Constraints:", "Edge cases:", "Strategy:", "Complexity:"):
            assert heading in row.solution, (row.slug, heading)
        assert f"```python\n{row.reference}\n```" in row.solution
        assert "**Input:**" in row.problem and "**Output:**" in row.problem
        assert len(row.tests) >= 10 and len(row.samples) >= 2
        hidden = {case.input for case in row.tests}
        assert len(hidden) == len(row.tests)
        assert not hidden & {case.input for case in row.samples}


def test_formulas_are_balanced_and_dollars_are_not_used():
    for row in OWN:
        text = row.problem + row.solution.split("```")[0]
        assert text.count("\\(") == text.count("\\)") and text.count("\\[") == text.count("\\]")
        assert "$" not in text, row.slug
        for formula in re.findall(r"\\\((.*?)\\\)", text):
            assert formula.count("{") == formula.count("}"), (row.slug, formula)


def test_every_problem_has_a_second_computation():
    for area in verify.AREAS:
        importlib.import_module(f"problems.proofs.{area}")
    assert {row.slug for row in MATHS} == set(PROOFS)
    assert {row.slug for row in PROGRAMS} == set(LITERAL)


@pytest.mark.parametrize("row", MATHS, ids=lambda row: row.slug)
def test_the_answer_is_verified(row):
    finding = verify.examine_mathematics(row)
    assert finding.trouble == ""


@pytest.mark.parametrize("row", PROGRAMS[::12], ids=lambda row: row.slug)
def test_a_reference_program_is_verified(row):
    """A few here; `python -m problems.verify` runs them all in CI."""
    finding = verify.examine_program(replace(row, tests=row.tests[:5]))
    assert finding.trouble == ""


def changed(slug, **changes):
    return replace(next(row for row in OWN if row.slug == slug), **changes)


def test_verification_notices_a_wrong_answer():
    row = changed("two-candles", answer="8")
    assert "boxes '7', the answer is '8'" in verify.examine_mathematics(row).trouble
    boxed = row.solution.replace("\\boxed{7}", "\\boxed{8}")
    assert "computed 7" in verify.examine_mathematics(replace(row, solution=boxed)).trouble


def test_verification_notices_a_wrong_line():
    row = changed("two-candles")
    wrong = row.solution.replace("31 - 4 \\cdot 6 = 7", "31 - 4 \\cdot 6 = 9")
    assert "contradicted" in verify.examine_mathematics(replace(row, solution=wrong)).trouble


def test_verification_notices_a_wrong_program_and_a_wrong_test():
    row = changed("the-longest-run", tests=())
    broken = replace(row, reference="print('b 3')\n")
    assert "wrong_answer" in verify.examine_program(broken).trouble
    both = replace(
        row,
        reference="print('z 9')\n",
        samples=cases_of([{"input": "aa\n", "output": "z 9\n"}], "samples"),
    )
    assert "literally 'a 2'" in verify.examine_program(both).trouble


def test_verification_notices_a_missing_proof():
    assert (
        "no second computation"
        in verify.examine_mathematics(
            replace(changed("two-candles"), slug="nobody-proved-this")
        ).trouble
    )


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        ("-12", -12),
        (r"\frac{3}{4}", 0.75),
        (r"\frac{12\sqrt{26}}{13}", 4.7068),
        (r"14\sqrt{3}", 24.2487),
        (r"3\pi", 9.4248),
    ],
)
def test_answers_are_read_as_numbers(latex, value):
    assert float(verify.read_answer(latex)) == pytest.approx(value, abs=1e-3)


def test_only_numbers_are_read_as_answers():
    with pytest.raises(ValueError, match="cannot read the answer"):
        verify.read_answer("__import__('os')")


def test_the_command_reports_and_fails(capsys):
    assert verify.main([str(BANK / "number_theory.jsonl")]) == 0
    out = capsys.readouterr().out
    assert "12 problems, 0 in trouble" in out


def test_the_command_names_what_is_wrong(tmp_path, capsys):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"slug": "x"}\n')
    assert verify.main([str(path), "--quiet"]) == 1
    assert "NO  bad.jsonl:1: no known format" in capsys.readouterr().out
