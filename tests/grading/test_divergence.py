"""The first line at which a student's work leaves the reference."""

from grading.divergence import first_divergence

REFERENCE = "22 * 36 = 792 square feet.\n250 * 4 = 1000 square feet.\n1000 - 792 = 208 square feet."
PROBLEM = (
    "A lawn is 22 by 36 feet. One bag covers 250 square feet; he has 4 bags. How much is left over?"
)


def test_a_contradicted_line_is_named_with_the_values():
    found = first_divergence("22 * 36 = 782\n1000 - 782 = 218", REFERENCE, PROBLEM)
    assert found.line == 0 and "792" in found.reason


def test_a_value_that_the_reference_lacks_is_named():
    found = first_divergence("22 * 36 = 792\n250 + 4 = 254\n792 - 254 = 538", REFERENCE, PROBLEM)
    assert found.line == 1 and "254" in found.reason


def test_the_same_answer_on_another_road_does_not_depart():
    found = first_divergence("4 * 250 = 1000\n1000 - 22 * 36 = 208", REFERENCE, PROBLEM)
    assert found.line is None and "agrees" in found.reason


def test_stopping_early_names_the_line_after_the_last_new_value():
    found = first_divergence("22 * 36 = 792 feet\nSo the answer is 792 feet", REFERENCE, PROBLEM)
    assert found.line == 1


def test_words_alone_cannot_be_told():
    found = first_divergence("I do not know how to start", REFERENCE, PROBLEM)
    assert found.line is None and "could not tell" in found.reason
    assert first_divergence("", REFERENCE, PROBLEM).line is None
