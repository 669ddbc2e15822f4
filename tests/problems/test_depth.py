"""A solution of level n derives at least so many values, in every method, and fits in a reply."""

from __future__ import annotations

from random import Random

import pytest

from problems.families import COMPOSITIONS, FAMILIES, write_solution
from problems.families.base import Draft, Worked
from problems.families.depth import LONGEST, NEEDED, deep, derived_values

BOTH = FAMILIES | COMPOSITIONS


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([r"\(3 + 4 = 7\)"], 1),
        ([r"\(x = 12 \div 3 = 4\)"], 1),
        ([r"\(6 \times 17 = 60 + 42 = 102\)"], 1),
        ([r"\(5 = 5 = 6\)"], 2),
        ([r"\(12 = 2^2 \times 3\)"], 1),
        ([r"\(38 \equiv 3 \pmod{7}\)"], 1),
        ([r"\(3 + 4 = 7\)", r"\(3 + 4 = 7\)", r"\(2 + 5 = 7\)"], 2),
        ([r"\(x = 7\)", r"\(a_3 = 7\)", "Answer: 7", r"Try \(x\)."], 0),
    ],
)
def test_a_value_counts_when_it_is_computed_and_once(lines, count):
    assert derived_values(lines) == count


def test_thin_methods_are_left_out_and_thin_drafts_drawn_again():
    def draw(level, rng):
        sizes = rng.choice(((1, 1), (2, 3)))
        ways = (tuple(rf"\({i} + 1 = {i + 1}\)" for i in range(size)) for size in sizes)
        return Draft((1,), ("?",), "1", tuple(Worked("way", "Add.", way) for way in ways))

    for seed in range(20):
        assert [len(w.lines) for w in deep(draw)(1, Random(seed)).worked] == [2, 3]


@pytest.mark.parametrize("name", sorted(BOTH))
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_method_goes_as_deep_as_its_level_and_fits_in_a_reply(name, level):
    rng = Random(f"depth:{name}:{level}")
    for _ in range(60):
        problem = BOTH[name].generate(level, rng)
        assert problem.worked
        for worked in problem.worked:
            assert derived_values(worked.lines) >= NEEDED[level - 1], worked
            assert len(write_solution(worked, problem.answer)) <= LONGEST


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_family_knows_at_least_two_methods(name):
    rng = Random(f"methods:{name}")
    problems = [FAMILIES[name].generate(level, rng) for level in (1, 2, 3, 4) for _ in range(30)]
    assert len({worked.method for problem in problems for worked in problem.worked}) >= 2
