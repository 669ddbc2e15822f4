"""A training state becomes a checkpoint directory that `inference.engine` and transformers read.

python -m training.export var/training/seedling checkpoints/seedling --strengths gcd,linear
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from training.model import ModelShape, Qwen2
from training.tokenizer import END, PAD, save_tokenizer

WEIGHTS = "model.safetensors"


def export(
    weights: Mapping[str, Tensor],
    shape: ModelShape,
    tokenizer: Tokenizer,
    directory: Path,
    *,
    name: str,
    strengths: Sequence[str] = (),
) -> str:
    """Write bf16 weights, configuration, tokenizer and card data; returns the weights' sha256."""
    directory.mkdir(parents=True, exist_ok=True)
    tensors = {key: value.detach().to(torch.bfloat16).clone() for key, value in weights.items()}
    save_file(tensors, directory / WEIGHTS, metadata={"format": "pt"})
    (directory / WEIGHTS).chmod(0o644)
    _write(
        directory / "config.json", {**shape.to_config(), "eos_token_id": END, "pad_token_id": PAD}
    )
    _write(
        directory / "generation_config.json",
        {"do_sample": False, "eos_token_id": [END], "pad_token_id": PAD},
    )
    save_tokenizer(tokenizer, directory, shape.context)
    _write(directory / "thinktrail.json", {"name": name, "strengths": list(strengths)})
    return sha256(directory / WEIGHTS)


def _write(path: Path, data: dict[str, object]) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_run(run: Path, saved: Path | None = None) -> tuple[Qwen2, Tokenizer]:
    """The model and tokenizer of a training directory, at its last saved step or as in `saved`."""
    state = torch.load(saved or run / "state.pt", weights_only=True)
    model = Qwen2(ModelShape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval(), Tokenizer.from_file(str(run / "tokenizer.json"))


def load_checkpoint(directory: Path) -> tuple[Qwen2, Tokenizer]:
    """An exported checkpoint back as a training model, in fp32."""
    config = json.loads((directory / "config.json").read_text())
    shape = ModelShape(
        vocab=config["vocab_size"],
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        kv_heads=config["num_key_value_heads"],
        ffn=config["intermediate_size"],
        context=config["max_position_embeddings"],
        theta=config["rope_theta"],
    )
    model = Qwen2(shape)
    model.load_state_dict(load_file(directory / WEIGHTS))
    return model.eval(), Tokenizer.from_file(str(directory / "tokenizer.json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--name", default="seedling")
    parser.add_argument("--strengths", default="", help="families, separated by commas")
    options = parser.parse_args()
    model, tokenizer = load_run(options.run)
    strengths = [s for s in options.strengths.split(",") if s]
    digest = export(
        model.state_dict(),
        model.shape,
        tokenizer,
        options.directory,
        name=options.name,
        strengths=strengths,
    )
    print(f"{digest}  {options.directory / WEIGHTS}")


if __name__ == "__main__":
    main()
