"""The shared reader: what comes while a socket joins is neither lost nor told twice."""

from __future__ import annotations

import asyncio
import json

import redis

from inference import client, stream
from inference.protocol import GenerationSpec, SamplingParams
from tutor.hub import Hub
from tutor.outbox import Outbox


def test_an_end_that_comes_while_a_socket_joins_is_told(
    queue: redis.Redis, valkey_url: str
) -> None:
    """The reader may hand an entry out before the watch that asked for it counts as live."""
    client.prepare(queue, GenerationSpec("g", (), SamplingParams(), deadline=0))

    async def join() -> list[str]:
        told: list[str] = []
        ended = asyncio.Event()

        async def send(text: str) -> None:
            told.append(json.loads(text)["type"])
            if told[-1] == "end":
                ended.set()

        outbox = Outbox(send)
        sending = asyncio.create_task(outbox.run())
        hub = Hub(valkey_url, lambda fields: None)
        wake = hub._wake

        async def slow_wake() -> None:
            await wake()
            stream.cancel(queue, "g", client.EMPTY_SHA256)
            while hub._cursors["g"] == "0-0":  # noqa: ASYNC110 - until the reader has handed it out
                await asyncio.sleep(0.01)

        hub._wake = slow_wake  # type: ignore[method-assign]
        watch = hub.watch("g", outbox)
        try:
            await asyncio.wait_for(ended.wait(), 10)
        finally:
            hub.leave(watch)
            sending.cancel()
            await hub.close()
        return told

    assert asyncio.run(join()) == ["snap", "end"]
