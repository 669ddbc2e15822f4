"""Replies from an engine: many requests, each with a seed of its own, as they end.

A reply depends on the model, the prompt and the seed alone, not on what else is running, so a
stopped sampling goes on with the replies that are missing and gets what it would have got.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inference.engine import Engine
from inference.protocol import EngineProtocol, Message, SamplingParams
from inference.remote import RemoteEngine
from training.export import export, load_run

SLOTS = 32  # replies sampled together


@dataclass(frozen=True, slots=True)
class Request:
    """One reply that is wanted; `key` is the caller's name for it."""

    key: str
    messages: Sequence[Message]
    params: SamplingParams


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply and why it ended; `error` says what went wrong with reason "error"."""

    key: str
    text: str
    tokens: int
    reason: str
    limit: int  # tokens it could have had at most
    error: str = ""


def open_engine(
    model: str, *, slots: int = SLOTS, device: str = "cpu", served: str = ""
) -> EngineProtocol:
    """An engine for a checkpoint directory, a training directory, or the address of a server.

    `served` is the model's name at the server. ValueError if nothing there can answer.
    """
    if model.startswith(("http://", "https://")):
        return RemoteEngine(model, served, slots=slots)
    directory = Path(model)
    if not (directory / "state.pt").exists():
        return Engine.load(directory, device=device, slots=slots)
    with tempfile.TemporaryDirectory() as folder:
        trained, tokenizer = load_run(directory)
        weights = trained.state_dict()
        export(weights, trained.shape, tokenizer, Path(folder), name=directory.name)
        return Engine.load(folder, device=device, slots=slots)


def seed_of(*parts: object) -> int:
    """A seed decided by its parts, the same in every process."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") & 0x7FFFFFFF


def ask(engine: EngineProtocol, requests: Iterable[Request]) -> Iterator[Reply]:
    """Every request's reply, each as soon as it ends; no more in flight than the engine has slots.

    A reply gets what is left of the context after its prompt where that is less than it may have.
    """
    waiting = iter(requests)
    running: dict[int, tuple[Request, int]] = {}
    texts: dict[int, list[str]] = {}
    tokens: dict[int, int] = {}
    more = True
    while more or running:
        while more and len(running) < engine.info.slots:
            request = next(waiting, None)
            if request is None:
                more = False
                break
            prompt = engine.encode(request.messages)
            limit = min(request.params.max_tokens, engine.info.context_tokens - len(prompt))
            if limit < 1:
                yield Reply(request.key, "", 0, "error", 0, "The prompt fills the context.")
                continue
            id = engine.add(prompt, replace(request.params, max_tokens=limit))
            running[id], texts[id], tokens[id] = (request, limit), [], 0
        for delta in engine.step() if running else ():
            texts[delta.id].append(delta.text)
            tokens[delta.id] += len(delta.token_ids)
            if delta.finish_reason:
                request, limit = running.pop(delta.id)
                text = "".join(texts.pop(delta.id))
                count, reason = tokens.pop(delta.id), delta.finish_reason
                yield Reply(request.key, text, count, reason, limit, delta.error)


def ask_all(engine: EngineProtocol, requests: Sequence[Request]) -> list[str]:
    """The texts of all replies in the order of the requests; RuntimeError if one failed."""
    found: dict[str, str] = {}
    for reply in ask(engine, requests):
        if reply.reason == "error":
            raise RuntimeError(f"{reply.key}: {reply.error}")
        found[reply.key] = reply.text
    return [found[request.key] for request in requests]
