"""Prompt lookup: what followed the last few tokens when they occurred before is drafted again.

A draft is checked by the ordinary seeded draw, so the text is the same with and without it; only
the number of steps differs (arXiv 2304.04487 calls the idea inference with reference).
"""

from __future__ import annotations

from .sequence import Sequence

NGRAM = 3  # tokens that must agree
DRAFT = 3  # tokens drafted at most
MARGIN = 1.05  # a draft must be expected to win at least this much
RETRY = 100  # steps without drafts after which one is tried again


class Lookup:
    """Drafts while they have been worth their rows.

    wanted: always, never, or (None) while one reply runs alone and drafting measures faster.
    cost: the time of a pass over DRAFT + 1 rows ÷ that of one row, measured at start.
    """

    def __init__(self, wanted: bool | None, cost: float) -> None:
        self.wanted, self.cost = wanted, cost
        self.gain = 1.0  # tokens a draft wins on average, at first taken on trust
        self._idle = 0

    def worth(self, busy: int) -> bool:
        """Whether to draft in this step, with `busy` requests there."""
        return self.wanted or (self.wanted is None and busy == 1 and self._pays())

    def draft(self, sequence: Sequence) -> tuple[int, ...]:
        """Up to DRAFT tokens expected next, and fewer than may still come."""
        index, ids = sequence.ngrams, sequence.ids
        for end in range(sequence.indexed, len(ids) - NGRAM):
            index[tuple(ids[end : end + NGRAM])] = end + NGRAM
        sequence.indexed = max(sequence.indexed, len(ids) - NGRAM)
        start = index.get(tuple(ids[-NGRAM:]))
        most = min(DRAFT, sequence.params.max_tokens - sequence.generated - 1)
        return tuple(ids[start : start + most]) if start else ()

    def _pays(self) -> bool:
        if 1 + self.gain > MARGIN * self.cost:
            return True
        self._idle = (self._idle + 1) % RETRY
        return self._idle == 0

    def learn(self, accepted: int) -> None:
        """A draft was checked, and this many of its tokens were the ones drawn."""
        self.gain += 0.05 * (accepted - self.gain)
