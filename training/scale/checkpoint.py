"""A released Qwen2 checkpoint in and out of transformers, with or without LoRA.

Out again it stands in the layout it came in: the source's own configuration and tokenizer files,
and weights in the number format that its config.json names, so `inference.engine` serves it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, GenerationConfig, PreTrainedTokenizerFast

from inference.engine.weights import read_config
from training.export import WEIGHTS, sha256

END_OF_TURN = "<|im_end|>"
KEPT = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")
ALSO = ("chat_template.jinja", "special_tokens_map.json", "vocab.json", "merges.txt")


def load(directory: Path, *, full: bool) -> tuple[Any, PreTrainedTokenizerFast]:
    """The model (fp32 when all of it is trained, else as stored) and its tokenizer.

    ValueError if it is not Qwen2.
    """
    stored = read_config(directory).dtype
    dtype = torch.float32 if full or not torch.cuda.is_available() else stored
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=dtype)
    tokenizer = load_tokenizer(directory)
    # Released files name a temperature without do_sample, which transformers refuses to save.
    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )
    return model, tokenizer


def load_tokenizer(directory: Path) -> PreTrainedTokenizerFast:
    """`PreTrainedTokenizerFast` reads tokenizer.json as it is, as the engine does; `AutoTokenizer`
    would replace the pre-tokenizer of every qwen2 model by its own."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
    tokenizer.eos_token = end_of_reply(directory, tokenizer)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def end_of_reply(directory: Path, tokenizer: PreTrainedTokenizerFast) -> str:
    """The token a reply is trained to end with: ChatML's if the engine stops at it, else the
    first it stops at, else the tokenizer's own."""
    stops = read_config(directory).eos
    if tokenizer.convert_tokens_to_ids(END_OF_TURN) in stops:
        return END_OF_TURN
    return str(tokenizer.convert_ids_to_tokens(stops[0]) if stops else tokenizer.eos_token)


def lora(rank: int) -> Any:
    """Adapters on every linear map inside the blocks, or None for rank 0 (train everything)."""
    if not rank:
        return None
    from peft import LoraConfig

    names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=names, lora_dropout=0.0, task_type="CAUSAL_LM"
    )


def save(model: Any, source: Path, out: Path, record: dict[str, Any]) -> str:
    """Write the trained model beside `recipe.json`; adapters are merged. Returns the sha256."""
    merged = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    stored = read_config(source)
    out.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: value.detach().to("cpu", stored.dtype).contiguous()
        for name, value in merged.state_dict().items()
        if not (stored.tied and name == "lm_head.weight")
    }
    save_file(tensors, out / WEIGHTS, metadata={"format": "pt"})
    for name in (*KEPT, *ALSO):
        if (source / name).exists():
            shutil.copyfile(source / name, out / name)
    digest = sha256(out / WEIGHTS)
    # No strengths: nothing of the new model has been measured yet.
    (out / "thinktrail.json").write_text(json.dumps({"name": out.name, "strengths": []}) + "\n")
    whole = record | {"from": str(source), "sha256": digest}
    (out / "recipe.json").write_text(json.dumps(whole, indent=2, default=str) + "\n")
    return digest
