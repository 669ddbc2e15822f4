"""How a typed answer is read back, boxes, and texts nobody should type."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading import check_answer, extract_boxed, read_answer
from grading.nodes import Unreadable
from grading.parser import parse
from grading.render import to_latex


def test_boxes():
    assert extract_boxed(r"so \boxed{\frac{1}{2}}.") == r"\frac{1}{2}"
    assert extract_boxed(r"\boxed{1} then \boxed{2}") == "2"
    assert extract_boxed(r"\boxed{\{1,2\}}") == r"\{1,2\}"
    assert extract_boxed(r"\boxed{1} and \boxed{\frac{1}{2}") == "1"
    assert extract_boxed("no box") is None
    assert extract_boxed(r"\fbox{7}") == "7"


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("1/2", r"\frac{1}{2}"),
        ("sqrt(3)/2", r"\frac{\sqrt{3}}{2}"),
        ("3sqrt2", r"3 \sqrt{2}"),
        ("x>=2", r"x \ge 2"),
        ("2pi/3", r"\frac{2 \pi}{3}"),
        ("(1,2]", r"\left( 1, 2\right]"),
        ("3 1/2", r"3\tfrac{1}{2}"),
        ("101_2", "101_{2}"),
        ("+-3", r"\pm 3"),
        ("x = +/- sqrt(2)", r"x = \pm \sqrt{2}"),
        ("x^(n+1)", "x^{n + 1}"),
        ("yes", r"\text{yes}"),
        ("what?", ""),
        (r"\text{Evelyn}", r"\text{evelyn}"),
        (r"\text{(E)}", r"\text{(E)}"),
    ],
)
def test_what_is_read_is_shown(typed, latex):
    assert read_answer(typed) == latex


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{-1+\sqrt{5}}{2}",
        r"(a-b)(c-(d-e))",
        r"-(x-1)^2/3",
        r"\sin^2 15^\circ",
        r"\binom{n}{2}-3n!",
        r"2^{-2/3}",
        r"\pm\sqrt{2}-1",
        r"\log_2 (n+1)",
        r"\lfloor x/2\rfloor^2",
        r"(-2)^{3}",
    ],
)
def test_what_is_shown_means_what_was_typed(text):
    assert check_answer(text, to_latex(parse(text)), "expression").value == "correct"


@given(st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_no_text_makes_it_fail(text):
    assert check_answer("7", text).value in ("correct", "wrong", "unknown")
    assert isinstance(read_answer(text), str)


_PIECES = [
    "\\frac", "\\sqrt", "{", "}", "(", ")", "[", "]", "1", "2,", "x", "^", "_", "+", "-", "/", "=",
    "<", "\\pm", "\\cup", "\\{", "\\}", "|", "!", "%", "\\text{ab}", "\\begin{pmatrix}", "&", "\\\\",
    "\\end{pmatrix}", "\\sin", "\\log", ":", "\\infty", ";", "or", " ", ".", "\\pmod", "\\left",
]  # fmt: skip


def test_no_soup_of_commands_makes_it_fail():
    draw = random.Random(5)
    verdicts = set()
    for _ in range(800):
        soup = "".join(draw.choice(_PIECES) for _ in range(draw.randint(1, 14)))
        try:
            latex = to_latex(parse(soup))
        except Unreadable:
            latex = ""
        assert latex.count("{") == latex.count("}")
        verdicts.add(check_answer("17", soup).value)
    assert "correct" not in verdicts


@given(st.fractions(min_value=-5000, max_value=5000, max_denominator=400))
@settings(max_examples=40, deadline=None)
def test_a_fraction_equals_itself_and_not_its_neighbour(value):
    typed = rf"\frac{{{3 * value.numerator}}}{{{3 * value.denominator}}}"
    other = value + Fraction(1, value.denominator)
    assert check_answer(str(value), typed).value == "correct"
    assert check_answer(str(other), typed).value == "wrong"


@pytest.mark.parametrize(
    "bomb",
    [
        "9^{9^{9^9}}",
        "2^{2^{2^{2^{2^{2}}}}}",
        "(10^8)!",
        "((9!)!)!",
        r"\binom{10^9}{10^8}",
        "{" * 50_000 + "1" + "}" * 50_000,
        "(" * 3000 + "1" + ")" * 3000,
        r"\sqrt{" * 300 + "2" + "}" * 300,
        r"\frac{1}{" * 400 + "2" + "}" * 400,
        "-" * 1900 + "1",
        "1" * 100_000,
        "a" * 1900 + "!",
        " ".join(["1,000"] * 300),
        r"\text{" * 900,
        "((((1,2),3),4),5" * 100,
        r"\sum_{k=1}^{10^{9}} \frac{1}{k^{k}}",
        r"\int_0^1 x^{x^{x^{x}}} dx",
        "0." + "3" * 1000 + r"\overline{7}" + "^" * 50,
        "1e999999999",
        "10^{10^{10}} - 10^{10^{10}}",
    ],
)
def test_bombs_are_unknown_and_the_next_answer_is_not_affected(bomb):
    assert check_answer(r"\sqrt{7}", bomb).value in ("unknown", "wrong")
    assert check_answer("7", bomb).value in ("unknown", "wrong")
    assert check_answer(r"\sqrt{7}", r"\frac{7}{\sqrt7}").value == "correct"


def test_a_tower_is_unknown_and_equal_to_itself():
    assert check_answer("7", "9^{9^{9^9}}").value == "unknown"
    assert check_answer(r"\sqrt7", "9^{9^{9^9}}").value == "unknown"
    assert check_answer("9^{9^{9^9}}", "9^{9^{9^9}}").value == "correct"
