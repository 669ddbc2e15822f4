"""Compositions: every kind is drawn, its answer is right twice, its lines are true."""

from __future__ import annotations

from random import Random

import pytest

from grading import check_steps, extract_boxed
from problems.families import COMPOSITIONS, write_solution
from problems.families.compositions import ALGEBRA, COUNTING, NUMBER
from problems.families.oracles import second_answer
from problems.restraint import examine

FAMILY_KINDS = {
    "compose_number": NUMBER,
    "compose_algebra": ALGEBRA,
    "compose_counting": COUNTING,
}
KINDS = [(name, kind) for name, kinds in FAMILY_KINDS.items() for kind in kinds]


def drafts(name, kind, count=6):
    draw = FAMILY_KINDS[name][kind]
    return [
        draw(level, Random(f"{kind}:{level}:{i}")) for level in (1, 2, 3, 4) for i in range(count)
    ]


def test_there_are_families_of_many_kinds_that_join_two_families():
    assert set(FAMILY_KINDS) == set(COMPOSITIONS)
    assert len(KINDS) >= 8
    assert all(len(kind.split(", ")) == 2 for _, kind in KINDS)


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_answers_are_integers_that_agree_with_brute_force(name, kind):
    for draft in drafts(name, kind):
        assert draft.answer.isdigit()
        assert second_answer(name, draft.params) == draft.answer, draft.wordings[0]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_no_line_is_contradicted_and_most_are_confirmed(name, kind):
    checked = lines = 0
    for draft in drafts(name, kind, count=2):
        for worked in draft.worked:
            text = write_solution(worked, draft.answer)
            checks = check_steps(text, draft.wordings[0])
            assert [c for c in checks if c.status == "contradicted"] == [], text
            checked += sum(c.status == "checked" for c in checks)
            lines += len(worked.lines)
    assert checked >= 0.75 * lines


@pytest.mark.parametrize("name", sorted(COMPOSITIONS))
def test_a_composition_ends_in_its_box_and_may_be_asked(name):
    rng = Random(name)
    for level in (1, 2, 3, 4):
        for _ in range(8):
            problem = COMPOSITIONS[name].generate(level, rng)
            assert extract_boxed(problem.solution) == problem.answer
            assert examine(problem.statement, "math").ok, problem.statement


@pytest.mark.parametrize("name", sorted(COMPOSITIONS))
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_each_level_draws_every_kind(name, level):
    rng = Random(f"kinds:{name}:{level}")
    problems = [COMPOSITIONS[name].generate(level, rng) for _ in range(250)]
    opened = {
        tuple(str(p) for p in problem.params if not isinstance(p, int)) for problem in problems
    }
    assert len(opened) >= len(FAMILY_KINDS[name])


def test_operands_grow_with_the_level():
    def size(level):
        rng = Random(level)
        problems = [COMPOSITIONS["compose_number"].generate(level, rng) for _ in range(80)]
        return sum(max(p for p in q.params if isinstance(p, int)) for q in problems) / 80

    assert size(1) < size(2) < size(3) < size(4)
