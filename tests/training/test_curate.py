"""What is dropped and why, and that the same input gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys

from problems.schema import ProblemRow, RowError
from training.curate import Contamination, NearDuplicates, Report, curate, grams, normalise

STORY = (
    "Ada walks from her house to the old mill along the river every morning and counts the boats. "
    "On Monday she counts 12 boats and on Tuesday she counts 30 boats. How many boats is that?"
)


def make(problem=STORY, answer="42", solution=r"\(12 + 30 = 42\)", **more):
    fields = {"slug": "a-b", "title": "Boats", "kind": "math", "level": 1, "licence": "MIT"}
    return ProblemRow(
        **(fields | {"problem": problem, "answer": answer, "solution": solution} | more)
    )


def run(rows, against=()):
    report = Report()
    return list(curate(rows, against, report)), report


def test_a_good_row_passes_and_its_lines_are_counted():
    kept, report = run([make()])
    assert len(kept) == 1 and (report.kept, report.lines, report.lines_checked) == (1, 1, 1)
    assert report.licences == {"MIT": 1}


def test_every_kind_of_bad_row_is_counted_where_it_fell():
    rows = [
        RowError(3, "broken"),
        make(problem_is_valid="No"),
        make(problem="What is 2 + 2?"),
        make(),
        make(),
        make(problem=STORY.upper()),
        make(problem=STORY.replace("Ada", "Emmy")),
        make(
            problem="A different tale of 12 plus 30 apples in a basket.",
            solution=r"\(12 + 30 = 43\)",
        ),
    ]
    kept, report = run(rows)
    assert len(kept) == 1 and report.read == len(rows)
    assert (report.refused, report.invalid, report.trivial) == (1, 1, 1)
    assert (report.exact_duplicates, report.near_duplicates, report.contradicted) == (2, 1, 1)


def test_ten_words_in_a_row_are_contamination_and_nine_are_not():
    item = "one two three four five six seven eight nine ten eleven twelve"
    check = Contamination([item])
    assert check.hits("And so: Three, four five six SEVEN eight nine ten eleven (twelve) more")
    assert not check.hits("three four five six seven eight nine ten eleven stop")


def test_a_short_item_contaminates_only_as_a_whole():
    check = Contamination(["Compute 3 + 4 - 5."])
    assert check.hits("compute 3+4-5") and not check.hits("First compute 3 + 4 - 5. Then stop.")


def test_an_empty_text_has_no_grams():
    assert grams("") == set() and not Contamination([]).hits("")


def test_evaluation_items_are_kept_out():
    kept, report = run([make()], against=["prefix words " + STORY])
    assert kept == [] and report.contaminated == 1


def test_the_same_story_with_other_names_is_a_near_duplicate_and_another_story_is_not():
    near = NearDuplicates()
    near.add(near.fingerprint(STORY))
    assert near.knows(near.fingerprint(STORY.replace("Ada", "Emmy")))
    other = "A quadratic has roots whose sum is 7 and whose product is 12. Find the larger root."
    assert not near.knows(near.fingerprint(other))


def test_a_right_copy_of_a_row_with_a_wrong_line_is_kept():
    kept, report = run([make(solution=r"\(12 + 30 = 43\)"), make()])
    assert len(kept) == 1 and (report.contradicted, report.exact_duplicates) == (1, 0)


def test_normalising_drops_annotations_and_loose_space():
    row = normalise(make(solution="12+30 =  <<12+30=42>>42 \r\n\r\n\r\n\r\ndone"))
    assert row.solution == "12+30 = 42\n\ndone"


def test_the_same_input_gives_the_same_bytes(tmp_path):
    source = tmp_path / "rows.jsonl"
    rows = [
        {"problem": f"{STORY} Then add {i}.", "answer": str(42 + i), "solution": "12 + 30 = 42"}
        | {"slug": f"boats-{i}", "title": "Boats", "kind": "math", "level": 1, "licence": "MIT"}
        for i in range(3)
    ]
    source.write_text("\n".join(map(json.dumps, rows)))
    outputs = []
    for name, seed in (("a", "1"), ("b", "2")):
        out = tmp_path / f"{name}.jsonl"
        command = [sys.executable, "-m", "training.curate", str(source), "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": seed})
        outputs.append(out.read_bytes())
        assert json.loads(out.with_suffix(".report.json").read_text())["read"] == len(rows)
    assert outputs[0] == outputs[1] and outputs[0]
