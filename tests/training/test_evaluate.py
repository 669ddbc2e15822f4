"""Figures are what they say: right answers, held-out problems, intervals, and the card."""

from __future__ import annotations

import json
from random import Random

import pytest

import training.evaluate
import training.figures
from problems.families import FAMILIES, Draft, Family, GeneratedProblem, Worked
from training.card import card, strengths
from training.evaluate import Outcome, held_out_problems, interval, is_right, judge_reply, report
from training.export import export

from .conftest import TINY

PROBLEM = FAMILIES["area"].generate(3, Random(12))


DOUBLE = GeneratedProblem(
    family="double",
    level=1,
    statement="Read a whole number and print its double.",
    solution="",
    answer="",
    params=(1,),
    method="read",
    advice="",
    worked=(),
    held_out=True,
    kind="code",
    tests=(("3\n", "6"), ("10\n", "20"), ("-4\n", "-8")),
)


def fenced(body, name="python"):
    return f"We double it.\n```{name}\n{body}\n```\n"


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


def test_a_program_is_right_when_its_last_block_passes_every_test():
    good, partial = fenced("print(2 * int(input()))"), fenced("print(abs(2 * int(input())))")
    assert judge_reply(DOUBLE, partial + good).right
    assert not judge_reply(DOUBLE, good + partial).right
    assert judge_reply(DOUBLE, good + fenced("6", name="text")).right
    assert not judge_reply(DOUBLE, r"\boxed{6}").right
    assert not judge_reply(DOUBLE, good.rstrip("`\n")).right


def test_a_program_that_nothing_could_judge_does_not_count(monkeypatch):
    monkeypatch.setattr(training.evaluate, "passes", lambda program, tests: None)
    unjudged = judge_reply(DOUBLE, fenced("print(6)"))
    assert not unjudged.judged and not unjudged.right
    figures = report([unjudged, outcome("gcd", 1, True)])
    assert figures["unjudged"] == 1 == figures["problems"] and figures["pass1"] == 1.0
    assert "could not be judged" in training.evaluate.table(figures)


def test_programs_and_compositions_have_figures_of_their_own(monkeypatch):
    monkeypatch.setattr(training.figures, "PROGRAMS", {"double": None})
    monkeypatch.setattr(training.figures, "COMPOSITIONS", {"both": None})
    outcomes = [outcome("gcd", 1, True), outcome("gcd", 4, False), outcome("both", 2, True)]
    figures = report([*outcomes, outcome("double", 1, False), outcome("double", 2, True)])
    assert (figures["pass1_single"], figures["pass1_hard"]) == (1.0, 0.5)
    assert figures["pass1_code"] == 0.5
    assert "pass1_code" not in report(outcomes)


def test_held_out_problems_are_found_in_every_family(monkeypatch):
    def draw(level, rng):
        n = rng.randint(1, 999)
        return Draft(
            (n,), (f"Print {n}.",), "", (Worked("say", "Say it.", (f"print({n})",)),), kind="code"
        )

    monkeypatch.setitem(training.evaluate.EVERY, "double", Family("double", "", "", draw))
    found = held_out_problems("double", 8)
    assert len(found) == 8 and all(p.kind == "code" and p.held_out for p in found)
    assert training.evaluate.prompt_of(found[0]) != training.evaluate.prompt_of(PROBLEM)


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
    settings = {"lam": 2.0, "problems": 24, "replies": 8, "rate": 1e-4}
    (tmp_path / "log.json").write_text(json.dumps({"settings": settings, "steps": [{}] * 7}))
    measured = report([outcome("gcd", 1, True)] * 3)
    text = card(tmp_path, tmp_path, measured)
    assert digest in text and "5.0 M tokens (9 steps" in text and "**1.000**" in text
    assert "not reinforced" in text
    rl = {
        "rl_gain": 0.125,
        "rl_gain_low": 0.0625,
        "rl_gain_high": 0.25,
        "rl_problems": 1000,
        "samples": 8,
        "pass1_before": 0.5,
        "pass1_after": 0.625,
        "contradicted_before": 0.04,
        "contradicted_after": 0.03,
    }
    text = card(tmp_path, tmp_path, measured | {"rl": rl})
    assert "7 steps of MGPO" in text and "gain **+0.125**" in text and "0.0400 → 0.0300" in text
