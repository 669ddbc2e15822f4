"""An engine that breaks loses nothing that it wrote."""

from __future__ import annotations

import pytest
import redis

from inference import client, runner, stream
from inference.job import Job
from inference.protocol import GenerationSpec, Message, SamplingParams
from inference.scripted import ScriptedEngine


def test_what_was_written_before_the_engine_broke_is_in_the_log(
    queue: redis.Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the publisher was about to rest: the first token wakes it, the others would wait."""
    monkeypatch.setattr(runner, "PUBLISH_S", 0.5)
    said: Message = {"role": "user", "content": "[scripted speed=200 tokens=40 raise_at=12]"}
    spec = GenerationSpec("g", (said,), SamplingParams(), deadline=0)
    client.prepare(queue, spec)
    claimed = stream.claim(queue, "g", "w")
    job = Job(spec=spec, epoch=claimed.epoch, pieces=[], sent=0, n=0)
    working = runner.Runner(redis_url=valkey_url, worker="w", make_engine=ScriptedEngine)
    working.submit(job)
    working.start()
    assert job.done.wait(10) and job.outcome == "crashed"
    working.stop_stepping()
    working.stop_publishing()
    assert int(queue.hget(stream.meta_key("g"), "n") or 0) == 12
