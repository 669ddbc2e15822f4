"""The log under every order of events: each token once, in order, and one end."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference import client, reading, stream
from inference.protocol import GenerationSpec, SamplingParams

TOKENS = ["", "α", "b ", "\n", "𝔽", "", "½", "x"] * 4  # token i has the text TOKENS[i]

STEP = st.sampled_from(
    ["claim", "append", "append", "append", "resend", "zombie", "die", "leave", "cancel", "seal"]
)


class Writer:
    """A worker: the epoch it believes in and where it believes the log ends."""

    def __init__(self, name: str) -> None:
        self.name, self.epoch, self.n = name, 0, 0


def text(n: int) -> str:
    return "".join(TOKENS[:n])


def seal(queue: redis.Redis, gen: str, writer: Writer) -> list[Any]:
    sha256 = hashlib.sha256(text(writer.n).encode()).hexdigest()
    reply: list[Any] = stream.seal(queue, gen, writer.epoch, writer.n, "stop", sha256, "", "{}")
    return reply


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=4, max_size=40), size=st.integers(1, 3), have=st.integers(0))
def test_every_token_once_and_one_end(
    queue: redis.Redis, steps: list[str], size: int, have: int
) -> None:
    queue.flushall()
    gen = "g"
    spec = GenerationSpec(gen, (), SamplingParams(), deadline=0)
    client.prepare(queue, spec)
    holder, zombies = Writer("w0"), []
    for i, step in enumerate(steps):
        if step == "claim":
            claimed = stream.claim(queue, gen, f"w{i}")
            if claimed.outcome == "ok":
                zombies.append(holder)
                holder = Writer(f"w{i}")
                holder.epoch, holder.n = claimed.epoch, claimed.n
        elif step in ("append", "resend", "zombie"):
            writer = zombies[-1] if step == "zombie" and zombies else holder
            base = max(0, writer.n - 1) if step == "resend" else writer.n
            part = list(range(base, min(base + size, len(TOKENS))))
            said = "".join(TOKENS[base : base + size])
            outcome, n = stream.append(queue, gen, writer.epoch, base, part, said)
            assert writer is holder or outcome == "fenced" or not writer.epoch
            if outcome in ("ok", "gap"):
                writer.n = n
        elif step == "die":
            queue.delete(stream.lease_key(gen))
        elif step == "leave":
            stream.release(queue, gen, holder.name, holder.epoch, polite=True)
        elif step == "cancel":
            stream.cancel(queue, gen, client.EMPTY_SHA256)
        elif step == "seal":
            for writer in [*zombies, holder]:
                seal(queue, gen, writer)
    check(queue, gen, have)


def check(queue: redis.Redis, gen: str, have: int) -> None:
    meta, entries = reading.read_meta(queue, gen), reading.read_entries(queue, gen)
    ids = [id for entry in entries for id in entry.token_ids]
    assert ids == list(range(meta.n))
    assert reading.join(entries) == text(meta.n)
    ends = [i for i, entry in enumerate(entries) if entry.kind == "end"]
    assert len(ends) == int(meta.sealed) and ends in ([], [len(entries) - 1])
    if meta.sealed:
        assert meta.sha256 == hashlib.sha256(text(meta.n).encode()).hexdigest()
        assert stream.claim(queue, gen, "late").outcome == "sealed"
    tail = asyncio.run(tail_of(queue, gen, have % (meta.n + 2)))
    if tail.exact and have % (meta.n + 2) <= meta.n:
        assert text(have % (meta.n + 2)) + reading.join(tail.entries) == text(meta.n)


async def tail_of(queue: redis.Redis, gen: str, have: int) -> reading.Tail:
    path = queue.connection_pool.connection_kwargs["path"]
    known = stream.connect_async(f"unix://{path}")
    try:
        return await reading.read_tail(known, gen, have)
    finally:
        await known.aclose()


def test_a_lease_names_one_worker_at_a_time(queue: redis.Redis) -> None:
    client.prepare(queue, GenerationSpec("g", (), SamplingParams(), deadline=0))
    first, second = stream.claim(queue, "g", "a"), stream.claim(queue, "g", "b")
    assert (first.outcome, second.outcome) == ("ok", "busy")
    assert stream.renew(queue, "g", "a", first.epoch) == 1
    assert not stream.release(queue, "g", "b", first.epoch, polite=True)
    assert stream.release(queue, "g", "a", first.epoch, polite=True)
    again = stream.claim(queue, "g", "b")
    assert again.epoch == first.epoch + 1
    assert stream.renew(queue, "g", "a", first.epoch) == 0
    assert reading.read_meta(queue, "g").deaths == 1


def test_epochs_grow_even_when_the_server_forgot_everything(queue: redis.Redis) -> None:
    spec = GenerationSpec("g", (), SamplingParams(), deadline=0)
    client.prepare(queue, spec)
    before = stream.claim(queue, "g", "a").epoch
    queue.flushall()
    assert stream.claim(queue, "g", "a").outcome == "missing"
    import time

    time.sleep(0.002)
    client.prepare(queue, spec)
    assert stream.claim(queue, "g", "a").epoch > before


def test_preparing_twice_changes_nothing(queue: redis.Redis) -> None:
    spec = GenerationSpec("g", (), SamplingParams(), deadline=0)
    client.prepare(queue, spec)
    claimed = stream.claim(queue, "g", "a")
    stream.append(queue, "g", claimed.epoch, 0, [0, 1], text(2))
    client.prepare(queue, spec)
    assert reading.read_meta(queue, "g").n == 2


@pytest.mark.parametrize("size", [1, 70, 3000])
def test_a_long_log_is_read_from_its_end(queue: redis.Redis, size: int) -> None:
    client.prepare(queue, GenerationSpec("g", (), SamplingParams(), deadline=0))
    epoch = stream.claim(queue, "g", "a").epoch
    pipe = queue.pipeline(transaction=False)
    for i in range(size):
        stream.append(pipe, "g", epoch, i, [i], f"{i},")
    pipe.execute()
    whole = "".join(f"{i}," for i in range(size))
    for have in {0, 1, size // 2, size - 1, size}:
        tail = asyncio.run(tail_of(queue, "g", have))
        assert tail.exact
        assert "".join(f"{i}," for i in range(have)) + reading.join(tail.entries) == whole
