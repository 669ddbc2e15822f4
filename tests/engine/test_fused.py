"""The compiled decode step against transformers, and what happens where it cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from inference.engine import Engine, SamplingParams, fused, native
from inference.engine.model import Chunk, Row

from .running import run
from .test_parity import LLAMA3, PROMPT, YARN, oracle
from .tiny import make_tiny

SHAPES = {
    "gqa 1": {"num_key_value_heads": 6},
    "gqa 3": {"num_key_value_heads": 2, "intermediate_size": 160},
    "gqa 6, untied": {"num_key_value_heads": 1, "tie_word_embeddings": False},
    "wide heads": {"num_attention_heads": 2, "num_key_value_heads": 1},
    "sliding": {"use_sliding_window": True, "sliding_window": 20, "max_window_layers": 1},
    "yarn": {"rope_scaling": YARN},
    "llama3": {"rope_scaling": LLAMA3},
    "bfloat16": {"torch_dtype": "bfloat16"},
}


@pytest.fixture(autouse=True)
def compiler() -> None:
    if native.compiled(fused.SOURCE) is None:
        pytest.skip("no C compiler here")


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", SHAPES)
def test_logits_equal_transformers(
    name: str, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fused, "threads_allowed", lambda: threads)
    engine = Engine.load(make_tiny(tmp_path, hidden_size=96, **SHAPES[name]))
    decoder = engine.passes.decoder
    assert isinstance(decoder, fused.FusedDecoder)
    for start in (0, 64):
        engine.model.forward(engine.cache, [Chunk(3, start, PROMPT[start : start + 64])], [])
    rows = [Row(3, i, PROMPT[i]) for i in range(128, 150)]
    one_by_one = torch.cat([decoder.forward([row]).clone() for row in rows])
    together = decoder.forward(rows).clone()
    assert torch.equal(one_by_one, together)
    model = oracle(tmp_path).float()
    with torch.no_grad():
        theirs = model(torch.tensor([PROMPT])).logits[0, 128:150]
    assert (together - theirs).abs().max() < 2e-4 * theirs.abs().max()


@pytest.mark.parametrize("name", ["gqa 3", "wide heads", "bfloat16"])
def test_narrower_vectors_differ_by_rounding_only(
    name: str, tmp_path: Path, instructions: str
) -> None:
    engine = Engine.load(make_tiny(tmp_path, hidden_size=96, **SHAPES[name]))
    assert isinstance(engine.passes.decoder, fused.FusedDecoder)
    rows = [Row(slot, 0, 7 * slot + 1) for slot in range(6)]
    together = engine.passes.decoder.forward(rows).clone()
    theirs = engine.model.forward(engine.cache, [], rows)
    assert (together - theirs).abs().max() < 1e-4 * theirs.abs().max()
    for i, row in enumerate(rows):
        assert torch.equal(engine.passes.decoder.forward([row])[0], together[i])


def test_threads_change_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tiny(tmp_path, hidden_size=96, torch_dtype="bfloat16")
    rows = [Row(slot, 0, 7 * slot) for slot in range(8)]
    monkeypatch.setattr(fused, "MOST_THREADS", 3)
    found = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(fused, "threads_allowed", lambda n=threads: n)
        decoder = Engine.load(tmp_path).passes.decoder
        assert isinstance(decoder, fused.FusedDecoder)
        found.append(decoder.forward(rows).clone())
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


def test_torch_takes_over_without_a_compiler(tmp_path: Path, monkeypatch) -> None:
    make_tiny(tmp_path, hidden_size=96)
    params = SamplingParams(temperature=0, max_tokens=30, ignore_eos=True)
    prompts = [[5, 6, 7], PROMPT]
    want = run(Engine.load(tmp_path), prompts, params)
    monkeypatch.setenv("THINKTRAIL_FUSED", "0")
    plain = Engine.load(tmp_path)
    assert plain.passes.decoder is None
    assert [r.ids for r in run(plain, prompts, params)] == [r.ids for r in want]


def test_a_compiler_that_fails_is_no_trouble(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("THINKTRAIL_DATA", str(tmp_path))
    monkeypatch.setattr(native, "FLAGS", ["--no-such-flag"])
    assert native.compiled(fused.SOURCE) is None
    assert list((tmp_path / "fused").iterdir()) == []


def test_unsuitable_sizes_stay_with_torch(tmp_path: Path) -> None:
    assert Engine.load(make_tiny(tmp_path)).passes.decoder is None  # head_dim 8
