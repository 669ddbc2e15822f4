"""Calculations in words: “subtract 54 from 60 to get 6”, “the sum of 3 and 4 is 7”, “divide it by
two to get 5”.
"""

import re
from fractions import Fraction

from grading.steps.closed import Outcome
from grading.steps.words import number

N = r"\$?(-?\d+(?:\.\d+)?)\$?(?:\s+[a-z]+)?"
TO = r"(?:,?\s*(?:and|which|that|this|we|i|you|to|it|then|us|me|will|would)\s+|,\s*)*"
GET = (
    rf"{TO}(?:gets?|gives?|giving|equals?|is|obtain|have|=|leaves?|yields?|makes?)\s+"
    r"(?:us\s+|me\s+|a\s+total\s+of\s+|you\s+)*"
    r"(?:about\s+|approximately\s+|roughly\s+|around\s+)?"
)
END = r"(?=\s*(?:[.,;:!)]|$|and\b|so\b|[a-z]+\s*(?:[.,;]|$)))"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + GET + N + END, re.IGNORECASE), sign)
    for pattern, sign in (
        (rf"\badd(?:ing|ed)?\s+{N}\s+(?:to|and|plus)\s+{N}\s*", "+"),
        (rf"\bsubtract(?:ing|ed)?\s+{N}\s+from\s+{N}\s*", "from"),
        (rf"\bmultipl(?:y|ying|ied)\s+{N}\s+(?:by|and|with|times)\s+{N}\s*", "*"),
        (rf"\bdivid(?:e|ing|ed)\s+{N}\s+by\s+{N}\s*", "/"),
        (rf"\bdivid(?:e|ing|ed)\s+{N}\s+into\s+{N}\s*", "into"),
        (rf"\bthe\s+sum\s+of\s+{N}\s+and\s+{N}\s*", "+"),
        (rf"\bthe\s+product\s+of\s+{N}\s+and\s+{N}\s*", "*"),
        (rf"\bthe\s+difference\s+(?:of|between)\s+{N}\s+and\s+{N}\s*", "-"),
    )
)
CARRIED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (
        re.compile(
            r"^\W*(?:(?:so|and|then|now|next|finally)\W+)*" + pattern + GET + N + END, re.IGNORECASE
        ),
        sign,
    )
    for pattern, sign in (
        (rf"(?:divide|dividing)\s+(?:(?:it|this|that|the\s+result)\s+)?by\s+{N}\s*", "/"),
        (rf"(?:multiply|multiplying)\s+(?:(?:it|this|that|the\s+result)\s+)?by\s+{N}\s*", "*"),
        (rf"(?:add|adding)\s+{N}(?:\s+to\s+(?:it|this|that))?\s*", "+"),
        (rf"(?:subtract|subtracting)\s+{N}(?:\s+from\s+(?:it|this|that))?\s*", "-"),
    )
)
WITH_REST = re.compile(
    r"\$?(\d+)\s*(?:/|\\div|divided\s+by)\s*(\d+)\$?\s*(?:=|is|gives|equals)\s*\$?(\d+)\$?,?\s*"
    r"(?:with\s+)?(?:and\s+)?(?:a\s+)?"
    r"(?:remainder|rest|R)\s*(?:of\s*)?(?:is\s*)?\$?(\d+)",
    re.IGNORECASE,
)
WORDS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
          "eight": "8", "nine": "9", "ten": "10", "twelve": "12"}  # fmt: skip
_NUMBER_WORD = re.compile(r"\b(?:" + "|".join(WORDS) + r")\b", re.IGNORECASE)
_QUICK = re.compile(
    r"remainder|\b(?:add|subtract|multipl|divid|sum|product|difference)", re.IGNORECASE
)


def spoken(line: str, before: list[Fraction]) -> list[tuple[str, Outcome, int]]:
    """(claim, outcome, place) for each calculation in words; `before` are the results of the line
    before.
    """
    if not _QUICK.search(line):
        return []
    text = _NUMBER_WORD.sub(lambda m: WORDS[m.group().lower()], line)
    out: list[tuple[str, Outcome, int]] = []
    for pattern, sign in PATTERNS:
        for m in pattern.finditer(text):
            a, b, c = (Fraction(g) for g in m.groups())
            out.append(_judge(a, b, c, sign, m))
    for m in WITH_REST.finditer(text):
        n, d, q, r = (int(g) for g in m.groups())
        holds = n == d * q + r and r < d
        why = f"{n} = {d}·{q} + {r}" if holds else f"{d}·{q} + {r} is {d * q + r}, not {n}"
        out.append(
            (f"{n} divided by {d} is {q} with remainder {r}", Outcome(holds, why), m.start())
        )
    if not out and len(before) == 1:
        for pattern, sign in CARRIED:
            m2 = pattern.match(text)
            if m2:
                b, c = (Fraction(g) for g in m2.groups())
                out.append(_judge(before[0], b, c, sign, m2))
    return [o for o in out if o[0]]


def _judge(
    a: Fraction, b: Fraction, c: Fraction, sign: str, m: re.Match[str]
) -> tuple[str, Outcome, int]:
    if sign == "from":
        a, b, sign = b, a, "-"
    if sign == "into":
        a, b, sign = (b, a, "/") if a < b else (a, b, "/")
    if sign == "/" and b == 0:
        return "", Outcome(None), m.start()
    value = a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a / b
    claim = f"{number(a)} {'·' if sign == '*' else sign} {number(b)} = {number(c)}"
    if value == c or (
        sign == "-" and -value == c and m.re.pattern.startswith(r"\bthe\s+difference")
    ):
        return claim, Outcome(True, f"this is {number(c)}"), m.start()
    if (abs(value - c) < 1 and value.denominator != 1) or (
        "about" in m.group() and abs(value - c) < abs(value) / 20
    ):
        return claim, Outcome(None, f"this looks rounded: it is {number(value)}"), m.start()
    return claim, Outcome(False, f"this is {number(value)}, not {number(c)}"), m.start()
