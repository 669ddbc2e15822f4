"""check_steps: what is true is checked, what is false is contradicted, what is not understood is left alone."""

import json
import random
from pathlib import Path

import pytest

from grading.steps import check_steps

TRACES = Path(__file__).parent / "traces.txt"
BANK = Path(__file__).parents[2] / "problems" / "bank"


def statuses(text, problem=""):
    return [c.status for c in check_steps(text, problem)]


def status(line, problem=""):
    return statuses(line, problem)[-1]


TRUE = [
    "48/2 = 24 clips",
    "She sells 16 - 3 - 4 = 9 duck eggs a day.",
    "In total she spent $10 for bacon + $24 for chicken = $34.",
    "$7^2 = 49 \\equiv 9 \\pmod{10}$",
    "7^2 = 49 ≡ 9 (mod 10)",
    "2025 = 4 * 506 + 1",
    "3^{2025} ≡ 3 (mod 10)",
    "\\frac{1}{2} + \\frac{1}{3} = \\frac{5}{6}",
    "$\\sqrt{12} = 2\\sqrt{3}$",
    "$(5+\\sqrt{3})(5-\\sqrt{3}) = 22$",
    "\\binom{8}{2} = 28",
    "5! = 120",
    "$\\gcd(12, 18) = 6$",
    "\\(\\lfloor 36 / 5 \\rfloor = 7\\)",
    "1 + 2 + 3 + ... + 100 = 5050",
    "$\\sum_{k=1}^{10} k^2 = 385$",
    "$\\prod_{k=1}^{5} k = 120$",
    "7 divides 91",
    "91 is divisible by 7",
    "91 = 7 * 13 > 90",
    "20% of 50 = 10",
    "3 1/2 + 1/2 = 4",
    "$1011_2 = 11$",
    "$\\sqrt{2} \\approx 1.414$",
    "10/3 ≈ 3.33",
    "$(x+1)^2 = x^2 + 2x + 1$",
    "$\\sin^2 x + \\cos^2 x = 1$",
    "$\\cos 60^\\circ = \\frac{1}{2}$",
    "the sum of 3 and 4 is 7",
    "we multiply 9 by 6 to get 54",
    "17 mod 5 = 2",
    "2^10 = 1024 > 1000",
    "4.95 times 8, which is 39.6 dollars",
    "111 / 5 = 22 with a remainder of 1",
]


@pytest.mark.parametrize("line", TRUE)
def test_true_lines_are_checked(line):
    assert status(line) == "checked"


FALSE = [
    "48/2 = 25 clips",
    "She sells 16 - 3 - 4 = 8 duck eggs a day.",
    "$7^2 = 49 \\equiv 8 \\pmod{10}$",
    "3^{2025} ≡ 7 (mod 10)",
    "\\frac{1}{2} + \\frac{1}{3} = \\frac{2}{5}",
    "$\\sqrt{12} = 3\\sqrt{2}$",
    "\\binom{8}{6} = 56",
    "5! = 60",
    "$\\gcd(12, 18) = 3$",
    "1 + 2 + 3 + ... + 100 = 5150",
    "$\\sum_{k=1}^{10} k^2 = 395$",
    "7 divides 92",
    "$\\cos 60^\\circ = \\frac{\\sqrt{3}}{2}$",
    "we multiply 9 by 6 to get 56",
    "$11 \\div 2 = 5$",
    "91 = 7 * 14",
    "288+72, which is 4.",
    "2^10 = 1024 > 2000",
    "$(y - 1)^3 = y^3 - 3y^2 + 3y - 2$",
    "111 / 5 = 22 with a remainder of 2",
]


@pytest.mark.parametrize("line", FALSE)
def test_false_lines_are_contradicted(line):
    assert status(line) == "contradicted"


LEFT_ALONE = [
    "People can bring in 2 old records = get 1 new record.",
    "So it is not true that 7 * 12 = 91.",
    "Is 7^2025 ≡ 3 (mod 10)?",
    "7 * 12 ≠ 84 would be wrong",
    "She bought 2/5 of them, which is 12.8 hectares, so 2/5 = 12.8 hectares",
    "100/3 = 33 boxes",
    "2 hours + 30 minutes = 150 minutes",
    "4 students drank 1.5 quarts = 4 * 1.5",
    "From 8am - 11am there are three hours",
    "Of them, \\( \\frac{150}{25} = 6 \\) are divisible by 25 and bring a second five.",
    "He arrived at 7:50 + 30 minutes = 8:20",
    "120 - 25% = 90",
    "{{{{((((",
    "= = = 3 = ",
    "\\frac{1}{",
    "the set {1, 2, 3} has 3 = three elements",
]


@pytest.mark.parametrize("line", LEFT_ALONE)
def test_what_is_not_claimed_is_not_contradicted(line):
    assert status(line) != "contradicted"


def test_equals_as_which_gives_is_found_and_not_called_wrong():
    (check,) = check_steps("Running: 1 + 3 = 4 + 5 = 9 + 7 = 16")
    assert check.status == "checked"
    assert "which gives" in check.reason


def test_lines_are_numbered_in_the_whole_text_and_empty_ones_left_out():
    checks = check_steps("\n2 + 2 = 4\n\n2 + 2 = 5\n")
    assert [(c.line, c.status) for c in checks] == [(1, "checked"), (3, "contradicted")]
    assert "4" in checks[1].reason and "5" in checks[1].reason


def test_equations_are_followed_by_their_solutions():
    text = "3x - 7 = 2x + 5\nSo 3x - 2x = 5 + 7\nSo x = 12"
    assert statuses(text) == ["unchecked", "checked", "checked"]
    assert statuses(text.replace("x = 12", "x = 13"))[-1] == "contradicted"


def test_a_system_is_followed():
    text = "x + y = 10\nx - y = 4\nSo 2x = 14\nSo x = 7"
    assert statuses(text)[2:] == ["checked", "checked"]


def test_quadratics_may_lose_one_solution_but_not_gain_another():
    text = "x^2 - 5x + 6 = 0\nSo (x - 2)(x - 3) = 0\nHence x = 3"
    assert statuses(text)[1:] == ["checked", "checked"]
    assert statuses(text.replace("x = 3", "x = 4"))[-1] == "contradicted"


def test_a_letter_may_be_bound_again():
    text = (
        "Let x be the first price: x = 3 * 4 = 12.\nNow let x be the second price: x = 5 * 7 = 35."
    )
    assert "contradicted" not in statuses(text)


def test_a_supposition_binds_nothing():
    assert "contradicted" not in statuses("x = 5\nSuppose x = 7, then 2x = 14.\nSo 2x = 10.")


def test_what_the_trail_takes_back_is_not_held_against_it():
    first, second = check_steps("17 * 4 = 78\nWait, that's wrong: 17 * 4 = 68.")
    assert first.status == "unchecked" and "taken back" in first.reason
    assert second.status == "checked"


def test_functions_are_put_in():
    problem = "Let $f(x) = 2x - 3$ and $g(x) = x + 1$. What is $g(f(5) - 1)$?"
    assert status("So $f(5) - 1 = 6$.", problem) == "checked"
    assert status("So $f(5) - 1 = 8$.", problem) == "contradicted"


def test_numbers_are_copied_from_the_statement():
    problem = "On a map, $3$ inches on the map equates to $10$ miles in real life. How far?"
    line = "Since $3$ inches on the map equates to $43$ miles in real life, we scale."
    assert status(line, problem) == "contradicted"
    assert status(line.replace("43", "10"), problem) != "contradicted"


def test_the_boxed_answer_is_compared_with_the_last_value():
    problem = "How many are there?"
    assert statuses("6 * 7 = 42\n\\boxed{42}", problem) == ["checked", "checked"]
    assert statuses("6 * 7 = 42\n\\boxed{43}", problem) == ["checked", "contradicted"]


def test_congruences_with_a_letter():
    right = "8k + 5 ≡ 8 (mod 11), that is 8k ≡ 3 (mod 11), so k ≡ 10 (mod 11)"
    assert status(right) == "checked"
    assert status(right.replace("k ≡ 10", "k ≡ 9")) == "contradicted"


def test_calculation_goes_on_in_the_next_line():
    assert statuses("The total is 26 * 25 * 10 * 9.\nThis is equal to 58500.")[1] == "checked"
    text = "So the total is 26 - 25 * 10 * 9.\nThis is equal to 58500."
    assert statuses(text)[0] == "contradicted"


def traces():
    for block in TRACES.read_text("utf-8").split("### ")[1:]:
        head, text = block.split("\n", 1)
        name, problem = head.split(" | ", 1)
        yield pytest.param(problem, text, id=name)


@pytest.mark.parametrize(("problem", "text"), list(traces()))
def test_long_thinking_is_not_contradicted(problem, text):
    checks = check_steps(text, problem)
    wrong = [(text.split("\n")[c.line], c.reason) for c in checks if c.status == "contradicted"]
    assert wrong == []
    assert any(c.status == "checked" for c in checks)


def test_reference_solutions_of_the_bank_are_not_contradicted():
    seen = 0
    for path in sorted(BANK.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for check in check_steps(row["solution"], row["problem"]):
                assert check.status != "contradicted", (row["slug"], check)
                seen += 1
    assert seen > 400


def test_any_text_gets_one_judgement_a_line_and_no_error():
    rng = random.Random(3)
    pieces = ["\\frac{", "}", "x", "=", "12", "^", "(", ")", "\\sqrt", "|", "!", "%", "$", "mod", "...",
              "+", "-", "≡", "_", ",", " so ", "\\\\", "\\sum_{k=1}^{", "&", "1/0", "9^9^9^9", "0"]  # fmt: skip
    for _ in range(400):
        text = "\n".join("".join(rng.choices(pieces, k=rng.randrange(1, 25))) for _ in range(3))
        checks = check_steps(text, text)
        assert [c.line for c in checks] == [i for i, t in enumerate(text.split("\n")) if t.strip()]


@pytest.mark.parametrize(
    "line",
    ["9^{9^{9^9}} = 1", "(10^8)! = 5", "{" * 3000, "(" * 3000 + "1" + ")" * 3000, "2" * 5000 + " = 2",
     "(x+y+z+w)^{24} = 0", "1/" * 900 + "1 = 2", "\\sum_{k=1}^{1000000000} k = 1",
     "a" * 4000, "x = " * 1000],
)  # fmt: skip
def test_hostile_lines_are_left_alone(line):
    (check,) = check_steps(line)
    assert check.status == "unchecked"


@pytest.mark.parametrize(
    ("problem", "answer"),
    [
        ("How many integers from 1 to 100 are divisible by 2 or 5?", 60),
        ("How many of the integers from 1 to 276 are divisible by neither 3 nor 14?", 171),
        ("How many positive integers less than 1000 are divisible by 7 but not by 11?", 130),
        ("How many positive divisors does 360 have?", 24),
        ("What is the remainder when $2^{10}$ is divided by 7?", 2),
        ("Find the smallest positive integer \\(x\\) with \\(x \\equiv 1 \\pmod{4}\\), \\(x \\equiv 8 \\pmod{9}\\).", 17),
    ],
)  # fmt: skip
def test_small_searches_confirm_the_answer(problem, answer):
    (right,) = check_steps(f"\\boxed{{{answer}}}", problem)
    assert right.status == "checked"
    (wrong,) = check_steps(f"\\boxed{{{answer + 1}}}", problem)
    assert wrong.status == "contradicted" and str(answer) in wrong.reason


@pytest.mark.parametrize(
    "text",
    [
        "$$\n|S|=\\frac{\\sum_{A \\in P}\\left|S_{A}\\right|}{2} \\geq \\frac{2021 \\cdot 10}{2}\n$$",
        "The equations $f(f(x))=3$ and $f(f(x))=-1$ become $f(b)=3$ and $f(b)=-1$.",
        "$1^{2}+2^{2}+\\cdots+10^{2}=385$",
        "For $i=1$ we take 12, for $i=2$ we take 15.",
        "$\\operatorname{gcd}(216,720)=72$",
        "the left side equals $2+\\sqrt{1}=3$ and the right side equals 1",
        "$$\n\\begin{aligned}\nD & =(2-1)+(3-1)+\\cdots+(9-1) \\\\\n& +(3-2)+(4-2)\n\\end{aligned}\n$$\nHence $D = 38$.",
        "$1.1303 = (1 + \\frac{r}{100})^3$\nSo $1+\\frac{r}{100}=1.0416$",
        "$e(20)=17710$ and $e(18)=6764$, so $e(19)=10945$.",
        "Since 2/5 is equal to 12.8 hectares, then 1/5 is equal to 12.8/2 = 6.4 hectares.",
    ],
)  # fmt: skip
def test_spellings_of_competition_texts(text):
    assert "contradicted" not in statuses(text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (r"$\lfloor 10/36 \rfloor = 3$", "⌊10 / 36⌋ = 3: this is 0, not 3"),
        (r"$2\lceil 10/3 \rceil = 7$", "2 ⌈10 / 3⌉ = 7: this is 8, not 7"),
    ],
)
def test_brackets_are_shown_as_brackets(line: str, reason: str) -> None:
    assert [check.reason for check in check_steps(line)] == [reason]
