"""Slips in what is concluded: alternatives, ±, binomials and their formula, the last number."""

import pytest

from grading.steps import check_steps

from .slips import check_slip, contradicted

UNDEFINED = "For how many values of $x$ is $\\frac{x-5}{x^2-9}$ not defined?"
FACTORED = (
    "So I need to solve the equation $x^2-9=0$.\nI can factor it: $(x-3)(x+3)=0$.\n"
    "Then either $x-3=0$ or $x+3=0$.\nSo the possible values of $x$ are $3$ and $-3$."
)
ROOTS = "Thus $x = \\frac{5 \\pm \\sqrt{25 + 24}}{6} = \\frac{5 \\pm 7}{6}$."
PASCAL = "Recall that $\\binom{n}{k} = \\frac{n!}{k!(n-k)!}$."
CHOSEN = "So $\\binom{8}{2}=\\frac{8!}{2!6!}$, which is 28."
LONG = "So $\\dbinom{31}{28} = \\frac{31!}{28! (31-28)!}$."
TANK = (
    "A tank holds 350 liters. A pump takes out 17 liters a minute for 13 minutes. How much is left?"
)
LEFT = (
    "The pump takes out $17 \\cdot 13 = 221$.\nThat leaves $350 - 221 = 129$.\nThe answer is 129."
)
HALF = "Half the value of $3x-9$ is the same as $x+37$, so $\\frac{3x-9}{2} = x+37$. Find $x$."
SOLVED = "Twice that is $3x-9=2x+74$.\nSo $x-9=74$.\nHence $x=83$."
TRIED = (
    "Putting in $1$ we get $1=\\sqrt{11-2(1)}+4$ which simplifies to $1=\\sqrt{9}+4$.\n"
    "That is $1=3+4$.\nAnd $1=7$ is clearly not true."
)
SEATED = (
    "There are $5!$ ways to arrange the Democrats and $5!$ ways to arrange the Republicans.\n"
    "There are $2!$ ways to order the blocks.\nSo there are $2! \\cdot 5! \\cdot 5!$ ways.\n"
    "That is 28800."
)
SERIES = "The sum is $1 + 2 + 3 + 4 + \\dots + 9 + 10$."


@pytest.mark.parametrize(
    ("text", "problem", "was", "now", "line"),
    [
        (FACTORED, UNDEFINED, "x-3=0$ or", "x-2=0$ or", 2),
        (FACTORED, UNDEFINED, "x-3=0$ or", "x/3=0$ or", 2),
        (FACTORED, UNDEFINED, "x-3=0$ or", "x+3=0$ or", 2),
        (FACTORED, UNDEFINED, "are $3$", "are $4$", 3),
        (FACTORED, UNDEFINED, "(x-3)(x+3)", "(x-1)(x+3)", 1),
        (FACTORED, UNDEFINED, "$x^2-9=0$", "$x^2-9=1$", 0),
        (ROOTS, "", "25 + 24", "25 - 24", 0),
        (ROOTS, "", "5 \\pm 7", "5 \\pm 8", 0),
        (PASCAL, "", "(n-k)!", "(n+k)!", 0),
        (PASCAL, "", "n!}{", "k!}{", 0),
        (CHOSEN, "", "{8!}", "{6!}", 0),
        (LONG, "", "(31-28)!", "(31*28)!", 0),
        (LEFT, TANK, "answer is 129", "answer is 834", 2),
        (TRIED, "", "11-2(1)", "11*2(1)", 0),
        (TRIED, "", "3+4", "3*4", 1),
        (SEATED, "", "and $5!", "and $9!", 0),
        (SEATED, "", "are $2!$", "are $3!$", 1),
        (SERIES, "", "4 + \\dots", "4 - \\dots", 0),
        (SERIES, "", "\\dots +", "\\dots /", 0),
        (SOLVED, HALF, "2x+74", "7x+74", 0),
    ],
)
def test_a_slip_is_found_where_it_is_and_the_right_text_left_alone(text, problem, was, now, line):
    check_slip(text, problem, was, now, line)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Either $x^2=4$ or $x=5$.\nSo $x=2$ or $x=-2$ or $x=5$.", ""),
        ("We have $x^2-5x+6=0$.\nSo $x = 2$ or $x = 3$.\nNow $y^2=9$.\nSo $y=3$ or $y=-3$.", ""),
        ("Here $1 + 2 + 2^2 + \\dots + 64 = 127$.", ""),
        (
            "There are $6!$ ways.\nThe pair has $2!$ ways.\nSo $5! \\cdot 2! = 240$ are bad.\n"
            "$6! - 240 = 480$.",
            "",
        ),
        ("Try $1 = 2$.\nTry $1 = 3$.\nTry $1 = 3$.\nTry $1 = 4$. None is true.", ""),
        ("Then $y = 3 \\pm 2 = 5$ or $1$.", ""),
        ("So $\\binom{n}{2} = 28$, hence $n = 8$.", ""),
        ("Here $\\binom{n}{k} = \\binom{n}{k+1}$.", ""),
        ("It holds 17.\nThen 5 more.\nThe answer is 22.", "A box of 17 gets 5 more. How many?"),
        (
            "Write $1/2$.\nThe third power is $343$.\nIts last two digits are 43.",
            "Find the digits.",
        ),
    ],
)
def test_what_only_looks_like_a_slip_is_left_alone(text, problem):
    assert contradicted(text, problem) == []


def test_both_values_of_a_plus_minus_are_compared():
    (check,) = check_steps("$\\frac{5 \\pm \\sqrt{49}}{6} = \\frac{5 \\pm 7}{6}$")
    assert (check.status, "both values agree" in check.reason) == ("checked", True)
    (check,) = check_steps("$3 \\pm 4 = 3 \\mp 4$")
    assert check.status != "contradicted"


@pytest.mark.parametrize(
    "line",
    ["The answer is " + "1," * 9000 + "1.", "Then $x = " + "7" * 9000 + "$ or $5$.",
     "$" + " \\cdot ".join(["\\binom{999}{500}"] * 60) + "$", "1 + " * 3000 + "\\dots + 1"],
)  # fmt: skip
def test_endless_lines_do_no_harm(line):
    text = f"There are $5!$ ways.\nWe have $x^2 = 4$.\n{line}"
    assert [c.line for c in check_steps(text, "Count 5 things.")] == [0, 1, 2]
