"""MGPO at λ = 0 is GRPO; weights, blame and loss do what they say; a step really learns."""

from __future__ import annotations

import math
from random import Random

import pytest
import torch

from problems.families import FAMILIES
from training.mgpo import group_advantages, maxent_weight, policy_loss, spread_blame
from training.rewards import Reward
from training.rl import Rollout, Settings, draw_problems, learn, log_probabilities, pack, roll_out

from .conftest import TINY


def grpo(rewards):
    """Plain GRPO, written out for comparison."""
    rows = []
    for row in rewards.tolist():
        middle = sum(row) / len(row)
        spread = math.sqrt(sum((v - middle) ** 2 for v in row) / len(row))
        rows.append([(v - middle) / (spread + 1e-6) for v in row])
    return torch.tensor(rows)


def test_lambda_zero_is_exactly_grpo():
    torch.manual_seed(0)
    right = (torch.rand(20, 8) < 0.4).float()
    rewards = right + 0.05 * torch.rand(20, 8)
    torch.testing.assert_close(group_advantages(rewards, right, 0.0), grpo(rewards))
    assert torch.equal(maxent_weight(right.mean(1), 0.0), torch.ones(20))


@pytest.mark.parametrize(
    ("lam", "expected"), [(1, [0.5, 0.73, 0.88, 0.97, 1]), (2, [0.25, 0.53, 0.77, 0.94, 1])]
)
def test_weights_match_the_published_formula(lam, expected):
    p = torch.tensor([0, 1, 2, 3, 4]) / 8
    assert maxent_weight(p, lam).tolist() == pytest.approx(expected, abs=0.01)
    divergence = p * torch.log(2 * p.clamp(min=1e-9)) + (1 - p) * torch.log(2 * (1 - p))
    torch.testing.assert_close(maxent_weight(p, lam), torch.exp(-lam * divergence))


def test_a_weight_on_rewards_would_cancel_and_on_advantages_does_not():
    right = torch.tensor([[1.0, 0, 0, 0, 0, 0, 0, 0]])
    plain = group_advantages(right, right, 0.0)
    torch.testing.assert_close(
        group_advantages(0.53 * right, right, 0.0), plain, atol=1e-4, rtol=1e-4
    )
    assert group_advantages(right, right, 2.0).abs().sum() < 0.6 * plain.abs().sum()


def test_blame_falls_from_the_first_fault_on_and_praise_on_everything():
    mask = torch.tensor([[0.0, 1, 1, 1, 1]]).repeat(2, 1)
    spread = spread_blame(torch.tensor([-1.0, 2.0]), mask, torch.tensor([3, 3]))
    assert spread.tolist() == [[0, 0, 0, -1, -1], [0, 2, 2, 2, 2]]


def test_the_loss_on_policy_is_minus_the_mean_advantage_and_clipping_bounds_the_gain():
    old = torch.log(torch.full((1, 4), 0.5))
    mask, advantages = torch.ones(1, 4), torch.full((1, 4), 1.5)
    assert policy_loss(old, old, advantages, mask).item() == pytest.approx(-1.5)
    far = policy_loss(old + 2, old, advantages, mask).item()
    assert far == pytest.approx(-1.5 * 1.28)


def test_packing_marks_the_reply_only():
    rollout = Rollout([5, 6, 7], [8, 9, 2], Reward(1, True, None), 1.0, 1)
    ids, mask, fault = pack([rollout])
    assert ids.tolist() == [[5, 6, 7, 8, 9, 2]] and mask.tolist() == [[0, 0, 1, 1, 1]]
    assert fault.item() == 3  # the second reply token, as a next token


def test_a_step_makes_the_right_reply_likelier_and_the_wrong_one_less(tiny):
    good = Rollout([5, 6, 7], [8, 9, 2], Reward(1, True, None), 1.0, 0)
    bad = Rollout([5, 6, 7], [11, 12, 2], Reward(0, False, None), 0.0, 0)

    def likelihood(rollout):
        ids, mask, _ = pack([rollout])
        with torch.no_grad():
            return (log_probabilities(tiny, ids) * mask).sum().item()

    before = likelihood(good), likelihood(bad)
    optimizer = torch.optim.AdamW(tiny.parameters(), lr=1e-3)
    assert learn(tiny, optimizer, [[good, bad]], lam=2.0) is not None
    assert likelihood(good) > before[0] and likelihood(bad) < before[1]


def test_problems_that_are_all_right_or_all_wrong_teach_nothing(tiny):
    same = Rollout([5], [8, 2], Reward(1, True, None), 1.0, 0)
    weights = [p.clone() for p in tiny.parameters()]
    assert learn(tiny, torch.optim.SGD(tiny.parameters(), lr=1.0), [[same, same]], 2.0) is None
    assert all(torch.equal(a, b) for a, b in zip(weights, tiny.parameters(), strict=True))


def test_rollouts_come_from_the_engine_and_repeat_with_their_seed(tiny, tokenizer):
    settings = Settings(problems=2, replies=3, max_tokens=12)
    problems = draw_problems(Random(1), settings)
    assert not any(p.held_out for p in problems) and {p.family for p in problems} <= set(FAMILIES)
    one = roll_out(tiny, tokenizer, problems, settings, step=4)
    two = roll_out(tiny, tokenizer, problems, settings, step=4)
    assert [[r.reply for r in g] for g in one] == [[r.reply for r in g] for g in two]
    assert len(one) == 2 and all(len(g) == 3 for g in one)
    assert TINY.vocab > max(t for g in one for r in g for t in r.reply)
