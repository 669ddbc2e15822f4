"""Several samples a problem: estimators, votes, the same replies again, and who counts."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from problems.families import FAMILIES
from training.asking import Request, ask, ask_all, open_engine, seed_of
from training.export import export
from training.figures import Outcome
from training.passk import (
    Sampling,
    Trial,
    maj_at_k,
    majority,
    make_trial,
    pass_at_k,
    report,
    sample_problems,
    table,
)
from training.steadiness import Pair, consistency

from .conftest import TINY

PROBLEM = FAMILIES["gcd"].generate(1, Random(4))


@pytest.fixture(scope="module")
def engine(tokenizer, tmp_path_factory):
    import torch

    from training.model import Qwen2

    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("tiny")
    export(Qwen2(TINY).state_dict(), TINY, tokenizer, folder, name="tiny")
    return open_engine(str(folder), slots=4)


def trial(marks, answers=None, family="gcd", level=1, answer="6", judged=True):
    outcomes = tuple(Outcome(family, level, m, 4, 0, judged) for m in marks)
    found = answers or ["6" if m else "7" for m in marks]
    return Trial(outcomes, tuple(found), answer)


@pytest.mark.parametrize("right", range(7))
def test_the_estimator_is_the_mean_over_all_choices_of_k_samples(right):
    marks = [True] * right + [False] * (6 - right)
    for k in (1, 3, 6):
        chosen = list(combinations(marks, k))
        assert pass_at_k(6, right, k) == pytest.approx(sum(map(any, chosen)) / len(chosen))


def test_more_samples_than_there_are_cannot_be_estimated():
    with pytest.raises(ValueError, match="needs 4 samples"):
        pass_at_k(3, 1, 4)


def test_answers_that_grading_calls_equal_vote_together():
    assert majority(["3", r"\frac{1}{2}", "0.5", "3", "1/2"]) in (r"\frac{1}{2}", "0.5", "1/2")
    assert majority([None, "4", None, None]) == "4"
    assert majority(["9", "8", "8", "9"]) == "9" and majority([None, None]) is None


def test_a_majority_may_be_right_where_most_single_samples_are_wrong():
    marks = [True, True, False, False, False]
    assert maj_at_k(trial(marks, ["6", "6", "1", "2", "3"]), 5) == 1.0
    assert maj_at_k(trial(marks, ["6", "6", "1", "1", "1"]), 5) == 0.0
    assert maj_at_k(trial([True, False, False, False], ["6", "2", "3", "3"]), 2) == 0.5


def test_every_family_counts_once_and_levels_stand_apart():
    easy = [trial([True, True])] * 6 + [trial([False, True], level=3)] * 2
    found = report([*easy, trial([False, False], family="crt")], [2])
    assert found["families"]["gcd"]["pass@1"][0] == 0.875
    assert found["families"]["gcd"]["levels"]["3"]["pass@2"] == [1.0, 1.0, 1.0]
    assert found["mean_of_families"]["pass@1"] == 0.4375 and found["all"]["n"] == 9
    low, high = found["all"]["pass@1"][1:]
    assert low < found["all"]["pass@1"][0] < high and "maj@2" in table(found)


def test_programs_have_no_majority_and_unjudged_ones_do_not_count():
    code = trial([True, False], [None, None], answer="")
    found = report([code, trial([False, False], answer="", judged=False)], [2])
    assert found["all"]["n"] == 1 and found["all"]["pass@1"][0] == 0.5
    assert "maj@2" not in found["all"]


def test_a_trial_keeps_each_samples_verdict_and_answer():
    made = make_trial(PROBLEM, [PROBLEM.solution, r"\boxed{0}", "nothing"])
    assert (made.right, made.answers) == (1, (PROBLEM.answer, "0", None))


def test_the_same_seed_gives_the_same_samples_and_another_seed_others(engine):
    problems = [FAMILIES["gcd"].generate(1, Random(i)) for i in range(2)]
    settings = Sampling(samples=2, max_tokens=12, temperature=1.0)
    requests = [
        Request(f"{i}{copy}", [{"role": "user", "content": p.statement}], settings.params(i, copy))
        for i, p in enumerate(problems)
        for copy in range(3)
    ]
    texts = ask_all(engine, requests)
    backwards = {r.key: r.text for r in ask(engine, list(reversed(requests)))}
    assert [backwards[r.key] for r in requests] == texts
    assert len(set(texts)) > 2
    other = Sampling(seed=1, max_tokens=12, temperature=1.0)
    changed = [Request(r.key, r.messages, other.params(*r.key)) for r in requests]
    assert ask_all(engine, changed) != texts
    assert [len(t.outcomes) for t in sample_problems(engine, problems, settings)] == [2, 2]


def test_a_seed_is_the_same_in_every_process():
    assert seed_of(0, "gcd", 1) == 1834674374 != seed_of(0, "gcd", 2)


def test_a_prompt_that_fills_the_context_is_told_and_a_long_one_gets_what_is_left(engine):
    params = Sampling(max_tokens=5000).params()
    endless = [{"role": "user", "content": "1 " * 3000}]
    (reply,) = ask(engine, [Request("long", endless, params)])
    assert reply.reason == "error" and "context" in reply.error
    with pytest.raises(RuntimeError, match="long: The prompt"):
        ask_all(engine, [Request("long", endless, params)])
    short = [{"role": "user", "content": "1" * (TINY.context - 40)}]
    (reply,) = ask(engine, [Request("short", short, params)])
    assert 0 < reply.tokens <= reply.limit < TINY.context


def test_answers_are_compared_by_grading_when_statements_change():
    assert Pair(PROBLEM, "1/2", "0.5").same and not Pair(PROBLEM, "1/2", "2").same
    assert not Pair(PROBLEM, None, None).same
    assert Pair(PROBLEM, None, PROBLEM.answer).right(PROBLEM.answer)


def test_consistency_is_told_per_change_family_and_level(engine, monkeypatch):
    problems = [FAMILIES[n].generate(v, Random(v)) for n in ("gcd", "linear") for v in (1, 2)]
    asked = []

    def answer(engine, requests):
        asked.extend(r.messages[-1]["content"] for r in requests)
        return [r"\boxed{1}" if "x" in r.messages[-1]["content"] else "?" for r in requests]

    monkeypatch.setattr("training.steadiness.ask_all", answer)
    found = consistency(engine, problems)
    assert found["rename"]["all"]["n"] == 2 and found["rename"]["all"]["consistent"][0] == 0.0
    assert found["distract"]["families"]["linear"]["consistent"] == [1.0, 1.0, 1.0]
    assert set(found["distract"]["levels"]) == {"1", "2"} and len(asked) > 8
