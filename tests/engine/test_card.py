"""The card's decode path, run on a CPU without graphs; the Triton kernel where there is a card."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from inference.engine import Engine, SamplingParams
from inference.engine.card import CardDecoder, merge, plain_sums
from inference.engine.model import Row

from .running import run
from .tiny import make_tiny

WINDOWED = {"use_sliding_window": True, "sliding_window": 40, "max_window_layers": 1}


@pytest.fixture(scope="module", params=[{}, WINDOWED], ids=["full", "sliding"])
def engine(request, tmp_path_factory) -> Engine:
    return Engine.load(make_tiny(tmp_path_factory.mktemp("m"), **request.param))


@pytest.mark.parametrize("splits", [True, False])
def test_logits_equal_the_ordinary_path(engine: Engine, splits: bool) -> None:
    rng = random.Random(1)
    engine.cache.data.normal_(generator=torch.Generator().manual_seed(1))
    rows = [Row(slot, p, rng.randrange(300)) for slot, p in ((0, 3), (2, 300), (5, 899), (7, 0))]
    decoder = CardDecoder(engine.model, engine.cache)
    if not splits:
        decoder.sums = None  # as without Triton
    assert decoder.fits(rows) and not decoder.fits([rows[0], rows[0]])
    for _ in range(2):  # the second time from the prepared buffers
        ours = decoder.forward(rows)
        theirs = engine.model.forward(engine.cache, [], rows)
        assert (ours - theirs).abs().max() < 1e-4 * theirs.abs().max()


def test_greedy_text_through_the_card_path(engine: Engine) -> None:
    params = SamplingParams(temperature=0, max_tokens=20, ignore_eos=True)
    prompts = [[5, 6, 7], list(range(100)), [9] * 70]
    engine.cache.data.zero_()
    want = run(engine, prompts, params)
    engine.passes.decoder = CardDecoder(engine.model, engine.cache)
    try:
        assert [r.ids for r in run(engine, prompts, params)] == [r.ids for r in want]
    finally:
        engine.passes.decoder = None


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a card")
def test_kernel_against_plain_torch(tmp_path: Path) -> None:
    from inference.engine.card_kernel import partial_sums

    engine = Engine.load(make_tiny(tmp_path, hidden_size=384, torch_dtype="bfloat16"), "cuda:0")
    held = engine.cache.layers[0]
    held.data.normal_()
    q = torch.randn(4, 6, 64, dtype=torch.bfloat16, device="cuda")
    slots = torch.tensor([0, 3, 1, 7], device="cuda")
    lengths = torch.tensor([1, 256, 300, 1024], device="cuda")
    for window in (0, 40):
        args = (q, held, slots, lengths, 1024, window)
        got, want = merge(*partial_sums(*args)), merge(*plain_sums(*args))
        assert (got - want).abs().max() < 0.02
