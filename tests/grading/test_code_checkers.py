"""Comparing outputs: exactly, by tokens, within a tolerance, by the problem's own program."""

import pytest

from grading import judge
from grading.checkers import compare, is_checker


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
