"""Answers in words and letters of multiple choice."""

from __future__ import annotations

import re

from grading.values import Choice
from grading.verdicts import Verdict, correct, unknown, wrong

_CHOICE = re.compile(
    r"^(?:\\(?:text|textbf|mathrm|mathbf|textit|boxed)\s*\{\s*)?(?:choice|option|answer)?\s*"
    r"[(\[]?\s*([A-Ha-h])\s*[)\].:]?\s*\}?\s*[)\].:]?\s*(.*)$",
    re.DOTALL | re.IGNORECASE,
)
_COMMAND_TEXT = re.compile(
    r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}"
)
_OPPOSITES = [
    {"yes", "no"},
    {"true", "false"},
    {"even", "odd"},
    {"always", "never", "sometimes"},
    {"alice", "bob", "first player", "second player"},
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"},
    {"january", "february", "march", "april", "may", "june", "july", "august", "september",
     "october", "november", "december"},
    {"infinite", "finite"},
    {"convergent", "divergent"},
    {"converges", "diverges"},
    {"increasing", "decreasing"},
    {"red", "green", "blue", "white", "black", "yellow", "orange", "purple"},
    {"acute", "right", "obtuse"},
    {"circle", "ellipse", "parabola", "hyperbola", "line"},
]  # fmt: skip
_SYNONYMS = {
    "yep": "yes", "correct": "true",
    "does not exist": "none", "dne": "none", "no solution": "none", "no solutions": "none",
    "there are none": "none", "no such number": "none", "impossible": "none", "empty set": "none",
    "the empty set": "none", "nothing": "none", "no real solutions": "none",
    "no real solution": "none", "no integer solutions": "none", "not exist": "none",
}  # fmt: skip
_NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20,
}  # fmt: skip


def plain_words(text: str) -> str:
    """Lower-case words without markup, articles or marks."""
    text = _COMMAND_TEXT.sub(r" \1 ", text)
    text = re.sub(r"\\[,;:! ]|[${}]|~", " ", text)
    text = re.sub(r"[^\w\s/+-]", " ", text.replace("_", " ")).lower()
    words = [word for word in text.split() if word not in ("the", "a", "an", "is", "it")]
    joined = " ".join(words)
    return _SYNONYMS.get(joined, joined)


_KNOWN = {word for group in _OPPOSITES for word in group} | set(_SYNONYMS.values())


def is_known_word(text: str) -> bool:
    """Whether the text is one of the words that answers are made of: yes, even, Tuesday."""
    said = plain_words(text)
    return len(said) > 1 and said in _KNOWN and said != "none"


def number_word(text: str) -> int | None:
    """The number that an English word up to twenty names."""
    return _NUMBERS.get(plain_words(text))


def is_wordy(text: str) -> bool:
    """Whether the text is words rather than mathematics."""
    bare = _COMMAND_TEXT.sub(r" \1 ", text)
    return bool(re.fullmatch(r"[\s$]*[A-Za-z][A-Za-z' -]*[A-Za-z][.\s$]*", bare)) and not re.search(
        r"\\(?!text|mathrm|mbox)", text
    )


def read_choice(text: str) -> Choice | None:
    """The letter of a multiple-choice answer: B, (B), \\textbf{(B)} 12, option b."""
    stripped = text.strip().strip("$").strip()
    several = re.fullmatch(r"[(\[]?\s*[A-H](?:\s*(?:,|and|&)\s*[A-H])+\s*[)\]]?", stripped)
    if several:
        return Choice(frozenset(re.findall(r"\b[A-H]\b", stripped)))
    match = _CHOICE.match(stripped)
    if match is None:
        return None
    letter, rest = match[1], match[2].strip()
    marked = bool(re.match(r"^(?:\\\w+\s*\{\s*)?[(\[]|^\w[).:]", stripped)) or "\\" in stripped
    worded = bool(re.match(r"(?i)^(?:choice|option|answer)\b", stripped))
    if rest and not (marked or worded):
        return None
    return Choice(frozenset(letter.upper()), rest)


def is_choice_reference(text: str) -> bool:
    """Whether a reference answer is a letter A to E of a multiple-choice question."""
    stripped = re.sub(r"\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}", r"\1", text)
    return bool(re.match(r"^[\s$]*\(?\s*[A-E]\s*\)?[\s$]*$|^[\s$]*\([A-E]\)", stripped))


def compare_words(gold: str, answer: str) -> Verdict:
    """Words that are the same, or opposites; anything else is not for a rule to decide."""
    a, b = plain_words(gold), plain_words(answer)
    if a in ("yes", "no", "true", "false"):
        b = {"y": "yes", "n": "no", "t": "true", "f": "false"}.get(b, b)
    if a == b:
        return correct()
    for group in _OPPOSITES:
        if a in group:
            first = b.split()[0] if b else ""
            if b in group or (first in group and first != a):
                return wrong("The answer is another one.")
            if first == a:
                return correct()
    return unknown("Whether these words mean the same is not for a rule to decide.")
