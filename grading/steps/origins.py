"""Numbers in the words of a line that come from nowhere and go nowhere: they stand neither in the
statement nor in any other line, and no single calculation with the numbers before gives them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from grading.steps.words import number

_NUMERAL = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?(?!\.?\d)(?![A-Za-z])"
)
_ANY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+")
# What may stand beside a number in words; a sign, a command or a bracket makes it a formula.
_BEFORE = re.compile(r"(?:^|[A-Za-z,;:\"“]|[A-Za-z]\.)\s*(?:\$|\\\()?\s*$")
_AFTER = re.compile(
    r"\s*(?:\^\s*(?:\\circ|\{\\circ\}))?\s*(?:\$|\\\))?\s*(?:[A-Za-z;.:\"”]|,\s*[A-Za-z]|$)"
)
_LABEL = re.compile(
    r"\b(?:step|case|line|problem|part|page|room|number|day|week|month|year|row|column|figure|"
    r"level|grade|question|equation|chapter|class|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)s?\s*\$?$",
    re.IGNORECASE,
)
# Here numbers may be brought in freely: examples, trials, lists of cases, roundings, known facts.
_FREE = re.compile(
    r"\b(?:suppos\w*|assum\w*|if|let|try\w*|examples?|e\.g|say|guess\w*|cases?|consider\w*|either|"
    r"instance|next|primes?|tests?|testing|perhaps|maybe|check\w*|squares?|cubes?|factors?|multiples?|"
    r"divisors?|divisible|divides|digits?|list\w*|possib\w*|approximat\w*|about|around|roughly|"
    r"nearly|almost|round\w*|estimat\w*|fact|recall\w*|theorem|know|known|wait|actually|error|"
    r"mistake|wrong|not|between|than|least|most|through|until|till|o'clock|am|pm)\b|[#?≈]|\\approx|n't\b",
    re.IGNORECASE,
)
# Here even a number that nothing explains at all may be meant: trials, cases, roundings, mistakes.
_TRIES = re.compile(
    r"\b(?:suppos\w*|assum\w*|try\w*|examples?|e\.g|guess\w*|cases?|either|instance|next|primes?|tests?|testing|"
    r"perhaps|maybe|check\w*|squares?|cubes?|digits?|list\w*|possib\w*|approximat\w*|about|around|"
    r"roughly|nearly|almost|round\w*|estimat\w*|wait|actually|error|mistake|wrong|between|through|"
    r"until|till|least|most|o'clock|am|pm)\b|[#?≈]|\\approx",
    re.IGNORECASE,
)
SHORT = 250  # characters of a line that takes one step
_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_WORDS = {word: i for i, word in enumerate(_TO_TWENTY.split())} | {
    "once": 1, "twice": 2, "half": 2, "double": 2, "triple": 3, "third": 3, "quarter": 4,
    "fourth": 4, "dozen": 12, "pair": 2, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
# Counts that need no source: small ones, and where such things are spoken of those of hours, days,
# months, letters, cards, degrees.
SMALL = frozenset(map(Fraction, (*range(11), 12, 100)))
COMMON = SMALL | frozenset(
    map(Fraction, (24, 26, 28, 30, 31, 32, 52, 60, 90, 180, 360, 365, 366, 1000))
)
_MEASURED = re.compile(
    r"second|minute|hour|day|week|month|year|letter|alphabet|card|deck|degree|circ|angle|polygon|"
    r"sin|cos|tan|meter|metre|gram|pound|ounce|dollar|cent|foot|feet|inch|mile|temperature",
    re.IGNORECASE,
)
FACTORS = tuple(map(Fraction, (2, 3, 4, 5, 10, 12, 60, 100)))
NOWHERE = (
    "stands neither in the statement nor in any other line, and no single calculation with the "
    "numbers before gives it"
)
MOST = 40  # numbers that may be combined


class Sources:
    """The numbers of a statement and of every line, and what they explain."""

    def __init__(self, lines: list[str], problem: str) -> None:
        self.places: dict[Fraction, set[int]] = defaultdict(set)
        self.rows = [_values(line) for line in lines]
        self.here = [set(row) | _spelt(line) for row, line in zip(self.rows, lines, strict=True)]
        for i, values in enumerate(self.here):
            for value in values:
                self.places[value].add(i)
        self.stated = set(_values(problem)) | _spelt(problem)
        self.common = COMMON if any(map(_MEASURED.search, (problem, *lines))) else SMALL

    def explain(self, value: Fraction, line: int) -> bool:
        """Whether a number of this line is common, stands elsewhere too, or is one calculation
        away from numbers up to here.
        """
        if not self.stated or value in self.common or value in self.stated:
            return True
        if self.places[value] != {line}:
            return True
        if self._adds_up(value, line):
            return True
        before = self.stated.union(*self.here[: line + 1])
        return _reached(value, before - {value})

    def _adds_up(self, value: Fraction, line: int) -> bool:
        """Whether it is the sum of some numbers of its own line that stand one after another."""
        row = self.rows[line]
        sums = (sum(row[i:j]) for i in range(len(row)) for j in range(i + 2, len(row) + 1))
        return len(row) < MOST and value in sums


def unsourced(lines: list[str], sources: Sources) -> dict[int, str]:
    """Lines with such a number, and the reason in words; the last line is never one of them."""
    out: dict[int, str] = {}
    for i, line in enumerate(lines[:-1]):
        if free(line):
            continue
        for m in _NUMERAL.finditer(line):
            value = Fraction(m.group().replace(",", ""))
            if _in_words(line, m) and not sources.explain(value, i):
                out[i] = f"{number(value)} {NOWHERE}"
                break
    return out


def free(line: str) -> bool:
    """Whether the words let numbers in that nothing explains."""
    return (_TRIES if len(line) <= SHORT else _FREE).search(line) is not None


def _values(text: str) -> list[Fraction]:
    return [Fraction(m.replace(",", "")) for m in _ANY.findall(text) if len(m) <= 20]


def _spelt(text: str) -> set[Fraction]:
    found = (_WORDS.get(w.removesuffix("s")) for w in re.findall(r"[a-z]+", text.lower()))
    return {Fraction(n) for n in found if n is not None}


def _in_words(line: str, m: re.Match[str]) -> bool:
    """Whether a numeral stands among words and not in a formula, a list or a label."""
    before, after = line[: m.start()], line[m.end() :]
    if not _BEFORE.search(before) or not _AFTER.match(after) or _LABEL.search(before):
        return False
    if line.count(m.group()) > 1 or re.match(r"\W*(?:hundred|thousand|million|billion)", after):
        return False
    listed = re.search(r"(?:\d\W{0,6}(?:,|and|or)|dots,|\.\.\.)\W{0,4}$", before)
    return listed is None and not re.match(r"\W{0,3}(?:,|and|or)\W{0,6}\d", after)


def _reached(value: Fraction, known: Iterable[Fraction]) -> bool:
    """Whether one calculation with two known numbers, or a usual factor, gives the value."""
    have = sorted(known, key=lambda k: (k in COMMON, k))[:MOST]
    pool = set(have)
    for a in have:
        if value in (a + 1, a - 1, a * a) or a + value in pool or a - value in pool:
            return True
        if value - a in pool or (a and (value * a in pool or value / a in pool)):
            return True
        if any(value in (a * f, a / f, a // f) for f in FACTORS) or (value and a / value in pool):
            return True
    return value.denominator == 1 and _is_power_or_factorial(value.numerator)


def _is_power_or_factorial(n: int) -> bool:
    product = 1
    for k in range(2, 13):
        product *= k
        if n == product:
            return True
    for base in (2, 3, 5, 10):
        power = base
        while power < n:
            power *= base
        if power == n:
            return True
    return False
