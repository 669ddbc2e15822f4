"""Helpers that drive an engine to its end."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from inference.engine import Engine, SamplingParams, scheduler


def hold_nobody_up(patch: pytest.MonkeyPatch) -> None:
    """A chunk goes through one layer a step while others decode."""
    patch.setattr(scheduler, "HOLD_STEPS", 0.0)
    patch.setattr(scheduler, "HOLD_S", 0.0)


@dataclass
class Reply:
    ids: list[int] = field(default_factory=list)
    text: str = ""
    reason: str | None = None
    error: str = ""
    pieces: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)


def drain(engine: Engine, replies: dict[int, Reply], steps: int = 10_000) -> dict[int, Reply]:
    """Step until every request in `replies` has ended, or for `steps` steps."""
    for _ in range(steps):
        if all(r.reason for r in replies.values()):
            break
        for delta in engine.step():
            reply = replies.setdefault(delta.id, Reply())
            assert reply.reason is None, "a delta after the end"
            reply.ids += delta.token_ids
            reply.text += delta.text
            reply.pieces.append(delta.text)
            reply.logprobs += delta.logprobs
            reply.reason, reply.error = delta.finish_reason, delta.error
    return replies


def run(
    engine: Engine, prompts: list[list[int]], params: SamplingParams | list[SamplingParams]
) -> list[Reply]:
    """Run the prompts together; replies in the order of the prompts."""
    each = params if isinstance(params, list) else [params] * len(prompts)
    ids = [engine.add(p, q) for p, q in zip(prompts, each, strict=True)]
    done = drain(engine, {id: Reply() for id in ids})
    return [done[id] for id in ids]
