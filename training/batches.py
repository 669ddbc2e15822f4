"""Batches of rows of similar length, drawn without end and resumable at any batch.

Rows are padded on the right and positions start at 0: packing several rows into one window hurt
this size of model badly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.rows import Mixture, training_rows
from training.tokenizer import PAD, encode_row

CHUNK = 768  # rows drawn together, then sorted by length
Encoded = tuple[list[int], list[float]]


@dataclass(frozen=True, slots=True)
class Batch:
    """All (rows, length): inputs, the tokens that follow, and how much each of those counts."""

    inputs: Tensor
    targets: Tensor
    weights: Tensor
    tokens: int  # tokens that are not padding


@dataclass
class BatchStream:
    """Chunk number c is a pure function of (seed, c) and the curriculum's progress at its start."""

    tokenizer: Tokenizer
    seed: int
    batch_tokens: int
    context: int
    mixture: Callable[[], Mixture]
    chunk: int = 0
    pending: list[list[Encoded]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        while not self.pending:
            self._draw()
        return collate(self.pending.pop())

    def _draw(self) -> None:
        rng = Random(f"rows:{self.seed}:{self.chunk}")
        self.chunk += 1
        drawn = (encode_row(self.tokenizer, r) for r in training_rows(rng, CHUNK, self.mixture()))
        rows = sorted((r for r in drawn if len(r[0]) <= self.context), key=lambda r: len(r[0]))
        group: list[Encoded] = []
        for row in rows:
            if group and (len(group) + 1) * len(row[0]) > self.batch_tokens:
                self.pending.append(group)
                group = []
            group.append(row)
        self.pending.append(group)
        rng.shuffle(self.pending)

    def state_dict(self) -> dict[str, Any]:
        return {"chunk": self.chunk, "pending": self.pending}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.chunk, self.pending = state["chunk"], state["pending"]


def collate(rows: list[Encoded]) -> Batch:
    """Pad to a common length, a multiple of 8."""
    longest = max(len(ids) for ids, _ in rows) - 1
    length = -(-longest // 8) * 8
    inputs = torch.full((len(rows), length), PAD)
    targets = torch.full((len(rows), length), PAD)
    weights = torch.zeros(len(rows), length)
    for index, (ids, counts) in enumerate(rows):
        inputs[index, : len(ids) - 1] = torch.tensor(ids[:-1])
        targets[index, : len(ids) - 1] = torch.tensor(ids[1:])
        weights[index, : len(ids) - 1] = torch.tensor(counts[1:])
    return Batch(inputs, targets, weights, sum(len(ids) for ids, _ in rows))
