"""The shipped model is the one its card describes, and solves what the pages say it can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inference.engine import Engine
from problems.families import EVERY, PROGRAMS
from problems.families.bank import LEVELS, PROGRAM_LEVELS, TARGET, bank_rows
from problems.schema import ProblemRow, read_rows
from training.evaluate import held_out_problems
from training.export import WEIGHTS, sha256
from training.passk import greedy

SHIPPED = Path(__file__).parents[2] / "checkpoints" / "seedling"


@pytest.fixture(scope="module")
def strong():
    return json.loads((SHIPPED / "thinktrail.json").read_text())["strengths"]


def test_the_card_names_the_weights_that_are_there():
    assert sha256(SHIPPED / WEIGHTS) in (SHIPPED / "README.md").read_text()


def test_it_solves_most_unseen_problems_of_its_strengths(strong):
    assert len(strong) >= 8 and set(strong) <= set(EVERY)
    engine = Engine.load(SHIPPED, device="cpu", slots=16)
    names = [name for name in strong if name not in PROGRAMS][:8]
    problems = [p for name in names for p in held_out_problems(name, 3, levels=(1, 2, 3))]
    outcomes = greedy(engine, problems)
    assert sum(o.right for o in outcomes) >= 0.6 * len(outcomes)


def test_the_bank_holds_unseen_problems_of_the_strengths_and_is_made_by_its_script(strong):
    lines = [json.loads(line) for line in TARGET.read_text(encoding="utf-8").splitlines()]
    counts = [len(PROGRAM_LEVELS if name in PROGRAMS else LEVELS) for name in strong]
    assert lines == list(bank_rows(strong)) and len(lines) == sum(counts) >= 40
    rows = list(read_rows(TARGET))
    assert all(isinstance(r, ProblemRow) and r.synthetic for r in rows)
