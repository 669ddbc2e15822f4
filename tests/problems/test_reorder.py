"""Conditions change places, and nothing else does."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest

from problems.families import FAMILIES
from problems.families.reorder import reorder

EXCHANGEABLE = ("system", "crt", "gcd", "inclusion", "area")


@pytest.mark.parametrize("name", EXCHANGEABLE)
def test_every_wording_is_reordered_and_keeps_its_numbers_and_words(name):
    rng = Random(name)
    for level in (1, 2, 3, 4):
        for _ in range(40):
            problem = FAMILIES[name].generate(level, rng)
            turned = reorder(problem, rng)
            assert turned is not None and turned != problem.statement, problem.statement
            pieces = (sorted(re.findall(r"\w+", t)) for t in (turned, problem.statement))
            assert next(pieces) == next(pieces)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("system", r"If \(x + y = 5\) and \(x - y = 1\), find \(x\).",
         r"If \(x - y = 1\) and \(x + y = 5\), find \(x\)."),
        ("crt", "Find the smallest positive integer that leaves remainder 1 when divided by 3 and "
         "2 when divided by 5.",
         "Find the smallest positive integer that leaves remainder 2 when divided by 5 and "
         "1 when divided by 3."),
        ("inclusion", "How many of the integers from 1 to 40 are divisible by neither 3 nor 4?",
         "How many of the integers from 1 to 40 are divisible by neither 4 nor 3?"),
        ("distance", r"How far is \((1, -2)\) from \((4, 2)\)?",
         r"How far is \((4, 2)\) from \((1, -2)\)?"),
    ],
)  # fmt: skip
def test_two_conditions_change_places(name, before, after):
    problem = replace(FAMILIES[name].generate(2, Random(1)), statement=before)
    assert reorder(problem, Random(0)) == after


def test_a_statement_without_exchangeable_conditions_stays():
    rng = Random(3)
    assert reorder(FAMILIES["linear"].generate(2, rng), rng) is None
    assert reorder(FAMILIES["distance"].generate(3, rng), rng) is None
