"""A small byte-level BPE whose digits stand alone, trained on the project's own rows.

Any text goes through unchanged: whatever has no merge falls back to bytes. The chat template is
ChatML without a default system prompt; `problems.prompts` always supplies one.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from problems.prompts import SYSTEM_PROMPTS, Turn
from training.rows import Row, everything, training_rows

VOCABULARY = 1024
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
PAD, START, END = 0, 1, 2  # ids of the specials

# A digit; a LaTeX command with the space before and the brace or space after it; a word with the
# space before it and, before a digit, the space after it; a run of signs; anything else.
PIECES = (
    r"[0-9]"
    r"| ?\\[A-Za-z]+(?:\{| (?=[0-9A-Za-z\\]))?"
    r"| ?[A-Za-z]+(?: (?=[0-9]))?"
    r"|(?:[^\sA-Za-z0-9\\]|\\(?![A-Za-z])|\n| (?! ?\\?[A-Za-z]))+"
    r"|\s+|[\s\S]"
)

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def render(messages: Sequence[Turn]) -> str:
    """The chat template in Python, generation prompt included."""
    turns = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return f"{turns}<|im_start|>assistant\n"


def train_tokenizer(rows: int = 20_000, seed: int = 0) -> Tokenizer:
    """Learn merges from fresh training rows; the same arguments give the same tokenizer."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIALS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    drawn = training_rows(Random(seed), rows, everything())
    texts = (f"system\nuser\nassistant\n{r.messages[-1]['content']}\n{r.reply}" for r in drawn)
    tokenizer.train_from_iterator([_system_text(rows), *texts], trainer)
    return tokenizer


def _system_text(times: int) -> str:
    """The fixed prompts stand before every row, so their words must earn merges."""
    return "\n".join([*SYSTEM_PROMPTS.values()] * times)


def encode_row(tokenizer: Tokenizer, row: Row) -> tuple[list[int], list[float]]:
    """Token ids of the whole conversation and the loss weight of each token (0 on the prompt)."""
    prompt = tokenizer.encode(render(row.messages)).ids
    reply = tokenizer.encode(row.reply)
    weights = token_weights(reply.offsets, row)
    ids = [*prompt, *reply.ids, END]
    return ids, [0.0] * len(prompt) + weights + [max(row.base_weight, 0.01)]


def token_weights(offsets: Sequence[tuple[int, int]], row: Row) -> list[float]:
    """The weight of each token of the reply: of the last span it touches, else the row's own."""
    starts, ends = [start for start, _ in offsets], [end for _, end in offsets]
    weights = [row.base_weight] * len(offsets)
    for low, high, weight in row.spans:
        touched = slice(bisect_right(ends, low), bisect_left(starts, high))
        weights[touched] = [weight] * len(weights[touched])
    return weights


def save_tokenizer(tokenizer: Tokenizer, directory: Path, context: int) -> None:
    """tokenizer.json and the two configuration files beside it."""
    tokenizer.save(str(directory / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": None,
        "eos_token": SPECIALS[END],
        "pad_token": SPECIALS[PAD],
        "unk_token": None,
        "model_max_length": context,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
