"""Slips that only the statement and the other lines show: odd signs, numbers from nowhere, counts."""

import pytest

from .slips import check_slip, contradicted

BOOKS = "How many license plates have 2 different letters and then 2 different digits?"
CHOICES = (
    "For the first letter there are 26 choices.\nFor the second there are 25 choices.\n"
    "For the first digit there are 10 choices.\nFor the second there are 9 choices.\n"
    "So there are 26 x 25 x 10 x 9 plates."
)
LEAVES = (
    "The number of pages is $7k + 3$ for some $k$.\nSo $n = \\frac{7k + 3}{2}$.\n"
    "Hence $\\frac{7k + 3}{2} > 100$, or $7k + 3 > 200$.\nSo $k = 29$."
)
PENCILS = "A pencil costs $2.50 and a pen $3.50. How much do 38 pencils and 56 pens cost?"
TOTAL = (
    "The 38 pencils cost $2.50 x 38 = $95.\nThe 56 pens cost $3.50 x 56 = $196.\n"
    "All 38 pencils and 56 pens cost $95 + $196 = $291.\n#### 291"
)
SOLVED = "We have 8d - 3 = 45.\nAdding 3 to both sides, we get 8d = 48.\nSo d = 6."
SYSTEM = "Say $10t=3s+g$.\nAnd $2t+g=s$.\nThe two are $10t=3s+g$ and $2t+g=s$."
LISTED = "So $x$ can be $2$, $3$, $6$, or $9$.\nSo the number of possible values of $x$ is $4$."

VECTORS = (
    "Thus \\[\\begin{pmatrix} -13 \\\\ 3 \\end{pmatrix} = - \\begin{pmatrix} 3 \\\\ 1 \\end{pmatrix} "
    "+ 2 \\begin{pmatrix} -5 \\\\ 2 \\end{pmatrix}.\\]"
)


@pytest.mark.parametrize(
    ("text", "problem", "was", "now", "line"),
    [
        (CHOICES, BOOKS, "there are 25 choices", "there are 20 choices", 1),
        (LEAVES, "", "is $7k + 3$", "is $7k ^ 3$", 0),
        (LEAVES, "", "or $7k + 3 >", "or $7k * 3 >", 2),
        (TOTAL, PENCILS, "All 38", "All 33", 2),
        (SOLVED, "", "Adding 3", "Adding 4", 1),
        (SYSTEM, "", "Say $10t=3s+g$", "Say $10t=3s^g$", 0),
        (LISTED, "", "is $4$", "is $8$", 1),
        ("There are $4!$ ways to arrange the $4$ books.", "", "4!", "8!", 0),
        ("Use $\\sin^2 x + \\cos^2 x = 1$.", "", "= 1", "= 8", 0),
        (VECTORS, "", "+ 2", "+ 3", 0),
        (VECTORS, "", "- \\begin", "+ \\begin", 0),
        ("1 foot is 12 inches.", "", "12", "16", 0),
        ("There are 26 letters in the alphabet.", "", "26", "28", 0),
        ("In base eight $110_2 = 6_8$.", "", "6_8", "9_8", 0),
        ("The slope is $-2$.", "", "$-2$", "$*2$", 0),
        ("So $y = -2x + 0$.", "", "+ 0", "/ 0", 0),
        ("We write $54$ as $2*3*3*3$.\nWe rewrite this as $2*3^3$.", "", "*3^3", "+3^3", 1),
        ("He scored 100 - 80, which is 20.", "", "100 - 80", "100 * 80", 0),
    ],
)
def test_a_slip_is_found_where_it_is_and_the_right_text_left_alone(text, problem, was, now, line):
    check_slip(text, problem, was, now, line)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("He ran 1000/3600 m/s.\nSo 1 km/h = 1000/3600 m/s.\nAnd 1000 m / 3600 s again.", ""),
        ("Multiply both sides by 6 and divide both sides by 5: from x/6 = 5 we get x = 30.", ""),
        ("The next prime is 89.\nSo there are 2 of them.", "How many primes are below 5?"),
        ("About 400 million people live there.\nThat is all.", "How many people live in 50 towns?"),
        ("He works 8 hours / 1 day.", ""),
        ("There are $3!$ ways to seat the $4$ people.", "Four people sit around a circular table."),
        ("x + y = 10\nx * y = 21\nSo x = 7", ""),
    ],
)  # fmt: skip
def test_what_has_a_good_reason_is_left_alone(text, problem):
    assert contradicted(text, problem) == []
