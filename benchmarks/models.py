"""Model directories with random weights in a given shape, for measuring speed only.

Speed does not depend on what the weights are, so a block of random numbers is repeated: the
1.5B shape is on disk in seconds. The vocabulary is as large as the shape says, and every token
has a text, so that as much text flows as with a trained model.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

SEEDLING = {
    "hidden_size": 192,
    "intermediate_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
    "tie_word_embeddings": True,
    "vocab_size": 1024,
    "torch_dtype": "float32",
}
# The layout of Qwen2.5-Math-1.5B, on which VibeThinker-1.5B is built (its config.json).
LARGE = {
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": True,
    "vocab_size": 151936,
    "torch_dtype": "bfloat16",
}
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def random_model(directory: Path, shape: dict[str, Any]) -> Path:
    """The directory, made unless it is already there whole."""
    if (directory / "done").exists():
        return directory
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "use_sliding_window": False,
        **shape,
    }
    (directory / "config.json").write_text(json.dumps(config))
    ids = _tokenizer(directory, config["vocab_size"])
    (directory / "generation_config.json").write_text(json.dumps({"eos_token_id": ids}))
    save_file(_weights(config), directory / "model.safetensors", metadata={"format": "pt"})
    (directory / "done").touch()
    return directory


def _tokenizer(directory: Path, size: int) -> list[int]:
    """Bytes, and made-up words up to the size; the ids that end a reply."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [f"Ġw{i}" for i in range(size - len(letters) - len(SPECIALS))]
    vocabulary = {word: id for id, word in enumerate([*letters, *words])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIALS)
    tokenizer.save(str(directory / "tokenizer.json"))
    card = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_template": TEMPLATE,
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(card))
    ids = tokenizer.get_vocab()
    return [ids["<|im_end|>"], ids["<|endoftext|>"]]


def _weights(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    dtype = getattr(torch, config["torch_dtype"])
    block = (torch.randn(1 << 20, generator=torch.Generator().manual_seed(0)) * 0.05).to(dtype)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    kv = hidden // config["num_attention_heads"] * config["num_key_value_heads"]

    def draw(*shape: int) -> torch.Tensor:
        count = 1
        for n in shape:
            count *= n
        return block.repeat(-(-count // block.numel()))[:count].reshape(shape).clone()

    ones = torch.ones(hidden, dtype=dtype)
    tensors = {
        "model.embed_tokens.weight": draw(config["vocab_size"], hidden),
        "model.norm.weight": ones.clone(),
    }
    for i in range(config["num_hidden_layers"]):
        name = f"model.layers.{i}."
        tensors[f"{name}input_layernorm.weight"] = ones.clone()
        tensors[f"{name}post_attention_layernorm.weight"] = ones.clone()
        for part, rows in (("q", hidden), ("k", kv), ("v", kv)):
            tensors[f"{name}self_attn.{part}_proj.weight"] = draw(rows, hidden)
            tensors[f"{name}self_attn.{part}_proj.bias"] = draw(rows)
        tensors[f"{name}self_attn.o_proj.weight"] = draw(hidden, hidden)
        tensors[f"{name}mlp.gate_proj.weight"] = draw(inner, hidden)
        tensors[f"{name}mlp.up_proj.weight"] = draw(inner, hidden)
        tensors[f"{name}mlp.down_proj.weight"] = draw(hidden, inner)
    return tensors
