"""Rewards follow the rules and cannot be farmed."""

from __future__ import annotations

from random import Random

import pytest

from problems.families import FAMILIES
from training.rewards import FAULT, FORMAT, Reward, reward, shape_by_length

PROBLEM = FAMILIES["gcd"].generate(2, Random(3))


def boxed(value):
    return rf"Answer: \(\boxed{{{value}}}\)"


def test_a_worked_right_reply_earns_everything():
    earned = reward(PROBLEM, PROBLEM.solution)
    assert earned.right and earned.fault is None and earned.value == 1 + FORMAT


def test_a_false_line_halves_a_right_reply_and_is_found():
    reply = r"\(3 + 4 = 7\)" + "\n" + r"\(5 \times 5 = 26\)" + "\n" + boxed(PROBLEM.answer)
    earned = reward(PROBLEM, reply)
    assert earned.right and earned.value == 1 - FAULT + FORMAT
    assert reply[earned.fault :].startswith(r"\(5 \times 5")


@pytest.mark.parametrize(
    "make", [lambda a: f"{a} + 0", lambda a: f"{a - 1} + 1", lambda a: f"{a}%"]
)
def test_a_box_that_still_has_to_be_worked_out_is_wrong(make):
    assert not reward(PROBLEM, boxed(make(int(PROBLEM.answer)))).right


def test_idle_true_lines_earn_nothing():
    plain = reward(PROBLEM, boxed(PROBLEM.answer)).value
    padded = reward(PROBLEM, "\n".join([r"\(1 = 1\)"] * 30 + [boxed(PROBLEM.answer)])).value
    assert padded <= plain
    assert reward(PROBLEM, "\n".join([r"\(1 = 1\)"] * 30)).value == 0.0


def test_guessing_several_boxes_loses_the_format():
    reply = boxed(1) + "\n" + boxed(PROBLEM.answer)
    assert reward(PROBLEM, reply).value == 1.0 or not reward(PROBLEM, reply).right
    assert reward(PROBLEM, "").value == 0.0


def test_length_shaping_is_zero_sum_and_prefers_the_shorter():
    group = [Reward(1.0, True, None), Reward(1.0, True, None), Reward(0.0, False, None)]
    values = shape_by_length(group, [50, 150, 10])
    assert sum(values) == pytest.approx(2.0) and values[0] > 1 > values[1] and values[2] == 0
    assert shape_by_length(group[:1], [5]) == [1.0]
    assert shape_by_length(group[:2], [9, 9]) == [1.0, 1.0]
