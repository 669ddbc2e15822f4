"""A step's work, cut into passes through the model so that a row gets the same bits in any company.

Rows that a decoder of their own computes never go with prompt chunks; and where the kernels of this
machine treat a row by the number of those beside it, every pass has one fixed size. Which of this
holds is seen once, at start.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from torch import Tensor

from .card import CardDecoder
from .fused import FusedDecoder, fused_decoder
from .kv_cache import KVCache
from .model import Chunk, Qwen2, Row
from .native import MOST_ROWS
from .scheduler import REPLAY, Work
from .speculation import DRAFT
from .team import TeamDecoder, team_decoder

ANY = 1 << 30  # rows of a pass where their number does not matter


class Passes:
    """A model over its cache, each pass by the fastest way there is."""

    def __init__(self, model: Qwen2, cache: KVCache) -> None:
        self.model, self.cache = model, cache
        self.decoder = _decoder(model, cache)
        self.pad, self.most = 2, MOST_ROWS if self.decoder else ANY  # rows of a pass
        self.replay = REPLAY  # tokens of an interrupted reply that one step recomputes
        # Chunks have passes of their own, which may stop between layers.
        self.layered = not cache.data.is_cuda and (self.decoder is not None or not model.exact)
        self._between = dict[int, Tensor]()  # by slot: hidden states of such a chunk
        self._settle()

    def _settle(self) -> None:
        """Warm up, and see whether this machine's kernels treat a row alike in every batch.

        Products of 2 and more rows usually agree to the last bit; where they do not, every pass
        has one fixed size. Rows of different lengths share an attention call only where that,
        too, changes no bit.
        """
        model, cache, vocab = self.model, self.cache, self.model.config.vocab
        if cache.data.is_cuda:
            self.decode([Row(0, 0, 1)])
            return
        for end in (320, model.together):
            if cache.slots > 1 and cache.context >= end:
                noise = torch.randn(2, end, *cache.data.shape[3:])
                cache.data[:, :2, :end] = noise  # the same in every layer, which is quicker
                short, long = Row(0, end - 40, 1), Row(1, end - 1, 2)
                alone = self.decode([short]).clone()
                if not torch.equal(self.decode([short, long])[:1], alone):
                    model.together = 0
                cache.clear(0, end)
                cache.clear(1, end)
        if model.exact:
            return
        first = [Row(i, 0, 7 * i % vocab) for i in range(min(cache.slots, self.most))]
        alone = torch.cat([self.decode([row]).clone() for row in first])
        replayed = [Row(0, p, 3) for p in range(REPLAY)]
        last = [self.decode([row]) for row in replayed][-1].clone()
        sizes = range(2, len(first) + 1)
        same = all(torch.equal(self.decode(first[:n]), alone[:n]) for n in sizes)
        whole = [*replayed, *first[1:]][: self.most]
        if same and torch.equal(self.decode(whole)[REPLAY - 1 : REPLAY], last):
            self.most = len(whole)
        else:
            self.pad = self.most = self.replay = max(cache.slots, 1 + DRAFT)

    def draft_cost(self) -> float:
        """The time of a pass with a draft ÷ that of one without, the best of a few."""

        def seconds(count: int) -> float:
            began = time.perf_counter()
            self.decode([Row(0, i, 1) for i in range(count)])
            if self.cache.data.is_cuda:
                torch.cuda.synchronize()
            return time.perf_counter() - began

        return min(seconds(1 + DRAFT) for _ in range(3)) / min(seconds(1) for _ in range(3))

    def split(self, work: list[Work]) -> list[list[Work]]:
        """All in one pass where products are exact for any rows; else chunks one by one."""
        if not self.layered:
            return [work]
        chunks = [w for w in work if w.prefill]
        passes = [chunks] if chunks and self.model.exact else [[w] for w in chunks]
        room = 0
        for w in work:
            if not w.prefill:
                rows = w.end - w.start + len(w.draft)
                if rows > room:
                    passes.append([])
                    room = self.most
                passes[-1].append(w)
                room -= rows
        return passes

    def forward(self, work: list[Work]) -> Tensor:
        """float32 logits, valid until the next pass: `draws` rows of each work, [n, vocabulary]."""
        chunks, rows, drawn = list[Chunk](), list[Row](), list[int]()
        for w in work:
            slot, ids = w.sequence.slot, w.sequence.ids
            if w.prefill:
                chunks.append(Chunk(slot, w.start, ids[w.start : w.end]))
            else:
                tokens = [*ids[w.start : w.end], *w.draft]
                rows += [Row(slot, p, t) for p, t in enumerate(tokens, w.start)]
            end = len(chunks) + len(rows)
            drawn += range(end - w.draws, end)
        if 0 < len(work[0].layers) < self.model.config.layers:
            return self._through(work[0], chunks)
        if chunks:
            logits = self.model.forward(self.cache, chunks, rows, self.pad)
        else:
            logits = self.decode(rows)
        return logits if len(drawn) == len(logits) else logits[drawn]

    def _through(self, work: Work, chunks: list[Chunk]) -> Tensor:
        """A chunk through some layers: its logits, or none before the last layer."""
        slot = work.sequence.slot
        x = self._between[slot] if work.layers.start else None
        out = self.model.forward(self.cache, chunks, [], self.pad, work.layers, x)
        if work.layers.stop < self.model.config.layers:
            self._between[slot] = out
            return out[:0]
        del self._between[slot]
        return out[: work.draws]

    def decode(self, rows: Sequence[Row]) -> Tensor:
        """float32 logits of every row, valid until the next pass, [rows, vocabulary]."""
        if self.decoder and self.decoder.fits(rows):
            return self.decoder.forward(rows)
        return self.model.forward(self.cache, [], rows, self.pad)


def _decoder(model: Qwen2, cache: KVCache) -> CardDecoder | FusedDecoder | TeamDecoder | None:
    """A faster way through a decode step than `model.forward`, where there is one."""
    if cache.data.is_cuda:
        return CardDecoder(model, cache)
    return (fused_decoder if model.config.small else team_decoder)(model, cache)
