"""One request: its tokens, what of its text is out, and why it ended."""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import dataclass, field

import numpy as np

from inference.protocol import Delta, FinishReason, SamplingParams
from inference.text import TextDecoder

from .sampler import Want

LOOP_EVERY = 32  # tokens between two looks for a loop
LOOP_TOKENS = 320  # a loop is at least this much of one passage …
LOOP_TIMES = 4  # … repeated at least this often
LOOP_LOOKBACK = 2048


@dataclass(slots=True, eq=False)
class Sequence:
    """State of one request. `ids` holds the prompt and everything generated so far."""

    id: int
    ids: list[int]
    prompt: int  # tokens of ids that are the prompt
    params: SamplingParams
    decoder: TextDecoder
    eos: frozenset[int]
    forced: tuple[int, ...] = ()  # closes the reasoning when its budget is spent
    slot: int = -1
    computed: int = 0  # tokens of ids whose keys and values are in the slot
    depth: int = 0  # layers that the chunk after them has been through
    keys: list[bytes] = field(default_factory=list)  # of the prompt's full blocks
    standing: list[bytes] = field(default_factory=list)  # those whose kept copy it uses
    finished: FinishReason | None = None
    error: str = ""
    ngrams: dict[tuple[int, ...], int] = field(default_factory=dict)  # see speculation.py
    indexed: int = 0
    _text: str = ""  # decoded and not yet out
    _fresh: list[int] = field(default_factory=list)  # tokens not yet out
    _logprobs: list[float] = field(default_factory=list)  # of those tokens, if asked for
    _closed: bool = False  # the reasoning was closed
    _tail: str = ""

    @property
    def generated(self) -> int:
        return len(self.ids) - self.prompt

    def replay(self, ids: Items[int]) -> None:
        """Take tokens that were emitted before, without emitting them again."""
        for token in ids:
            if self.finished:
                break
            self.append(token)
        self._emit_text()
        self._fresh.clear()
        self._logprobs.clear()

    def due(self) -> int | None:
        """The token that must come next whatever the model says, if there is one."""
        budget, at = self.params.thinking_budget, self.generated
        if budget and not self._closed and budget <= at < budget + len(self.forced):
            return self.forced[at - budget]
        return None

    def wants(self, draft: Items[int]) -> list[Want]:
        """What the coming draws are for: the next token, and the one after each drafted token."""
        params, first = self.params, self.generated
        if params.repetition_penalty == 1:  # what was generated matters to the penalty only
            return [Want(params, first + i) for i in range(1 + len(draft))]
        seen = self.ids[self.prompt :]
        return [Want(params, first + i, [*seen, *draft[:i]]) for i in range(1 + len(draft))]

    def append(self, token: int, logprob: float = 0.0) -> None:
        """Add a generated token and decide whether it ends the reply."""
        params, generated = self.params, self.generated + 1
        self.ids.append(token)
        self._fresh.append(token)
        if params.logprobs:
            self._logprobs.append(logprob)
        if token in self.eos and not params.ignore_eos:
            self.finished = "stop"
            return
        piece = self.decoder.feed(token)
        self._text += piece
        if params.thinking_budget and not self._closed:
            self._tail = (self._tail + piece)[-32:]
            self._closed = generated <= params.thinking_budget and "</think>" in self._tail
        if params.stop and self._stopped(len(piece)):
            self.finished = "stop"
        elif generated >= params.max_tokens:
            self.finished = "length"
        elif generated % LOOP_EVERY == 0 and self._loops():
            self.finished = "loop"

    def _stopped(self, added: int) -> bool:
        """Cut the text at the first stop string that is now complete."""
        found = [at for stop in self.params.stop if (at := self._text.find(stop)) >= 0]
        if found:
            self._text = self._text[: min(found)]
        return bool(found)

    def _held(self) -> int:
        """Characters at the end that may still become a stop string."""
        held = 0
        for stop in self.params.stop:
            for n in range(min(len(stop) - 1, len(self._text)), held, -1):
                if self._text.endswith(stop[:n]):
                    held = n
                    break
        return held

    def _loops(self) -> bool:
        """The reply's end is one passage over and over (judged on token ids)."""
        if not self.params.loop_guard or self.params.ignore_eos or self.generated < LOOP_TOKENS:
            return False
        tail = np.asarray(self.ids[self.prompt :][-LOOP_LOOKBACK:])
        ends = np.flatnonzero(tail[:-1] == tail[-1])[::-1]
        for end in ends[:64]:
            period = len(tail) - 1 - int(end)
            span = max(LOOP_TOKENS, LOOP_TIMES * period)
            if span > len(tail):
                return False
            if np.array_equal(tail[-span:-period], tail[len(tail) - span + period :]):
                return True
        return False

    def _emit_text(self) -> str:
        cut = len(self._text)
        if self.params.stop and not self.finished:
            cut -= self._held()
        out, self._text = self._text[:cut], self._text[cut:]
        return out

    def delta(self) -> Delta:
        """What is new since the last call."""
        fresh, self._fresh = tuple(self._fresh), []
        logprobs, self._logprobs = tuple(self._logprobs), []
        text = self._emit_text()
        return Delta(self.id, fresh, text, self.finished, self.error, logprobs)
