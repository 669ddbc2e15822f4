"""Who runs next: admission, chunked prefill, growth, preemption, and an estimate for those waiting.

Every step advances every running sequence by one token and, beside them, prefills at most one
chunk, so a long prompt never stalls the others; where even a chunk would hold them up, it goes
through a few layers per step (after arXiv 2510.08055), which changes no bit and reads no weight
twice. With nobody decoding a step takes several chunks.
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
# A chunk may lengthen a step by this many steps, or by this many seconds, which nobody feels.
HOLD_STEPS, HOLD_S = 1.5, 0.03


class Work(NamedTuple):
    """What one sequence does in this step: tokens ids[start:end], then drafted tokens."""

    sequence: Sequence
    start: int
    end: int
    prefill: bool  # the tokens are of the prompt
    draws: int  # tokens to be drawn after it: none, one, or one after each drafted token too
    draft: tuple[int, ...] = ()
    layers: range = range(0)  # that a chunk goes through


@dataclass(slots=True)
class Scheduler:
    """Slots, the queue in front of them and the memory under them."""

    cache: KVCache
    blocks: Blocks
    replay: int = REPLAY
    layered: bool = False  # a chunk may go through some layers only
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
        # A chunk between its layers goes on alone.
        left = 1 if work or any(s.depth for s in prefills) else IDLE_CHUNKS
        chunks: list[Work] = []
        for sequence in prefills:
            for start in range(sequence.computed, sequence.prompt, BLOCK):
                if len(chunks) == left:
                    break
                end, layers = min(start + BLOCK, sequence.prompt), len(self.cache.layers)
                through = range(sequence.depth, self._reach(sequence.depth) if work else layers)
                draws = through.stop == layers and end == len(sequence.ids)
                chunks.append(Work(sequence, start, end, True, draws, layers=through))
        return chunks + work

    def _reach(self, depth: int) -> int:
        """The layer at which a chunk that others wait for ends this step."""
        layers = len(self.cache.layers)
        if not self.layered:
            return layers
        return min(layers, depth + max(1, int(self._hold / self.chunk_s * layers)))

    @property
    def _hold(self) -> float:
        """Seconds by which prefilling may lengthen a step that others wait for."""
        return max(HOLD_STEPS * self.step_s, HOLD_S)

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
        sequence.slot, sequence.depth, sequence.standing = -1, 0, []

    def advance(self, work: Work) -> None:
        """`work` was computed; full prompt blocks are kept for whoever comes with the same."""
        sequence = work.sequence
        if work.prefill and work.layers.stop < len(self.cache.layers):
            sequence.depth = work.layers.stop
            return
        sequence.computed, sequence.depth = work.end, 0
        if work.prefill and work.end % BLOCK == 0:
            block = work.end // BLOCK - 1
            if block == len(sequence.standing) and block < len(sequence.keys):
                key = sequence.keys[block]
                if self.blocks.keep(key, self.cache.save(sequence.slot, block)):
                    sequence.standing.append(key)

    def timed(self, seconds: float, work: list[Work]) -> None:
        """Learn from how long a pass took."""
        chunks = sum(len(w.layers) for w in work) / len(self.cache.layers)
        if not chunks:
            self.step_s += 0.1 * (seconds - self.step_s)
        else:
            others = any(not w.prefill for w in work)
            alone = max(seconds - others * self.step_s, 1e-6)
            self.chunk_s += 0.5 * (alone / chunks - self.chunk_s)

    def estimate(self, sequence: Sequence) -> tuple[float, float]:
        """Seconds until this sequence's first new token and until its end.

        Replies are taken to be as long as those before them, at most their max_tokens.
        """
        per_token, chunk = self.step_s, self.chunk_s
        if any(s.computed >= s.prompt for s in self.active()):  # whose steps go on between chunks
            steps = self.chunk_s / self._hold if self.layered else 1.0
            chunk += per_token * max(steps, 1.0)

        def prefill(s: Sequence) -> float:
            return max(s.prompt - s.computed, 0) / BLOCK * chunk

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
