"""Broken directories say so in one sentence; a broken request takes no other with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from inference.engine import Engine, SamplingParams

from .running import Reply, drain, run
from .tiny import make_tiny

GREEDY = SamplingParams(temperature=0, max_tokens=12, ignore_eos=True)


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def no_tokenizer(path: Path) -> None:
    (path / "tokenizer.json").unlink()


def no_weights(path: Path) -> None:
    (path / "model.safetensors").unlink()


def cut_weights(path: Path) -> None:
    whole = (path / "model.safetensors").read_bytes()
    (path / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def garbled_weights(path: Path) -> None:
    (path / "model.safetensors").write_bytes(b"\xff" * 4096)


def other_kind(path: Path) -> None:
    edit(path / "config.json", architectures=["LlamaForCausalLM"], model_type="llama")


def other_shape(path: Path) -> None:
    edit(path / "config.json", hidden_size=96)


def more_layers(path: Path) -> None:
    edit(path / "config.json", num_hidden_layers=4)


def no_config(path: Path) -> None:
    (path / "config.json").unlink()


def half_config(path: Path) -> None:
    (path / "config.json").write_text("{")


def garbled_tokenizer(path: Path) -> None:
    (path / "tokenizer.json").write_text('{"model": 3}')


def odd_rope(path: Path) -> None:
    edit(path / "config.json", rope_scaling={"rope_type": "longrope", "factor": 2.0})


BREAKS = {
    no_tokenizer: "tokenizer.json is missing",
    no_weights: "no model.safetensors",
    cut_weights: "missing or damaged",
    garbled_weights: "missing or damaged",
    other_kind: "only Qwen2ForCausalLM",
    other_shape: "config.json asks for",
    more_layers: "The weights lack",
    no_config: "config.json is missing",
    half_config: "damaged",
    garbled_tokenizer: "damaged",
    odd_rope: "longrope",
}


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda f: f.__name__)
def test_broken_directory(break_it, tmp_path: Path) -> None:
    make_tiny(tmp_path)
    break_it(tmp_path)
    with pytest.raises(ValueError, match=BREAKS[break_it]) as caught:
        Engine.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_not_a_directory(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a directory"):
        Engine.load(tmp_path / "nothing")
    with pytest.raises(ValueError, match="quantize"):
        Engine.load(make_tiny(tmp_path), quantize="int3")


@pytest.fixture(scope="module", params=[None, "int8"])
def engine(request, tmp_path_factory) -> Engine:
    path = make_tiny(tmp_path_factory.mktemp("m"), hidden_size=96)
    return Engine.load(path, quantize=request.param)


def test_bad_requests_are_refused(engine: Engine) -> None:
    for prompt, params in [
        ([], GREEDY),
        ([10**6], GREEDY),
        ([1] * 1020, GREEDY),
        ([1], replace(GREEDY, top_p=0.0)),
        ([1], replace(GREEDY, min_p=1.1)),
    ]:
        with pytest.raises(ValueError):
            engine.add(prompt, params)
    assert not engine.busy


def test_nan_fails_one_request_only(engine: Engine) -> None:
    prompts = [[5, 6, 7], [8, 9, 10, 11], [12] * 70]
    whole = run(engine, prompts, GREEDY)
    ids = [engine.add(p, GREEDY) for p in prompts]
    replies = {id: Reply() for id in ids}
    drain(engine, replies, steps=4)
    sick = next(s for s in engine.scheduler.active() if s.id == ids[1])
    engine.cache.data[1, sick.slot, 2] = torch.nan
    drain(engine, replies)
    assert replies[ids[1]].reason == "error" and "not a number" in replies[ids[1]].error
    assert [replies[ids[0]], replies[ids[2]]] == [whole[0], whole[2]]
    assert run(engine, prompts, GREEDY) == whole  # and the slot is clean again


def test_an_exception_fails_the_request_that_causes_it(engine: Engine, monkeypatch) -> None:
    prompts = [[5, 6, 7], [8, 9, 10, 11], [12] * 70]
    whole = run(engine, prompts, GREEDY)
    forward = engine.model.forward
    poison = engine.model.config.vocab - 1

    def fragile(cache, chunks, rows, pad=2):
        if any(poison in chunk.tokens for chunk in chunks):
            raise RuntimeError("out of memory")
        return forward(cache, chunks, rows, pad)

    monkeypatch.setattr(engine.model, "forward", fragile)
    replies = run(engine, [*prompts, [poison, 3]], GREEDY)
    assert replies[3].reason == "error" and "out of memory" in replies[3].error
    assert replies[:3] == whole


def test_an_engine_that_cannot_go_on_says_so(tmp_path: Path, monkeypatch) -> None:
    engine = Engine.load(make_tiny(tmp_path))

    def broken(*_: object) -> None:
        raise RuntimeError("device lost")

    monkeypatch.setattr(engine.model, "forward", broken)
    replies = run(engine, [[1, 2], [3, 4]], GREEDY)
    assert {r.reason for r in replies} == {"error"}
    with pytest.raises(RuntimeError, match="cannot go on"):
        engine.step()


def test_cancel(engine: Engine) -> None:
    ids = [engine.add([3 + i] * 5, replace(GREEDY, max_tokens=200)) for i in range(12)]
    replies = {id: Reply() for id in ids}
    drain(engine, replies, steps=5)
    for id in (ids[0], ids[11]):  # one running, one waiting
        engine.cancel(id)
    engine.cancel(10**9)
    deltas = {d.id: d for d in engine.step() if d.finish_reason}
    assert {i: d.finish_reason for i, d in deltas.items()} == dict.fromkeys(
        (ids[0], ids[11]), "cancelled"
    )
    for id in ids[1:11]:
        engine.cancel(id)
    engine.step()
    assert not engine.busy and engine.scheduler.blocks.in_slots == {}
