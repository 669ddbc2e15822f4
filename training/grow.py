"""A trained checkpoint with a longer vocabulary: new merges for new kinds of rows.

    python -m training.grow CHECKPOINT OUT [--vocabulary 1024]

Byte-pair merging goes on where the tokenizer's training stopped, over rows of every family, so old
ids keep their meaning. A new token's embedding starts as the mean of the two it joins.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.export import export, load_checkpoint
from training.rows import everything, training_rows
from training.tokenizer import VOCABULARY

Pair = tuple[str, str]
EMBEDDING = "model.embed_tokens.weight"


def new_merges(tokenizer: Tokenizer, texts: list[str], count: int) -> list[Pair]:
    """The `count` most useful further merges, most frequent pair first, as in BPE training."""
    pieces = Counter(
        piece for text in texts for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)
    )
    words = [(_tokens(tokenizer, piece), n) for piece, n in sorted(pieces.items())]
    merges: list[Pair] = []
    while len(merges) < count:
        pairs: Counter[Pair] = Counter()
        for word, n in words:
            for pair in pairwise(word):
                pairs[pair] += n
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(best)
        words = [(_merge(word, best), n) for word, n in words]
    return merges


def _tokens(tokenizer: Tokenizer, piece: str) -> list[str]:
    """A piece in the byte alphabet as the tokens that the model's merges make of it."""
    return [token.value for token in tokenizer.model.tokenize(piece)]


def _merge(word: list[str], pair: Pair) -> list[str]:
    out: list[str] = []
    for token in word:
        if out and (out[-1], token) == pair:
            out[-1] += token
        else:
            out.append(token)
    return out


def extend(tokenizer: Tokenizer, merges: list[Pair]) -> Tokenizer:
    """The tokenizer with further merges behind its own; a token that exists keeps its id."""
    data = json.loads(tokenizer.to_str())
    vocabulary = data["model"]["vocab"]
    for pair in merges:
        vocabulary.setdefault("".join(pair), len(vocabulary))
    data["model"]["merges"] += [list(pair) for pair in merges]
    return Tokenizer.from_str(json.dumps(data))


def grow_embedding(weight: Tensor, tokenizer: Tokenizer, merges: list[Pair], size: int) -> Tensor:
    """(old, hidden) → (size, hidden); `tokenizer` is the extended one."""
    grown = torch.zeros(size, weight.shape[1])
    grown[: len(weight)] = weight
    for pair in merges:
        new = tokenizer.token_to_id("".join(pair))
        if new is not None and new >= len(weight):
            grown[new] = torch.stack([grown[tokenizer.token_to_id(part)] for part in pair]).mean(0)
    return grown


def sample_texts(rows: int = 12_000, seed: int = 0) -> list[str]:
    drawn = training_rows(Random(seed), rows, everything())
    return [f"{row.messages[-1]['content']}\n{row.reply}" for row in drawn]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY)
    options = parser.parse_args()
    model, tokenizer = load_checkpoint(options.checkpoint)
    texts = sample_texts()
    before = sum(len(e.ids) for e in tokenizer.encode_batch(texts[:2000]))
    merges = new_merges(tokenizer, texts, options.vocabulary - tokenizer.get_vocab_size())
    extended = extend(tokenizer, merges)
    after = sum(len(e.ids) for e in extended.encode_batch(texts[:2000]))
    weights = dict(model.state_dict())
    weights[EMBEDDING] = grow_embedding(weights[EMBEDDING], extended, merges, options.vocabulary)
    shape = replace(model.shape, vocab=options.vocabulary)
    export(weights, shape, extended, options.out, name=options.out.name)
    print(f"{len(merges)} merges; the same rows take {after / before:.3f} of the tokens")


if __name__ == "__main__":
    main()
