"""MGPO at λ = 0 is GRPO; weights, blame and loss do what they say; a step really learns."""

from __future__ import annotations

import copy
import math
from random import Random

import pytest
import torch
from torch.nn.utils import parameters_to_vector

from problems.families import COMPOSITIONS, FAMILIES
from training.frontier import Frontier
from training.mgpo import group_advantages, maxent_weight, policy_loss, spread_blame
from training.rewards import Reward
from training.rl import Settings, learn, log_probabilities, pack
from training.rollouts import Rollout, roll_out

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


def test_replies_of_several_lengths_go_through_in_parts_and_make_one_step(tiny, monkeypatch):
    """Cutting the batch leaves the gradient as it is, up to the rounding of bf16."""
    groups = [
        [
            Rollout(
                [5] * n,
                [8 + k] * (3 + k) + [2],
                Reward(float(k % 2), k % 2 == 1, None),
                float(k % 2),
                0,
            )
            for k in range(4)
        ]
        for n in (3, 9)
    ]
    moved = []
    for together in (2, 100):
        monkeypatch.setattr("training.rl.TOGETHER", together)
        model = copy.deepcopy(tiny)
        learn(model, torch.optim.SGD(model.parameters(), lr=1.0), groups, lam=0.0)
        moved.append(
            (
                parameters_to_vector(model.parameters()) - parameters_to_vector(tiny.parameters())
            ).detach()
        )
    assert torch.cosine_similarity(*moved, dim=0) > 0.99
    assert moved[0].norm() == pytest.approx(moved[1].norm().item(), rel=0.02)


def test_the_frontier_asks_where_the_policy_is_uncertain_and_forgets_nothing_for_ever():
    frontier = Frontier([("gcd", 3), ("gcd", 4), ("crt", 4)])
    for _ in range(30):
        frontier.tell(("gcd", 3), 8, 8)
        frontier.tell(("gcd", 4), 4, 8)
        frontier.tell(("crt", 4), 0, 8)
    sure, even, lost = (frontier.weight(p) for p in (("gcd", 3), ("gcd", 4), ("crt", 4)))
    assert even > 5 * sure and even > 5 * lost and min(sure, lost) > 0
    drawn = frontier.draw(Random(1), 200)
    assert not any(p.held_out for p in drawn)
    assert sum((p.family, p.level) == ("gcd", 4) for p in drawn) > 120


def test_problems_come_from_the_edge_only():
    places = Settings(levels=(4,)).places()
    assert {n for n, _ in places} == set(FAMILIES) | set(COMPOSITIONS)
    assert all(level == 4 for n, level in places if n in FAMILIES)


def test_rollouts_come_from_the_engine_and_repeat_with_their_seed(tiny, tokenizer):
    problems = Frontier(Settings().places()).draw(Random(1), 2)
    one = roll_out(tiny, tokenizer, problems, 3, max_tokens=12, seed=4)
    two = roll_out(tiny, tokenizer, problems, 3, max_tokens=12, seed=4)
    assert [[r.reply for r in g] for g in one] == [[r.reply for r in g] for g in two]
    assert len(one) == 2 and all(len(g) == 3 for g in one)
    assert TINY.vocab > max(t for g in one for r in g for t in r.reply)
