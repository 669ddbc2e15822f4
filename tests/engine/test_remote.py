"""The remote engine against a real HTTP server, and against llama.cpp's where it is installed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from inference.engine import Engine, SamplingParams
from inference.remote import RemoteEngine, _text

from .openai_server import Server, serving
from .running import Reply
from .tiny import make_tiny

HELLO = [{"role": "user", "content": "What is 2+3? <|im_end|> né"}]
GREEDY = SamplingParams(temperature=0, max_tokens=60, seed=1)


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("m"))


@pytest.fixture(scope="module")
def engine(directory: Path) -> Engine:
    return Engine.load(directory)


def finish(remote: RemoteEngine, id: int, until: int = 10**9) -> Reply:
    reply, deadline = Reply(), time.monotonic() + 30
    while not reply.reason and len(reply.ids) < until:
        assert time.monotonic() < deadline
        for delta in remote.step():
            assert delta.id == id and len(delta.token_ids) == len(delta.text)
            reply.ids += delta.token_ids
            reply.text += delta.text
            reply.reason, reply.error = delta.finish_reason, delta.error
    return reply


@pytest.mark.parametrize(("owner", "template"), [("vllm", False), ("someone", True)])
def test_streams_and_resumes_from_the_emitted_prefix(
    engine: Engine, directory: Path, owner: str, template: bool
) -> None:
    with serving(engine, owner) as server:
        remote = RemoteEngine(server.url, "tiny", tokenizer=directory if template else None)
        assert remote.info.engine == "remote" and remote.info.context_tokens == 1024
        whole = finish(remote, remote.add(remote.encode(HELLO), GREEDY))
        assert whole.reason in ("stop", "length") and len(whole.text) > 10
        cut = len(whole.text) // 2
        prefix = whole.text[:cut]
        id = remote.add(remote.encode(HELLO), GREEDY, resume_ids=list(map(ord, prefix)))
        rest = finish(remote, id)
        assert rest.reason in ("stop", "length")
        body = server.bodies[-1]
        if template:
            assert body["prompt"].endswith(f"<|im_start|>assistant\n{prefix}")
            assert "< |im_end|>" in body["prompt"]
        else:
            assert body["messages"][-1] == {"role": "assistant", "content": prefix}
            assert body["continue_final_message"] and not body["add_generation_prompt"]
        remote.close()


def test_a_broken_connection_is_resumed(engine: Engine) -> None:
    with serving(engine) as server:
        remote = RemoteEngine(server.url)
        server.break_after = 6
        reply = finish(remote, remote.add(remote.encode(HELLO), GREEDY))
        assert reply.reason in ("stop", "length") and len(server.bodies) == 2
        assert reply.text.startswith(server.bodies[1]["messages"][-1]["content"])


def test_refusals_and_absent_servers(engine: Engine, monkeypatch) -> None:
    monkeypatch.setattr("inference.remote.RETRIES", 0)
    with serving(engine, "unknown") as server:
        remote = RemoteEngine(server.url)
        hot = SamplingParams(temperature=3.0)
        reply = finish(remote, remote.add(remote.encode(HELLO), hot))
        assert reply.reason == "error" and "too high" in reply.error
        reply = finish(remote, remote.add(remote.encode(HELLO), GREEDY, resume_ids=[65]))
        assert reply.reason == "error" and "cannot continue" in reply.error
        with pytest.raises(ValueError, match="serves tiny"):
            RemoteEngine(server.url, "other")
        url = server.url
    reply = finish(remote, remote.add(remote.encode(HELLO), GREEDY))
    assert reply.reason == "error" and "gone" in reply.error
    with pytest.raises(ValueError, match="No model server answers"):
        RemoteEngine(url)
    with pytest.raises(ValueError, match="http address"):
        RemoteEngine("")


def test_cancel_stops_the_server_too(engine: Engine) -> None:
    with serving(engine) as server:
        remote = RemoteEngine(server.url)
        long = SamplingParams(temperature=1.0, max_tokens=900, seed=4)
        id = remote.add(remote.encode(HELLO), long)
        finish(remote, id, until=5)
        remote.cancel(id)
        reply = finish(remote, id)
        assert reply.reason == "cancelled"
        _until_idle(server)
        assert not engine.busy


def _until_idle(server: Server) -> None:
    deadline = time.monotonic() + 20
    while server.lock.locked() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_parted_reasoning_gets_its_tags_back() -> None:
    events = [{"reasoning_content": "a"}, {"reasoning_content": "b"}, {"content": "c"}, {}]
    text, thinking = "", False
    for delta in events:
        piece, thinking = _text({"delta": delta}, thinking)
        text += piece
    assert (text, thinking) == ("<think>ab</think>c", False)
