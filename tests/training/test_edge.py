"""The edge set repeats, gains are paired by problem, and a record is believed only for its weights."""

from __future__ import annotations

import json

import pytest

from benchmarks import seedling
from training import edge
from training.edge import RECORD, SUPERVISED, candidates, problem_of, read_gain
from training.export import WEIGHTS, sha256
from training.figures import Outcome, paired
from training.passk import Trial
from training.rivals import over_seeds


def trial(*right, lines=4, bad=0):
    outcomes = tuple(Outcome("gcd", 4, bool(r), lines, bad) for r in right)
    return Trial(outcomes, tuple("1" for _ in right), "1")


def test_a_key_names_one_held_out_problem():
    source = candidates()
    keys = [next(source) for _ in range(40)]
    assert len(set(keys)) == 40
    for key in keys:
        problem = problem_of(key)
        assert problem.held_out and problem.statement == problem_of(key).statement
        assert (problem.family, problem.level) == key[:2]


def test_only_what_is_solved_sometimes_is_chosen(monkeypatch):
    """Of every four problems one is never, one always and two sometimes solved."""
    kinds = [(0, 0, 0, 0), (1, 1, 1, 1), (1, 0, 0, 0), (0, 1, 1, 1)]
    asked = []

    def sample(engine, problems, sampling):
        asked.append(sampling.seed)
        return [trial(*kinds[i % 4]) for i in range(len(problems))]

    monkeypatch.setattr(edge, "sample_problems", sample)
    chosen = edge.choose(None, 130)
    assert len(chosen) == len(set(chosen)) == 130
    edge.answer(None, chosen, 8)
    assert asked == [edge.CHOOSING, edge.CHOOSING, edge.ANSWERING]


def test_a_gain_is_the_mean_paired_difference(monkeypatch, tmp_path):
    (tmp_path / WEIGHTS).write_bytes(b"weights")
    monkeypatch.setattr(edge, "open_engine", lambda name: Closing())
    old = [trial(0, 0, 1, 0, bad=1), trial(1, 1, 0, 0)] * 30
    new = [trial(1, 0, 1, 0), trial(1, 1, 1, 0)] * 30
    monkeypatch.setattr(edge, "choose", lambda engine, count: [("gcd", 4, n) for n in range(60)])
    monkeypatch.setattr(edge, "answer", lambda engine, keys, samples: old)
    record = edge.before(tmp_path, 60, 4)
    monkeypatch.setattr(edge, "answer", lambda engine, keys, samples: new)
    found = edge.after(tmp_path, record)
    assert (found["pass1_before"], found["pass1_after"]) == (0.375, 0.625)
    assert found["rl_gain"] == found["rl_gain_low"] == found["rl_gain_high"] == 0.25
    assert (found["contradicted_before"], found["contradicted_after"]) == (0.125, 0)
    assert found["rows"][:2] == [["gcd", 4, 0, 1, 2], ["gcd", 4, 1, 2, 3]]


class Closing:
    def close(self):
        pass


def test_rivals_are_averaged_over_seeds_and_paired():
    assert over_seeds([[0.0, 1.0], [1.0, 1.0]]) == [0.5, 1.0]
    assert paired([0.5, 1.0] * 50, [0.25, 0.75] * 50) == [0.25, 0.25, 0.25]


@pytest.fixture
def model(tmp_path):
    (tmp_path / SUPERVISED).mkdir()
    (tmp_path / WEIGHTS).write_bytes(b"after")
    (tmp_path / SUPERVISED / WEIGHTS).write_bytes(b"before")
    record = {
        "before_sha256": sha256(tmp_path / SUPERVISED / WEIGHTS),
        "after_sha256": sha256(tmp_path / WEIGHTS),
        "problems": 1,
        "rl_gain": 0.2,
        "rl_gain_low": 0.1,
        "rows": [["gcd", 4, 7, 3, 5]],
    }
    (tmp_path / RECORD).write_text(json.dumps(record))
    return tmp_path


def test_a_record_is_believed_only_for_its_own_weights(model, monkeypatch, capsys):
    monkeypatch.setattr(seedling, "ask_again", lambda model, record: {"keys": record.keys()})
    found = seedling.reinforcement(model)
    assert found["rl_gain"] == 0.2 and found["keys"] == [("gcd", 4, 7)]
    (model / WEIGHTS).write_bytes(b"other")
    assert seedling.reinforcement(model)["rl_gain"] is None
    assert "other weights" in capsys.readouterr().out
    (model / RECORD).unlink()
    assert read_gain(model) is None
    assert seedling.reinforcement(model)["rl_gain"] is None
