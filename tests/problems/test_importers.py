"""Published formats, each by a row of the same shape as the published file."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from pathlib import Path

import pytest

from problems.importers import IMPORTERS, Defaults, convert, importer_of
from problems.importers.base import (
    number_text,
    slug_of,
    title_of,
    topics_of,
    without_dollars,
)
from problems.importers.formal import read_formal
from problems.rows import ProblemRow, Skip
from problems.schema import RowError, read_rows

SHARED = Path(__file__).parents[3] / "shared" / "data"

SHAPES = {
    "NuminaMath-1.5": {
        "problem": "What is $2+3$?",
        "solution": "It is $5$.",
        "answer": "$5$",
        "problem_type": "Number Theory",
        "question_type": "math-word-problem",
        "problem_is_valid": "Yes",
        "solution_is_valid": "Yes",
        "source": "cn_k12",
        "synthetic": False,
    },
    "DeepMath": {
        "question": "Find 2+3.",
        "final_answer": "5",
        "difficulty": 6.5,
        "topic": "Mathematics -> Algebra -> Equations",
        "r1_solution_1": "Five.",
        "r1_solution_2": "5",
        "r1_solution_3": "V",
    },
    "DeepScaleR": {"problem": "Find 2+3.", "answer": "5", "solution": "Five."},
    "OpenMathReasoning": {
        "problem": "Find 2+3.",
        "expected_answer": "5",
        "problem_type": "has_answer_extracted",
        "problem_source": "aops_c4_high_school_math",
        "generation_model": "x",
        "pass_rate_72b_tir": "0.25",
        "generated_solution": "5",
        "inference_mode": "cot",
    },
    "verl": {
        "data_source": "aime25",
        "prompt": [
            {
                "role": "user",
                "content": "Find 2+3. Please reason step by step, and put your final answer "
                "within \\boxed{}.",
            }
        ],
        "ability": "math",
        "reward_model": {"ground_truth": 5, "style": "rule"},
        "extra_info": {"index": 0},
    },
    "OlympiadBench": {
        "id": 17,
        "subfield": "Number Theory",
        "context": None,
        "question": "Find $2+3$.",
        "solution": ["Look at <img_12>.", "Or count."],
        "final_answer": ["$5$"],
        "is_multiple_answer": False,
        "unit": None,
        "answer_type": "Numerical",
        "error": None,
    },
    "AMC": {
        "id": 3,
        "problem": "Find 2+3.",
        "answer": 5.0,
        "url": "https://example.org/index.php/2023_AMC_12B_Problems/Problem_21",
        "question": "Find 2+3.",
    },
    "MathArena": {"problem_idx": 4, "problem": "Find 2+3.", "answer": 5},
    "TACO": {
        "question": "Read two numbers and print their sum.",
        "solutions": json.dumps(["print(sum(map(int, input().split())))"]),
        "starter_code": "",
        "input_output": json.dumps({"inputs": ["2 3\n", ["1 1", ""]], "outputs": ["5\n", "2"]}),
        "difficulty": "MEDIUM_HARD",
        "tags": "['Greedy algorithms', 'Sorting']",
        "source": "somewhere",
    },
    "OpenCodeReasoning": {
        "id": "a1",
        "input": "Read two numbers and print their sum.",
        "output": "<think>easy</think>",
        "source": "somewhere",
        "license": "cc-by-4.0",
        "dataset": "taco",
        "split": "train",
        "difficulty": "EASY",
        "solution": "print(sum(map(int, input().split())))",
    },
    "GSM8K": {
        "question": "Tom has 2 and gets 3. How many?",
        "answer": "2+3=<<2+3=5>>5\n#### 1,005",
    },
    "LiveCodeBench": {
        "question_title": "Sum",
        "question_content": "Read two numbers and print their sum.",
        "platform": "somewhere",
        "question_id": "abc_1",
        "contest_date": "2025-01-04T00:00:00",
        "starter_code": "",
        "difficulty": "hard",
        "public_test_cases": '[{"input": "2 3\\n", "output": "5\\n", "testtype": "stdin"}]',
        "private_test_cases": "[]",
        "metadata": "{}",
    },
    "formal statements": {
        "name": "algebra_12",
        "informal_prefix": "/-- Find 2+3. Show that it is $5$. -/",
        "formal_statement": "theorem algebra_12 : 2 + 3 = 5 := by sorry",
        "header": "import Mathlib",
        "split": "test",
    },
    "thinktrail": {
        "slug": "a-sum",
        "title": "A Sum",
        "kind": "math",
        "level": 1,
        "problem": "Find 2+3.",
        "answer": "5",
    },
}


def read(name, **changes) -> ProblemRow:
    return convert({**SHAPES[name], **changes}, line=7, defaults=Defaults(name="some_file"))


def test_every_importer_has_a_shape_here():
    assert {importer.name for importer in IMPORTERS} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_the_shape_is_recognised_and_read(name):
    assert importer_of(SHAPES[name]).name == name
    row = read(name)
    assert row.problem and row.line == 7
    if row.kind == "math":
        assert row.answer == ("1005" if name == "GSM8K" else "5")
    assert read(name).slug == row.slug


def test_levels_topics_licences_and_sources():
    got = {
        name: (row.level, row.topics, row.licence, row.source)
        for name in SHAPES
        for row in [read(name)]
    }
    assert got["NuminaMath-1.5"] == (2, ("Number theory",), "Apache-2.0", "NuminaMath-1.5 cn_k12")
    assert got["DeepMath"] == (3, ("Algebra",), "MIT", "DeepMath-103K")
    assert got["OpenMathReasoning"][0] == 4 and got["OpenMathReasoning"][2] == "CC-BY-4.0"
    assert got["OlympiadBench"][:2] == (4, ("Number theory",))
    assert got["AMC"] == (4, (), "", "AMC 12B 2023")
    assert got["TACO"][:2] == (3, ("Greedy", "Sorting"))
    assert got["OpenCodeReasoning"][2] == "cc-by-4.0"
    assert got["MathArena"][2] == "CC-BY-NC-SA-4.0"


def test_details_of_single_formats():
    assert read("AMC").slug == "amc-12b-2023-21"
    assert read("AMC").title == "AMC 12B 2023, problem 21"
    assert read("AMC", problem="He had $$43$ left of $50$.").problem == r"He had \$43 left of $50$."
    assert read("verl").problem == "Find 2+3."
    assert read("verl", reward_model={"ground_truth": "\\frac{1}{2}"}).answer == "\\frac{1}{2}"
    assert read("OlympiadBench").solution == "Look at (figure).\n\nOr count."
    assert read("OlympiadBench", final_answer=["$1$", "$2$"]).answer == "1, 2"
    assert [case.input for case in read("TACO").tests] == ["2 3\n", "1 1\n"]
    assert read("GSM8K").solution == "2+3=5"
    assert read("NuminaMath-1.5", question_type="MCQ", answer="B").answer_kind == "choice"


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("NuminaMath-1.5", {"question_type": "proof"}, "a proof"),
        ("NuminaMath-1.5", {"problem_is_valid": "Incomplete"}, "not valid (Incomplete)"),
        ("NuminaMath-1.5", {"answer": "notfound"}, "no reference answer"),
        ("OlympiadBench", {"final_answer": None}, "a proof"),
        ("OlympiadBench", {"question": "See <img_1>."}, "needs a figure"),
        ("OpenMathReasoning", {"inference_mode": "genselect"}, "a choice between solutions"),
        ("OpenMathReasoning", {"problem_type": "no_answer_extracted"}, "no reference answer"),
        ("TACO", {"starter_code": "class Solution:"}, "asks for a function"),
        ("TACO", {"input_output": "{}"}, "no tests"),
        ("OpenCodeReasoning", {"input": "-"}, "placeholder"),
        ("verl", {"ability": "code"}, "a programming row"),
    ],
)
def test_what_is_left_out_says_why(name, changes, reason):
    with pytest.raises(Skip, match=reason.replace("(", r"\(").replace(")", r"\)")):
        read(name, **changes)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("verl", {"prompt": []}),
        ("verl", {"reward_model": {}}),
        ("TACO", {"input_output": "{not json"}),
        ("TACO", {"input_output": json.dumps({"inputs": ["1"], "outputs": []})}),
        ("DeepMath", {"difficulty": "hard"}),
        ("OlympiadBench", {"question": None}),
        ("AMC", {"problem": ""}),
    ],
)
def test_a_damaged_row_is_refused_and_nothing_else_breaks(tmp_path, name, changes):
    path = tmp_path / "damaged.jsonl"
    path.write_text(json.dumps({**SHAPES[name], **changes}) + "\n" + json.dumps(SHAPES[name]))
    bad, good = read_rows(path)
    assert isinstance(bad, RowError) and bad.status == "refused" and bad.reason
    assert isinstance(good, ProblemRow)


def test_small_readings():
    assert [number_text(value) for value in (27.0, 0.5, -0.0, 10**20, 1e22, "x", True)] == [
        "27",
        "0.5",
        "0",
        "100000000000000000000",
        "10000000000000000000000",
        "x",
        "Yes",
    ]
    assert without_dollars(r"$a=2$, $a=-6-4 \sqrt{2}$") == r"a=2, a=-6-4 \sqrt{2}"
    assert without_dollars(r"\(\frac{1}{2}\)") == r"\frac{1}{2}"
    assert without_dollars(r"\$5") == r"\$5"
    assert slug_of("AMC", 2023, "12B") == "amc-2023-12b"
    assert topics_of("Intermediate algebra", "counting_and_probability") == (
        "Algebra",
        "Combinatorics",
        "Probability",
    )


def test_titles_keep_short_formulas_and_drop_long_ones():
    statement = r"Let $n$ be such that $\frac{n^2+1}{n-1}$ is whole. Find all \(n < 5\)."
    assert title_of(statement) == "Let n be such that … is whole. Find all n 5."
    assert title_of("$$x$$") == "x"
    assert title_of(r"\[\frac{1}{2}\]") == "…"
    assert len(title_of("word " * 100)) <= 62


@pytest.mark.parametrize(
    ("name", "count"), [("olympiadbench-half.jsonl", 337), ("amc23.jsonl", 40)]
)
def test_published_files_are_read_whole(name, count):
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not on this machine")
    rows = list(read_rows(SHARED / name))
    assert [row for row in rows if not isinstance(row, ProblemRow)] == []
    assert len({row.slug for row in rows}) == len(rows) == count
    assert all("$" not in row.answer.replace(r"\$", "") for row in rows)


def packed(value) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


HIDDEN = [{"input": "4 5\n", "output": "9\n", "testtype": "stdin"}]


def test_hidden_tests_are_read_out_of_a_pickle_that_is_never_loaded():
    row = read("LiveCodeBench", private_test_cases=packed(json.dumps(HIDDEN)))
    assert [case.output for case in row.tests] == ["5\n", "9\n"]
    assert [case.output for case in row.samples] == ["5\n"]
    assert (row.licence, row.level) == ("evaluation only", 4)
    plain = read("LiveCodeBench", private_test_cases=json.dumps(HIDDEN))
    assert plain.tests == row.tests


class Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_pickle_that_would_run_something_is_refused_and_does_not_run(tmp_path):
    trap = tmp_path / "sprung"
    with pytest.raises(ValueError, match="hold more than text"):
        read("LiveCodeBench", private_test_cases=packed(Trap(trap)))
    assert not trap.exists()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("!!!", "neither JSON nor packed JSON"),
        (packed(["a", "b"]), "hold more than text"),
        (base64.b64encode(zlib.compress(b"\x80\x04X")).decode(), "are damaged"),
        (base64.b64encode(zlib.compress(b"\0" * 60_000_000)).decode(), "more than 50,000,000"),
        ("[1, 2]", "not a list of"),
    ],
)
def test_damaged_hidden_tests_are_refused(value, reason):
    with pytest.raises(ValueError, match=reason):
        read("LiveCodeBench", private_test_cases=value)


def test_functions_are_left_out():
    functional = [{"input": "[1]", "output": "1", "testtype": "functional"}]
    with pytest.raises(Skip, match="asks for a function"):
        read("LiveCodeBench", public_test_cases=json.dumps(functional))


LEAN = """import Mathlib

/-- What is the sum of the first ten odd numbers? Show that it is $100$. -/
theorem odd_sum : ∑ i in Finset.range 10, (2 * i + 1) = 100 := by
  decide

/-- Every square is at least zero. -/
theorem square_nonneg (x : ℝ) :
    0 ≤ x ^ 2 := by sorry

lemma bare : 1 + 1 = 2 := rfl
"""
ISABELLE = """theory Sums imports Main begin

text \\<open>Compute the product of 6 and 7. Show that it is 42.\\<close>
theorem product_six_seven:
  shows "(6::nat) * 7 = 42"
  by simp

(* A number divides itself. *)
lemma self_divides:
  fixes n :: nat
  shows "n dvd n"
  sorry

end
"""


def test_theorems_and_their_words_are_read_from_lean(tmp_path):
    (tmp_path / "a.lean").write_text(LEAN)
    first, second, third = read_formal(tmp_path / "a.lean")
    assert (first.name, first.language, first.line) == ("odd_sum", "lean", 4)
    assert first.formal == "∑ i in Finset.range 10, (2 * i + 1) = 100"
    assert first.informal.startswith("What is the sum") and first.proof == "by\n  decide"
    assert (second.formal, second.proof) == ("(x : ℝ) : 0 ≤ x ^ 2", "")
    assert (third.informal, third.proof) == ("", "rfl")


def test_theorems_and_their_words_are_read_from_isabelle(tmp_path):
    (tmp_path / "a.thy").write_text(ISABELLE)
    first, second = read_formal(tmp_path / "a.thy")
    assert first.informal == "Compute the product of 6 and 7. Show that it is 42."
    assert (first.formal, first.proof) == ('shows "(6::nat) * 7 = 42"', "by simp")
    assert second.informal == "A number divides itself." and second.proof == ""


@pytest.mark.parametrize(("name", "text"), [("sums.lean", LEAN), ("sums.thy", ISABELLE)])
def test_a_formal_file_gives_the_problems_that_have_answers(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    rows = list(read_rows(tmp_path / name))
    (problem,) = [row for row in rows if isinstance(row, ProblemRow)]
    assert problem.answer in ("100", "42") and "Show that" not in problem.problem
    left_out = [row for row in rows if isinstance(row, RowError)]
    assert {row.status for row in left_out} == {"skipped"}


def test_other_endings_are_not_formal_files(tmp_path):
    with pytest.raises(ValueError, match="expected a file ending in"):
        list(read_formal(tmp_path / "a.txt"))
