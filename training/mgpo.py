"""The arithmetic of reinforcement: group advantages, weights by uncertainty, blame, and the loss.

GRPO compares the replies to one problem with each other. MGPO (VibeThinker-1.5B, arXiv 2511.06221)
weighs each problem by how uncertain the model is on it: with p the share of right replies,
w = exp(−λ · KL(p ‖ ½)) = exp(λ (H(p) − ln 2)), which lies in [2^−λ, 1]. The weight multiplies
advantages; on rewards it would cancel in the normalisation. λ = 0 is GRPO.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

CLIP_LOW, CLIP_HIGH = 0.2, 0.28
TINY = 1e-6


def maxent_weight(p: Tensor, lam: float) -> Tensor:
    """exp(λ (H(p) − ln 2)) for pass rates p of any shape."""
    entropy = -(torch.xlogy(p, p) + torch.xlogy(1 - p, 1 - p))
    return torch.exp(lam * (entropy - math.log(2)))


def group_advantages(rewards: Tensor, right: Tensor, lam: float) -> Tensor:
    """(problems, replies) rewards and 0/1 correctness → advantages of the same shape."""
    middle = rewards.mean(dim=1, keepdim=True)
    spread = rewards.std(dim=1, keepdim=True, correction=0)
    advantages = (rewards - middle) / (spread + TINY)
    return advantages * maxent_weight(right.float().mean(dim=1, keepdim=True), lam)


def spread_blame(advantages: Tensor, mask: Tensor, fault: Tensor) -> Tensor:
    """(rows,) advantages → (rows, length): a loss falls on the tokens from the first fault on.

    `mask` (rows, length) marks reply tokens; `fault` (rows,) is the index of the first token of
    the first contradicted line, or 0 when nothing is contradicted and the whole reply answers.
    """
    places = torch.arange(mask.shape[1], device=mask.device)[None, :]
    blamed = (advantages[:, None] >= 0) | (places >= fault[:, None])
    return advantages[:, None] * mask * blamed


def policy_loss(new: Tensor, old: Tensor, advantages: Tensor, mask: Tensor) -> Tensor:
    """Token-clipped objective, averaged over each reply and then over replies (GRPO).

    All (rows, length); `new` and `old` are log-probabilities of the sampled tokens.
    """
    ratio = torch.exp(new - old)
    clipped = ratio.clamp(1 - CLIP_LOW, 1 + CLIP_HIGH)
    gain = torch.minimum(ratio * advantages, clipped * advantages)
    per_reply = (gain * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
    return -per_reply.mean()
