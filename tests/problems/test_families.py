"""Generated problems: right answers, true lines, a split that holds, and room to draw from."""

from __future__ import annotations

from random import Random

import pytest

from grading import check_answer, check_steps, extract_boxed
from problems.families import (
    COMPOSITIONS,
    EVERY,
    FAMILIES,
    HELD_OUT_SHARE,
    PROGRAMS,
    is_held_out,
    write_solution,
)
from problems.families.base import spread
from problems.families.oracles import ORACLES, second_answer
from problems.restraint import examine

LEVELS = (1, 2, 3, 4)
NAMES = sorted(FAMILIES)


def draws(name, level, count, seed=0):
    rng = Random(f"{name}:{level}:{seed}")
    return [FAMILIES[name].generate(level, rng) for _ in range(count)]


def test_every_family_has_a_second_way_to_its_answer():
    assert set(ORACLES) == set(FAMILIES | COMPOSITIONS)


@pytest.mark.parametrize("name", NAMES)
def test_answers_agree_with_brute_force(name):
    for level in LEVELS:
        for problem in draws(name, level, 25):
            assert second_answer(name, problem.params) == problem.answer, problem.statement


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_any_method_is_contradicted_and_most_are_confirmed(name):
    checked = lines = 0
    for level in LEVELS:
        for problem in draws(name, level, 8):
            for worked in problem.worked:
                text = write_solution(worked, problem.answer)
                checks = check_steps(text, problem.statement)
                assert [c for c in checks if c.status == "contradicted"] == [], text
                checked += sum(c.status == "checked" for c in checks)
                lines += len(worked.lines)
    assert checked >= 0.75 * lines


@pytest.mark.parametrize("name", NAMES)
def test_a_solution_ends_in_its_boxed_answer(name):
    for level in LEVELS:
        for problem in draws(name, level, 10):
            assert extract_boxed(problem.solution) == problem.answer
            assert check_answer(problem.answer, problem.answer).value == "correct"
            assert not any("boxed" in line for line in problem.solution.splitlines()[:-1])


@pytest.mark.parametrize("name", NAMES)
def test_statements_pass_the_tutor_s_own_door(name):
    for level in LEVELS:
        for problem in draws(name, level, 5):
            assert examine(problem.statement, "math").ok, problem.statement


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_draws_the_same_problem(name):
    assert draws(name, 3, 5) == draws(name, 3, 5)
    assert draws(name, 3, 5) != draws(name, 3, 5, seed=1)


def test_the_split_depends_on_the_problem_and_not_on_its_wording():
    problems = [p for name in NAMES for p in draws(name, 3, 60)]
    share = sum(p.held_out for p in problems) / len(problems)
    assert 0.5 / HELD_OUT_SHARE < share < 2 / HELD_OUT_SHARE
    assert all(p.held_out == is_held_out(p.family, p.params) for p in problems)


def test_dice_with_an_odd_number_of_faces_are_kept_for_evaluation_as_a_whole():
    dice = [p for p in draws("probability", 1, 200) if p.params[0] == "dice"]
    assert len(dice) == 200 and {p.held_out for p in dice} == {True, False}
    for problem in dice:
        _, faces, other, _ = problem.params
        assert problem.held_out == bool(faces % 2 or other % 2)


@pytest.mark.parametrize("side", [True, False])
def test_drawing_one_side_never_gives_the_other(side):
    rng = Random(5)
    for name in NAMES:
        for _ in range(10):
            assert FAMILIES[name].generate_split(2, rng, held_out=side).held_out is side


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="level 5"):
        FAMILIES["gcd"].generate(5, Random(0))


def test_operands_spread_over_sizes():
    rng = Random(2)
    values = [spread(rng, 1, 1000) for _ in range(2000)]
    assert min(values) >= 1 and max(values) <= 1000
    assert 400 < sum(v < 32 for v in values) < 1600  # log-uniform: about half below the root


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_statement_stands_on_both_sides_of_the_split(name):
    side = {}
    for level in (1, 2, 3, 4):
        rng = Random(level)
        for _ in range(60 if name in PROGRAMS else 500):
            problem = EVERY[name].generate(level, rng)
            assert side.setdefault(problem.statement, problem.held_out) is problem.held_out
