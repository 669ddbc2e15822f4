"""Supervised fine-tuning from nothing on generated rows, resumable to the exact step.

    python -m training.sft --out var/training/seedling --tokens 30000000

`--out` then holds `state.pt` (everything needed to go on), `curve.json` (losses and evaluations),
`recipe.json` and `tokenizer.json`. Started again with the same recipe it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.batches import BatchStream
from training.export import export, load_checkpoint
from training.log import Log, draw
from training.model import SIZES, Qwen2
from training.recipe import Recipe, make_optimizers, rate_factor
from training.rows import Mixture, curriculum, everything, file_rows
from training.tokenizer import train_tokenizer


class Training:
    """Model, optimizers and data at one step; `state_dict` and back is exact."""

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer, *, compiled: bool = True) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.model = Qwen2(SIZES[recipe.size])
        if recipe.start:
            self.model = load_checkpoint(Path(recipe.start))[0].train()
        self.given = file_rows(Path(recipe.rows)) if recipe.rows else ()
        self.optimizers = make_optimizers(self.model, recipe)
        self.step = self.tokens = 0
        self.window: list[float] = []  # losses since the last line of the log
        self.stream = BatchStream(
            tokenizer, recipe.seed, recipe.batch_tokens, self.model.shape.context, self._mixture
        )
        loss = weighted_loss(self.model)
        self.loss: Callable[..., Tensor] = torch.compile(loss, dynamic=True) if compiled else loss

    @property
    def progress(self) -> float:
        return self.tokens / self.recipe.tokens

    def _mixture(self) -> Mixture:
        recipe = self.recipe
        base = curriculum(self.progress) if recipe.curriculum else everything()
        return replace(
            base,
            step_weights=recipe.step_weights,
            one_method=recipe.one_method,
            perturbed=recipe.perturbation,
            given=self.given,
            given_share=recipe.rows_share,
        )

    def advance(self) -> float:
        """One optimizer step; returns the loss."""
        batch = next(self.stream)
        rate = self.recipe.rate * rate_factor(self.progress, self.recipe)
        loss = self.loss(batch.inputs, batch.targets, batch.weights)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += batch.tokens
        return loss.item()

    def state_dict(self) -> dict[str, Any]:
        return {
            "recipe": asdict(self.recipe),
            "step": self.step,
            "tokens": self.tokens,
            "window": self.window,
            "shape": asdict(self.model.shape),
            "model": self.model.state_dict(),
            "optimizers": [o.state_dict() for o in self.optimizers],
            "stream": self.stream.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.step, self.tokens = state["step"], state["tokens"]
        self.window = state.get("window", [])
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.stream.load_state_dict(state["stream"])


def weighted_loss(model: Qwen2) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Cross-entropy averaged with the weights of the tokens, under bf16 autocast."""

    def loss(inputs: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        with torch.autocast(inputs.device.type, torch.bfloat16):
            logits = model(inputs)
        each = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="none")
        return (each * weights.flatten()).sum() / weights.sum().clamp(min=1e-6)

    return loss


def save_state(training: Training, out: Path) -> None:
    part = out / "state.pt.part"
    torch.save(training.state_dict(), part)
    os.replace(part, out / "state.pt")


def save_snapshot(training: Training, out: Path) -> None:
    """The weights of this moment as a checkpoint, for `training.spectrum`."""
    folder = out / "snapshots" / f"{training.tokens:012d}"
    model, tokenizer = training.model, training.stream.tokenizer
    export(model.state_dict(), model.shape, tokenizer, folder, name=folder.name)


def prepare(out: Path, recipe: Recipe, *, compiled: bool = True) -> Training:
    """A fresh run, or the one in `out` where it stopped."""
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "tokenizer.json").exists():
        known = Path(recipe.start) / "tokenizer.json"
        found = Tokenizer.from_file(str(known)) if recipe.start else train_tokenizer()
        found.save(str(out / "tokenizer.json"))
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n")
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    training = Training(recipe, tokenizer, compiled=compiled)
    if (out / "state.pt").exists():
        training.load_state_dict(torch.load(out / "state.pt", weights_only=True))
    return training


def train(
    out: Path,
    recipe: Recipe,
    *,
    save_seconds: float = 180,
    eval_tokens: int = 2_000_000,
    snapshot_tokens: int = 0,
    log_steps: int = 20,
    stop_step: int | None = None,
    compiled: bool = True,
    evaluate: Callable[[Qwen2, Tokenizer], dict[str, float]] | None = None,
) -> Training:
    """Run to the end of the recipe (or `stop_step`), saving every `save_seconds`.

    With `snapshot_tokens`, a checkpoint is also exported to `out/snapshots/<tokens>` that often.
    """
    training = prepare(out, recipe, compiled=compiled)
    log = Log(out / "curve.json")
    log.rewind(training.step)
    started = saved = time.monotonic()
    first = training.tokens
    next_eval = (training.tokens // eval_tokens + 1) * eval_tokens
    next_snapshot = (training.tokens // max(snapshot_tokens, 1) + 1) * snapshot_tokens
    while training.tokens < recipe.tokens and training.step != stop_step:
        training.window.append(training.advance())
        if training.step % log_steps == 0:
            speed = (training.tokens - first) / (time.monotonic() - started)
            left = (recipe.tokens - training.tokens) / max(speed, 1)
            seen = f"step {training.step} tokens {training.tokens / 1e6:.2f}M"
            pace = f"{speed:.0f} tok/s, {left / 60:.0f} min left"
            loss = sum(training.window) / len(training.window)
            print(f"{seen} loss {loss:.4f} {pace}", flush=True)
            log.curve["loss"].append(
                {"step": training.step, "tokens": training.tokens, "loss": loss}
            )
            training.window = []
        if evaluate and training.tokens >= next_eval:
            next_eval += eval_tokens
            figures = evaluate(training.model, training.stream.tokenizer)
            print(f"  eval {figures}", flush=True)
            log.curve["eval"].append({"step": training.step, "tokens": training.tokens, **figures})
        if snapshot_tokens and training.tokens >= next_snapshot:
            next_snapshot += snapshot_tokens
            save_snapshot(training, out)
        if time.monotonic() - saved > save_seconds:
            saved = time.monotonic()
            save_state(training, out)
            log.save()
    save_state(training, out)
    log.save()
    return training


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--snapshots", type=int, default=0, help="tokens between two; 0 for none")
    parser.add_argument("--stop-step", type=int, default=0, help="0 for the end of the recipe")
    for name, default in asdict(Recipe()).items():
        if isinstance(default, bool):
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=int(default))
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = vars(parser.parse_args())
    out, threads, often = (options.pop(k) for k in ("out", "threads", "snapshots"))
    stop = options.pop("stop_step") or None
    torch.set_num_threads(threads)
    from training.evaluate import quick_check

    train(out, Recipe(**options), evaluate=quick_check, snapshot_tokens=often, stop_step=stop)
    with contextlib.suppress(ModuleNotFoundError):
        draw(json.loads((out / "curve.json").read_text()), out / "curve.svg")


if __name__ == "__main__":
    main()
