"""Hints: four levels, cut from the reference, never giving the answer away."""

import json
from pathlib import Path

import pytest

from grading.hints import make_hint, mask_result
from grading.leaks import leaks

BANK = Path(__file__).parents[2] / "problems" / "bank"
PROBLEM = (
    "A lawn is 22 by 36 feet. One bag covers 250 square feet; he has 4 bags. How much is left over?"
)
REFERENCE = (
    "The lawn has 22 * 36 = 792 square feet.\nThe bags cover 250 * 4 = 1000 square feet.\n"
    "So 1000 - 792 = 208 square feet are left over.\n\\boxed{208}"
)


def hint(level, student=""):
    return make_hint(level, problem=PROBLEM, reference=REFERENCE, answer="208", student=student)


def test_every_level_says_something_else():
    texts = [hint(level).text for level in (1, 2, 3, 4)]
    assert all(texts) and len(set(texts)) == 4
    assert "statement" in texts[0]


def test_the_next_line_follows_what_the_student_has():
    assert "792" in hint(4).text
    assert "250 * 4" in hint(4, student="22 * 36 = 792").text


def test_the_last_step_is_not_given():
    given = hint(4, student="22 * 36 = 792\n250 * 4 = 1000")
    assert not leaks(given.text, "208", PROBLEM)
    assert "208" not in given.text and "1000 - 792" not in given.text


def test_a_hint_that_could_only_give_the_answer_is_refused():
    refused = make_hint(4, problem="What is 6 * 7?", reference="6 * 7 = 42", answer="42")
    assert refused.refused and refused.text == ""


def test_levels_are_one_to_four():
    with pytest.raises(ValueError, match="1 to 4"):
        hint(5)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("so it is 208", "208"), ("compute 1000 - 792", "208"), ("2 * 104 squares", "208"), ("x + 8 = 216", "208"),
        ("take twelve of them", "12"), ("half of it", "\\frac{1}{2}"), ("0.75 of it", "\\frac{3}{4}"),
        ("3 * 4 + 1", "12"), ("$\\sqrt{12}$", "2\\sqrt{3}"), ("the pair (3, 5)", "(3, 5)"), ("x^2 = 9", "3"),
        ("choose (B)", "B"), ("1,024 ways", "1024"), ("-5 + 2", "-3"),
    ],
)  # fmt: skip
def test_leaks_are_seen(text, answer):
    assert leaks(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("count the squares", "208"),
        ("2080 of them", "208"),
        ("1000 is the whole", "208"),
        ("x + y = 216", "208"),
    ],
)
def test_what_does_not_tell_is_no_leak(text, answer):
    assert not leaks(text, answer)


def test_masking_leaves_the_calculation():
    assert mask_result("so 6 * 7 = 42.") == "so 6 * 7 = □."
    assert mask_result("x = 2y") == "x = 2y"


def test_no_hint_of_the_bank_shows_its_answer():
    for path in sorted(BANK.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines()[:60]:
            row = json.loads(line)
            if row["kind"] != "math":
                continue
            for level in (1, 2, 3, 4):
                made = make_hint(
                    level, problem=row["problem"], reference=row["solution"], answer=row["answer"]
                )
                assert made.refused or not leaks(made.text, row["answer"], row["problem"])
