"""Every sensible reading of one written answer, the plainest first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from grading.clean import clean
from grading.interpret import interpret
from grading.nodes import Call, Const, Node, Num, Overlong, Unreadable
from grading.parser import MAX_LENGTH, parse_clean
from grading.spans import INFINITY, MINUS_INFINITY
from grading.units import look_up, split_unit
from grading.values import Assigned, Many, Number, Piece, Span, Text, Value
from grading.words import is_known_word, number_word, plain_words

_LIST_OR_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
_SLASH_THEN_FACTOR = re.compile(r"/\s*[\w.]+\s*(?:[A-Za-z(]|\\[A-Za-z])")
_SET_BUILDER = re.compile(
    r"^\\\{\s*(?:\([^|]*\)|[a-z])\s*(?:\\in[^|:]*)?\s*[|:]\s*(.*)\\\}$", re.DOTALL
)
_RATIO_WORD = re.compile(r"^(\d+)\s+to\s+(\d+)$")
_MOD = re.compile(r"\(\s*\\?(?:b|p)?mod\s*\{?\s*(\w+)\s*\}?\s*\)")
_BASE = re.compile(r"^([0-9][0-9A-Z]*)\s*[,(]?\s*(?:in\s+)?base[\s-]*\{?(\d+|[a-z]+)\}?\s*\)?$")
_COLUMN_TEXT = re.compile(r"\\(?:text|mathrm)\s*\{\s*(?:in\s+)?base\s*(\w+)\s*\}")
_FRENCH = re.compile(r"^(.*(?:\\in|=)\s*)?([\[\]])([^\[\]]+,[^\[\]]+)([\[\]])$")
_DOLLARS = re.compile(r"^\s*(?:\\\$|\$)\s*-?[\d.]")


@dataclass(frozen=True, slots=True)
class Reading:
    """`doubt` says why this reading is not the plain one: "", "list" or "slash"."""

    value: Value
    node: Node | None
    doubt: str = ""


def read(text: str, keep_letters: frozenset[str] = frozenset()) -> list[Reading]:
    """Readings of an answer; Unreadable when there is none.

    `keep_letters` are letters of the problem: "6 m" is then six times m, not six metres.
    """
    if len(text) > MAX_LENGTH:
        raise Overlong("The answer is too long.")
    cleaned = clean(text)
    special = _special(cleaned)
    if special is not None:
        return [Reading(special, None)]
    prepared = _prepare(cleaned)
    body, unit = split_unit(prepared)
    if unit is not None and unit.name in keep_letters:
        body, unit = prepared, None
    if unit is None and _DOLLARS.match(text) and text.count("$") % 2:
        unit = look_up("dollars", 1)
    readings: list[Reading] = []
    trouble: Unreadable | None = None
    for doubt in _doubts(body):
        try:
            node = parse_clean(body, thousands=doubt != "list", tight=doubt == "slash")
            value = interpret(node)
        except Unreadable as error:
            trouble = trouble or error
            continue
        if unit is not None and isinstance(value, Number):
            value = replace(value, unit=unit)
            if unit.dimension == "angle":
                value = Number(Call("degree", (value.node,)), degree=True)
        elif unit is not None and isinstance(value, Assigned) and isinstance(value.value, Number):
            value = replace(value, value=replace(value.value, unit=unit))
        readings.append(Reading(value, node, doubt))
    if not readings:
        raise trouble or Unreadable("The answer is empty.")
    return readings


def _doubts(body: str) -> list[str]:
    doubts = [""]
    if _LIST_OR_THOUSANDS.search(body):
        doubts.append("list")
    if _SLASH_THEN_FACTOR.search(body):
        doubts.append("slash")
    return doubts


def _prepare(text: str) -> str:
    if match := _SET_BUILDER.match(text):
        text = match[1].strip()
    text = _RATIO_WORD.sub(r"\1:\2", text)
    text = _MOD.sub(r"\\pmod{\1}", text)
    if match := _BASE.match(_COLUMN_TEXT.sub(r"base \1", text)):
        text = f"{match[1]}_{{{match[2]}}}"
    if (match := _FRENCH.match(text)) and (match[2], match[4]) != ("[", "]"):
        left, right = ("(" if match[2] == "]" else "["), (")" if match[4] == "[" else "]")
        text = f"{match[1] or ''}{left}{match[3]}{right}"
    return text


def _special(text: str) -> Value | None:
    """Answers in words that are mathematics: none, all reals, five."""
    said = plain_words(text)
    if is_known_word(text) and said != "none":
        return Text(said)
    if said == "none":
        return Many((), braces=True)
    if said in ("all real numbers", "all reals", "real numbers", "all real", "any real number"):
        return Span((Piece(MINUS_INFINITY, False, INFINITY, False),))
    if said in ("infinity", "positive infinity"):
        return Number(Const("inf"))
    number = number_word(text)
    if number is not None:
        return Number(Num(Fraction(number), str(number)))
    return None
