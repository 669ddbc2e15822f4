"""Figures are what they say: right answers, held-out problems, intervals, and the card."""

from __future__ import annotations

import json
from random import Random

import pytest

from problems.families import FAMILIES
from training.card import card, strengths
from training.evaluate import Outcome, held_out_problems, interval, is_right, judge_reply, report
from training.export import export

from .conftest import TINY

PROBLEM = FAMILIES["area"].generate(3, Random(12))


def outcome(family, level, right, lines=10, contradicted=0):
    return Outcome(family, level, right, lines, contradicted)


def test_a_reply_is_right_when_its_last_box_is():
    answer = PROBLEM.answer
    assert is_right(PROBLEM, PROBLEM.solution)
    assert is_right(PROBLEM, rf"\boxed{{1}} no: \boxed{{{answer}}}")
    assert not is_right(PROBLEM, rf"\boxed{{{answer}}} no: \boxed{{12345}}")
    assert not is_right(PROBLEM, answer) and not is_right(PROBLEM, "")


def test_contradicted_lines_are_counted():
    judged = judge_reply(PROBLEM, PROBLEM.solution + "\n" + r"\(2 + 2 = 5\)")
    assert judged.contradicted >= 1 and judged.lines > 3
    assert judge_reply(PROBLEM, PROBLEM.solution).contradicted == 0


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_evaluation_problems_are_held_out_distinct_and_always_the_same(name):
    problems = held_out_problems(name, 24)
    assert len(problems) == 24 == len({p.statement for p in problems})
    assert all(p.held_out for p in problems) and {p.level for p in problems} == {1, 2, 3, 4}
    assert [p.statement for p in held_out_problems(name, 24)] == [p.statement for p in problems]


def test_an_interval_holds_the_mean_and_narrows_with_more_marks():
    few, many = [True] * 7 + [False] * 3, [True] * 700 + [False] * 300
    assert interval(few)[0] < 0.7 < interval(few)[1]
    assert interval(many)[1] - interval(many)[0] < 0.1
    assert interval([True] * 5) == (1.0, 1.0)


def test_every_family_counts_once_in_the_mean():
    outcomes = [outcome("gcd", 1, True)] * 30 + [outcome("gcd", 4, False)] * 10
    outcomes += [outcome("crt", 2, False, contradicted=1)] * 4
    figures = report(outcomes)
    assert figures["families"]["gcd"]["pass1"] == 0.75 and figures["pass1"] == 0.375
    assert figures["pass1_single"] == 0.5 and figures["pass1_hard"] == 0.0
    assert figures["contradicted"] == pytest.approx(4 / 440, abs=1e-5)
    assert strengths(figures) == ["gcd"]


def test_the_card_states_what_was_measured(tiny, tokenizer, tmp_path):
    digest = export(tiny.state_dict(), TINY, tokenizer, tmp_path, name="tiny")
    point = {"step": 9, "tokens": 5_000_000, "loss": 0.25}
    (tmp_path / "curve.json").write_text(json.dumps({"loss": [point], "eval": []}))
    (tmp_path / "recipe.json").write_text(json.dumps({"batch_tokens": 8192}))
    text = card(tmp_path, tmp_path, report([outcome("gcd", 1, True)] * 3))
    assert digest in text and "5.0 M tokens in 9 steps" in text and "**1.000**" in text
