"""Slips shown by where numbers come from: copies, operands, values put in, properties of numbers."""

import pytest

from .slips import check_slip, contradicted

BAGS = "Seven bags of x coins and one bag of 53 coins hold over 200 coins. Find x."
COINS = (
    "So there are $7x + 53$ coins.\nWe need $7x + 53 > 200$ coins.\n"
    "This means $7x + 53 > 200$ holds.\nHence $7x > 147$, so $x > 21$."
)
CARDS = "I deal 54 cards to x players, y cards each."
DEALT = "The cards are all dealt.\nSo $xy=54$.\nAnd $54$ is even, so it is divisible by $2$."
EXPAND = "Expand $(10x^3)^2$."
EXPANDED = "We know that $(10x^3)^{2}=100x^6$.\nSo the power of $x$ is $6$."
PUT_IN = "Find $(n + 2)(n + 4)(n + 6)$ for $n = 3$."
PLUGGED = "We get $(3 + 2)(3 + 4)(3 + 6)$.\nThat is $315$."
PLATES = "How many plates have 2 different letters and then 2 different digits?"
CHOICES = (
    "There are 26 choices for the first.\nThere are 25 choices for the second.\n"
    "There are 10 choices for the third.\nThere are 9 choices, as I cannot repeat the third.\n"
    "The total is 26 x 25 x 10 x 9."
)
SUMMED = "First we look at the rooms.\nThe area is 30 + 72 = 102.\nThe answer is \\boxed{102}."
POINTS = "The plane goes through (0,-1,-1), (-4,4,4) and (4,5,1)."
PLANE = "Take the point (0,-1,-1).\nNow use (0,-1,-1) again.\nThe point (0,-1,-1) lies in it."
TURNS = "\n".join(
    f"If the remainder is {k}, the last digit is {d}." for k, d in enumerate((6, 8, 4, 2))
)
ROOTS = "So x is either $\\frac{1 + \\sqrt{5}}{2}$ or $\\frac{1 - \\sqrt{5}}{2}$."


@pytest.mark.parametrize(
    ("text", "problem", "was", "now", "line"),
    [
        (COINS, BAGS, "We need $7x", "We need $5x", 1),
        (COINS, BAGS, "are $7x + 53", "are $7x - 53", 0),
        (COINS, BAGS, "need $7x + 53 > 200", "need $7x + 53 > 898", 1),
        (DEALT, CARDS, "xy=54", "xy=91", 1),
        (DEALT, CARDS, "by $2$", "by $4$", 2),
        (EXPANDED, EXPAND, "100x^6", "100x^8", 0),
        (PLUGGED, PUT_IN, "(3 + 4)", "(3 - 4)", 0),
        (CHOICES, PLATES, "are 9 choices", "are 5 choices", 3),
        (SUMMED, "Find the area of the two rooms.", "\\boxed{102}", "\\boxed{72}", 2),
        (PLANE, POINTS, "use (0,-1,-1)", "use (0,-1,-6)", 1),
        (TURNS, "", "remainder is 2", "remainder is 7", 2),
        (ROOTS, "", "\\frac{1 + \\sqrt{5}}{2}", "\\frac{1 + \\sqrt{5}}{9}", 0),
        ("Here 53 is a prime number.", "", "53", "51", 0),
        ("But 4 is not a multiple of 3.", "", "of 3", "of 2", 0),
        ("$54$'s prime factorization is $2*3^3$.", "", "2*3^3", "2*5^3", 0),
        ("We can use the fact that 30 = 2 * 3 * 5.", "", "3 * 5", "3 * 4", 0),
        ("The conjugate of $5+\\sqrt{3}$ is $5-\\sqrt{3}$.", "", "$5-", "$1-", 0),
        ("The answer is $\\log_2{8}=3$.", "", "=3", "=1", 0),
        ("Here $\\sin 30^\\circ = \\frac{1}{2}$.", "", "{2}", "{3}", 0),
        ("We have $-3b = -6$, if we add 10 to both sides.\nSo, $b = 2$.", "", "b = 2", "b = 4", 1),
    ],
)  # fmt: skip
def test_a_slip_is_found_where_it_is_and_the_right_text_left_alone(text, problem, was, now, line):
    check_slip(text, problem, was, now, line)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("So it's false that 91 is prime; 91 = 7 * 13.", ""),
        ("The part rearranges to $n^2 - 7n + 5 \\le 0$.\nSo $7n - 5$ it is.\nAnd $7n - 5$ again.", ""),
        ("We have $0 \\le j \\le 4$.\nFor all $j \\ge 0$ it holds.\nSo $j \\le 4$.", "Let $1 < j < 9$."),
        ("At most 100 numbers, so 5000 pairs can be tried.\nThat is fast.", "Given 100 numbers."),
        ("With $x^2 + 6x$ we complete the square to $x^2 + 6x + 9$ here.\nGood.", "Solve $x^2 + 6x = 1$."),
        ("So $\\log 100 = 5$ is unclear.", ""),
        ("Then $\\sin 30 = 4$.", ""),
        ("The points are (1,2,3).\nThen (1,2,4).\nThen (1,2,5).", ""),
        ("x = 27 is odd", ""),
        ("Check: 2 + 3 = 5.\nIt holds: 7 - 2 = 5.\nThe answer is \\boxed{5}.", "Find it."),
    ],
)  # fmt: skip
def test_what_has_a_good_reason_is_left_alone(text, problem):
    assert contradicted(text, problem) == []
