"""The loop learns, stops anywhere and goes on exactly; what it exports is what it trained."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from inference.engine import Engine, SamplingParams
from training import sft
from training.batches import BatchStream, collate
from training.export import export, load_checkpoint, sha256
from training.log import draw
from training.recipe import Recipe, rate_factor
from training.rows import Mixture
from training.sampler import sample
from training.sft import train
from training.tokenizer import PAD

from .conftest import TINY

RECIPE = Recipe(size="tiny", tokens=24_000, batch_tokens=1536, rate=3e-3)


@pytest.fixture
def tiny_size(monkeypatch):
    monkeypatch.setitem(sft.SIZES, "tiny", TINY)


def losses(out):
    return [(p["step"], p["loss"]) for p in json.loads((out / "curve.json").read_text())["loss"]]


def start(out, tokenizer):
    out.mkdir()
    tokenizer.save(str(out / "tokenizer.json"))
    return out


def test_the_loss_falls(tiny_size, tokenizer, tmp_path):
    train(start(tmp_path / "run", tokenizer), RECIPE, compiled=False, log_steps=2)
    curve = losses(tmp_path / "run")
    assert curve[-1][1] < 0.9 * curve[0][1]


def test_a_run_stopped_and_resumed_gives_the_same_curve(tiny_size, tokenizer, tmp_path):
    whole = train(start(tmp_path / "whole", tokenizer), RECIPE, compiled=False, log_steps=5)
    out = start(tmp_path / "parts", tokenizer)
    for stop in (3, 11, None):
        parts = train(out, RECIPE, compiled=False, stop_step=stop, log_steps=5)
    assert (parts.step, parts.tokens) == (whole.step, whole.tokens)
    assert losses(out)[-1] == losses(tmp_path / "whole")[-1]
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, parts.model.state_dict()[name]), name


def test_a_killed_run_goes_on_from_its_last_save(tiny_size, tokenizer, tmp_path):
    """A real process, a real SIGKILL; the state on disk is whole."""
    out = start(tmp_path / "run", tokenizer)
    code = (
        "import sys; from pathlib import Path; from tests.training.conftest import TINY\n"
        "from training import sft; sft.SIZES['tiny'] = TINY\n"
        "sft.train(Path(sys.argv[1]), sft.Recipe(size='tiny', tokens=10**9, batch_tokens=1024),"
        " compiled=False, save_seconds=0.1)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.DEVNULL)
    for _ in range(600):
        if (out / "state.pt").exists():
            break
        time.sleep(0.1)
    time.sleep(0.5)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    step = torch.load(out / "state.pt", weights_only=True)["step"]
    assert step > 0
    recipe = Recipe(size="tiny", tokens=10**9, batch_tokens=1024)
    resumed = train(out, recipe, compiled=False, stop_step=step + 2)
    whole = train(start(tmp_path / "whole", tokenizer), recipe, compiled=False, stop_step=step + 2)
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name


def test_rows_share_a_window_with_nobody_and_padding_counts_for_nothing():
    batch = collate([([5, 6, 7], [0.0, 0.0, 1.0]), ([5, 6, 7, 8, 9], [0.0, 0.0, 1.0, 1.0, 2.0])])
    assert batch.inputs.shape == (2, 8) and batch.tokens == 8
    assert batch.inputs[0].tolist()[:2] == [5, 6] and batch.inputs[0, 2:].eq(PAD).all()
    assert batch.weights[0].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert batch.targets[1].tolist()[:4] == [6, 7, 8, 9]


def test_batches_keep_to_the_budget_and_resume(tokenizer):
    def stream():
        return BatchStream(tokenizer, 7, 2048, 1024, lambda: Mixture())

    one = stream()
    first = [next(one) for _ in range(9)]
    assert all(b.inputs.numel() <= 2048 + 8 * len(b.inputs) for b in first)
    saved = one.state_dict()
    rest = [next(one).inputs for _ in range(3)]
    two = stream()
    two.load_state_dict(saved | {"pending": list(saved["pending"])})
    assert saved["chunk"] >= 1 and len(rest) == 3
    fresh = stream()
    assert all(torch.equal(next(fresh).inputs, b.inputs) for b in first)


def test_the_rate_warms_up_stays_and_falls_to_nothing():
    factors = [rate_factor(p / 100, RECIPE) for p in range(101)]
    assert factors[0] < 0.05 and factors[30] == 1.0 and factors[100] == 0.0
    assert factors[70:] == sorted(factors[70:], reverse=True)


def test_an_export_is_the_model_that_was_trained(tiny, tokenizer, tmp_path):
    from transformers import AutoModelForCausalLM

    digest = export(tiny.state_dict(), TINY, tokenizer, tmp_path, name="tiny", strengths=["gcd"])
    assert digest == sha256(tmp_path / "model.safetensors")
    ours, _ = load_checkpoint(tmp_path)
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    ids = torch.tensor([[1, 40, 300, 41, 7, 9]])
    with torch.no_grad():
        assert torch.allclose(ours(ids), theirs(ids).logits, atol=1e-4)


def test_the_sampler_agrees_with_the_engine(tiny, tokenizer, tmp_path):
    tiny = tiny.to(torch.bfloat16).float()
    export(tiny.state_dict(), TINY, tokenizer, tmp_path, name="tiny")
    config = json.loads((tmp_path / "config.json").read_text()) | {"torch_dtype": "float32"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    engine = Engine.load(tmp_path)
    prompts = ["Find 3 + 4.", "A longer prompt with 12 words: compute 99 - 1."]
    mine = sample(tiny, tokenizer, prompts, max_tokens=12)
    for prompt, reply in zip(prompts, mine, strict=True):
        engine.add(tokenizer.encode(prompt).ids, SamplingParams(temperature=0, max_tokens=12))
        text, done = "", False
        while not done:
            for delta in engine.step():
                text, done = text + delta.text, delta.finish_reason is not None
        # Random weights write half characters; how many marks those get is left to the decoder.
        assert text.rstrip("\ufffd") == reply.rstrip("\ufffd")
    assert engine.info.model == "tiny"


def test_the_curve_is_drawn_with_its_evaluations(tmp_path):
    curve = {
        "loss": [{"step": n, "tokens": n * 1000, "loss": 1 / n} for n in (1, 2, 3)],
        "eval": [{"step": 3, "tokens": 3000, "single": 0.5, "hard": 0.25}],
    }
    draw(curve, tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text()
    assert "million tokens" in text and "single" in text and "code" not in text
