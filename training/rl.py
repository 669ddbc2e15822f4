"""Reinforcement on problems the model solves sometimes, with rollouts from the project's engine.

    python -m training.rl checkpoints/seedling --out var/training/rl --steps 100 --lam 2

Each step: draw problems, sample G replies to each with the engine, keep the problems with
0 < pass rate < 1, and take one on-policy step. `log.json` in `--out` holds one entry per step.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from problems.families import COMPOSITIONS, FAMILIES
from training.asking import seed_of
from training.export import WEIGHTS, export, load_checkpoint, sha256
from training.frontier import Frontier, Place
from training.mgpo import group_advantages, policy_loss, spread_blame
from training.model import Qwen2
from training.rollouts import Rollout, roll_out
from training.tokenizer import PAD

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
TOGETHER = 16  # replies that go through the model at once
SAVE_EVERY = 10  # steps


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of reinforcement; λ = 0 is plain GRPO."""

    lam: float = 2.0
    problems: int = 24  # drawn per step
    replies: int = 8  # per problem
    levels: tuple[int, ...] = (3, 4)
    compositions: bool = True  # of all levels
    rate: float = 3e-5
    max_tokens: int = 480
    shape_length: bool = False
    consistency: bool = True  # a contradicted line costs and takes the blame
    seed: int = 0

    def places(self) -> list[Place]:
        """The families and levels that problems are drawn from."""
        single = [(name, level) for name in FAMILIES for level in self.levels]
        joined = [(name, level) for name in COMPOSITIONS for level in (1, 2, 3, 4)]
        return single + joined * self.compositions


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


def is_mixed(group: Sequence[Rollout]) -> bool:
    """Whether the replies to one problem are neither all right nor all wrong."""
    return 0 < sum(r.reward.right for r in group) < len(group)


def learn(
    model: Qwen2,
    optimizer: torch.optim.Optimizer,
    groups: Sequence[Sequence[Rollout]],
    lam: float,
    loss: Loss | None = None,
) -> float | None:
    """One on-policy step over the groups that are neither all right nor all wrong.

    Replies of similar length go through the model together; their gradients add up to one step.
    """
    mixed = [g for g in groups if is_mixed(g)]
    if not mixed:
        return None
    values = torch.tensor([[r.value for r in g] for g in mixed])
    right = torch.tensor([[float(r.reward.right) for r in g] for g in mixed])
    advantages = group_advantages(values, right, lam).flatten().tolist()
    rows = sorted(
        zip([r for g in mixed for r in g], advantages, strict=True),
        key=lambda row: len(row[0].prompt) + len(row[0].reply),
    )
    loss = loss or policy_step(model)
    total = 0.0
    for at in range(0, len(rows), TOGETHER):
        part = rows[at : at + TOGETHER]
        ids, mask, fault = pack([r for r, _ in part])
        spread = spread_blame(torch.tensor([a for _, a in part]), mask, fault)
        piece = loss(ids, spread, mask) * (len(part) / len(rows))
        piece.backward()
        total += piece.item()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return total


def policy_step(model: Qwen2) -> Loss:
    """(rows, length) ids, advantages and mask → the loss of one on-policy step, bf16 autocast."""

    def loss(ids: Tensor, advantages: Tensor, mask: Tensor) -> Tensor:
        with torch.autocast(ids.device.type, torch.bfloat16):
            new = log_probabilities(model, ids)
        return policy_loss(new, new.detach(), advantages, mask)

    return loss


def reinforce(
    checkpoint: Path, out: Path, settings: Settings, steps: int, *, compiled: bool = False
) -> Qwen2:
    """Train from a checkpoint and write the result and its log to `out`."""
    model, tokenizer = load_checkpoint(checkpoint)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=settings.rate, betas=(0.9, 0.95), weight_decay=0.0
    )
    loss = policy_step(model)
    if compiled:
        loss = torch.compile(loss, dynamic=True)
    frontier = Frontier(settings.places())
    log: list[dict[str, float | int | None]] = []
    record = {
        "settings": asdict(settings),
        "from": checkpoint.name,
        "from_sha256": sha256(checkpoint / WEIGHTS),
        "steps": log,
    }
    out.mkdir(parents=True, exist_ok=True)
    for step in range(steps):
        problems = frontier.draw(Random(f"rl:{settings.seed}:{step}"), settings.problems)
        groups = roll_out(
            model,
            tokenizer,
            problems,
            settings.replies,
            max_tokens=settings.max_tokens,
            seed=seed_of(settings.seed, step),
            shape_length=settings.shape_length,
            consistency=settings.consistency,
        )
        for problem, group in zip(problems, groups, strict=True):
            right = sum(r.reward.right for r in group)
            frontier.tell((problem.family, problem.level), right, len(group))
        value = learn(model, optimizer, groups, settings.lam, loss)
        flat = [r for g in groups for r in g]
        log.append(
            {
                "step": step,
                "loss": value,
                "right": round(sum(r.reward.right for r in flat) / len(flat), 4),
                "faulty": round(sum(r.reward.fault is not None for r in flat) / len(flat), 4),
                "length": round(sum(len(r.reply) for r in flat) / len(flat), 1),
                "mixed": sum(is_mixed(g) for g in groups),
            }
        )
        print(log[-1], flush=True)
        if step % SAVE_EVERY == SAVE_EVERY - 1 or step == steps - 1:
            export(model.state_dict(), model.shape, tokenizer, out, name=out.name)
            (out / "log.json").write_text(json.dumps(record, indent=2) + "\n")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--lam", type=float, default=2.0, help="0 is plain GRPO")
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--levels", type=int, nargs="+", default=[3, 4])
    parser.add_argument("--problems", type=int, default=24, help="for each step")
    parser.add_argument("--max-tokens", type=int, default=480)
    parser.add_argument("--no-compositions", action="store_true")
    parser.add_argument("--no-consistency", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(
        lam=options.lam,
        rate=options.rate,
        levels=tuple(options.levels),
        problems=options.problems,
        max_tokens=options.max_tokens,
        compositions=not options.no_compositions,
        consistency=not options.no_consistency,
        seed=options.seed,
    )
    reinforce(options.checkpoint, options.out, settings, options.steps, compiled=True)


if __name__ == "__main__":
    main()
