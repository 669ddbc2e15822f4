"""Texts that are the same or nearly, and evaluation items inside training texts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from datasketch import MinHash, MinHashLSH

from problems.families import EVERY
from problems.schema import ProblemRow

NGRAM = 10  # words in a row shared with an evaluation item: contaminated
SHINGLE = 5  # words per shingle of a near-duplicate comparison
PERMUTATIONS = 128
SIMILAR = 0.8  # Jaccard similarity from which two statements are one
GENERATED = 200  # problems of each generated family that figures are measured on

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """Letters and digits only, lower case: what is compared between sets."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def hash_of(gram: Sequence[str]) -> int:
    """The same 64 bits in every process."""
    digest = hashlib.blake2b(" ".join(gram).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def grams(text: str, size: int = NGRAM) -> set[int]:
    """Hashes of all runs of `size` words; of the whole text when it is shorter."""
    listed = words(text)
    if len(listed) < size:
        return {hash_of(listed)} if listed else set()
    return {hash_of(listed[i : i + size]) for i in range(len(listed) - size + 1)}


class Contamination:
    """Evaluation items: their runs of ten words, and short items as a whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.runs: set[int] = set()
        self.short: set[int] = set()
        for text in texts:
            (self.runs if len(words(text)) >= NGRAM else self.short).update(grams(text))

    def hits(self, text: str) -> bool:
        return not self.runs.isdisjoint(grams(text)) or hash_of(words(text)) in self.short


class NearDuplicates:
    """Statements seen so far, compared by MinHash over shingles of five words."""

    def __init__(self) -> None:
        self.index = MinHashLSH(threshold=SIMILAR, num_perm=PERMUTATIONS)
        self.prints: dict[str, MinHash] = {}

    @staticmethod
    def fingerprint(text: str) -> MinHash:
        listed = words(text)
        print_ = MinHash(num_perm=PERMUTATIONS, seed=1)
        for i in range(max(1, len(listed) - SHINGLE + 1)):
            print_.update(" ".join(listed[i : i + SHINGLE]).encode())
        return print_

    def knows(self, print_: MinHash) -> bool:
        """Whether a statement as similar as `SIMILAR` was added before."""
        found = self.index.query(print_)
        return any(print_.jaccard(self.prints[key]) >= SIMILAR for key in found)

    def add(self, print_: MinHash) -> None:
        key = str(len(self.prints))
        self.prints[key] = print_
        self.index.insert(key, print_)


class GeneratedEvaluation:
    """Exact problems of the generated families that figures are measured on.

    Their statements share whole sentences with every other problem of the family, so runs of words
    would drop everything; numbers and signs decide. A family is drawn when its first row comes.
    """

    def __init__(self) -> None:
        self.known: dict[str, set[str]] = {}

    def hits(self, row: ProblemRow) -> bool:
        if row.family not in EVERY:
            return False
        if row.family not in self.known:
            # It needs torch, which curation of other rows does without.
            from training.evaluate import held_out_problems

            drawn = held_out_problems(row.family, GENERATED)
            self.known[row.family] = {self._bare(p.statement) for p in drawn}
        return self._bare(row.problem) in self.known[row.family]

    @staticmethod
    def _bare(statement: str) -> str:
        return "".join(unicodedata.normalize("NFC", statement).split())
