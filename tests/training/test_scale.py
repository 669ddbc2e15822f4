"""Rows and rewards for a released checkpoint; what needs TRL is in test_scale_trl.py."""

from __future__ import annotations

import json
import re

import pytest
import torch

from tests.engine.tiny import make_tiny
from training.rewards import reward
from training.rows import BOX_WEIGHT, RESULT_WEIGHT, Row, file_rows, weigh
from training.scale.checkpoint import END_OF_TURN, load_tokenizer
from training.scale.rows import IGNORED, Collator, Judge, encode, encode_file, judgeable
from training.tokenizer import encode_row

ROW = {
    "slug": "roses", "title": "Roses", "kind": "math", "level": 1, "licence": "CC-BY-4.0",
    "problem": "A gardener plants 3 rows of 4 roses and gives 5 of them away. How many are left?",
    "solution": r"\(3 \times 4 = 12\)" + "\n" + r"\(12 - 5 = 7\)", "answer": "7",
}  # fmt: skip


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    return load_tokenizer(make_tiny(tmp_path_factory.mktemp("scale") / "tiny"))


@pytest.fixture
def rows(tmp_path):
    odd = {"slug": "root", "answer": r"\sqrt{2}", "problem": "Find the length of the diagonal."}
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(ROW | more) for more in ({}, odd)))
    return path


def test_a_row_has_its_loss_on_the_reply_and_most_of_it_on_the_box(words, rows) -> None:
    row = file_rows(rows)[0]
    made = encode(words, row)
    start = made["labels"].index(next(t for t in made["labels"] if t != IGNORED))
    assert set(made["labels"][:start]) == {IGNORED} and set(made["weights"][:start]) == {0.0}
    assert words.decode(made["input_ids"][start:]) == row.reply + END_OF_TURN
    assert made["input_ids"][start:] == made["labels"][start:]
    tail = zip(made["input_ids"][start:-1], made["weights"][start:-1], strict=True)
    at = [weight for token, weight in tail for _ in words.decode([token])]
    of = {part: set(at[m.start() : m.end()]) for part in ("3 ", "12", "7", "boxed", "Answer")
          for m in re.finditer(part, row.reply)}  # fmt: skip
    assert of["3 "] == of["Answer"] == {1.0} and of["boxed"] == of["7"] == {BOX_WEIGHT}
    assert at[row.reply.index("= 12") + 2] == at[row.reply.index("= 7") + 2] == RESULT_WEIGHT
    assert made["weights"][-1] == 1.0  # the end of the reply


def test_the_weights_are_those_of_the_small_recipe(tokenizer) -> None:
    """With the small model's tokenizer, token for token what `training.sft` trains with."""
    from transformers import PreTrainedTokenizerFast

    from training.tokenizer import CHAT_TEMPLATE

    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END_OF_TURN)
    fast.chat_template = CHAT_TEMPLATE
    turns = ({"role": "user", "content": "Find 3 + 4."},)
    reply = r"\(3 + 4 = 7\)" + "\n" + r"\(7 \equiv 1\)" + "\n" + r"Answer: \(\boxed{1}\)"
    hushed = ((0, 5, 0.0), *weigh(reply)[1:])
    for spans in (weigh(reply), (), hushed):
        row = Row(turns, reply, 1.0, tuple(spans))
        ids, weights = encode_row(tokenizer, row)
        made = encode(fast, row)
        assert (made["input_ids"], made["weights"]) == (ids, weights)


def test_a_batch_pads_with_nothing_that_counts() -> None:
    short = {"input_ids": [5, 6], "labels": [IGNORED, 6], "weights": [0.0, 1.5]}
    long = {"input_ids": [5, 6, 9], "labels": [IGNORED, 6, 9], "weights": [0.0, 1.0, 2.5]}
    batch = Collator(pad=0)([short, long])
    assert batch["input_ids"].tolist() == [[5, 6, 0], [5, 6, 9]]
    assert batch["labels"][0, 2] == IGNORED and batch["weights"][0, 2] == 0
    assert batch["attention_mask"].tolist() == [[1, 1, 0], [1, 1, 1]]
    assert batch["input_ids"].dtype == torch.long and batch["weights"].dtype == torch.float32


def test_rows_that_are_too_long_are_left_and_none_left_is_said(words, rows) -> None:
    with pytest.raises(ValueError, match="at most 10 tokens"):
        encode_file(words, rows, 10)
    assert len(encode_file(words, rows, 2000)) == 2


def test_what_the_rules_cannot_reward_is_not_drawn(rows) -> None:
    problems, left_out = judgeable(rows)
    assert [p.answer for p in problems] == ["7"] and left_out == 1


def test_a_program_is_drawn_when_its_reference_passes(tmp_path) -> None:
    code = {"kind": "code", "answer": "", "solution": "", "tests": [{"input": "4", "output": "8"}]}
    rows = [
        ROW | code | {"slug": "double", "reference": "print(2 * int(input()))"},
        ROW | code | {"slug": "triple", "reference": "print(3 * int(input()))"},
    ]
    path = tmp_path / "programs.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    problems, left_out = judgeable(path)
    assert [p.params for p in problems] == [("double",)] and left_out == 1
    reply = [{"role": "assistant", "content": "```python\nprint(9)\n```"}]
    assert Judge(problems).right([reply], [0]) == [0.0]


def test_the_parts_of_the_reward_add_up_and_each_reply_is_judged_once(rows, monkeypatch) -> None:
    problems, _ = judgeable(rows)
    judged = []
    monkeypatch.setattr(
        "training.scale.rows.reward", lambda p, text: judged.append(text) or reward(p, text)
    )
    judge = Judge(problems)
    replies = [
        ROW["solution"] + "\n" + r"Answer: \(\boxed{7}\)",
        r"\(3 \times 4 = 13\)" + "\n" + r"Answer: \(\boxed{7}\)",
        r"Answer: \(\boxed{8}\)", "",
    ]  # fmt: skip
    given = {
        "completions": [[{"role": "assistant", "content": r}] for r in replies],
        "number": [0] * 4,
    }
    right, rest = judge.right(**given, log_metric=None), judge.rest(**given)
    assert right == [1.0, 1.0, 0.0, 0.0] and rest[1] < rest[0]
    for text, a, b in zip(replies, right, rest, strict=True):
        assert a + b == pytest.approx(reward(problems[0], text).value)
    assert judged == replies
    (asked,) = judge.prompts()
    assert asked["number"] == 0 and asked["prompt"][-1]["content"] == ROW["problem"]
