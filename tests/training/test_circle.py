"""From approved work to a model that serves it: curation, fine-tuning, export, engine."""

from __future__ import annotations

import json

import pytest

from inference.engine import Engine, SamplingParams
from problems.prompts import build_messages
from problems.schema import read_rows
from training import sft
from training.curate import Report, curate, write_rows
from training.export import export, load_run
from training.rows import file_rows
from training.sft import Recipe, train

from .conftest import TINY

STATEMENT = "A gardener plants 3 rows of 4 roses and gives 5 of them away. How many roses are left?"
SOLUTION = r"\(3 \times 4 = 12\)" + "\n" + r"\(12 - 5 = 7\)"
APPROVED = {
    "slug": "roses", "title": "Roses", "kind": "math", "level": 1, "licence": "CC-BY-4.0",
    "problem": STATEMENT, "solution": SOLUTION, "answer": "7", "source": "approved trail",
}  # fmt: skip


def test_approved_work_trains_a_checkpoint_that_the_engine_serves(
    tiny, tokenizer, tmp_path, monkeypatch
):
    monkeypatch.setitem(sft.SIZES, "tiny", TINY)
    (tmp_path / "approved.jsonl").write_text(json.dumps(APPROVED))
    report = Report()
    kept = curate(read_rows(tmp_path / "approved.jsonl"), ["another problem"], report)
    write_rows(kept, tmp_path / "rows.jsonl")
    assert report.kept == 1 and report.licences == {"CC-BY-4.0": 1}

    export(tiny.state_dict(), TINY, tokenizer, tmp_path / "before", name="before")
    recipe = Recipe(
        size="tiny", tokens=60_000, batch_tokens=512, rate=3e-3, curriculum=False,
        start=str(tmp_path / "before"), rows=str(tmp_path / "rows.jsonl"), rows_share=1.0,
    )  # fmt: skip
    train(tmp_path / "run", recipe, compiled=False)
    model, words = load_run(tmp_path / "run")
    export(model.state_dict(), model.shape, words, tmp_path / "after", name="after")

    engine = Engine.load(tmp_path / "after")
    engine.add(
        engine.encode(build_messages("math", STATEMENT)),
        SamplingParams(temperature=0, max_tokens=80),
    )
    text, done = "", False
    while not done:
        for delta in engine.step():
            text, done = text + delta.text, delta.finish_reason is not None
    assert text == SOLUTION + "\n" + r"Answer: \(\boxed{7}\)"


def test_rows_of_a_file_box_their_answer_and_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(APPROVED))
    (row,) = file_rows(path)
    assert row.reply.endswith(r"\(\boxed{7}\)") and row.messages[1]["content"] == STATEMENT
    path.write_text(json.dumps(APPROVED | {"solution": ""}))
    with pytest.raises(ValueError, match="holds no problem"):
        file_rows(path)
