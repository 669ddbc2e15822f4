"""A reply is the same whatever else is in the batch and however often it was interrupted."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import torch

from inference.engine import Engine, SamplingParams

from .running import Reply, drain, run
from .tiny import make_tiny

KINDS = {
    "float32": {},
    "bfloat16": {"torch_dtype": "bfloat16"},
    "compiled": {"hidden_size": 96, "torch_dtype": "bfloat16"},
    "int8": {"hidden_size": 96, "num_attention_heads": 6},
    "fixed size": {},  # as on a machine whose kernels treat a row by its company
}


@pytest.fixture(scope="module", params=KINDS)
def engine(request, tmp_path_factory) -> Engine:
    path = make_tiny(tmp_path_factory.mktemp("model"), **KINDS[request.param])
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "bfloat16":  # as a model too large for float32 is computed
            patch.setattr("inference.engine.weights.SMALL", 0)
        engine = Engine.load(path, quantize="int8" if request.param == "int8" else None)
    assert engine.model.dtype == (torch.bfloat16 if request.param == "bfloat16" else torch.float32)
    if request.param == "compiled" and engine.passes.decoder is None:
        pytest.skip("no C compiler here")
    if request.param == "fixed size":
        engine.passes.pad = engine.passes.most = engine.scheduler.replay = 8
        engine.model.together = 0
    return engine


def prompt(rng: random.Random, low: int = 3, high: int = 200) -> list[int]:
    return [rng.randrange(300) for _ in range(rng.randint(low, high))]


def test_killed_and_resumed_100_times(engine: Engine) -> None:
    """Killed at a random token, resumed among random others: 100 of 100 the same ids and text."""
    rng = random.Random(1)
    params = SamplingParams(temperature=0.9, top_p=0.97, max_tokens=20, ignore_eos=True)
    prompts = [prompt(rng, 3, 90) for _ in range(100)]
    seeded = [replace(params, seed=i) for i in range(100)]
    whole = run(engine, prompts, seeded)
    # Killed: what a crash leaves behind is the ids and the text that were already out.
    left = run(engine, prompts, [replace(p, max_tokens=rng.randint(1, 19)) for p in seeded])
    order = rng.sample(range(100), 100)
    again = {i: engine.add(prompts[i], seeded[i], resume_ids=left[i].ids) for i in order}
    done = drain(engine, {id: Reply() for id in again.values()})
    same = [
        left[i].ids + done[id].ids == whole[i].ids and left[i].text + done[id].text == whole[i].text
        for i, id in again.items()
    ]
    assert sum(same) == 100


def test_batch_gives_each_the_bits_it_gets_alone(engine: Engine) -> None:
    rng = random.Random(2)
    prompts = [prompt(rng, 1, 300) for _ in range(13)]
    params = [
        SamplingParams(temperature=1.0, top_p=1.0, max_tokens=rng.randint(5, 40), seed=i)
        for i in range(13)
    ]
    together = run(engine, prompts, params)
    for p, q, reply in zip(prompts, params, together, strict=True):
        assert run(engine, [p], q)[0] == reply


def test_long_sequences_next_to_short_ones(engine: Engine) -> None:
    """Above the length up to which rows share one attention call, too."""
    rng = random.Random(3)
    lengths = [3, 350, 380, 500, 600]
    prompts = [[rng.randrange(300) for _ in range(n)] for n in lengths]
    params = SamplingParams(temperature=1.0, top_p=1.0, max_tokens=25, seed=5, ignore_eos=True)
    together = run(engine, prompts, params)
    for p, reply in zip(prompts, together, strict=True):
        assert run(engine, [p], params)[0].ids == reply.ids
