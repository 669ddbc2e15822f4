"""Everything that decides a run of fine-tuning: sizes, optimizers, rates."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from training.model import Qwen2


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a run; saved beside the checkpoint."""

    size: str = "micro"
    tokens: int = 30_000_000  # tokens that are not padding
    batch_tokens: int = 8192  # at most, padding included
    rate: float = 3e-3
    warmup: float = 0.01  # share of the tokens
    decay: float = 0.7  # share of the tokens, at the end, over which the rate falls to 0
    weight_decay: float = 0.1
    seed: int = 1
    optimizer: str = "muon"
    curriculum: bool = True
    step_weights: bool = True
    one_method: bool = False
    perturbation: bool = True
    start: str = ""  # a checkpoint directory to go on from, instead of random weights
    rows: str = ""  # a file of rows mixed with the generated ones
    rows_share: float = 0.5


def make_optimizers(model: Qwen2, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for the rest; or AdamW for everything."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "layers." in n]
    if recipe.optimizer != "muon":
        matrices = []
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    groups = [
        {"params": [p for p in others if p.ndim == 2], "weight_decay": recipe.weight_decay},
        {"params": [p for p in others if p.ndim != 2], "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.95), fused=True)
    if not matrices:
        return [adam]
    muon = torch.optim.Muon(
        matrices,
        lr=recipe.rate,
        weight_decay=recipe.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    return [adam, muon]


def rate_factor(progress: float, recipe: Recipe) -> float:
    """Warm-up, a plateau, and a straight fall to 0."""
    if progress < recipe.warmup:
        return (progress + 1e-4) / (recipe.warmup + 1e-4)
    return max(0.0, min(1.0, (1 - progress) / recipe.decay))
