"""The forward pass against transformers, on random models of every shape Qwen2 has."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from inference.engine import Engine, SamplingParams
from inference.engine.model import Chunk, Row

from .running import run
from .tiny import make_tiny

YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
SHAPES = {
    "gqa 1": {"num_key_value_heads": 6},
    "gqa 2": {"num_key_value_heads": 3},
    "gqa 6, untied": {"num_key_value_heads": 1, "tie_word_embeddings": False},
    "tied, sharded": {"shards": 3},
    "sliding": {"use_sliding_window": True, "sliding_window": 20, "max_window_layers": 1},
    "theta": {"rope_theta": 1_000_000.0},
    "rope linear": {"rope_scaling": {"rope_type": "linear", "factor": 4.0}},
    "rope dynamic": {"rope_scaling": {"type": "dynamic", "factor": 2.0}},
    "rope yarn": {"rope_scaling": YARN},
    "rope llama3": {"rope_scaling": LLAMA3},
    "rope_parameters": {"rope_parameters": {"rope_type": "default", "rope_theta": 5000.0}},
    "bfloat16": {"torch_dtype": "bfloat16"},
}
PROMPT = [(7 * i * i + 3) % 300 for i in range(150)]


def oracle(directory: Path):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(directory, dtype="auto").eval()


def engine_logits(engine: Engine, ids: list[int], prompt: int) -> torch.Tensor:
    """Logits after each of ids[prompt-1:], the prompt in chunks and the rest row by row."""
    out = []
    for start in range(0, prompt, 64):
        chunk = Chunk(0, start, ids[start : min(start + 64, prompt)])
        logits = engine.model.forward(engine.cache, [chunk], [])
    out.append(logits[-1])
    for i in range(prompt, len(ids)):
        out.append(engine.model.forward(engine.cache, [], [Row(0, i, ids[i])])[0])
    return torch.stack(out)


@pytest.mark.parametrize("name", SHAPES)
def test_logits_equal_transformers(name: str, tmp_path: Path) -> None:
    engine = Engine.load(make_tiny(tmp_path, **SHAPES[name]))
    ours = engine_logits(engine, PROMPT, 100)
    with torch.no_grad():
        theirs = oracle(tmp_path)(torch.tensor([PROMPT])).logits[0, 99:].float()
    tolerance = 0.08 if name == "bfloat16" else 2e-4
    assert (ours - theirs).abs().max() < tolerance * theirs.abs().max()


@pytest.mark.parametrize("name", [n for n in SHAPES if n != "bfloat16"])
def test_greedy_is_token_exact(name: str, tmp_path: Path) -> None:
    engine = Engine.load(make_tiny(tmp_path, **SHAPES[name]))
    prompts = [PROMPT[:5], PROMPT[:64], PROMPT]
    params = SamplingParams(temperature=0, max_tokens=30, ignore_eos=True)
    replies = run(engine, prompts, params)
    model = oracle(tmp_path)
    for prompt, reply in zip(prompts, replies, strict=True):
        ids = torch.tensor([prompt])
        want = model.generate(
            ids, do_sample=False, max_new_tokens=30, eos_token_id=None, temperature=None, top_p=None
        )
        assert reply.ids == want[0, len(prompt) :].tolist()
        assert reply.reason == "length"
