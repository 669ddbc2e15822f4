"""The final answer against what was derived: the boxed value must be the value that the trail
arrived at.
"""

import re
from fractions import Fraction

from grading.steps.claims import find_chains
from grading.steps.closed import Outcome
from grading.steps.conclusions import worked_out
from grading.steps.counting import search
from grading.steps.judging import read
from grading.steps.results import Value, number_of, numbers_in, results
from grading.steps.words import number

_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_SAID = re.compile(
    r"^\W*(?:####|(?:so|thus|hence|therefore)?\W*the\s+(?:final\s+)?answer\s+is:?)\s*(.+?)\s*"
    r"\.?\s*$",
    re.IGNORECASE,
)
# The answer asked for may be put together from what was derived, in ways that are not written out.
_COMPOSED = re.compile(
    r"[a-zA-Z]\s*[-+*/^]\s*[a-zA-Z\d]|\b(?:sum|product|remainder|round\w*|nearest|digits?|base|"
    r"binary|write|convert|integer\s+part|"
    r"floor|decimal|percent\w*|express|form|where|difference|probability|ratio)\b|\\frac",
    re.IGNORECASE,
)
_CONVERTED = re.compile(
    r"\b(?:remainder|round\w*|nearest|digits?|base|binary|write|convert|integer\s+part|floor|decimal|"
    r"percent\w*)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[a-zA-Z]\s*[-+*/^]\s*[a-zA-Z\d]|\bwhere\b|\bdifference\b")
_ENDS_OPEN = re.compile(r"[^\d})\]$.\\\s]\W*$")  # words after the last formula
NEAR = 8  # lines before the answer in which its value is looked for


def judge_final(index: int, texts: list[str], problem: str) -> tuple[str, Outcome] | None:
    """(claim, outcome) for a line that gives the final answer; None for any other line."""
    m = _BOXED.search(texts[index]) or _SAID.match(texts[index])
    if m is None:
        return None
    value = _value(m.group(1))
    if value is None:
        return None
    claim = f"the answer {m.group(1).strip(' $')}"
    trial = search(problem) if "\\boxed" in texts[index] else None
    if trial is not None and isinstance(value, Fraction):
        if trial.value == value:
            return claim, Outcome(True, f"{trial.how} gives it too")
        return claim, Outcome(False, f"{trial.how} gives {number(trial.value)}")
    rest = texts[index][: m.start()]
    for text in [rest, *reversed(texts[max(0, index - NEAR) : index])]:
        found = [r.value for r in results(text)]
        if value in found:
            return claim, Outcome(True, "it is the value that the lines before arrive at")
    passed = _passed_over(claim, value, texts[:index], rest, problem)
    if passed is not None:
        return passed
    if any(value in numbers_in(t) for t in texts[max(0, index - NEAR) : index]):
        return claim, Outcome(True, "it is a value of the lines before")
    if index == 0 or _wordy(rest):
        return None
    before = [r for r in results(texts[index - 1]) if r.computed]
    if not before or texts[index - 1].rstrip(" .$)\\]")[-1:] not in "0123456789}":
        return None
    return _unseen(claim, value, [before[-1].value], texts[:index], problem)


def _passed_over(
    claim: str, value: Value, texts: list[str], rest: str, problem: str
) -> tuple[str, Outcome] | None:
    """An answer that no line arrives at, right after one that arrives at another value; only where
    nothing is to be put together from what was found.
    """
    if (
        not texts
        or _wordy(rest)
        or not problem
        or _LETTERS.search(problem)
        or _CONVERTED.search(problem)
    ):
        return None
    before = results(texts[-1])
    if not before or not before[-1].computed or _ENDS_OPEN.search(texts[-1]):
        return None
    last = before[-1].value
    if not isinstance(last, Fraction) or not isinstance(value, Fraction):
        return None
    if value in (last, 100 * last, last / 100, -last) or abs(last - value) < 1:
        return None
    if any(r.value == value for text in texts for r in results(text)):
        return None
    return claim, Outcome(False, f"the line before arrives at {number(last)}")


def _unseen(
    claim: str, value: Value, derived: list[Value], texts: list[str], problem: str
) -> tuple[str, Outcome] | None:
    """An answer that stands nowhere before: wrong only when the question asks for a derived value
    as it is.
    """
    if not derived or not isinstance(value, Fraction) or not problem:
        return None
    seen = {v for text in texts for v in numbers_in(text)}
    last = derived[0]
    if _COMPOSED.search(problem) and (
        _CONVERTED.search(problem) or worked_out(value, [*texts, ""], problem)
    ):
        return None
    if value in seen or not isinstance(last, Fraction) or value in (last, 100 * last, last / 100):
        return None
    return claim, Outcome(False, f"the last value that was derived is {number(last)}")


def _wordy(rest: str) -> bool:
    """Whether the line says more than that this is the answer."""
    words = re.findall(r"[A-Za-z]{2,}", rest)
    return len(words) > 5 or any(c.isdigit() for c in rest)


def _value(text: str) -> Value | None:
    chains = find_chains(f"${text.strip().strip('$')}$")
    if len(chains) != 1:
        return None
    node = read(chains[0].members[-1])
    return None if node is None else number_of(node)
