"""Separates a statement's prose from its formulas and code, so that each is judged for itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# What opens code or a formula, and what closes it.
_OPEN = re.compile(r"```|~~~|`|\$\$|\\\[|\\\(|\\begin\{(\w+\*?)\}|(?<!\\)\$(?!\s)")
_CLOSE = {"\\[": "\\]", "\\(": "\\)"}
_FENCES = ("```", "~~~")
_LONGEST = {"`": 300, "$": 400}  # beyond this, the sign was meant as something else
_TEXT_INSIDE = re.compile(r"\\(?:text|mbox|textbf|emph|mathrm)\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+\*?|[_^]\s*\{[^{}]*\}|[_^]\s*\w")
_URL = re.compile(r"https?://\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\w+")
_CODE_LINE = re.compile(
    r"(?:def|class|import|#include|using namespace|int main|return)\b"
    r"|from \w+ import|(?:for|while) ?\(|print ?\("
    r"|[\w\[\].]{1,60}(?:, ?[\w\[\].]{1,60}){0,9} ?[-+*/%]?= ?\S"
)
_BLOCK = re.compile(r"(?:while|for|if|elif|else)\b")
_OPERATION = re.compile(
    r"[\w)\]|]\s*(?:[=<>≤≥≠≡±×÷·∙⋅−+*/^%]|[<>=!]=|\|)\s*[\w(\[|√∞-]|√|∑|∫|π|∠|°|∈|[²³]|\d\s*!"
    r"|\b[a-zA-Z]\(\w[\w+,-]*\)|\d:\d|\d ?x ?\d"
)
_RICH = re.compile(
    r"\\(?:frac|sqrt|sum|int|prod|binom|lim|log|ln|sin|cos|tan|le|ge|leq|geq|ne|neq|cdot|times|equiv"
    r"|pmod|lfloor|lceil|angle|triangle|overline|begin|in|pi|ldots|cdots)\b|\^\s*[\w{(]|_\s*[\w{]"
)
_PLAIN = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{3,}")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Parts:
    """A statement taken apart."""

    prose: str  # formulas and code left out
    words: tuple[str, ...]  # of the prose, in small letters
    formulas: int  # set as mathematics
    rich: int  # of them, those that hold more than a name or a number
    operations: int  # plain-text signs between numbers or letters
    code: int  # fences, quoted pieces and lines of code
    numbers: int


def take_apart(text: str) -> Parts:
    """Prose, and how much mathematics and code stood around it. Linear in the length."""
    text = unicodedata.normalize("NFKC", text)
    rich = len(_RICH.findall(text))
    text, formulas, code = _mask(text)
    text = _URL.sub(" ", text)
    operations = len(_OPERATION.findall(text))
    numbers = len(_NUMBER.findall(text))
    lines = text.splitlines()
    kept = ["" if _is_code(line.strip()) else line for line in lines]
    code += sum(a != b for a, b in zip(lines, kept, strict=True))
    prose, commands = _COMMAND.subn(" ", "\n".join(kept))
    formulas += commands > 0
    words = tuple(word.lower() for word in _WORD.findall(prose) if len(word) > 1)
    return Parts(prose, words, formulas, rich, operations, code, numbers)


def _mask(text: str) -> tuple[str, int, int]:
    """The text with formulas and quoted code replaced by a sign, and how many there were."""
    kept: list[str] = []
    formulas = code = place = 0
    missing: set[str] = set()  # closing signs known not to come any more
    while opening := _OPEN.search(text, place):
        sign = opening[0]
        close = f"\\end{{{opening[1]}}}" if opening[1] else _CLOSE.get(sign, sign)
        end = -1 if close in missing else text.find(close, opening.end())
        if end < 0:
            missing.add(close)
        if end < 0 and sign in _FENCES:
            end = len(text)  # a fence that is never closed holds the rest
        inside = text[opening.end() : end] if end >= 0 else ""
        kept.append(text[place : opening.start()])
        if end < 0 or len(inside) > _LONGEST.get(sign, len(text)) or not inside.strip():
            kept.append(" ")
            place = opening.end()
            continue
        place = end + len(close)
        if "`" in sign or "~" in sign:
            code += 1
            kept.append(" ⁂ ")
        elif sign == "$" and _is_prose(inside):
            kept.append(f" {inside} ")
            place = end  # the second sign may open a formula
        else:
            formulas += 1
            kept.append(f" ⁂ {' '.join(_TEXT_INSIDE.findall(inside))} ")
    return "".join(kept) + text[place:], formulas, code


def _is_prose(inside: str) -> bool:
    """Two prices are not a formula: several words stand between their signs."""
    return len(_PLAIN.findall(_TEXT_INSIDE.sub(" ", inside))) >= 3


def _is_code(line: str) -> bool:
    """A line with the signs of code and little prose."""
    signs = _CODE_LINE.match(line) or line.endswith((";", "{", "}"))
    if not signs and not (line.endswith(":") and _BLOCK.match(line)):
        return False
    return len([word for word in _WORD.findall(line) if len(word) > 2]) <= 8
