"""Who runs next: admission, chunked prefill, growth, preemption, and an estimate for those waiting.

Every step advances every running sequence by one token and, beside them, prefills at most one
chunk, so a long prompt never stalls the others; with nobody decoding it takes several chunks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .attention import BLOCK
from .kv_cache import Blocks, KVCache, block_keys
from .sequence import Sequence

REPLAY = 16  # tokens of an interrupted reply that are recomputed per step
IDLE_CHUNKS = 8  # chunks per step while nobody is decoding


class Work(NamedTuple):
    """What one sequence does in this step: tokens ids[start:end], then drafted tokens."""

    sequence: Sequence
    start: int
    end: int
    prefill: bool  # the tokens are of the prompt
    draws: int  # tokens to be drawn after it: none, one, or one after each drafted token too
    draft: tuple[int, ...] = ()


@dataclass(slots=True)
class Scheduler:
    """Slots, the queue in front of them and the memory under them."""

    cache: KVCache
    blocks: Blocks
    replay: int = REPLAY
    waiting: deque[Sequence] = field(default_factory=deque)
    running: list[Sequence | None] = field(default_factory=list)
    step_s: float = 0.05  # seconds a step takes, averaged
    chunk_s: float = 0.2  # seconds a prefill chunk takes, averaged
    reply_tokens: float = 500.0  # tokens of a finished reply, averaged

    def __post_init__(self) -> None:
        self.running = [None] * self.cache.slots

    def active(self) -> Iterator[Sequence]:
        return (s for s in self.running if s is not None)

    def admit(self) -> None:
        """Give free slots to those who wait, in order, as far as memory goes."""
        while self.waiting and None in self.running:
            sequence = self.waiting[0]
            slot = self.running.index(None)
            need = len(sequence.ids) // BLOCK + 1
            # One more block for each of the others, or the newcomer would soon be thrown out.
            if not self.blocks.room(need + sum(1 for _ in self.active())):
                return
            self.blocks.grow(slot, need * BLOCK)
            self.waiting.popleft()
            self.running[slot] = sequence
            sequence.slot = slot
            sequence.keys = block_keys(sequence.ids[: sequence.prompt])
            found = self.blocks.match(sequence.keys)
            for i, data in enumerate(found):
                self.cache.load(slot, i, data)
            sequence.standing = sequence.keys[: len(found)]
            sequence.computed = len(found) * BLOCK

    def plan(self, lookup: Callable[[Sequence], tuple[int, ...]] | None = None) -> list[Work]:
        """This step's work; makes room first, preempting the youngest where memory is short.

        lookup: drafts what may follow a sequence's last token.
        """
        context, held = self.cache.context, self.blocks.in_slots
        short = [
            s for s in self.active() if min(len(s.ids) + 1, context) > held.get(s.slot, 0) * BLOCK
        ]
        for sequence in sorted(short, key=lambda s: s.id):
            # Oldest first, so that the youngest give way and the oldest always go on.
            while sequence.slot >= 0 and not self.blocks.grow(
                sequence.slot, min(len(sequence.ids) + 1, context)
            ):
                self.preempt(max(self.active(), key=lambda s: s.id))
        work, prefills = [], []
        for sequence in self.active():
            start = sequence.computed
            if start < sequence.prompt:
                prefills.append(sequence)
            else:
                end = min(len(sequence.ids), start + self.replay)
                last = end == len(sequence.ids)
                draft = lookup(sequence) if lookup and last else ()
                work.append(Work(sequence, start, end, False, last + len(draft), draft))
        prefills.sort(key=lambda s: s.id)
        left = 1 if work else IDLE_CHUNKS
        chunks: list[Work] = []
        for sequence in prefills:
            for start in range(sequence.computed, sequence.prompt, BLOCK):
                if len(chunks) == left:
                    break
                end = min(start + BLOCK, sequence.prompt)
                chunks.append(Work(sequence, start, end, True, end == len(sequence.ids)))
        return chunks + work

    def preempt(self, sequence: Sequence) -> None:
        """Take the slot away; the sequence is recomputed later and goes on where it was."""
        self._vacate(sequence)
        sequence.computed = 0
        self.waiting.appendleft(sequence)

    def remove(self, sequence: Sequence) -> None:
        """Forget a sequence that has ended."""
        if sequence.slot >= 0:
            self._vacate(sequence)
        elif sequence in self.waiting:
            self.waiting.remove(sequence)
        if sequence.finished in ("stop", "length"):
            self.reply_tokens += 0.1 * (sequence.generated - self.reply_tokens)

    def _vacate(self, sequence: Sequence) -> None:
        self.blocks.leave(sequence.standing)
        self.blocks.release(sequence.slot)
        self.running[sequence.slot] = None
        sequence.slot, sequence.standing = -1, []

    def advance(self, work: Work) -> None:
        """`work` was computed; full prompt blocks are kept for whoever comes with the same."""
        sequence = work.sequence
        sequence.computed = work.end
        if work.prefill and work.end % BLOCK == 0:
            block = work.end // BLOCK - 1
            if block == len(sequence.standing) and block < len(sequence.keys):
                key = sequence.keys[block]
                if self.blocks.keep(key, self.cache.save(sequence.slot, block)):
                    sequence.standing.append(key)

    def timed(self, seconds: float, work: list[Work]) -> None:
        """Learn from how long a step took."""
        chunks = sum(w.prefill for w in work)
        if not chunks:
            self.step_s += 0.1 * (seconds - self.step_s)
        else:
            alone = max(seconds - (self.step_s if chunks < len(work) else 0.0), 0.0)
            self.chunk_s += 0.2 * (alone / chunks - self.chunk_s)

    def estimate(self, sequence: Sequence) -> tuple[float, float]:
        """Seconds until this sequence's first new token and until its end.

        Replies are taken to be as long as those before them, at most their max_tokens.
        """
        per_token = self.step_s

        def prefill(s: Sequence) -> float:
            return max(s.prompt - s.computed, 0) / BLOCK * self.chunk_s

        def reply(s: Sequence) -> float:
            left = min(s.params.max_tokens, self.reply_tokens) - s.generated
            return max(left, 1.0) * per_token

        slots = sorted(prefill(s) + reply(s) for s in self.active())
        slots = [0.0] * (self.cache.slots - len(slots)) + slots
        for s in (*self.active(), *self.waiting):
            start = 0.0 if s.slot >= 0 else slots.pop(0)
            first = start + prefill(s) + per_token
            if s is sequence:
                return first, start + prefill(s) + reply(s)
            if s.slot < 0:
                slots = sorted([*slots, start + prefill(s) + reply(s)])
        return 0.0, 0.0
