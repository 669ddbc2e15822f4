"""Generated Python problems: every program right on every test, every combination on one side."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from random import Random

import pytest

from grading import check_steps, judge, sandbox_trouble
from problems.examples import without_example
from problems.families import EVERY, PROGRAMS, write_solution
from problems.families.programs import DEFINED
from problems.families.programs.spec import hidden_tests, parts, show, split, statement
from problems.restraint import examine
from problems.schema import read_rows

NAMES = sorted(DEFINED)
COMBINATIONS = [(n, p) for n in NAMES for level in DEFINED[n].levels for p in level]


def program_of(worked) -> str:
    lines = worked.lines
    return "\n".join(lines[lines.index("```python") + 1 : lines.index("```")])


def run_here(program: str, given: str) -> list[str]:
    """The words the program prints, run without a sandbox: for our own programs only."""
    lines: Iterator[str] = iter(given.splitlines())
    printed: list[str] = []
    names = {"input": lambda: next(lines), "print": lambda *a: printed.extend(map(str, a))}
    exec(compile(program, "program", "exec"), names)
    return " ".join(printed).split()


def passes(program: str, tests) -> bool:
    try:
        return all(run_here(program, given) == wanted.split() for given, wanted in tests)
    except Exception:
        return False


def hidden(name: str, params) -> tuple:
    return hidden_tests(name, params, DEFINED[name].spell(params))


def sample(name: str, count: int, seed: int = 0):
    """Some combinations of each level."""
    rng = Random(f"{name}:{seed}")
    return [p for level in DEFINED[name].levels for p in rng.sample(level, min(count, len(level)))]


def test_the_families_are_registered_and_hold_hundreds_of_combinations():
    assert set(PROGRAMS) == set(DEFINED) and set(PROGRAMS) <= set(EVERY)
    assert len(DEFINED) >= 8
    assert len(COMBINATIONS) > 500
    assert all(len(DEFINED[name].levels) == 4 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_method_passes_every_hidden_test_at_every_level(name):
    for level in DEFINED[name].levels:
        for params in level[:: max(1, len(level) // 20)]:
            task = DEFINED[name].spell(params)
            tests = [*hidden_tests(name, params, task), show(task, Random(str(params)))]
            for worked in task.worked:
                assert passes(program_of(worked), tests), (params, worked.method)


@pytest.mark.parametrize("name", NAMES)
def test_there_are_six_to_ten_hidden_tests_and_no_constant_passes_them(name):
    for _, params in filter(lambda pair: pair[0] == name, COMBINATIONS[::8]):
        tests = hidden(name, params)
        assert 6 <= len(tests) <= 10
        assert len({given for given, _ in tests}) == len(tests)
        assert len({wanted for _, wanted in tests}) > 1, params


@pytest.mark.parametrize("name", NAMES)
def test_two_methods_differ_and_a_reply_has_its_parts_in_order(name):
    for params in sample(name, 4):
        worked = DEFINED[name].spell(params).worked
        assert len({w.method for w in worked}) == len({program_of(w) for w in worked}) == 2
        for one in worked:
            reply = write_solution(one, "")
            places = [
                reply.index(part)
                for part in ("\nConstraints: ", "\nEdge cases: ", "\nStrategy: ", "\n```python\n")
            ]
            assert places == sorted(places)
            assert len(reply) <= 700
            assert reply.splitlines()[-1].startswith(r"Time \(O(")
            assert r"memory \(O(" in reply.splitlines()[-1]
            contradicted = [c for c in check_steps(reply, "") if c.status == "contradicted"]
            assert contradicted == [], reply


@pytest.mark.parametrize("name", NAMES)
def test_statements_say_the_formats_show_an_example_and_pass_the_tutor_s_door(name):
    for params in sample(name, 4):
        task = DEFINED[name].spell(params)
        shown = show(task, Random(1))
        assert 2 <= len(set(task.asks)) == len(task.asks) <= 3
        for ask in task.asks:
            text = statement(ask, task, shown)
            assert len(text) <= 500
            assert "\nInput: " in text and "\nOutput: " in text
            assert shown[0].strip() in text and text.endswith(shown[1].strip())
            assert examine(text, "code").ok, text


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_the_first_test_and_the_hidden_ones_never_change(name):
    rng = Random(f"{name} twice")
    drawn = [PROGRAMS[name].generate(2, rng) for _ in range(20)]
    for problem in drawn:
        assert (problem.kind, problem.answer) == ("code", "")
        assert problem.tests[0][0].strip() in problem.statement
        assert problem.tests[1:] == hidden(name, problem.params)
    assert len({problem.tests[0] for problem in drawn}) > 1


@pytest.mark.parametrize("name", NAMES)
def test_combinations_are_on_one_side_and_both_sides_have_some_at_every_level(name):
    levels = DEFINED[name].levels
    everything = [params for level in levels for params in level]
    assert len(set(everything)) == len(everything)
    kept = split(name, levels)
    known = {part for params in everything if params not in kept for part in parts(params)}
    for number, level in enumerate(levels, 1):
        held = kept.intersection(level)
        assert 0 < len(held) <= len(level) / 4
        assert all(parts(params) <= known for params in held)
        for side in (True, False):
            problem = PROGRAMS[name].generate_split(number, Random(number), held_out=side)
            assert (problem.params in kept) is problem.held_out is side


# A test turned round, or a range that ends too early; none of them lets a loop run for ever.
SLIPS = (
    ("if ", "if not "),
    ("range(1, n + 1)", "range(1, n)"),
    ("min(", "max("),
    ("print(", "print(0, "),
)


def slips(program: str) -> list[str]:
    return [program.replace(right, wrong, 1) for right, wrong in SLIPS if right in program]


@pytest.mark.parametrize("name", NAMES)
def test_programs_with_a_slip_fail(name):
    caught = made = 0
    for params in sample(name, 4, seed=1):
        for worked in DEFINED[name].spell(params).worked:
            for wrong in slips(program_of(worked)):
                made += 1
                caught += not passes(wrong, hidden(name, params))
    assert made >= 10
    assert caught >= 0.95 * made  # a rare one is caught by no test


@pytest.mark.skipif(bool(sandbox_trouble()), reason=sandbox_trouble() or "")
def test_the_judge_accepts_a_right_program_and_not_one_with_a_slip():
    for name in ("fold", "graphs"):
        params = sample(name, 1)[3]
        cases = [{"input": given, "output": wanted} for given, wanted in hidden(name, params)[:4]]
        right = program_of(DEFINED[name].spell(params).worked[-1])
        assert judge(right, cases, 2, 256).verdict == "accepted", params
        assert judge(f"{right}\nprint(1)", cases[:1], 2, 256).verdict == "wrong_answer"


def test_recursion_stays_far_from_python_s_limit():
    """The largest inputs run with a limit of a third of Python's own."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(333)
    try:
        for name, params in COMBINATIONS[::25]:
            task = DEFINED[name].spell(params)
            given = task.draw(Random(3), task.largest)
            for worked in task.worked:
                assert run_here(program_of(worked), given) == task.solve(given).split()
    finally:
        sys.setrecursionlimit(before)


def test_the_example_of_a_statement_is_found_again_and_only_there():
    rows = [row for row in read_rows("problems/bank/families.jsonl") if row.kind == "code"]
    assert len(rows) >= 10
    for row in rows:
        alone = without_example(row.problem, [asdict(case) for case in row.samples])
        assert "Example" not in alone and row.problem.startswith(alone + "\nExample input:\n")
    text, other = "Print n.\nExample input:\n3\nExample output:\n3", {"input": "4", "output": "4"}
    assert without_example(text, [other]) == text == without_example(text, [])
