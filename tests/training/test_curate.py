"""What is dropped and why, and that the same input gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from random import Random

from problems.families import FAMILIES
from problems.schema import Case, ProblemRow, RowError
from training.cleaning import normalise
from training.curate import SOLUTIONS, Report, curate
from training.duplicates import Contamination, NearDuplicates, grams
from training.evaluate import held_out_problems

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


def test_programs_keep_their_indentation_and_what_is_said_about_them():
    text = "Edge cases: 0.\r\n```python\nif  x:   \n    y()\n```\n\n\n\nComplexity: O(n)."
    row = make(kind="code", solution=text, tests=(Case("1\n", "2\n"),), answer="")
    (kept,), report = run([row])
    assert "\nif  x:\n    y()\n" in kept.solution and kept.solution.endswith("Complexity: O(n).")
    assert (report.code, report.code_edge_cases, report.code_complexity) == (1, 1, 1)
    _, report = run([make(kind="code", solution="Add.", tests=row.tests)])
    assert (report.code, report.code_edge_cases, report.code_complexity) == (1, 0, 0)


def test_problems_that_generated_families_are_measured_on_are_kept_out():
    measured = held_out_problems("gcd", 200)[5].statement
    train = FAMILIES["gcd"].generate_split(2, Random(3), held_out=False).statement
    rows = [make(problem=p, family="gcd", slug=s) for p, s in ((measured, "a"), (train, "b"))]
    kept, report = run(rows)
    assert [r.slug for r in kept] == ["b"] and report.generated_evaluation == 1


def test_a_solution_that_only_repeats_the_answer_is_taken_away_when_it_can_be_completed():
    rows = [make(solution="Answer: 42", answer="Answer 42")]
    assert run(rows)[1].trivial == 1
    report = Report()
    (kept,) = curate(rows, (), report, completing=True)
    assert kept.solution == "" and report.answer_only == 1 and report.trivial == 0


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


def test_another_solution_of_the_same_problem_is_kept_up_to_a_number():
    ways = [r"\(30 + 12 = 42\)" + f"\nSo it is 42, said in way {n}." for n in range(SOLUTIONS + 1)]
    kept, report = run([*(make(solution=w) for w in ways), make(solution=ways[0])])
    assert [row.solution for row in kept] == ways[:SOLUTIONS]
    assert (report.further_solutions, report.exact_duplicates) == (SOLUTIONS - 1, 2)
