"""The scheduler and the memory under it: nothing leaks, nothing is shared that should not be."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from inference.engine import Engine, SamplingParams, scheduler
from inference.engine.attention import BLOCK
from inference.engine.kv_cache import Blocks, block_keys

from .running import Reply, drain, hold_nobody_up, run
from .tiny import make_tiny

WARM = SamplingParams(temperature=1.0, top_p=1.0, max_tokens=30, ignore_eos=True)


class BlockMachine(RuleBasedStateMachine):
    """Slots grow and end, prompts match and keep, in any order."""

    @initialize(total=st.integers(4, 24))
    def begin(self, total: int) -> None:
        self.blocks = Blocks(total)
        self.tokens: dict[int, int] = {}
        self.standing: dict[int, list[bytes]] = {}

    @rule(slot=st.integers(0, 4), tokens=st.integers(1, 12 * BLOCK))
    def grow(self, slot: int, tokens: int) -> None:
        before = dict(self.blocks.in_slots)
        if self.blocks.grow(slot, tokens):
            self.tokens[slot] = max(tokens, self.tokens.get(slot, 0))
            self.standing.setdefault(slot, [])
        else:
            assert self.blocks.in_slots == before

    @rule(slot=st.integers(0, 4), family=st.integers(0, 2), length=st.integers(1, 6))
    def match_and_keep(self, slot: int, family: int, length: int) -> None:
        if slot not in self.tokens or self.standing[slot]:
            return
        keys = block_keys([family] * (length * BLOCK + 1))
        found = self.blocks.match(keys)
        assert [int(t) for t in found] == list(range(len(found)))  # its own blocks, in order
        used = keys[: len(found)]
        for i, key in enumerate(keys[len(found) :], len(found)):
            if not self.blocks.keep(key, torch.tensor(i)):
                break
            used.append(key)
        self.standing[slot] = used

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        slot = data.draw(st.sampled_from(sorted(self.tokens)))
        self.blocks.leave(self.standing.pop(slot))
        self.blocks.release(slot)
        del self.tokens[slot]

    @invariant()
    def counts_add_up(self) -> None:
        if not hasattr(self, "blocks"):
            return
        assert self.blocks.free >= 0
        assert self.blocks.in_slots == {s: -(-t // BLOCK) for s, t in self.tokens.items()}
        users: dict[bytes, int] = {}
        for keys in self.standing.values():
            for key in keys:
                users[key] = users.get(key, 0) + 1
        assert {k: v.users for k, v in self.blocks.kept.items() if v.users} == users


TestBlocks = BlockMachine.TestCase
TestBlocks.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=400), st.integers(0, 399))
@settings(max_examples=50, deadline=None)
def test_keys_name_a_whole_prefix(prompt: list[int], changed: int) -> None:
    keys = block_keys(prompt)
    assert len(keys) == (len(prompt) - 1) // BLOCK
    if changed < len(prompt):
        other = [*prompt[:changed], prompt[changed] + 1, *prompt[changed + 1 :]]
        same = [a == b for a, b in zip(keys, block_keys(other), strict=True)]
        assert same == [i < changed // BLOCK for i in range(len(keys))]


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("m"), hidden_size=24, num_hidden_layers=2)


@pytest.fixture(scope="module")
def cramped(directory: Path) -> Engine:
    """Four slots over memory for about 1,200 tokens."""
    engine = Engine.load(directory, slots=4)
    engine.scheduler.blocks.total = 19
    return engine


@pytest.fixture(scope="module")
def roomy(directory: Path) -> Engine:
    return Engine.load(directory, slots=4)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_every_request_ends_and_memory_comes_back(
    cramped: Engine, roomy: Engine, data: st.DataObject
) -> None:
    """Preempted, waiting or cancelled: each ends, with the text it has where memory is ample.

    That also holds where chunks of prompts stop between the layers.
    """
    with pytest.MonkeyPatch.context() as patch:
        if data.draw(st.booleans()):
            hold_nobody_up(patch)
        check_every_request(cramped, roomy, data)


def check_every_request(cramped: Engine, roomy: Engine, data: st.DataObject) -> None:
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    shared = [rng.randrange(300) for _ in range(130)]
    prompts = [
        rng.choice((shared, []))[:128] + [rng.randrange(300) for _ in range(rng.randint(1, 150))]
        for _ in range(data.draw(st.integers(1, 9)))
    ]
    params = [replace(WARM, seed=i, max_tokens=rng.randint(1, 120)) for i in range(len(prompts))]
    ids = [cramped.add(p, q) for p, q in zip(prompts, params, strict=True)]
    replies = {id: Reply() for id in ids}
    drain(cramped, replies, steps=rng.randint(0, 10))
    gone = [id for id in ids if rng.random() < 0.2]
    for id in gone:
        cramped.cancel(id)
    drain(cramped, replies, steps=3000)
    assert all(r.reason for r in replies.values())
    blocks = cramped.scheduler.blocks
    assert not cramped.busy and not blocks.in_slots
    assert all(kept.users == 0 for kept in blocks.kept.values())
    kept = [i for i, id in enumerate(ids) if replies[id].reason == "length"]
    want = run(roomy, [prompts[i] for i in kept], [params[i] for i in kept])
    assert [replies[ids[i]].ids for i in kept] == [r.ids for r in want]
    assert [replies[ids[i]].text for i in kept] == [r.text for r in want]


def test_preemption_happens_and_is_invisible(cramped: Engine, roomy: Engine, monkeypatch) -> None:
    preempted = []
    real = type(cramped.scheduler).preempt
    monkeypatch.setattr(
        type(cramped.scheduler), "preempt", lambda self, s: (preempted.append(s.id), real(self, s))
    )
    prompts = [[i] * 100 for i in range(4)]
    params = replace(WARM, max_tokens=300)
    got = run(cramped, prompts, params)
    assert preempted
    assert [r.ids for r in got] == [r.ids for r in run(roomy, prompts, params)]


def test_a_shared_prefix_is_computed_once(roomy: Engine, monkeypatch) -> None:
    computed = []
    forward = roomy.model.forward

    def counting(cache, chunks, rows, pad=2):
        computed.extend(len(c.tokens) for c in chunks)
        return forward(cache, chunks, rows, pad)

    roomy.scheduler.blocks.kept.clear()
    monkeypatch.setattr(roomy.model, "forward", counting)
    shared = [i % 251 for i in range(320)]
    first = run(roomy, [[*shared, 7]], WARM)[0]
    assert sum(computed) == 321
    computed.clear()
    second, same = run(roomy, [[*shared, 8], [*shared, 7]], WARM)
    assert sum(computed) == 2 and same == first and second.ids != first.ids


@pytest.mark.parametrize("layers", [2, 1])
def test_a_long_prompt_does_not_stall_the_others(roomy: Engine, layers: int, monkeypatch) -> None:
    monkeypatch.setattr(scheduler, "HOLD_S", 1e9)
    if layers == 1:
        hold_nobody_up(monkeypatch)
    roomy.scheduler.blocks.kept.clear()
    running = roomy.add([1, 2, 3], replace(WARM, max_tokens=60))
    replies = {running: Reply()}
    drain(roomy, replies, steps=3)
    long = roomy.add(list(range(300)) * 3, replace(WARM, max_tokens=2))
    replies[long] = Reply()
    before = len(replies[running].ids)
    steps = 0
    while not replies[long].ids:
        drain(roomy, replies, steps=1)
        steps += 1
    assert steps == 15 * 2 // layers  # one chunk of 64 a step, or one layer of it …
    assert len(replies[running].ids) == before + steps  # … and a token of the other in each
    drain(roomy, replies)


def test_estimates_grow_along_the_queue(roomy: Engine) -> None:
    ids = [roomy.add([1, 2, i], replace(WARM, max_tokens=100)) for i in range(12)]
    roomy.step()
    firsts, ends = zip(*(roomy.estimate(id) for id in ids), strict=True)
    assert all(0 < first < end for first, end in zip(firsts, ends, strict=True))
    assert max(firsts[:4]) < min(firsts[4:8]) <= max(firsts[4:8]) < min(firsts[8:])
    assert roomy.estimate(10**9) == (0.0, 0.0)
    for id in ids:
        roomy.cancel(id)
    roomy.step()
