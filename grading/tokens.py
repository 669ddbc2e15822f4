"""Cuts a cleaned answer into tokens: numbers, letters, words, commands and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grading.nodes import Overlong, Unreadable
from grading.units import NOT_UNITS

MAX_TOKENS = 600

FUNCTIONS = {
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "asin",
    "acos", "atan", "sinh", "cosh", "tanh", "log", "ln", "lg", "exp", "sqrt", "cbrt", "floor",
    "ceil", "ceiling", "abs", "gcd", "lcm", "max", "min", "binom", "binomial", "factorial",
}  # fmt: skip
_CONSTANTS = {"pi", "infinity", "infty", "inf", "oo", "theta", "alpha", "beta", "lambda", "omega",
              "phi", "gamma", "delta"}  # fmt: skip
_SEPARATORS = {"or", "and", "mod"}
_PLAIN_WORDS = sorted(FUNCTIONS | _CONSTANTS, key=len, reverse=True)
_BASES = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "sixteen": 16,
}  # fmt: skip

_TEXT = re.compile(
    r"\\(?:text|textnormal|mathrm|operatorname\*?|mbox|hbox|mathtt|texttt|textsf)\s*\{([^{}]*)\}"
)
_NUMBER = re.compile(
    r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![A-Za-z\d]))?(?!\d)"
    r"|\d+\.(?!\d)"
)
_REPEATING = re.compile(
    r"(\d*)\.(\d*)\s*(?:\\(?:overline|bar|dot)\s*(?:\{\s*(\d+)\s*\}|(\d))|\((\d+)\)(?!\s*[\w(^]))"
)
_BASED = re.compile(
    r"\(?\s*(?:\\(?:text|mathrm)\s*\{)?(\d[0-9A-Z]*)\}?\s*\)?\s*_\s*"
    r"(?:\{\s*(?:\\(?:text|mathrm)\s*\{)?\s*(\d{1,2}|[a-z]+)\s*\}?\s*\}|(\d{1,2}))(?!\d)"
)
_CUT = re.compile(r"\d*\.\d+\s*(?:\.\.\.+|\\[lc]?dots)(?![A-Za-z])")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d|,\d)(?:\.\d+)?")
_COMMAND = re.compile(r"\\(?:begin|end)\s*\{[a-z]+\*?\}|\\[A-Za-z]+|\\\\|\\[{}|#&_]")
_WORD = re.compile(r"[A-Za-z]+")
_SIGNS = ("<=", ">=", "!=", "==", "**", "->", "=>")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: num, repeating, cut, based, sym, word, text, cmd, sign or end."""

    kind: str
    text: str
    spaced: bool = False  # white space stood before it
    at: int = 0


def tokenize(text: str, *, thousands: bool = True) -> list[Token]:
    """Tokens of a cleaned text; with `thousands`, 1,000 outside brackets is one number."""
    tokens: list[Token] = []
    position, depth = 0, 0
    while position < len(text):
        start = position
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            break
        spaced = position > start
        kind, value, position = _next(text, position, thousands and depth == 0)
        if kind == "words":
            for part_kind, part in split_letters(value):
                tokens.append(Token(part_kind, part, spaced, position))
                spaced = False
        else:
            tokens.append(Token(kind, value, spaced, position))
        if value in ("(", "[", r"\{"):
            depth += 1
        elif value in (")", "]", r"\}"):
            depth -= 1
        if len(tokens) > MAX_TOKENS:
            raise Overlong("The answer is too long.")
    tokens.append(Token("end", "", False, len(text)))
    return tokens


def _next(text: str, at: int, thousands: bool) -> tuple[str, str, int]:
    character = text[at]
    if (character.isdigit() or character == "(") and (match := _BASED.match(text, at)):
        base = match[2] or match[3]
        return "based", f"{match[1]}_{_BASES.get(base, base)}", match.end()
    if character.isdigit() or (
        character == "." and (text[at + 1 : at + 2].isdigit() or text[at + 1 : at + 2] in "\\(")
    ):
        for kind, pattern in (("repeating", _REPEATING), ("cut", _CUT)):
            if match := pattern.match(text, at):
                return kind, match[0], match.end()
        if thousands and (match := _THOUSANDS.match(text, at)):
            return "num", match[0].replace(",", ""), match.end()
        if match := _NUMBER.match(text, at):
            return "num", match[0].rstrip("."), match.end()
        raise Unreadable(f"The number at {text[at : at + 20]!r} is not readable.")
    if character == "\\":
        if match := _TEXT.match(text, at):
            return "text", match[1].strip(), match.end()
        if match := _COMMAND.match(text, at):
            return "cmd", re.sub(r"\s", "", match[0]), match.end()
        raise Unreadable("A lone backslash.")
    if character.isascii() and character.isalpha():
        match = _WORD.match(text, at)
        assert match is not None
        return "words", match[0], match.end()
    for sign in _SIGNS:
        if text.startswith(sign, at):
            return "sign", sign, at + len(sign)
    if character in "+-*/^_!%|()[]{}<>=,;:'&?":
        return "sign", character, at + 1
    raise Unreadable(f"The sign {character!r} is not known here.")


def split_letters(run: str) -> list[tuple[str, str]]:
    """A run of letters as functions, constants and single letters: 2RC is 2·R·C, sinx is sin x."""
    if run.lower() in FUNCTIONS | _CONSTANTS | _SEPARATORS:
        return [("word", run.lower())]
    if len(run) > 3 and run.lower() in NOT_UNITS:
        raise Unreadable(f"The word {run!r} is not understood here.")
    parts: list[tuple[str, str]] = []
    rest = run
    while rest:
        found = next((w for w in _PLAIN_WORDS if len(w) > 2 and rest.startswith(w)), None)
        if found is None and rest.startswith("pi"):
            found = "pi"
        if found:
            parts.append(("word", found))
            rest = rest[len(found) :]
        else:
            parts.append(("sym", rest[0]))
            rest = rest[1:]
    if sum(kind == "sym" for kind, _ in parts) > 5:
        raise Unreadable(f"The word {run[:30]!r} is not mathematics.")
    return parts
