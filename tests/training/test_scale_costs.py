"""The cost table's arithmetic, against sums done by hand on a toy model and a toy card."""

from __future__ import annotations

import sys

import pytest

from training.model import ModelShape, Qwen2
from training.scale import costs
from training.scale.costs import Card, Geometry, Plan

# 72 weights: block 22 + 24 + 4, last norm 2, embedding 20. A cached token takes 2·2 numbers.
TOY = Geometry(layers=1, hidden=2, heads=1, kv_heads=1, head_dim=2, ffn=4, vocab=10)
CARD = Card("toy", memory=5000, flops=1000, bandwidth=100)
PLAN = Plan(
    rows=5, length=10, epochs=2, rank=1, steps=3, problems=2, replies=4, prompt=2, reply=8,
    mfu=0.5, reach=0.5, reserve=0,
)  # fmt: skip


def test_the_geometry_counts_what_a_real_model_holds() -> None:
    assert (TOY.parameters, TOY.cache, TOY.adapters(1)) == (72, 8, 8 + 8 + 18)
    assert round(Geometry().parameters / 1e9, 4) == 1.5437 and Geometry().cache == 28_672
    own = ModelShape(layers=2, hidden=48, heads=6, kv_heads=2, ffn=96)
    same = Geometry(2, 48, 6, 2, 8, 96, own.vocab)
    assert same.parameters == sum(p.numel() for p in Qwen2(own).parameters())


def test_fine_tuning_by_hand() -> None:
    """Full: 144 + 16·72 bytes of state, 2·10·(2 + 36) of activations; 4·2·72 + 4·40 FLOPs for each
    of 100 tokens at half of 1000 FLOP/s. LoRA: 144 + 16·34 bytes, 3·2·72 + 4·40 FLOPs."""
    full, lora = costs.sft_cost(TOY, CARD, PLAN, 0), costs.sft_cost(TOY, CARD, PLAN, 1)
    assert (full.memory, lora.memory) == (1296 + 760, 688 + 760)
    assert full.hours == pytest.approx(100 * 736 / 500 / 3600)
    assert lora.hours == pytest.approx(100 * 592 / 500 / 3600)


def test_writing_by_hand() -> None:
    """Four at once, two rounds: each token reads 144 bytes of weights and 4·8·6 of cache at 50
    bytes/s, three steps of 2·8 tokens."""
    assert costs.rollout_seconds(TOY, CARD, PLAN, 4) == pytest.approx(3 * 2 * 8 * (144 + 192) / 50)
    quick = Card("toy", memory=5000, flops=1000, bandwidth=1e9)
    assert costs.rollout_seconds(TOY, quick, PLAN, 4) == pytest.approx(3 * 2 * 8 * 4 * 144 / 500)


def test_reinforcement_is_writing_and_learning() -> None:
    cost = costs.rl_cost(TOY, CARD, PLAN, 1)
    assert cost.batch == 8 and cost.memory == 688 + max(8 * 8 * 10, 760)
    learning = 3 * 8 * 10 * 592 / 500
    assert cost.hours == pytest.approx(
        (costs.rollout_seconds(TOY, CARD, PLAN, 8) + learning) / 3600
    )


def test_what_does_not_fit_has_no_hours() -> None:
    small = Card("small", memory=1500, flops=1000, bandwidth=100)
    assert costs.sft_cost(TOY, small, PLAN, 0).hours is None
    assert costs.sft_cost(TOY, small, PLAN, 1).hours is not None
    assert costs.together(TOY, Card("small", 688 + 170, 1, 1), PLAN, 1) == 2
    assert costs.rl_cost(TOY, Card("tiny", 700, 1000, 100), PLAN, 1).hours is None


def test_the_table_names_its_assumptions_and_no_price_of_its_own(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["costs"])
    costs.main()
    said = capsys.readouterr().out
    assert "Computed, not measured" in said and "price" not in said.splitlines()[0]
    assert all(card.name in said for card in costs.CARDS) and "does not fit" in said
    monkeypatch.setattr(sys, "argv", ["costs", "--price", "4090=2", "--rows", "5000"])
    costs.main()
    rows = [
        line
        for line in capsys.readouterr().out.splitlines()
        if "4090" in line and "SFT, LoRA" in line
    ]
    hours = costs.sft_cost(Geometry(), costs.CARDS[1], Plan(rows=5000), 32).hours
    assert rows[0].endswith(f"| {2 * hours:.2f} |")
