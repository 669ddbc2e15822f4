"""A changed statement is the same problem; consistency counts equal answers, right or wrong."""

from __future__ import annotations

from random import Random

from problems.families import FAMILIES
from problems.families.base import Family
from training import perturb
from training.perturb import consistency, distract, rename, reword

SYSTEM = FAMILIES["system"].generate(2, Random(1))


def test_renaming_touches_unknowns_and_nothing_else():
    changed = rename(SYSTEM, Random(0))
    assert "x" not in "".join(perturb._MATH.findall(changed)) and changed != SYSTEM.statement
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


def test_consistency_compares_answers_not_verdicts(monkeypatch, tiny, tokenizer):
    replies = iter([[r"\boxed{1}", None], [r"\boxed{1}"], [r"\boxed{1}", r"\boxed{2}"], []])
    monkeypatch.setattr(perturb, "sample", lambda *a, **k: [r or "" for r in next(replies)])
    monkeypatch.setattr(perturb, "reword", lambda p, rng: p.statement)
    monkeypatch.setitem(perturb.PERTURBATIONS, "reword", lambda p, rng: p.statement)
    powers = FAMILIES["power_mod"].generate(2, Random(2))
    figures = consistency(tiny, tokenizer, [SYSTEM, powers])
    assert figures["rename"]["n"] == 1 and figures["rename"]["consistent"] == 1.0
    assert figures["distract"]["n"] == 2 and figures["distract"]["consistent"] == 0.5
    assert figures["reword"]["n"] == 0 and figures["reword"]["consistent"] == 0.0
