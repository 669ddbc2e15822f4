"""Text goes through unchanged, prompts are laid out as in requests, weights fall where they should."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.engine.tokenizer import ChatTokenizer
from problems.families import FAMILIES
from problems.prompts import build_messages
from training.rows import BOX_WEIGHT, RESULT_WEIGHT, Mixture, drill_row, training_rows, weigh
from training.tokenizer import END, encode_row, render, save_tokenizer, train_tokenizer


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_comes_back(tokenizer, text):
    if "<|" not in text:
        assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


@pytest.mark.parametrize(
    "text",
    [
        r"\[\int_0^1 x^2\,dx = \frac{1}{3}\]",
        "a ≤ b ≡ c (mod 7) — naïve 😀",
        "\t\n  x\r\n\\\\ \\(",
        "",
    ],
)
def test_awkward_text_comes_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_digits_stand_alone(tokenizer):
    pieces = tokenizer.encode(r"1234 + 567 = \boxed{1801}").tokens
    assert all(not any(c.isdigit() for c in piece) or len(piece) == 1 for piece in pieces)
    assert any(r"\boxed{" in piece for piece in pieces)


def test_training_the_tokenizer_again_gives_the_same_one():
    assert train_tokenizer(rows=200).to_str() == train_tokenizer(rows=200).to_str()


def test_the_engine_encodes_a_request_as_training_did(tokenizer, tmp_path):
    save_tokenizer(tokenizer, tmp_path, 1024)
    engine = ChatTokenizer(tmp_path)
    rng = Random(4)
    for name in FAMILIES:
        problem = FAMILIES[name].generate(2, rng)
        for messages in (
            build_messages("math", problem.statement),
            build_messages("math", problem.statement, hint=r"\(2 + 3 = 5\)"),
            build_messages("math", problem.statement, earlier=[problem.solution]),
        ):
            assert engine.encode_chat(messages) == tokenizer.encode(render(messages)).ids


def test_transformers_reads_the_same_template(tokenizer, tmp_path):
    from transformers import PreTrainedTokenizerFast

    save_tokenizer(tokenizer, tmp_path, 1024)
    theirs = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    messages = build_messages("math", r"Find \(\gcd(48, 36)\).")
    ids = theirs.apply_chat_template(messages, add_generation_prompt=True, return_dict=True)
    assert ids["input_ids"] == tokenizer.encode(render(messages)).ids


def test_the_prompt_weighs_nothing_and_the_box_most(tokenizer):
    for row in training_rows(Random(1), 40, Mixture(drills=0.0)):
        ids, weights = encode_row(tokenizer, row)
        assert len(ids) == len(weights) and ids[-1] == END
        prompt = len(tokenizer.encode(render(row.messages)).ids)
        assert set(weights[:prompt]) == {0.0}
        assert max(weights) == BOX_WEIGHT and weights[-1] == 1.0
        boxed = ids.index(tokenizer.encode(r"\(\boxed{").ids[-1], prompt)
        assert weights[boxed] == BOX_WEIGHT


def test_results_weigh_more_than_what_leads_to_them():
    text = r"\(12 \times 7 = 84\)" + "\n" + r"\(84 \equiv 4 \pmod{10}\)"
    spans = {text[a:b]: weight for a, b, weight in weigh(text)}
    assert spans == {"84": RESULT_WEIGHT, r"4 \pmod{10}": RESULT_WEIGHT}
    assert weigh(text, step_weights=False) == ()


def test_drills_teach_right_hand_sides_only(tokenizer):
    row = drill_row(Random(2))
    lines = row.reply.splitlines()
    assert len(row.spans) == len(lines)
    for (start, end, weight), line in zip(row.spans, lines, strict=True):
        assert weight == 1.0 and line.endswith(row.reply[start:end] + r"\)")
        assert row.reply[:start].endswith((" = ", r" \equiv "))
    weights = encode_row(tokenizer, row)[1]
    assert 0 < sum(w == 1.0 for w in weights) < len(weights) / 2


def test_training_rows_keep_to_their_side_of_the_split(monkeypatch):
    from training import rows

    seen = []
    keep = rows.problem_row
    monkeypatch.setattr(
        rows, "problem_row", lambda p, *rest: seen.append(p.held_out) or keep(p, *rest)
    )
    list(training_rows(Random(0), 300, Mixture()))
    assert len(seen) > 200 and not any(seen)
