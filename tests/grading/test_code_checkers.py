"""Comparing outputs: exactly, by tokens, within a tolerance, by the problem's own program."""

from dataclasses import asdict

import pytest

from grading import check_output, judge
from grading.checkers import checker_trouble, compare, is_checker
from problems.schema import ProblemRow, read_rows


@pytest.mark.parametrize(
    ("checker", "expected", "got", "ok", "line"),
    [
        ("exact", "1\n2\n", "1\n2", True, 0),
        ("exact", "1\n2\n", "1\n2 \n", False, 2),
        ("exact", "1\n", "1\n\n", False, 2),
        ("tokens", "1 2\n3\n", "1\n2   3", True, 0),
        ("tokens", "1 2\n3\n", "1 2\n4", False, 2),
        ("tokens", "1 2 3", "1 2", False, 2),
        ("tokens", "1 2", "1 2\n\n3", False, 3),
        ("tokens", "", "", True, 0),
        ("tokens", "Yes", "yes", False, 1),
        ("float", "0.5", "0.5000000001", True, 0),
        ("float", "0.5", "0.501", False, 1),
        ("float:0.01", "0.5", "0.501", True, 0),
        ("float", "1e20", "1.0000000001e20", True, 0),
        ("float", "nan", "0", False, 1),
        ("float", "1", "inf", False, 1),
        ("float", "yes 1.0", "yes 1", True, 0),
    ],
)
def test_compare(checker, expected, got, ok, line):
    found = compare(expected, got, checker)
    assert (found.ok, found.line) == (ok, line)


def test_long_lines_are_cut_for_the_page():
    found = compare("x" * 1000, "y" * 1000, "tokens")
    assert len(found.got) < 250


def test_names_of_checkers():
    assert all(map(is_checker, ["exact", "tokens", "float", "float:1e-9", "python:x"]))
    assert not any(map(is_checker, ["", "fuzzy", "float:-1", "float:abc"]))
    with pytest.raises(ValueError, match="Unknown checker"):
        compare("1", "1", "fuzzy")


PAIR = (
    "python:\n"
    "def check(given, expected, output):\n"
    "    a, b = map(int, output.split())\n"
    "    if a + b != int(given):\n"
    "        return False, f'{a} + {b} is not {given.strip()}'\n"
    "    return True, ''\n"
)


def test_a_problems_own_checker(sandbox):
    tests = [{"input": "10\n", "output": "3 7\n"}]
    assert judge("print(4, 6)", tests, 2, 64, checker=PAIR).verdict == "accepted"
    result = judge("print(4, 7)", tests, 2, 64, checker=PAIR)
    assert (result.verdict, result.tests[0].reason) == ("wrong_answer", "4 + 7 is not 10")


def test_a_checker_that_fails_is_not_the_students_fault(sandbox):
    tests = [{"input": "10\n", "output": "3 7\n"}]
    result = judge("print('a b')", tests, 2, 64, checker=PAIR)
    assert (result.verdict, "checker failed" in result.reason) == ("unjudged", True)


@pytest.mark.parametrize(
    ("checker", "words"),
    [
        ("fuzzy", "'fuzzy' is unknown"),
        ("python:def check(a, b, c)\n    return True", "line 1: expected ':'"),
        ("python:\nx = 1\nreturn x", "line 3: 'return' outside function"),
        ("python:\ndef judge(a, b, c): return True", "does not define check"),
        ("python:\ndef check(a, b): return True", "does not define check"),
        ("python:\ndef check(a, b, c, *, d): return True", "does not define check"),
        ("python:\x00", "null bytes"),
        ("python:" + "#" * 70_000, "64,000 fit"),
    ],
)
def test_a_checker_that_cannot_be_used_is_named(checker, words):
    assert words in checker_trouble(checker)


@pytest.mark.parametrize(
    "checker", ["tokens", "float:0.01", PAIR, "python:def check(*said): return 1"]
)
def test_a_checker_that_can_be_used_gives_no_trouble(checker):
    assert checker_trouble(checker) == ""


def test_reading_a_checker_does_not_run_it():
    assert checker_trouble("python:raise SystemExit\ndef check(a, b, c): return 1") == ""


PARCELS = next(
    row
    for row in read_rows("problems/bank/programs.jsonl")
    if isinstance(row, ProblemRow) and row.slug == "two-parcels-for-the-lift"
)
SEARCH = """
n, limit = map(int, input().split())
w = list(map(int, input().split()))
places = {}
for i, x in enumerate(w):
    places.setdefault(x, []).append(i)
found = "0"
for i in RANGE:
    others = [j for j in places.get(limit - w[i], []) if j != i]
    if others:
        found = f"{others[-1] + 1} {i + 1}"
        break
print(found)
"""


def test_a_bank_problem_with_several_right_outputs_takes_each_of_them(sandbox):
    tests = [asdict(case) for case in (*PARCELS.samples, *PARCELS.tests[:6])]
    forward, backward = (
        SEARCH.replace("RANGE", order) for order in ("range(n)", "range(n - 1, -1, -1)")
    )
    for program in (forward, backward, PARCELS.reference):
        result = judge(program, tests, 2, 256, checker=PARCELS.checker)
        assert result.verdict == "accepted", result.reason


@pytest.mark.parametrize(
    ("said", "given", "words"),
    [
        ("1 1", "3 8\n4 1 2\n", "must be different"),
        ("3 1", "3 8\n4 1 2\n", "weigh 6, not 8"),
        ("4 1", "3 8\n4 1 2\n", "numbered 1 to 3"),
        ("1", "3 8\n4 1 2\n", "two numbers"),
        ("1 ²", "3 8\n4 1 2\n", "two numbers"),
        ("1 " + "9" * 5000, "3 8\n4 1 2\n", "numbered 1 to 3"),
    ],
)
def test_its_checker_says_what_is_wrong(sandbox, said, given, words):
    found = check_output(said, {"input": given, "output": "0"}, PARCELS.checker)
    assert (found.verdict, words in found.reason) == ("wrong_answer", True), found.reason


def test_its_checker_refuses_a_nought_where_there_is_a_pair(sandbox):
    pair = {"input": "2 2\n1 1\n", "output": "1 2\n"}
    assert check_output("0", pair, PARCELS.checker).verdict == "wrong_answer"
    none = {"input": "2 3\n1 1\n", "output": "0\n"}
    assert check_output("0", none, PARCELS.checker).verdict == "accepted"
