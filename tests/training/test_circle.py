"""The closed loop: a student's work, approved and shared, trains a model that the engine serves.

The tutor and the training never import each other; the file between them is all they have.
"""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from inference.engine import Engine, SamplingParams
from problems.prompts import build_messages
from problems.schema import read_rows
from tests.people import School, make_problem
from training import sft
from training.curate import Report, curate, write_rows
from training.export import export, load_run
from training.rows import file_rows
from training.sft import Recipe, train
from tutor.models import Trail
from tutor.services import attempting

from .conftest import TINY

STATEMENT = "A gardener plants 3 rows of 4 roses and gives 5 of them away. How many roses are left?"
SOLUTION = r"\(3 \times 4 = 12\)" + "\n" + r"\(12 - 5 = 7\)"
APPROVED = {
    "slug": "roses", "title": "Roses", "kind": "math", "level": 1, "licence": "CC-BY-4.0",
    "problem": STATEMENT, "solution": SOLUTION, "answer": "7", "source": "approved trail",
}  # fmt: skip


def approved_and_shared(school: School) -> None:
    """ada solves it, grace approves her lines, ada agrees: through the pages."""
    problem = make_problem(
        "roses", statement=STATEMENT, licence="CC-BY-4.0", solution={"answer": "7"}
    )
    trail = Trail.objects.create(student=school.ada, problem=problem)
    attempt = attempting.submit_attempt(trail=trail, working=SOLUTION, answer="7")
    assert attempt.verdict == "correct"
    body = {"attempt": attempt.pk}
    school.client("grace").post(f"/review/{trail.pk}/", body | {"action": "approve"})
    school.client("ada").post(f"/trails/{trail.pk}/share/", body | {"share": "yes"})


def test_a_students_shared_work_trains_a_checkpoint_that_the_engine_serves(
    school, tiny, tokenizer, tmp_path, monkeypatch
):
    monkeypatch.setitem(sft.SIZES, "tiny", TINY)
    approved_and_shared(school)
    words = ["--class", school.classroom.join_code, "--licence", "CC-BY-4.0", "-v", "0"]
    call_command("export_trails", str(tmp_path / "approved.jsonl"), *words)
    assert "ada" not in (tmp_path / "approved.jsonl").read_text()
    report = Report()
    kept = curate(read_rows(tmp_path / "approved.jsonl"), ["another problem"], report)
    write_rows(kept, tmp_path / "rows.jsonl")
    assert report.kept == 1 and report.licences == {"CC-BY-4.0": 1}

    export(tiny.state_dict(), TINY, tokenizer, tmp_path / "before", name="before")
    recipe = Recipe(
        size="tiny", tokens=25_000, batch_tokens=512, rate=3e-3, curriculum=False,
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
