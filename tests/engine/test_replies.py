"""What ends a reply, and what of it is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from inference.engine import Engine, SamplingParams
from inference.engine.sequence import Sequence
from inference.engine.speculation import Lookup

from .running import Reply, drain, run
from .tiny import make_tiny

WARM = SamplingParams(temperature=1.0, top_p=1.0, max_tokens=80, seed=3)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    path = make_tiny(tmp_path_factory.mktemp("m"), thinking=True)
    return Engine.load(path)


def test_info(tmp_path: Path) -> None:
    make_tiny(tmp_path, strengths=("bases",))
    info = Engine.load(tmp_path).info
    assert (info.model, info.engine, info.device) == ("tiny", "engine", "cpu")
    assert info.dtype == "float32" and len(info.revision) == 64
    assert info.strengths == ("bases",) and info.slots == 8 and info.context_tokens == 1024
    stored = load_file(tmp_path / "model.safetensors")
    assert info.parameters == sum(t.numel() for t in stored.values())


def feed(engine: Engine, text: str, params: SamplingParams) -> Sequence:
    """A sequence that generates exactly `text`, token by token."""
    tokenizer = engine.tokenizer
    sequence = Sequence(
        id=1, ids=[1], prompt=1, params=params, decoder=tokenizer.decoder(), eos=frozenset()
    )
    for token in tokenizer.encode_text(text):
        if sequence.finished:
            break
        sequence.append(token)
    return sequence


def test_stop_strings_across_token_borders(engine: Engine) -> None:
    params = replace(WARM, stop=("x = 4", "zzz"), max_tokens=500)
    sequence, shown = feed(engine, "", params), ""
    for token in engine.tokenizer.encode_text("Let x = 3, then x = 4. Never shown"):
        sequence.append(token)
        delta = sequence.delta()
        shown += delta.text
        assert "x = 4" not in shown
        if delta.finish_reason:
            break
    assert (shown, sequence.finished) == ("Let x = 3, then ", "stop")


def test_text_held_for_a_stop_string_comes_out_at_the_end(engine: Engine) -> None:
    params = replace(WARM, stop=("x = 4",), max_tokens=len(engine.tokenizer.encode_text("a x = ")))
    sequence = feed(engine, "a x = ", params)
    assert sequence.delta().text == "a x = " and sequence.finished == "length"


def test_eos_list_and_ignore_eos(engine: Engine, tmp_path: Path) -> None:
    replies = run(engine, [[i, i + 1] for i in range(24)], replace(WARM, max_tokens=200))
    ended = [r for r in replies if r.reason == "stop"]
    ends = {engine.tokenizer.token_id(t) for t in ("<|im_end|>", "<|endoftext|>")}
    assert ended and all(r.ids[-1] in ends for r in ended)
    assert all("<|" not in r.text for r in replies)
    longer = run(engine, [[0, 1]], replace(WARM, ignore_eos=True, max_tokens=200))[0]
    assert len(longer.ids) == 200


def test_a_finished_reply_that_is_resumed_ends_at_once(engine: Engine) -> None:
    params = replace(WARM, max_tokens=10, ignore_eos=True)
    whole = run(engine, [[4, 5]], params)[0]
    id = engine.add([4, 5], params, resume_ids=whole.ids)
    again = drain(engine, {id: Reply()})[id]
    assert (again.ids, again.text, again.reason) == ([], "", "length")


def test_loop_guard(engine: Engine) -> None:
    loop = "We have x = 4. " * 200
    ended = feed(engine, "Let x be a number. " + loop, replace(WARM, max_tokens=5000))
    assert ended.finished == "loop" and ended.generated < 1000
    assert feed(engine, loop, replace(WARM, max_tokens=5000, loop_guard=False)).finished is None
    varied = " ".join(f"Then {i} + {i * i} = {i + i * i}." for i in range(150))
    assert feed(engine, varied, replace(WARM, max_tokens=9000)).finished is None


def test_thinking_budget_closes_the_reasoning(engine: Engine) -> None:
    params = replace(WARM, thinking_budget=10, max_tokens=60, ignore_eos=True)
    reply = run(engine, [[7, 8, 9]], params)[0]
    assert "</think>\n\nThe final answer is \\boxed{" in reply.text
    free = run(engine, [[7, 8, 9]], replace(params, thinking_budget=0))[0]
    assert free.ids[:10] == reply.ids[:10]
    for cut in (5, 12, 30):
        id = engine.add([7, 8, 9], params, resume_ids=reply.ids[:cut])
        assert reply.ids[:cut] + drain(engine, {id: Reply()})[id].ids == reply.ids
    closed = feed(engine, "short</think> reply that goes on and on", replace(params, stop=()))
    assert closed.due() is None


def test_logprobs_come_with_their_tokens(engine: Engine) -> None:
    reply = run(engine, [[7, 8]], replace(WARM, logprobs=True, max_tokens=9, ignore_eos=True))[0]
    assert len(reply.logprobs) == 9 and all(p <= 0 for p in reply.logprobs)


@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_speculation_changes_nothing_but_the_steps(temperature: float, tmp_path: Path) -> None:
    path = make_tiny(tmp_path, hidden_size=24, num_hidden_layers=1)
    plain = Engine.load(path, speculate=False)
    eager = Engine.load(path, speculate=True)
    prompts = [[5, 6, 7, 8] * 6, [9, 10, 11] * 30, [50, 51]]
    params = [
        SamplingParams(temperature=temperature, max_tokens=150, seed=i, loop_guard=False)
        for i in range(3)
    ]
    want = run(plain, prompts, params)
    got = run(eager, prompts, params)
    assert [(r.ids, r.text, r.reason) for r in got] == [(r.ids, r.text, r.reason) for r in want]
    if temperature == 0.0:
        assert len(got[0].pieces) < len(got[0].ids)


def test_drafts_stop_while_they_do_not_pay(engine: Engine) -> None:
    lookup = Lookup(None, cost=2.5)
    sequence = feed(engine, "abc abc abc abc abc abc", replace(WARM, max_tokens=99))
    assert not lookup.worth(1)  # even a token won per draft would not be enough
    lookup.cost = 1.2
    assert lookup.worth(1) and not lookup.worth(2)
    assert lookup.draft(sequence)
    for _ in range(60):
        lookup.learn(0)
    tries = [lookup.worth(1) for _ in range(300)]
    assert 1 <= sum(tries) <= 3  # now and then it is tried again
