"""One generation in the hands of a worker."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from inference.protocol import Delta, FinishReason, GenerationSpec

Outcome = Literal["sealed", "lost", "crashed", "suspected", "spared", "released"]


@dataclass(slots=True, eq=False)
class Job:
    """One claimed generation. The engine thread adds to `pieces`; the publisher reads them."""

    spec: GenerationSpec
    epoch: int
    pieces: list[Delta]  # from the log on a resume, then from the engine
    sent: int  # how many pieces are in the log
    n: int  # how many tokens are in the log
    began: float = field(default_factory=time.time)
    renewed: float = field(default_factory=time.monotonic)
    asked: float = field(default_factory=time.monotonic)
    resumed: int = 0  # tokens written by earlier claims
    written: int = 0  # tokens by earlier claims and this one, sent or not
    suspect_at: int | None = None  # an engine broke with it there, and it is not past that yet
    prompt_tokens: int = 0
    first: float = 0.0  # when the first new token came, unix seconds
    finish: FinishReason | None = None  # set after the last piece
    error: str = ""
    cancelling: bool = False
    outcome: Outcome | None = None
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def gen(self) -> str:
        return self.spec.gen

    def close(self, outcome: Outcome) -> None:
        if self.outcome is None:
            self.outcome = outcome

    def rewind(self, n: int) -> bool:
        """Set the position to what the log says; False when the log is not one of ours."""
        total = 0
        for index, piece in enumerate(self.pieces):
            if total == n:
                self.sent, self.n = index, n
                return True
            total += len(piece.token_ids)
        if total != n:
            return False
        self.sent, self.n = len(self.pieces), n
        return True

    def usage(self) -> dict[str, Any]:
        """Counts and times for the log's end; times in milliseconds."""
        now = time.time()
        created = float(self.spec.meta.get("created", self.began))
        fresh = max(0, self.n - self.resumed)
        busy = max(1e-6, now - (self.first or now))
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.n,
            "queue_ms": round(1000 * (self.began - created)),
            "ttft_ms": round(1000 * ((self.first or now) - created)),
            "total_ms": round(1000 * (now - created)),
            "tokens_per_s": round((fresh - 1) / busy, 1) if fresh > 1 else 0.0,
        }
