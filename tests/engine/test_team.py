"""The int8 and int4 decode step in C against torch; the same bits whatever is computed beside."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from inference.engine import Engine, SamplingParams, linear, loading, weights
from inference.engine.model import Chunk, Row
from inference.engine.team import TeamDecoder

from .running import Reply, drain, hold_nobody_up, run
from .test_parity import LLAMA3, PROMPT, oracle
from .tiny import make_tiny

SIZES = {"hidden_size": 256, "intermediate_size": 320, "torch_dtype": "bfloat16"}
SHAPES = {
    "gqa 2": {"num_attention_heads": 4, "num_key_value_heads": 2},
    "gqa 4, untied": {
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "tie_word_embeddings": False,
    },
    "wide heads": {"num_attention_heads": 2, "num_key_value_heads": 1},
    "sliding": {
        "num_attention_heads": 4,
        "use_sliding_window": True,
        "sliding_window": 20,
        "max_window_layers": 1,
    },
    "llama3": {"num_attention_heads": 4, "rope_scaling": LLAMA3},
}


@pytest.fixture(autouse=True)
def large(monkeypatch) -> None:
    """Tiny models are treated as if they were large."""
    if not (shutil.which("cc") and torch.cpu._is_avx2_supported()):
        pytest.skip("no C compiler here, or no AVX2")
    assert linear.library() is not None
    monkeypatch.setenv("OMP_NUM_THREADS", "2")  # of which each does a part
    monkeypatch.setattr(weights, "SMALL", 0)


@pytest.mark.parametrize("quantize", ["int8", "int4"])
@pytest.mark.parametrize("name", SHAPES)
def test_logits_are_those_of_torch(name: str, quantize: str, tmp_path: Path) -> None:
    made = Engine.load(make_tiny(tmp_path, **SIZES, **SHAPES[name]), quantize=quantize)
    decoder = made.passes.decoder
    assert isinstance(decoder, TeamDecoder)
    for start in (0, 64):
        made.model.forward(made.cache, [Chunk(3, start, PROMPT[start : start + 64])], [])
    rows = [Row(3, i, PROMPT[i]) for i in range(128, 150)]
    theirs = torch.cat([made.model.forward(made.cache, [], [row]) for row in rows])
    one_by_one = torch.cat([decoder.forward([row]).clone() for row in rows])
    with torch.no_grad():
        exact = oracle(tmp_path).float()(torch.tensor([PROMPT])).logits[0, 128:150]
    assert (one_by_one - exact).norm() < 1.03 * (theirs - exact).norm()  # random weights amplify
    assert (one_by_one - theirs).norm() < 0.12 * theirs.norm()
    for count in (2, 9, 16, 17, 22):
        assert torch.equal(decoder.forward(rows[:count]), one_by_one[:count])


@pytest.mark.parametrize("quantize", ["int8", "int4"])
def test_other_instructions_differ_by_rounding_only(
    quantize: str, tmp_path: Path, instructions: str
) -> None:
    made = Engine.load(make_tiny(tmp_path, num_attention_heads=4, **SIZES), quantize=quantize)
    if instructions == "sse":
        assert made.passes.decoder is None  # torch does the work
        return
    assert isinstance(made.passes.decoder, TeamDecoder)
    rows = [Row(slot, 0, 9 + slot) for slot in range(7)]
    together = made.passes.decoder.forward(rows).clone()
    theirs = made.model.forward(made.cache, [], rows)
    assert (together - theirs).norm() < 0.02 * theirs.norm()
    for i, row in enumerate(rows):
        assert torch.equal(made.passes.decoder.forward([row])[0], together[i])


@pytest.mark.parametrize("quantize", ["int8", "int4"])
def test_the_same_text_alone_in_a_batch_and_resumed(quantize: str, tmp_path: Path) -> None:
    make_tiny(tmp_path, num_attention_heads=4, **SIZES)
    params = SamplingParams(temperature=0.8, max_tokens=40, ignore_eos=True, seed=5)
    prompts = [[5, 6, 7], PROMPT, PROMPT[:70]]
    alone = [run(Engine.load(tmp_path, quantize=quantize), [p], params)[0].ids for p in prompts]
    together = Engine.load(tmp_path, quantize=quantize)
    assert [r.ids for r in run(together, prompts, params)] == alone
    for cut in (1, 17, 39):
        again = Engine.load(tmp_path, quantize=quantize)
        beside = again.add(PROMPT[:90], params)
        id = again.add(PROMPT, params, resume_ids=alone[1][:cut])
        rest = drain(again, {beside: Reply(), id: Reply()})[id].ids
        assert alone[1][:cut] + rest == alone[1]


def test_a_broken_row_breaks_itself_only(tmp_path: Path) -> None:
    made = Engine.load(make_tiny(tmp_path, num_attention_heads=4, **SIZES), quantize="int8")
    decoder = made.passes.decoder
    assert isinstance(decoder, TeamDecoder)
    rows = [Row(slot, 0, 9 + slot) for slot in range(4)]
    good = decoder.forward(rows).clone()
    embedding = decoder._held[2 * made.model.config.layers + 1]
    embedding[rows[2].token] = torch.nan
    out = decoder.forward(rows)
    assert out[2].isnan().all()
    assert torch.equal(out[[0, 1, 3]], good[[0, 1, 3]])


def test_four_bits_are_for_a_cpu_and_half_the_size(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("THINKTRAIL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(loading, "KEPT_FROM", 0)
    make_tiny(tmp_path / "model", num_attention_heads=4, **SIZES)
    sizes = []
    for quantize in ("int8", "int4"):
        made = Engine.load(tmp_path / "model", quantize=quantize)
        assert made.info.dtype == quantize
        layer = made.model.layers[0].down.product
        assert isinstance(layer, linear.Compiled)
        sizes.append(layer._held[0].numel())
    assert sizes[1] / sizes[0] == 4.25 / 8
    assert len(list((tmp_path / "data" / "int8").iterdir())) == 2


def test_a_chunk_between_its_layers_changes_no_bit(tmp_path: Path, monkeypatch) -> None:
    made = Engine.load(
        make_tiny(tmp_path, **SIZES, **SHAPES["gqa 2"], num_hidden_layers=3), quantize="int8"
    )
    params = SamplingParams(temperature=1.0, max_tokens=40, ignore_eos=True, seed=5)
    prompts = [[1, 2], PROMPT[:150], PROMPT[30:170]]
    alone = [run(made, [prompt], params)[0].ids for prompt in prompts]
    depths = set[int]()
    hold_nobody_up(monkeypatch)
    made.scheduler.blocks.kept.clear()
    replies = {made.add(prompts[0], params): Reply()}
    drain(made, replies, steps=2)
    replies |= {made.add(prompt, params): Reply() for prompt in prompts[1:]}
    while made.busy:
        drain(made, replies, steps=1)
        depths |= {sequence.depth for sequence in made.scheduler.active()}
    assert depths == {0, 1, 2}
    assert [reply.ids for reply in replies.values()] == alone
