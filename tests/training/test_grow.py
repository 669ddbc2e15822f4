"""A longer vocabulary changes how rows are cut and nothing of what was learnt about old tokens."""

from __future__ import annotations

from dataclasses import replace

import torch

from training.export import export, load_checkpoint
from training.grow import EMBEDDING, extend, grow_embedding, new_merges

TEXTS = ["return total", "return best", "return total + best"] * 5 + ["print(total)"] * 3


def test_new_merges_shorten_the_new_texts_and_keep_old_ids(tokenizer):
    merges = new_merges(tokenizer, TEXTS, 12)
    grown = extend(tokenizer, merges)
    size = tokenizer.get_vocab_size()
    assert size < grown.get_vocab_size() <= size + 12
    for token, number in tokenizer.get_vocab().items():
        assert grown.token_to_id(token) == number
    for text in TEXTS:
        assert grown.decode(grown.encode(text).ids) == text
    before = sum(len(tokenizer.encode(t).ids) for t in TEXTS)
    assert sum(len(grown.encode(t).ids) for t in TEXTS) < 0.8 * before


def test_a_new_token_starts_between_the_two_it_joins(tokenizer, tiny, tmp_path):
    merges = new_merges(tokenizer, TEXTS, 4)
    grown = extend(tokenizer, merges)
    old = tiny.state_dict()[EMBEDDING]
    size = grown.get_vocab_size()
    new = grow_embedding(old, grown, merges, size)
    left, right = (grown.token_to_id(part) for part in merges[0])
    joined = grown.token_to_id("".join(merges[0]))
    assert joined >= len(old)
    assert torch.equal(new[: len(old)], old)
    assert torch.allclose(new[joined], (new[left] + new[right]) / 2)
    shape = replace(tiny.shape, vocab=size)
    export(dict(tiny.state_dict()) | {EMBEDDING: new}, shape, grown, tmp_path, name="grown")
    model, read = load_checkpoint(tmp_path)
    assert model.shape.vocab == size and read.get_vocab_size() == size
