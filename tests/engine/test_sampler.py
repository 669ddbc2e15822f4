"""Draws depend on (seed, token index, token id) and the row alone, and have the right law."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.engine import SamplingParams
from inference.engine.sampler import Want, draw_key, exponentials, logprob, sample

RECORDED = [0.6944208743970455, 5.870961944491723, 0.3719202132020407]


def draw(logits: list[float], **params: object) -> int:
    want = Want(SamplingParams(**params), 0)
    return sample(torch.tensor([logits]), [want])[0]


def test_law_of_the_draw() -> None:
    """20,000 draws from five tokens: chi-squared on 4 degrees of freedom, below the 0.001 limit."""
    chances = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    logits = torch.tensor(np.log(chances), dtype=torch.float32).expand(2000, 5)
    counts = np.zeros(5)
    for seed in range(10):
        params = SamplingParams(temperature=1.0, top_p=1.0, seed=seed)
        for got in sample(logits, [Want(params, i) for i in range(2000)]):
            counts[got] += 1
    expected = 20_000 * chances
    assert ((counts - expected) ** 2 / expected).sum() < 18.47


def test_hash_values_never_change() -> None:
    """Replies are resumed across versions: the variates are part of the contract."""
    got = exponentials(np.uint32(draw_key(12345678901, 7)), np.array([0, 1, 151_935]))
    assert got == pytest.approx(RECORDED, rel=1e-12)


def test_nucleus_keeps_the_smallest_set_that_reaches_top_p() -> None:
    logits = [math.log(p) for p in (0.5, 0.3, 0.15, 0.05)]
    seen = {draw(logits, temperature=1.0, top_p=0.8, seed=s) for s in range(300)}
    assert seen == {0, 1}
    assert {draw(logits, temperature=1.0, top_p=0.81, seed=s) for s in range(300)} == {0, 1, 2}
    assert {draw(logits, temperature=1.0, top_p=0.5, seed=s) for s in range(50)} == {0}


def test_top_k_and_min_p() -> None:
    logits = [math.log(p) for p in (0.5, 0.3, 0.15, 0.05)]
    warm = {"temperature": 1.0, "top_p": 1.0}
    assert {draw(logits, **warm, top_k=2, seed=s) for s in range(200)} == {0, 1}
    assert {draw(logits, **warm, min_p=0.25, seed=s) for s in range(300)} == {0, 1, 2}


def test_repetition_penalty_changes_a_greedy_choice() -> None:
    row = torch.tensor([[2.0, 1.9, -1.0]])
    params = SamplingParams(temperature=0, repetition_penalty=1.3)
    assert sample(row, [Want(params, 1, (0,))]) == [1]
    assert sample(row, [Want(params, 0, ())]) == [0]
    assert row.tolist() == [[2.0, pytest.approx(1.9), -1.0]]


def test_logprob_is_the_models_own() -> None:
    row = torch.tensor([[1.0, 3.0, 0.5]])
    assert logprob(row[0], 1) == pytest.approx(float(row.log_softmax(-1)[0, 1]), abs=1e-6)


def test_broken_logits_are_reported_for_their_row_only() -> None:
    rows = torch.tensor([[1.0, math.nan], [0.0, 5.0], [math.inf, 0.0]])
    for temperature in (0.0, 1.0):
        wants = [Want(SamplingParams(temperature=temperature), 0)] * 3
        assert sample(rows, wants) == [-1, 1, -1]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 50_000),
    st.integers(2, 300),
    st.floats(0.1, 2.0),
    st.floats(0.05, 1.0),
    st.integers(1, 6),
)
def test_a_row_is_drawn_alike_in_any_batch(
    seed: int, index: int, vocab: int, temperature: float, top_p: float, others: int
) -> None:
    generator = torch.Generator().manual_seed(seed % 2**31)
    rows = torch.randn(others + 1, vocab, generator=generator) * 3
    mine = Want(SamplingParams(temperature=temperature, top_p=top_p, seed=seed), index)
    strangers = [Want(SamplingParams(temperature=i % 2, seed=i), i) for i in range(others)]
    alone = sample(rows[-1:].clone(), [mine])[0]
    assert sample(rows, [*strangers, mine])[-1] == alone
    assert 0 <= alone < vocab


def one_by_one(row: torch.Tensor, want: Want) -> int:
    """The draw as it is defined, for one row and without a short cut."""
    params, logits = want.params, row.numpy()
    if params.temperature == 0:
        return int(logits.argmax())
    chances = np.exp((logits - logits.max()) / np.float32(params.temperature))
    total, order = float(chances.sum()), np.lexsort((np.arange(len(row)), -chances))
    held = chances[order].astype(float)
    allowed = held.astype(np.float32) >= np.float32(params.min_p)
    if params.top_p < 1:
        allowed &= np.cumsum(held) - held < params.top_p * total
    if params.top_k:
        allowed[params.top_k :] = False
    key = np.uint32(draw_key(params.seed, want.number))
    with np.errstate(divide="ignore"):
        return int(order[allowed][(exponentials(key, order[allowed]) / held[allowed]).argmin()])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.sampled_from([2, 7, 320, 1024, 9000]))
def test_rows_drawn_together_are_those_drawn_one_by_one(seed: int, count: int, vocab: int) -> None:
    """Whatever each row's own parameters are; 9,000 tokens go in several lots."""
    rng = random.Random(seed)
    rows = torch.randn(count, vocab, generator=torch.Generator().manual_seed(seed))
    rows *= rng.choice((0.1, 1, 3, 6))
    if rng.random() < 0.3:
        rows = rows.round()  # many equals
    wants = [
        Want(
            SamplingParams(
                temperature=rng.choice((0.0, 0.3, 0.6, 1.0, 1.7)),
                top_p=rng.choice((1.0, 0.95, 0.8, 0.3)),
                top_k=rng.choice((0, 0, 1, 5, 40)),
                min_p=rng.choice((0.0, 0.0, 0.05, 0.5)),
                seed=rng.getrandbits(64),
            ),
            rng.randrange(50_000),
        )
        for _ in range(count)
    ]
    want = [one_by_one(row, w) for row, w in zip(rows, wants, strict=True)]
    assert sample(rows, wants) == want
    assert [sample(row[None], [w])[0] for row, w in zip(rows, wants, strict=True)] == want


def test_a_wide_vocabulary_with_flat_logits() -> None:
    """150,000 equal tokens: the nucleus is nearly everything, and every draw is inside it."""
    row = torch.zeros(1, 150_000)
    tokens = {
        sample(row, [Want(SamplingParams(temperature=1.0, top_p=0.9, seed=s), 0)])[0]
        for s in range(20)
    }
    assert len(tokens) == 20 and max(tokens) < 135_001


def test_a_card_draws_the_same_from_the_likeliest_few(monkeypatch) -> None:
    monkeypatch.setattr("inference.engine.sampler.CANDIDATES", 16)
    rows = torch.randn(60, 400, generator=torch.Generator().manual_seed(3)) * 2.5
    wants = [
        Want(
            SamplingParams(
                temperature=0.3 + 0.02 * i, top_p=(0.8, 0.95, 1.0)[i % 3], seed=i, top_k=i % 5
            ),
            i,
        )
        for i in range(60)
    ]
    assert sample(rows, wants, few=True) == sample(rows, wants, few=False)
