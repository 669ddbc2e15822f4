"""What fine-tuning and reinforcement of a large checkpoint share: options and TRL settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch


def options_of(about: str) -> argparse.ArgumentParser:
    """A parser with the options of both commands."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lora", type=int, default=32, help="rank; 0 trains every weight")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser


def shared_settings(out: Path) -> dict[str, Any]:
    """One row at a time, activations dropped and made again; bf16 where there is a card."""
    card = torch.cuda.is_available()
    return {
        "output_dir": str(out / "trainer"),
        "per_device_train_batch_size": 1,
        "max_grad_norm": 1.0,
        "bf16": card,
        "use_cpu": not card,
        "gradient_checkpointing": True,
        "logging_steps": 1,
        "report_to": "none",
    }
