"""The traps that answer checkers fall into, one test each; the rest is in answer_pairs.jsonl."""

import json
from pathlib import Path

import pytest

from grading import check_answer

PAIRS = [
    json.loads(line)
    for line in Path(__file__).with_name("answer_pairs.jsonl").read_text("utf-8").splitlines()
]
GROUPS = sorted({pair["group"] for pair in PAIRS})


def value(gold, answer, kind="auto"):
    return check_answer(gold, answer, kind).value


def test_the_table_is_large_and_has_every_verdict():
    assert len(PAIRS) >= 400
    assert {pair["verdict"] for pair in PAIRS} == {"correct", "wrong", "unknown"}


@pytest.mark.parametrize("group", GROUPS)
def test_every_pair_of_the_table_has_its_verdict(group):
    missed = [
        (pair["gold"], pair["answer"], pair["verdict"], check)
        for pair in PAIRS
        if pair["group"] == group
        and (check := check_answer(pair["gold"], pair["answer"], pair["kind"])).value
        != pair["verdict"]
    ]
    assert missed == []


def test_a_numeral_in_base_two_is_not_the_same_digits_in_base_ten():
    assert value("101", "101_2") == "wrong"
    assert value("101_2", "101") == "wrong"
    assert value("101_2", "101_{2}") == "correct"
    assert value("5", "101_2") == "correct"


@pytest.mark.parametrize(
    ("gold", "answer"), [("10", "2+8"), ("720", "6!"), ("1024", "2^{10}"), ("2", r"\sqrt{4}")]
)
def test_a_number_has_to_be_worked_out(gold, answer):
    verdict = check_answer(gold, answer)
    assert verdict.value == "wrong"
    assert "not worked out" in verdict.reason


def test_nine_is_not_nine_per_cent_but_nine_hundredths_is():
    assert value("9", "9%") == "wrong"
    assert value("0.09", r"9\%") == "correct"
    assert value(r"9\%", "9") == "unknown"


def test_the_last_of_two_boxes_counts():
    text = r"first \boxed{41}, no, it is \boxed{42}"
    assert value("42", text) == "correct"
    assert value("41", text) == "wrong"
    assert value("42", r"\boxed{42} and an open \boxed{4") == "correct"


def test_an_interval_and_the_inequality_that_means_it_both_ways():
    assert value("[2, \\infty)", "x >= 2") == "correct"
    assert value("x >= 2", "[2, \\infty)") == "correct"
    assert value("x > 2", "[2, \\infty)") == "wrong"


def test_an_interval_for_a_number_is_told_so():
    verdict = check_answer("5", "[4, 6]")
    assert verdict.value == "wrong"
    assert verdict.reason == "You gave an interval; the answer is a single number."


@pytest.mark.parametrize("typed", ["1,000", "1 000", r"1{,}000", r"1\,000", r"1,\!000", "1000"])
def test_thousands_separators(typed):
    assert value("1000", typed) == "correct"
    assert value("1001", typed) == "wrong"


@pytest.mark.parametrize("minus", ["−3", "–3", "-3", "- 3", "$-3$"])
def test_every_minus_sign(minus):
    assert value("-3", minus) == "correct"
    assert value("3", minus) == "wrong"


@pytest.mark.parametrize("typed", ["7/2", "3 1/2", r"3\frac12", r"\dfrac{7}{2}", "3.5", "14/4"])
def test_fractions_mixed_numbers_and_decimals(typed):
    assert value(r"\frac{7}{2}", typed) == "correct"


def test_an_unreduced_fraction_is_equal_and_is_told_so():
    verdict = check_answer(r"\frac12", r"\frac{2}{4}")
    assert (verdict.value, "reduced" in verdict.reason) == ("correct", True)


def test_degrees_units_dollars_and_names():
    assert value("60", r"60^\circ") == "correct"
    assert value("12", r"12\text{ cm}") == "correct"
    assert value("12 cm", "12 m") == "wrong"
    assert value("5", r"\$5") == "correct"
    assert value("5", "x=5") == "correct"
    assert value("5", "x=6") == "wrong"


def test_order_counts_in_tuples_and_not_in_sets():
    verdict = check_answer("(1, 2)", "(2, 1)")
    assert (verdict.value, verdict.reason) == (
        "wrong",
        "The members are right, but not in this order.",
    )
    assert value(r"\{1, 2\}", r"\{2, 1\}") == "correct"
    assert value("1, 2", "2, 1") == "correct"


def test_repeating_decimals_are_exact_and_cut_ones_are_not():
    assert value("1/3", r"0.\overline{3}") == "correct"
    assert value("1/3", "0.333...") == "correct"
    verdict = check_answer("1/3", "0.333")
    assert (verdict.value, "rounded" in verdict.reason) == ("wrong", True)


def test_surds_trigonometry_and_complex_numbers():
    assert value(r"\frac{\sqrt2}{2}", r"\frac{1}{\sqrt2}") == "correct"
    assert value(r"\frac{\sqrt6-\sqrt2}{4}", r"\sin 15^\circ") == "correct"
    assert value("3+2i", "2i+3") == "correct"
    assert value("3+2i", "3-2i") == "wrong"
    assert value(r"\pm 3", "3, -3") == "correct"
    assert value(r"\pm 3", "3") == "wrong"


def test_a_near_miss_of_a_famous_number_is_wrong():
    assert value("262537412640768744", r"e^{\pi\sqrt{163}}") == "wrong"
    assert value(r"\frac{100!}{2^{50}}", r"\frac{100!}{2^{50}}+1") == "wrong"
    assert value(r"10^{100}+\sqrt2", r"10^{100}+\sqrt3") == "wrong"


def test_an_ambiguous_slash_is_asked_about():
    verdict = check_answer(r"\frac{1}{2n}", "1/2n")
    assert (verdict.value, "brackets" in verdict.reason) == ("unknown", True)


def test_equal_for_whole_numbers_is_enough_where_letters_mean_whole_numbers():
    assert value(r"\lceil n/2\rceil", r"\lfloor (n+1)/2\rfloor") == "correct"
    assert value(r"x", r"\lfloor x\rfloor") != "correct"


def test_the_reference_decides_what_is_wanted():
    assert value("1024", "2^{10}", "expression") == "correct"
    assert value("3.14", "3.141", "decimal") == "correct"
    assert value("3.14", "3.141") == "wrong"
    assert value("(0,1)", "0<x<1", "interval") == "correct"
    assert value("1,2", "(2,1)", "tuple") == "wrong"
    with pytest.raises(ValueError, match="Unknown kind"):
        check_answer("1", "1", "nonsense")


def test_nothing_is_not_an_answer():
    assert value("0", "") == "unknown"
    assert value("0", r"\boxed{}") == "unknown"
