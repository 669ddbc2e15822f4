"""Checkpoints of one run, and means of their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file

from training.export import WEIGHTS, export, load_checkpoint, load_run


def checkpoint_directories(run: Path, out: Path) -> list[Path]:
    """The checkpoints of a run in the order of their names, which is that of their tokens.

    `run` is a training directory with `snapshots/`, or a directory of checkpoints. States saved as
    *.pt are exported below `out` first. ValueError if there are none.
    """
    folder = run / "snapshots" if (run / "snapshots").is_dir() else run
    found = [path for path in sorted(folder.iterdir()) if (path / WEIGHTS).exists()]
    for state in sorted(folder.glob("*.pt")):
        found.append(_exported(state, run, out / "exported" / state.stem))
    if not found:
        raise ValueError(f"{folder} holds no checkpoint (a directory with {WEIGHTS}, or a .pt).")
    return sorted(found, key=lambda path: path.name)


def _exported(state: Path, run: Path, directory: Path) -> Path:
    model, tokenizer = load_run(run, state)
    export(model.state_dict(), model.shape, tokenizer, directory, name=state.stem)
    return directory


def average(checkpoints: Sequence[Path], directory: Path, *, name: str) -> Path:
    """Write the mean of the parameters, each checkpoint with weight 1/N; returns the directory.

    One that is listed twice counts twice. ValueError if their shapes differ.
    """
    total: dict[str, torch.Tensor] = {}
    for path in checkpoints:
        weights = load_file(path / WEIGHTS)
        if total and {k: v.shape for k, v in weights.items()} != {
            k: v.shape for k, v in total.items()
        }:
            raise ValueError(f"{path.name} has other tensors than {checkpoints[0].name}.")
        for key, value in weights.items():
            total[key] = total.get(key, torch.zeros(())) + value.double()
    mean = {key: value / len(checkpoints) for key, value in total.items()}
    model, tokenizer = load_checkpoint(checkpoints[-1])
    export(mean, model.shape, tokenizer, directory, name=name)
    return directory
