"""Numbers as they are written: what a literal is, and its exact value."""

from __future__ import annotations

import re
from fractions import Fraction

from grading.nodes import Based, Call, Neg, Node, Num, Op, Unreadable
from grading.tokens import Token

MAX_DIGITS = 4000

_REPEAT = re.compile(r"(\d*)\.(\d*?)\s*(?:\\(?:overline|bar|dot)\s*\{?\s*(\d+)\s*\}?|\((\d+)\))$")
_TAIL = re.compile(r"^(\d*)\.(\d*?)(\d{1,6}?)\3{2,}$")
_PAIR = re.compile(r"^(\d*)\.(\d*?)(\d{2,6}?)\3{1,}$")


def number_token(token: Token) -> Num:
    """The exact value of a number token."""
    text = token.text
    if len(text) > MAX_DIGITS:
        raise Unreadable("The number is too long.")
    if token.kind == "repeating":
        match = _REPEAT.match(text)
        if match is None:
            raise Unreadable("The repeating decimal is not readable.")
        return Num(repeating(match[1], match[2], match[3] or match[4]), text, "repeating")
    if token.kind == "cut":
        digits = text.split("\\")[0].rstrip(". ")
        match = _TAIL.match(digits) or _PAIR.match(digits)
        if match is None:
            return Num(Fraction(digits), text, "cut")
        return Num(repeating(match[1], match[2], match[3]), text, "repeating")
    lowered = text.lower()
    if "e" in lowered:
        mantissa, _, exponent = lowered.partition("e")
        if abs(int(exponent)) > MAX_DIGITS:
            raise Unreadable("The number is too large.")
        return Num(Fraction(mantissa) * Fraction(10) ** int(exponent), text, "scientific")
    if "." in text:
        return Num(Fraction(text), text, "decimal")
    return Num(Fraction(int(text)), text, "int")


def repeating(whole: str, fixed: str, block: str) -> Fraction:
    """The value of whole.fixed(block)(block)…"""
    start = Fraction(int((whole or "0") + fixed), 10 ** len(fixed))
    return start + Fraction(int(block), (10 ** len(block) - 1) * 10 ** len(fixed))


def based_numeral(text: str) -> Node:
    """ "101_2" as a numeral; base ten gives a plain number."""
    digits, _, base_text = text.rpartition("_")
    if not base_text.isdigit() or not 2 <= int(base_text) <= 36:
        raise Unreadable("A base lies between 2 and 36.")
    base = int(base_text)
    try:
        value = int(digits, base)
    except ValueError:
        raise Unreadable(f"{digits} is not a numeral in base {base}.") from None
    if base == 10:
        return Num(Fraction(value), digits, "int")
    return Based(digits.upper(), base)


def literal_value(node: Node) -> Fraction | None:
    """The value when the node is a number as one writes it, not a computation; else None.

    A sign, a fraction of whole numbers, a mixed number, a decimal, a repeating decimal,
    a·10^k with a decimal a, and a percentage are literals. 2+8, 6!, 2^10 and √4 are not.
    """
    match node:
        case Num(value, _, form):
            return None if form == "cut" else value
        case Neg(Neg()):
            return None
        case Neg(body):
            value_of = literal_value(body)
            return None if value_of is None else -value_of
        case Op("/", left, right):
            top, bottom = _whole(left), _whole(right)
            if top is None or bottom is None or bottom == 0:
                return None
            return Fraction(top, bottom)
        case Op("*", Num(mantissa, _, "decimal" | "int"), Op("^", Num(ten, "10", "int"), power)):
            exponent = _whole(power)
            if exponent is None or abs(exponent) > MAX_DIGITS or not _is_mantissa(mantissa):
                return None
            return mantissa * ten**exponent
        case Call("percent", (body,)):
            value_of = literal_value(body)
            return None if value_of is None else value_of / 100
        case Call("degree", (body,)):
            return literal_value(body)
    return None


def _is_mantissa(value: Fraction) -> bool:
    return 1 <= abs(value) < 10


def _whole(node: Node) -> int | None:
    if isinstance(node, Neg):
        inner = _whole(node.body)
        return None if inner is None else -inner
    if isinstance(node, Num) and node.form == "int":
        return int(node.value)
    return None


def unreduced(node: Node) -> bool:
    """Whether a literal fraction can be reduced."""
    if isinstance(node, Neg):
        return unreduced(node.body)
    if isinstance(node, Op) and node.op == "/":
        top, bottom = _whole(node.left), _whole(node.right)
        if top is None or bottom is None or bottom == 0:
            return False
        return abs(Fraction(top, bottom).denominator) != abs(bottom) or bottom < 0
    return False
