"""An engine without a model, for tests: the same messages and seed always give the same text.

Words in the problem steer it: `[scripted tokens=300 speed=50 answer=42 fail_at=20]`.
`fail_at` ends the request with an error there, as a request with NaN logits ends; `raise_at`
makes `step` itself raise, as a broken device does.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from inference.protocol import Delta, EngineInfo, FinishReason, Message, SamplingParams

_DIRECTIVES = re.compile(r"\[scripted([^\]]*)\]")
_TOKENS = re.compile(r"\\?\w+|\s+|[^\w\s]")
_SUM = re.compile(r"(\d+)\s*(\+|-|\\times|\\cdot|plus|minus|times)\s*(\d+)")

_STEPS = (
    "First look at a small case: $n = {a}$ gives ${a}^2 = {aa}$.\n\n",
    "So $ {a} + {b} = {ab} $, and the same holds for every $n \\ge {a}$.\n\n",
    "Let $x = {b}$.\n$$ \\sum_{{k=1}}^{{{b}}} k = \\frac{{{b} \\cdot {bp}}}{{2}} = {tri} $$\n\n",
    "By symmetry the case $\\alpha ↔ \\beta$ is alike; “nothing new” — naïve, 𝔽 is a field.\n\n",
    "Check: ${a} \\cdot {b} = {axb}$ ✓\n\n",
)


def script(messages: Sequence[Message], seed: int, tokens: int, answer: str) -> list[str]:
    """Pieces whose concatenation is the text; a piece for each token of a reply of that length."""
    problem = messages[-1]["content"]
    digest = hashlib.sha256(f"{seed}\n{problem}".encode()).digest()
    opening = _TOKENS.findall("<think>\n")
    closing = _TOKENS.findall(
        f"</think>\n\nPutting this together, the answer is \\boxed{{{answer}}}."
    )
    body: list[str] = []
    i = 0
    while len(opening) + len(body) + len(closing) < tokens:
        a, b = digest[i % 32] % 20 + 1, digest[(i + 7) % 32] % 30 + 2
        step = _STEPS[digest[(i * 3) % 32] % len(_STEPS)]
        values = {"a": a, "b": b, "aa": a * a, "ab": a + b, "bp": b + 1, "axb": a * b}
        for piece in _TOKENS.findall(step.format(tri=b * (b + 1) // 2, **values)):
            # Beyond ASCII a character may need several tokens; the text comes with the last one.
            body.extend([piece] if piece.isascii() else ["", piece])
        i += 1
    return opening + body[: max(0, tokens - len(opening) - len(closing))] + closing


def _answer(problem: str, seed: int) -> str:
    """The value of a sum, difference or product in the problem, else a number of the seed."""
    if found := _SUM.search(problem):
        a, sign, b = int(found[1]), found[2], int(found[3])
        return str(a + b if sign in ("+", "plus") else a - b if sign in ("-", "minus") else a * b)
    return str(seed % 97)


@dataclass(slots=True)
class _Request:
    pieces: list[str]
    at: int  # the next token
    most: int
    interval: float  # seconds between tokens
    due: float
    fail_at: int
    raise_at: int
    cancelled: bool = False


class ScriptedEngine:
    """Fulfils `inference.protocol.EngineProtocol`; its prompt ids are code points."""

    def __init__(self, *, speed: float = 0.0, slots: int = 8, tokens: int = 0) -> None:
        """`speed` in tokens/s per request and `tokens` per reply; 0 reads the environment."""
        self.speed = speed or float(os.environ.get("THINKTRAIL_SCRIPTED_SPEED", "200"))
        self.tokens = tokens or int(os.environ.get("THINKTRAIL_SCRIPTED_TOKENS", "240"))
        self.info = EngineInfo(
            model="scripted",
            revision=hashlib.sha256(repr(_STEPS).encode()).hexdigest(),
            engine="scripted",
            device="cpu",
            dtype="none",
            parameters=0,
            context_tokens=int(os.environ.get("THINKTRAIL_SCRIPTED_CONTEXT", "16384")),
            slots=slots,
            strengths=("*",),
        )
        self._requests: dict[int, _Request] = {}
        self._next = 1

    def encode(self, messages: Sequence[Message]) -> list[int]:
        if not messages:
            raise ValueError("There is nothing to answer.")
        return [ord(c) for m in messages for c in f"{m['role']}\n{m['content']}\0"]

    def add(
        self, prompt_ids: Sequence[int], params: SamplingParams, *, resume_ids: Sequence[int] = ()
    ) -> int:
        problem = "".join(map(chr, prompt_ids)).rstrip("\0").rsplit("\0", 1)[-1]
        problem = problem.removeprefix("user\n")
        told = dict(re.findall(r"(\w+)=(\S+)", " ".join(_DIRECTIVES.findall(problem))))
        answer = told.get("answer", "") or _answer(problem, params.seed)
        message = Message(role="user", content=problem)
        pieces = script([message], params.seed, int(told.get("tokens", self.tokens)), answer)
        interval = 1 / float(told.get("speed", self.speed))
        id, self._next = self._next, self._next + 1
        self._requests[id] = _Request(
            pieces=pieces,
            at=len(resume_ids),
            most=min(params.max_tokens, len(pieces)),
            interval=interval,
            due=time.monotonic() + interval,
            fail_at=int(told.get("fail_at", -1)),
            raise_at=int(told.get("raise_at", -1)),
        )
        return id

    def step(self) -> list[Delta]:
        """Sleep until a token is due somewhere, then give every token that is due."""
        if not self._requests:
            return []
        waiting = min(r.due for r in self._requests.values()) - time.monotonic()
        if waiting > 0 and not any(r.cancelled for r in self._requests.values()):
            time.sleep(min(waiting, 0.02))
        now = time.monotonic()
        return [d for id in list(self._requests) if (d := self._advance(id, now))]

    def _advance(self, id: int, now: float) -> Delta | None:
        request = self._requests[id]
        if request.cancelled:
            return self._end(id, "cancelled")
        if request.at == request.raise_at:
            raise RuntimeError("The scripted device broke, as asked.")
        if request.at == request.fail_at:
            return self._end(id, "error", "The numbers of this request became NaN.")
        if request.at >= request.most:
            return self._end(id, "length" if request.most < len(request.pieces) else "stop")
        if request.due > now:
            return None
        piece, token = request.pieces[request.at], request.at
        request.at += 1
        request.due = max(request.due + request.interval, now - 0.25)
        if request.at < request.most:
            return Delta(id, (token,), piece)
        last: FinishReason = "length" if request.most < len(request.pieces) else "stop"
        del self._requests[id]
        return Delta(id, (token,), piece, last)

    def _end(self, id: int, reason: FinishReason, error: str = "") -> Delta:
        del self._requests[id]
        return Delta(id, (), "", reason, error)

    def cancel(self, id: int) -> None:
        if id in self._requests:
            self._requests[id].cancelled = True

    def close(self) -> None:
        self._requests.clear()
