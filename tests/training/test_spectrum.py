"""Best checkpoints, their mean, and only as much said about it as was shown."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file

from problems.families import EVERY
from training.comparing import compare, verdict
from training.evaluate import held_out_problems
from training.export import WEIGHTS, export, sha256
from training.figures import paired
from training.fusion import average, checkpoint_directories
from training.model import ModelShape, Qwen2
from training.passk import Sampling
from training.probing import domain_of, split
from training.record import Record
from training.spectrum import best_alone, best_of, study, table

from .conftest import TINY


def checkpoint(tokenizer, directory, seed, shape=TINY):
    torch.manual_seed(seed)
    export(Qwen2(shape).state_dict(), shape, tokenizer, directory, name=directory.name)
    return directory


@pytest.fixture
def run(tokenizer, tmp_path):
    for seed in (1, 2, 3):
        checkpoint(tokenizer, tmp_path / "run" / "snapshots" / f"{seed:06d}", seed)
    return tmp_path / "run"


def test_every_parameter_of_the_fused_model_is_the_mean(run, tmp_path):
    first, second, _ = checkpoint_directories(run, tmp_path)
    fused = average([first, second, second], tmp_path / "fused", name="fused")
    a, b, mean = (load_file(path / WEIGHTS) for path in (first, second, fused))
    for key, value in mean.items():
        wanted = ((a[key].double() + 2 * b[key].double()) / 3).to(torch.bfloat16)
        assert torch.equal(value, wanted)
    same = average([first, first], tmp_path / "same", name="same")
    assert sha256(same / WEIGHTS) == sha256(first / WEIGHTS)


def test_checkpoints_of_different_shapes_are_not_mixed(run, tokenizer, tmp_path):
    wide = ModelShape(vocab=TINY.vocab, layers=1, hidden=48, heads=6, kv_heads=2, ffn=96)
    other = checkpoint(tokenizer, tmp_path / "other", 1, wide)
    with pytest.raises(ValueError, match="other tensors"):
        average([run / "snapshots" / "000001", other], tmp_path / "out", name="x")


def test_states_are_exported_and_stand_in_the_order_of_their_names(run, tokenizer, tmp_path):
    tokenizer.save(str(run / "tokenizer.json"))
    shape = {name: getattr(TINY, name) for name in TINY.__dataclass_fields__}
    state = {"model": Qwen2(TINY).state_dict(), "shape": shape}
    torch.save(state, run / "snapshots" / "000002b.pt")
    found = checkpoint_directories(run, tmp_path / "out")
    assert [path.name for path in found] == ["000001", "000002", "000002b", "000003"]
    assert (found[2] / WEIGHTS).exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no checkpoint"):
        checkpoint_directories(tmp_path / "empty", tmp_path)


def test_choosing_and_measuring_have_no_problem_in_common():
    found = split(("gcd", "graphs", "area"), 5, 8)
    assert set(found.probes) == {"Number theory", "Programs", "Geometry"}
    assert all(len(some) == 5 for some in found.probes.values()) and len(found.tests) == 24
    for problem in (p for some in found.probes.values() for p in some):
        assert problem.held_out
        assert problem.params not in {t.params for t in found.tests if t.family == problem.family}
    assert set(found.lent) == {"graphs"}  # it has few held-out problems


def test_a_family_with_other_problems_lends_none_of_those_it_is_measured_on():
    measured = {p.params for p in held_out_problems("gcd", 200)}
    (probes,) = split(("gcd",), 6, 4).probes.values()
    assert len(probes) == 6 and measured.isdisjoint(p.params for p in probes)


def test_every_family_has_one_of_five_domains():
    domains = {domain_of(name) for name in EVERY}
    wanted = {"Algebra", "Number theory", "Counting and sequences", "Geometry", "Programs"}
    assert domains == wanted


def test_the_best_is_the_highest_and_of_equal_ones_the_later():
    found = {"a": {"x": [0.5, 0, 1], "y": [0.9, 0, 1]}, "b": {"x": [0.5, 0, 1], "y": [0.1, 0, 1]}}
    assert (best_of(found, "x"), best_of(found, "y"), best_alone(found)) == ("b", "a", "a")


def test_a_difference_is_paired_and_leaves_out_what_was_not_judged():
    marks = {"a": [1.0, 1.0, 0.0, None], "b": [0.0, 1.0, 0.0, 1.0]}
    assert paired(marks["a"], marks["b"])[0] == pytest.approx(1 / 3, abs=1e-4)
    same = {"a": [1.0, 0.0] * 50, "b": [1.0, 0.0] * 50}
    assert paired(same["a"], same["b"]) == [0.0, 0.0, 0.0]


def test_the_verdict_says_no_more_than_the_intervals_do():
    above, about, below = [0.02, 0.01, 0.05], [0.02, -0.01, 0.05], [-0.3, -0.4, -0.2]
    said = verdict({"fused - last": above, "fused - best": about, "fused - mean": below})
    assert "better than the last" in said and "worse than the plain mean" in said
    assert "not shown to differ from the best single one" in said


def test_the_models_are_compared_on_the_same_problems(monkeypatch):
    marks = {"f": [1.0] * 40, "m": [1.0, 0.0] * 20, "l": [0.0] * 40}
    monkeypatch.setattr("training.comparing.mark_problems", lambda path, problems: marks[path])
    problems = held_out_problems("gcd", 20) + held_out_problems("area", 20)
    found = compare(
        {"fused": "f", "mean": "m", "best": "f", "last": "l"}, problems, ["a", "b", "b"]
    )
    assert found["differences"]["fused - last"] == [1.0, 1.0, 1.0]
    assert found["models"]["mean"]["domains"] == {"Number theory": 0.5, "Geometry": 0.5}
    assert found["different_checkpoints_chosen"] == 2
    assert "better than the last checkpoint" in found["verdict"]


def test_a_run_is_studied_to_the_end_and_probes_nothing_twice(run, tmp_path, monkeypatch):
    settings = {
        "sampling": Sampling(2, 0.8, max_tokens=6),
        "k": 2,
        "probes": 2,
        "tests": 2,
        "last": 2,
        "families": ("gcd", "area"),
    }
    monkeypatch.setattr("training.passk.GREEDY", Sampling(1, 0.0, max_tokens=6))
    report = study(run, tmp_path / "out", **settings)
    assert json.loads((tmp_path / "out" / "report.json").read_text()) == report
    assert set(report["best"]) == {"Number theory", "Geometry"}
    assert set(report["best"].values()) == {"000003"}  # nothing is right, so all are equal
    assert report["fused_sha256"] == report["checkpoints"]["000003"]
    assert report["test"]["differences"]["fused - last"] == [0.0, 0.0, 0.0]
    assert "not shown to differ" in table(report) and "000001" in table(report)
    assert (tmp_path / "out" / "mean" / WEIGHTS).exists()

    def refuse(record, line):
        raise AssertionError("asked again")

    monkeypatch.setattr(Record, "add", refuse)
    assert study(run, tmp_path / "out", **settings) == report
