"""Random Qwen2-layout model directories for tests: real files, real tokenizer, no meaning.

`make_tiny(directory)` writes config.json, generation_config.json, tokenizer.json,
tokenizer_config.json (with a ChatML template) and model.safetensors, and returns the directory.
The weights are random, so the text is noise; everything around it is as in a released model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
LINES = [
    "Solve the problem step by step. Put the final answer in \\boxed{}.",
    "Write one Python program that reads standard input.",
    "system user assistant Let x be the number of apples. Then 2x + 3 = 11, so x = 4.",
    "We have $\\frac{12}{5} = 2.4$ and the remainder of 2023 modulo 7 is 0.",
    "for i in range(10):\n    print(i * i)\n",
]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def train_tokenizer(vocab_size: int, thinking: bool) -> Tokenizer:
    """A byte-level BPE with single digits, its specials last, as in Qwen2's own files."""
    tokenizer = Tokenizer(models.BPE())
    digits = Regex(r"\p{N}")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(digits, "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    specials = SPECIALS + (["<think>", "</think>"] if thinking else [])
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(specials),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(LINES * 4, trainer)
    tokenizer.add_special_tokens(specials)
    return tokenizer


def tiny_config(vocab: int, **changes: Any) -> dict[str, Any]:
    """A Qwen2 config; `changes` override any key (rope_scaling, sliding_window, …)."""
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_act": "silu",
        "hidden_size": 48,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 6,
        "num_key_value_heads": 2,
        "max_position_embeddings": 1024,
        "max_window_layers": 3,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_sliding_window": False,
        "vocab_size": vocab,
    }
    return config | changes


def random_weights(
    config: dict[str, Any], seed: int, scale: float = 0.25
) -> dict[str, torch.Tensor]:
    """Tensors named and shaped as in a Qwen2 checkpoint, in the config's dtype."""
    generator = torch.Generator().manual_seed(seed)
    dtype = getattr(torch, config["torch_dtype"])
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    head = hidden // config["num_attention_heads"]
    kv = head * config["num_key_value_heads"]

    def draw(*shape: int, std: float = scale) -> torch.Tensor:
        return (torch.randn(*shape, generator=generator) * std).to(dtype)

    tensors = {
        "model.embed_tokens.weight": draw(config["vocab_size"], hidden),
        "model.norm.weight": draw(hidden, std=0.1) + 1,
    }
    if not config["tie_word_embeddings"]:
        tensors["lm_head.weight"] = draw(config["vocab_size"], hidden)
    for i in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{i}."
        tensors |= {
            f"{prefix}input_layernorm.weight": draw(hidden, std=0.1) + 1,
            f"{prefix}post_attention_layernorm.weight": draw(hidden, std=0.1) + 1,
            f"{prefix}self_attn.q_proj.weight": draw(hidden, hidden),
            f"{prefix}self_attn.q_proj.bias": draw(hidden),
            f"{prefix}self_attn.k_proj.weight": draw(kv, hidden),
            f"{prefix}self_attn.k_proj.bias": draw(kv),
            f"{prefix}self_attn.v_proj.weight": draw(kv, hidden),
            f"{prefix}self_attn.v_proj.bias": draw(kv),
            f"{prefix}self_attn.o_proj.weight": draw(hidden, hidden),
            f"{prefix}mlp.gate_proj.weight": draw(inner, hidden),
            f"{prefix}mlp.up_proj.weight": draw(inner, hidden),
            f"{prefix}mlp.down_proj.weight": draw(hidden, inner),
        }
    return tensors


def write_weights(directory: Path, tensors: dict[str, torch.Tensor], shards: int) -> None:
    """One model.safetensors, or `shards` files with their index."""
    if shards == 1:
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(tensors)
    index = {}
    for i in range(shards):
        file = f"model-{i + 1:05d}-of-{shards:05d}.safetensors"
        part = {name: tensors[name] for name in names[i::shards]}
        save_file(part, directory / file, metadata={"format": "pt"})
        index |= dict.fromkeys(part, file)
    (directory / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {}, "weight_map": index})
    )


def make_tiny(
    directory: Path,
    *,
    seed: int = 0,
    vocab_size: int = 320,
    thinking: bool = False,
    shards: int = 1,
    strengths: tuple[str, ...] = (),
    **changes: Any,
) -> Path:
    """Write a whole random model into `directory` (made if missing) and return it.

    `thinking` adds <think> and </think> to the vocabulary as special tokens. `changes` go to
    config.json, e.g. `num_key_value_heads=1, tie_word_embeddings=False, torch_dtype="bfloat16"`.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    tokenizer = train_tokenizer(vocab_size, thinking)
    tokenizer.save(str(directory / "tokenizer.json"))
    end, pad = tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")
    settings = {
        "tokenizer_class": "Qwen2Tokenizer",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "chat_template": CHAT_TEMPLATE,
        "model_max_length": 1024,
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(settings))
    config = tiny_config(tokenizer.get_vocab_size(), eos_token_id=end, **changes)
    (directory / "config.json").write_text(json.dumps(config))
    generation = {"eos_token_id": [end, pad], "temperature": 0.6, "top_p": 0.95}
    (directory / "generation_config.json").write_text(json.dumps(generation))
    write_weights(directory, random_weights(config, seed), shards)
    if strengths:
        card = {"name": "tiny", "strengths": list(strengths)}
        (directory / "thinktrail.json").write_text(json.dumps(card))
    return directory
