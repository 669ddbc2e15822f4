"""A changed statement is the same problem; consistency counts equal answers, right or wrong."""

from __future__ import annotations

from random import Random

from problems.families import FAMILIES
from problems.families.base import Family
from training import variations
from training.perturb import PERTURBATIONS, distract, rename, reword

SYSTEM = FAMILIES["system"].generate(2, Random(1))


def test_renaming_touches_unknowns_and_nothing_else():
    changed = rename(SYSTEM, Random(0))
    assert "x" not in "".join(variations._MATH.findall(changed)) and changed != SYSTEM.statement
    assert [c for c in changed if c.isdigit()] == [c for c in SYSTEM.statement if c.isdigit()]
    powers = FAMILIES["power_mod"].generate(2, Random(2))
    assert rename(powers, Random(0)) == powers.statement  # no unknowns, no change


def test_idle_data_stands_in_front():
    assert distract(SYSTEM, Random(0)).endswith(SYSTEM.statement)


def test_rewording_keeps_the_numbers_of_the_problem():
    problem = FAMILIES["choose"].generate(1, Random(5))
    changed = reword(problem, Random(0))
    assert changed != problem.statement
    assert isinstance(FAMILIES["choose"], Family)


def test_reordering_changes_the_statement_only_where_conditions_can_change_places():
    changed = PERTURBATIONS["reorder"](SYSTEM, Random(0))
    assert changed != SYSTEM.statement and sorted(changed) == sorted(SYSTEM.statement)
    powers = FAMILIES["power_mod"].generate(2, Random(2))
    assert PERTURBATIONS["reorder"](powers, Random(0)) == powers.statement
