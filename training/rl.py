"""Reinforcement on problems the model solves sometimes, with rollouts from the project's engine.

    python -m training.rl checkpoints/seedling --out var/training/rl --steps 100 --lam 2

Each step: draw problems, sample G replies to each with the engine, keep the problems with
0 < pass rate < 1, and take one on-policy step. `log.json` in `--out` holds one entry per step.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from inference.engine import Engine, SamplingParams
from problems.families import FAMILIES, GeneratedProblem
from problems.prompts import build_messages
from training.export import export, load_checkpoint
from training.mgpo import group_advantages, policy_loss, spread_blame
from training.model import Qwen2
from training.rewards import Reward, reward, shape_by_length
from training.tokenizer import END, PAD, render


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of reinforcement; λ = 0 is plain GRPO."""

    lam: float = 2.0
    problems: int = 24  # drawn per step
    replies: int = 8  # per problem
    levels: tuple[int, ...] = (3, 4)
    rate: float = 3e-5
    max_tokens: int = 480
    shape_length: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Rollout:
    """One sampled reply: prompt and reply token ids, and what it earned."""

    prompt: list[int]
    reply: list[int]
    reward: Reward
    value: float  # the reward after shaping
    fault_token: int  # first token to blame, 0 for the whole reply


def roll_out(
    model: Qwen2,
    tokenizer: Tokenizer,
    problems: Sequence[GeneratedProblem],
    settings: Settings,
    step: int,
) -> list[list[Rollout]]:
    """G replies to each problem, from an engine over the model's present weights."""
    with tempfile.TemporaryDirectory() as folder:
        export(model.state_dict(), model.shape, tokenizer, Path(folder), name="rollout")
        engine = Engine.load(folder, device="cpu", slots=32)
    prompts = [tokenizer.encode(render(build_messages("math", p.statement))).ids for p in problems]
    owner: dict[int, int] = {}
    for index, prompt in enumerate(prompts):
        for copy in range(settings.replies):
            seed = hash((settings.seed, step, index, copy)) & 0x7FFFFFFF
            params = SamplingParams(
                temperature=1.0, top_p=1.0, max_tokens=settings.max_tokens, seed=seed
            )
            owner[engine.add(prompt, params)] = index
    ids: dict[int, list[int]] = {key: [] for key in owner}
    texts = dict.fromkeys(owner, "")
    left = set(owner)
    while left:
        for delta in engine.step():
            ids[delta.id] += delta.token_ids
            texts[delta.id] += delta.text
            if delta.finish_reason:
                left.discard(delta.id)
    engine.close()
    groups: list[list[Rollout]] = []
    for index, problem in enumerate(problems):
        keys = [key for key, value in owner.items() if value == index]
        earned = [reward(problem, texts[key]) for key in keys]
        values = [r.value for r in earned]
        if settings.shape_length:
            values = shape_by_length(earned, [len(ids[key]) for key in keys])
        groups.append(
            [
                Rollout(
                    prompts[index], _ended(ids[key]), r, v, fault_token(tokenizer, texts[key], r)
                )
                for key, r, v in zip(keys, earned, values, strict=True)
            ]
        )
    return groups


def _ended(ids: list[int]) -> list[int]:
    return ids if ids and ids[-1] == END else [*ids, END]


def fault_token(tokenizer: Tokenizer, text: str, earned: Reward) -> int:
    """The index of the first token of the first contradicted line."""
    if earned.fault is None:
        return 0
    return len(tokenizer.encode(text[: earned.fault]).ids)


def log_probabilities(model: Qwen2, ids: Tensor) -> Tensor:
    """(rows, length) ids → (rows, length − 1): log-probability of each next token."""
    logits = model(ids[:, :-1]).float()
    nll = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return -nll.view(ids.shape[0], -1)


def pack(rollouts: Sequence[Rollout]) -> tuple[Tensor, Tensor, Tensor]:
    """Padded ids, the mask of reply tokens among next tokens, and the first blamed position."""
    longest = max(len(r.prompt) + len(r.reply) for r in rollouts)
    ids = torch.full((len(rollouts), longest), PAD)
    mask = torch.zeros(len(rollouts), longest - 1)
    fault = torch.zeros(len(rollouts), dtype=torch.long)
    for row, r in enumerate(rollouts):
        ids[row, : len(r.prompt) + len(r.reply)] = torch.tensor(r.prompt + r.reply)
        start = len(r.prompt) - 1
        mask[row, start : start + len(r.reply)] = 1.0
        fault[row] = start + r.fault_token
    return ids, mask, fault


def learn(
    model: Qwen2, optimizer: torch.optim.Optimizer, groups: Sequence[Sequence[Rollout]], lam: float
) -> float | None:
    """One on-policy step over the groups that are neither all right nor all wrong."""
    mixed = [g for g in groups if 0 < sum(r.reward.right for r in g) < len(g)]
    if not mixed:
        return None
    values = torch.tensor([[r.value for r in g] for g in mixed])
    right = torch.tensor([[float(r.reward.right) for r in g] for g in mixed])
    advantages = group_advantages(values, right, lam).flatten()
    ids, mask, fault = pack([r for g in mixed for r in g])
    new = log_probabilities(model, ids)
    spread = spread_blame(advantages, mask, fault)
    loss = policy_loss(new, new.detach(), spread, mask)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


def draw_problems(rng: Random, settings: Settings) -> list[GeneratedProblem]:
    names = tuple(FAMILIES)
    return [
        FAMILIES[rng.choice(names)].generate_split(rng.choice(settings.levels), rng, held_out=False)
        for _ in range(settings.problems)
    ]


def reinforce(checkpoint: Path, out: Path, settings: Settings, steps: int) -> Qwen2:
    """Train from a checkpoint and write the result and its log to `out`."""
    model, tokenizer = load_checkpoint(checkpoint)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.rate, betas=(0.9, 0.95))
    log: list[dict[str, float | int | None]] = []
    for step in range(steps):
        problems = draw_problems(Random(f"rl:{settings.seed}:{step}"), settings)
        groups = roll_out(model, tokenizer, problems, settings, step)
        loss = learn(model, optimizer, groups, settings.lam)
        flat = [r for g in groups for r in g]
        log.append(
            {
                "step": step,
                "loss": loss,
                "right": sum(r.reward.right for r in flat) / len(flat),
                "faulty": sum(r.reward.fault is not None for r in flat) / len(flat),
                "mixed": sum(0 < sum(r.reward.right for r in g) < len(g) for g in groups),
            }
        )
        print(log[-1], flush=True)
    export(model.state_dict(), model.shape, tokenizer, out, name=out.name)
    record = {"settings": asdict(settings), "from": str(checkpoint), "steps": log}
    (out / "log.json").write_text(json.dumps(record, indent=2) + "\n")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--lam", type=float, default=2.0, help="0 is plain GRPO")
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(lam=options.lam, rate=options.rate, seed=options.seed)
    reinforce(options.checkpoint, options.out, settings, options.steps)


if __name__ == "__main__":
    main()
