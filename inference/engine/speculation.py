"""Prompt lookup: what followed the last few tokens when they occurred before is drafted again.

A draft is checked by the ordinary seeded draw, so the text is the same with and without it; only
the number of steps differs (arXiv 2304.04487 calls the idea inference with reference).
"""

from __future__ import annotations

from .sequence import Sequence

NGRAM = 3  # tokens that must agree
DRAFT = 3  # tokens drafted at most
WARM = 24  # tokens of a reply before drafts are judged


class Lookup:
    """Drafts for sequences whose drafts have been worth their rows so far."""

    def __init__(self, wanted: bool | None) -> None:
        self.wanted = wanted
        self.gain = 0.0  # tokens won per drafted token, averaged over all replies

    def draft(self, sequence: Sequence, busy: int) -> tuple[int, ...]:
        """Up to DRAFT tokens expected next; none where drafting does not pay."""
        if self.wanted is not True:
            return ()
        index, ids = sequence.ngrams, sequence.ids
        for end in range(sequence.indexed, len(ids) - NGRAM):
            index[tuple(ids[end : end + NGRAM])] = end + NGRAM
        sequence.indexed = max(sequence.indexed, len(ids) - NGRAM)
        start = index.get(tuple(ids[-NGRAM:]))
        return tuple(ids[start : start + DRAFT]) if start else ()

    def learn(self, sequence: Sequence, drafted: int, accepted: int) -> None:
        if drafted:
            self.gain += 0.05 * (accepted / drafted - self.gain)
