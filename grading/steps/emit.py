"""Turns what the lexer found into tokens."""

import re
from fractions import Fraction
from typing import NamedTuple

from grading.steps.spelling import FUNCTIONS, GREEK, RELATIONS

MAX_DIGITS = 60
_MATRIX = frozenset(
    ["matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "array", "tabular", "smallmatrix"]
)
_OPEN = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    """One token: `kind` is num, sym, word, op, rel, cmd, open, close, comma, stop, edge, row or
    bad.
    """

    kind: str
    text: str
    value: Fraction | None
    space: bool  # white space stands before it
    math: bool  # it stands between mathematics delimiters
    at: int  # where it starts in the (respelt) line
    places: int = (
        -1
    )  # decimal places of a decimal numeral; −2 for a sign written as a word; else −1


def emit(
    out: list[Token], kind: str, m: re.Match[str], space: bool, inside: bool, at_edge: bool
) -> None:
    text, at = m.group(), m.start()
    if at_edge:
        out.append(Token("edge", "$", None, space, False, at))
    elif kind == "num":
        digits = text.replace(",", "")
        if "," in text and m.string[at - 1 : at] == "(" and m.string[m.end() : m.end() + 1] == ")":
            _emit_items(out, text, inside, at)  # gcd(216,720), a point (100,200)
            return
        if len(digits) > MAX_DIGITS or (len(digits) > 1 and digits[0] == "0" and digits.isdigit()):
            out.append(Token("bad", text, None, space, inside, at))
            return
        places = len(digits) - digits.index(".") - 1 if "." in digits else -1
        out.append(Token("num", digits, Fraction(digits), space, inside, at, places))
    elif kind == "word":
        _emit_word(out, text, space, inside, at)
    elif kind == "text":
        _emit_text(out, m, space, at)
    elif kind == "env":
        bad = (m.group("envname") or "").rstrip("*") in _MATRIX
        out.append(Token("bad" if bad else "row", text, None, space, inside, at))
    elif kind == "row":
        out.append(Token("row", text, None, space, inside, at))
    elif kind == "cmd":
        _emit_command(out, text[1:], space, inside, at)
    elif kind == "clock":
        out.append(Token("bad", text, None, space, inside, at))
    elif kind == "delim":
        out.append(Token("edge", text, None, space, False, at))
    elif kind == "esc":
        if text == "\\%":
            out.append(Token("op", "%", None, space, inside, at))
        elif text in ("\\{", "\\}", "\\|"):
            out.append(Token("bad", text, None, space, inside, at))
    elif kind == "op":
        _emit_sign(out, text, space, inside, at)
    else:
        out.append(Token("bad", text, None, space, inside, at))


def _emit_items(out: list[Token], text: str, inside: bool, at: int) -> None:
    for i, item in enumerate(text.split(",")):
        if i:
            out.append(Token("comma", ",", None, False, inside, at))
        out.append(Token("num", item, Fraction(item), False, inside, at))


def _emit_word(out: list[Token], text: str, space: bool, inside: bool, at: int) -> None:
    parts = re.split(r"['-]", text.rstrip("'"))
    if len(text) == 1 or (all(len(p) == 1 for p in parts) and "-" in text):
        for i, part in enumerate(parts):
            if i:
                out.append(Token("op", "-", None, False, inside, at))
            out.append(Token("sym", part, None, space and i == 0, inside, at))
    elif text.lower() in FUNCTIONS and len(text) <= 6:
        out.append(Token("cmd", text.lower(), None, space, inside, at))
    elif inside and "-" not in text and "'" not in text and len(text) <= 3:
        for i, letter in enumerate(text):
            out.append(Token("sym", letter, None, space and i == 0, inside, at + i))
    elif text.lower() == "pi":
        out.append(Token("sym", "pi", None, space, inside, at))
    elif (
        text.lower() in ("mod", "choose")
        and out
        and (out[-1].kind in ("num", "sym", "close") or out[-1].text == "(")
    ):
        out.append(Token("op", text.lower(), None, space, inside, at))
    else:
        out.append(Token("word", text, None, space, inside, at))


def _emit_text(out: list[Token], m: re.Match[str], space: bool, at: int) -> None:
    inner = m.group("inner").strip()
    if inner.lower() in FUNCTIONS:
        out.append(Token("cmd", inner.lower(), None, space, True, at))
    elif re.fullmatch(r"[A-Za-z]", inner) and "\\text{" not in m.group():
        out.append(Token("sym", inner, None, space, True, at))
    else:
        words = re.findall(r"[A-Za-z]+", inner)
        for word in words:
            out.append(Token("word", word, None, space, False, at))
        if re.search(r"[^A-Za-z\s.,;:'²^\d-]", inner) or (not words and inner):
            out.append(Token("stop", inner, None, space, False, at))


def _emit_command(out: list[Token], name: str, space: bool, inside: bool, at: int) -> None:
    if name in ("cdot", "times", "ast"):
        out.append(Token("op", "*", None, space, inside, at))
    elif name == "div":
        out.append(Token("op", "/", None, space, inside, at))
    elif name in ("pm", "mp"):
        out.append(Token("op", "±", None, space, inside, at))
    elif name in RELATIONS:
        out.append(Token("rel", RELATIONS[name], None, space, inside, at))
    elif name in ("dots", "ldots", "cdots", "dotsb", "dotsc", "dotsm"):
        out.append(Token("dots", name, None, space, inside, at))
    elif name == "pi" or name in GREEK:
        out.append(Token("sym", name, None, space, inside, at))
    elif name in ("pmod", "bmod", "mod", "pod"):
        out.append(Token("op", "mod", None, space, inside, at))
    elif name in FUNCTIONS or name in (
        "frac", "cfrac", "sqrt", "binom", "dbinom", "tbinom", "sum", "prod", "lfloor", "rfloor",
        "lceil", "rceil", "boxed", "lvert", "rvert", "vert", "choose", "circ", "cancel",
        "underbrace", "overbrace",
    ):  # fmt: skip
        out.append(Token("cmd", name, None, space, inside, at))
    elif name == "degree":
        out.append(Token("cmd", "circ", None, space, inside, at))
    else:
        out.append(Token("bad", name, None, space, inside, at))


def _emit_sign(out: list[Token], text: str, space: bool, inside: bool, at: int) -> None:
    if text == "$":
        return  # a price; the number after it speaks for itself
    if text in ("=", "==", "<", ">", "<=", ">=", "!="):
        out.append(Token("rel", "=" if text == "==" else text, None, space, inside, at))
    elif text == ":=":
        out.append(Token("rel", ":=", None, space, inside, at))
    elif text in ("=>", "->"):
        out.append(Token("rel", "->", None, space, inside, at))
    elif text in _OPEN:
        out.append(Token("open", text, None, space, inside, at))
    elif text in ")]}":
        out.append(Token("close", text, None, space, inside, at))
    elif text == ",":
        out.append(Token("comma", text, None, space, inside, at))
    elif text.startswith("..."):
        out.append(Token("dots", text, None, space, inside, at))
    elif text in ".;:?" or text.startswith("--"):
        out.append(Token("stop", text, None, space, inside, at))
    elif text == "**":
        out.append(Token("op", "^", None, space, inside, at))
    else:
        out.append(Token("op", text, None, space, inside, at))
