"""Fine-tuning and MGPO through TRL: its hooks where we take hold of them, and both runs end to end.

TRL is an extra and not part of the everyday suite:

    .venv/bin/pip install -c constraints.txt -e '.[scale]'
    .venv/bin/python -m pytest tests/training/test_scale_trl.py
"""

from __future__ import annotations

import inspect
import json
import sys
from itertools import pairwise

import pytest
import torch

pytest.importorskip(
    "trl", reason="TRL is not installed: pip install -c constraints.txt -e '.[scale]'"
)
pytest.importorskip(
    "peft", reason="PEFT is not installed: pip install -c constraints.txt -e '.[scale]'"
)

import trl
from safetensors.torch import load_file
from trl import GRPOTrainer, SFTTrainer

from inference.engine import Engine, SamplingParams
from problems.prompts import build_messages
from tests.engine.tiny import make_tiny
from training.mgpo import maxent_weight
from training.rewards import Reward
from training.scale import mgpo, sft
from training.scale.checkpoint import load, load_tokenizer
from training.scale.rows import Judge, encode_file, judgeable


class Coin(Judge):
    """Right or wrong by the length of the reply, so that a model of noise gets some right; every
    second of the wrong ones is contradicted from its second half on. Now and then the format earns
    a little, so that replies that are all right or all wrong still differ."""

    def of(self, number: int, reply: str) -> Reward:
        odd = len(reply) % 2 == 1
        fault = len(reply) // 2 if len(reply) % 4 == 0 and reply else None
        return Reward(odd + 0.05 * (len(reply) % 3 == 0), odd, fault)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("trl")
    make_tiny(made / "tiny")
    rows = [
        {"slug": f"sum-{n}", "title": "Sum", "kind": "math", "level": 1, "licence": "MIT",
         "problem": f"Find the sum of {n} and {n + 1}.", "answer": str(2 * n + 1),
         "solution": rf"\({n} + {n + 1} = {2 * n + 1}\)"}
        for n in range(3, 15)
    ]  # fmt: skip
    (made / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return made


def command(monkeypatch, module, *words) -> None:
    monkeypatch.setattr(sys, "argv", ["scale", *map(str, words)])
    module.main()


def test_trl_is_the_one_whose_source_was_read() -> None:
    assert trl.__version__.startswith("1.16."), "read the hooks again, then move the pin"


def test_the_methods_that_are_overridden_are_there() -> None:
    def names(method) -> list[str]:
        return list(inspect.signature(method).parameters)

    rewards = ["self", "inputs", "prompts", "completions", "completion_ids_list"]
    assert names(GRPOTrainer._calculate_rewards) == rewards
    assert names(GRPOTrainer._generate_and_score_completions) == ["self", "inputs"]
    assert names(SFTTrainer.get_batch_samples) == [
        "self",
        "epoch_iterator",
        "num_batches",
        "device",
    ]
    assert names(SFTTrainer.compute_loss)[:3] == ["self", "model", "inputs"]
    assert "num_items_in_batch" in names(SFTTrainer.compute_loss)
    source = inspect.getsource(GRPOTrainer._generate_and_score_completions)
    assert source.count("self._calculate_rewards(") == 1 and '"advantages": advantages' in source
    assert "advantages.dim() == 1" in inspect.getsource(GRPOTrainer._compute_loss)
    assert "_log_metric" in vars(GRPOTrainer)


@pytest.mark.parametrize("batch", [1, 3])
def test_the_loss_is_the_weighted_mean_over_the_whole_step(folder, batch) -> None:
    """By hand from the logits, whatever the micro-batches; gradients too."""
    model, words = load(folder / "tiny", full=True)
    rows = encode_file(words, folder / "rows.jsonl", 512)[:6]
    model.train()
    up = down = torch.zeros(())
    for row in rows:
        ids, weights = torch.tensor([row["input_ids"]]), torch.tensor(row["weights"])[1:]
        logs = model(ids).logits[0, :-1].log_softmax(-1).gather(1, ids[0, 1:, None])[:, 0]
        up, down = up - (logs * weights).sum(), down + weights.sum()
    (up / down).backward()
    wanted = model.model.layers[0].mlp.up_proj.weight.grad.clone()
    model.zero_grad()
    config = sft.settings(
        folder / f"loss{batch}", per_device_train_batch_size=batch, max_grad_norm=1e9,
        gradient_accumulation_steps=6 // batch, max_steps=1, learning_rate=0.0, save_strategy="no",
    )  # fmt: skip
    run = sft.trainer(model, words, rows, config, rank=0)
    seen: list[torch.Tensor] = []
    weight = run.model.model.layers[0].mlp.up_proj.weight
    weight.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.clone()))
    run.train()
    assert run.state.log_history[0]["loss"] == pytest.approx((up / down).item(), rel=1e-4)
    torch.testing.assert_close(seen[-1], wanted, rtol=1e-3, atol=1e-6)


def advantages(folder, name: str, group: int = 4, **options) -> tuple[mgpo.MGPOTrainer, dict]:
    """Replies to eight problems scored, not trained on."""
    model, words = load(folder / "tiny", full=True)
    problems, _ = judgeable(folder / "rows.jsonl")
    config = mgpo.settings(
        folder / name, num_generations=group, gradient_accumulation_steps=8 * group,
        max_completion_length=12, seed=5,
    )  # fmt: skip
    run = mgpo.trainer(model, words, Coin(problems), config, 0, **options)
    run.model.train()
    given = [row for row in run.judge.prompts()[:8] for _ in range(group)]
    torch.manual_seed(5)
    return run, run._generate_and_score_completions(given)


def test_lambda_zero_is_trls_own_grpo_and_lambda_weighs_whole_groups(folder) -> None:
    _, plain = advantages(folder, "a", lam=0.0, mixed_only=False, blame=False)
    run, weighed = advantages(folder, "b", lam=2.0, mixed_only=False, blame=False)
    assert torch.equal(plain["completion_ids"], weighed["completion_ids"])
    replies = run.processing_class.batch_decode(plain["completion_ids"], skip_special_tokens=True)
    earned = [run.judge.of(0, text) for text in replies]
    reward = torch.tensor([r.value for r in earned]).view(8, 4)
    p = torch.tensor([float(r.right) for r in earned]).view(8, 4).mean(1)
    expected = (reward - reward.mean(1, keepdim=True)) / (reward.std(1, keepdim=True) + 1e-4)
    near = {"rtol": 1e-3, "atol": 1e-4}
    torch.testing.assert_close(plain["advantages"].view(8, 4), expected, **near)
    assert len(set(p.tolist())) > 1, "the draw should have several pass rates"
    wanted = expected * maxent_weight(p, 2.0)[:, None]
    torch.testing.assert_close(weighed["advantages"].view(8, 4), wanted, **near)


def test_blame_falls_from_the_contradicted_token_on_and_even_groups_teach_nothing(folder) -> None:
    run, out = advantages(folder, "c", group=2, lam=2.0)
    mask, spread = out["completion_mask"].bool(), out["advantages"]
    assert spread.shape == mask.shape
    for row in range(16):
        values, fault = spread[row][mask[row]], int(run.faults[row])
        if (values < 0).any():
            assert (values[:fault] == 0).all() and (values[fault:] == values[fault:][0]).all()
        else:
            assert (values == values[0]).all()
    assert (run.faults > 0).any() and (spread < 0).any() and (spread > 0).any()
    replies = run.processing_class.batch_decode(out["completion_ids"], skip_special_tokens=True)
    right = torch.tensor([run.judge.of(0, text).right for text in replies]).view(8, 2)
    even = [g for g in range(8) if right[g].all() or not right[g].any()]
    assert even and all(not spread[2 * g : 2 * g + 2].any() for g in even)


@pytest.mark.parametrize("rank", [0, 4], ids=["full", "lora"])
def test_fine_tuned_then_reinforced_then_served(folder, monkeypatch, rank) -> None:
    monkeypatch.setattr(mgpo, "Judge", Coin)
    first, second = folder / f"sft-{rank}", folder / f"mgpo-{rank}"
    rows, common = folder / "rows.jsonl", ["--lora", rank, "--rate", 3e-3]
    command(monkeypatch, sft, folder / "tiny", "--rows", rows, "--out", first, *common,
            "--steps", 3, "--batch", 4)  # fmt: skip
    command(monkeypatch, mgpo, first, "--rows", rows, "--out", second, *common, "--steps", 2,
            "--problems", 2, "--replies", 4, "--at-once", 4, "--longest", 12)  # fmt: skip
    log = json.loads((second / "recipe.json").read_text())["log"]
    assert max(step.get("mgpo/weight", 0) for step in log) > 0
    weights = [load_file(at / "model.safetensors") for at in (folder / "tiny", first, second)]
    assert weights[0].keys() == weights[1].keys() == weights[2].keys()
    for before, after in pairwise(weights):
        assert any(not torch.equal(before[name], after[name]) for name in before)
    engine = Engine.load(second, device="cpu", slots=1)
    prompt = engine.encode(build_messages("math", "Find the sum of 3 and 4."))
    engine.add(prompt, SamplingParams(temperature=0, max_tokens=6))
    ids, done = [], False
    while not done:
        for delta in engine.step():
            ids, done = [*ids, *delta.token_ids], delta.finish_reason is not None
    model, _ = load(second, full=True)
    with torch.no_grad():
        assert model(torch.tensor([prompt])).logits[0, -1].argmax().item() == ids[0]


def test_a_stopped_run_goes_on(folder) -> None:
    """The trainer's own state: the optimizer and the place in the data come back."""
    words = load_tokenizer(folder / "tiny")
    rows = encode_file(words, folder / "rows.jsonl", 512)

    def run(name: str, steps: int, resume: bool = False):
        model, _ = load(folder / "tiny", full=True)
        config = sft.settings(
            folder / name, gradient_accumulation_steps=2, max_steps=steps, save_steps=2,
            learning_rate=1e-3, lr_scheduler_type="constant",
        )  # fmt: skip
        made = sft.trainer(model, words, rows, config, rank=0)
        made.train(resume_from_checkpoint=resume or None)
        return made.state.log_history

    whole = run("whole", 4)
    run("parts", 2)
    parts = run("parts", 4, resume=True)
    assert [s["loss"] for s in parts if "loss" in s] == pytest.approx(
        [s["loss"] for s in whole if "loss" in s], rel=1e-4
    )
