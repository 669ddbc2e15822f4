"""Separates a statement's prose from its formulas and code, so that each is judged for itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.S)
_TICKS = re.compile(r"`[^`\n]{1,300}`")
_DISPLAY = re.compile(
    r"\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.S
)
_INLINE = re.compile(r"(?<!\\)\$(?!\s)([^$]{1,400}?)(?<!\\)\$(?!\d)")
_TEXT_INSIDE = re.compile(r"\\(?:text|mbox|textbf|emph|mathrm)\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+\*?|[_^]\s*\{[^{}]*\}|[_^]\s*\w")
_URL = re.compile(r"https?://\S+|\S+@\S+\.\w+")
_CODE_LINE = re.compile(
    r"^\s*(?:def |class |import |from \w+ import|#include|using namespace|int main|for ?\(|while ?\("
    r"|while .*:\s*$|for \w+ in .*:\s*$|if .*:\s*$|elif |else:|return\b|print\s*\(|[\w\[\]., ]+ ?[-+*/%]?= ?\S+.*;?\s*$"
    r"|.*[;{}]\s*$).*$",
    re.M,
)
_OPERATION = re.compile(
    r"[\w)\]|]\s*(?:[=<>≤≥≠≡±×÷·∙⋅−+*/^%]|[<>=!]=|\|)\s*[\w(\[|√∞-]|√|∑|∫|π|∠|°|∈|[²³]|\d\s*!"
    r"|\b[a-zA-Z]\(\w[\w+,-]*\)|\d:\d"
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Parts:
    """A statement taken apart."""

    prose: str  # formulas and code left out
    words: tuple[str, ...]  # of the prose, in small letters
    formulas: int  # set as mathematics
    operations: int  # plain-text signs between numbers or letters
    code: int  # fences, quoted pieces and lines of code
    numbers: int


def take_apart(text: str) -> Parts:
    """Prose, and how much mathematics and code stood around it."""
    text = unicodedata.normalize("NFKC", text)
    formulas = code = 0
    for pattern in (_FENCE, _TICKS):
        text, found = pattern.subn(" ⁂ ", text)
        code += found
    text, found = _DISPLAY.subn(_words_inside, text)
    formulas += found
    text, found = _INLINE.subn(_inline, text)
    formulas += found
    text = _URL.sub(" ", text)
    operations = len(_OPERATION.findall(text))
    numbers = len(_NUMBER.findall(text))
    prose, found = _CODE_LINE.subn(_code_line, text)
    code += prose.count("⁑")
    prose, found = _COMMAND.subn(" ", prose)
    formulas += found > 0
    words = tuple(word.lower() for word in _WORD.findall(prose) if len(word) > 1)
    return Parts(prose, words, formulas, operations, code, numbers)


def _words_inside(match: re.Match[str]) -> str:
    """A formula leaves only what it sets as text."""
    return f" ⁂ {' '.join(_TEXT_INSIDE.findall(match[0]))} "


def _inline(match: re.Match[str]) -> str:
    """Two prices are not a formula: several words between the signs stay prose."""
    inner = _TEXT_INSIDE.sub(" ", match[1])
    if len(re.findall(r"(?<![\\a-zA-Z])[a-zA-Z]{3,}", inner)) >= 3:
        return match[1]
    return _words_inside(match)


def _code_line(match: re.Match[str]) -> str:
    """A line with code signs and little prose is code; others stay as they are."""
    line = match[0]
    plain = [word for word in _WORD.findall(line) if len(word) > 2]
    return line if len(plain) > 8 else " ⁑ "
