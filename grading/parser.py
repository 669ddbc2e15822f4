"""Reads tokens into a tree: sums, products, powers, relations and lists.

A recursive-descent parser with a depth limit. What a single term can be (fractions, roots,
functions, brackets, matrices) is in `terms.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from grading.clean import clean
from grading.nodes import Group, Neg, Node, Num, Op, Overlong, Rel, Seq, Unreadable
from grading.terms import Terms
from grading.tokens import tokenize

MAX_LENGTH = 2000  # characters of an answer

_RELATIONS = {
    "=": "=", "==": "=", "<": "<", ">": ">", "<=": "≤", ">=": "≥", "!=": "≠", ":": ":",
    r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\in": "∈", r"\equiv": "≡", r"\approx": "≈",
}  # fmt: skip
_SUMS = {"+": "+", "-": "-", r"\pm": "±", r"\mp": "∓"}
_PRODUCTS = {"*": "*", "/": "/", r"\cdot": "*", r"\times": "*", r"\div": "/"}
_SETS = {r"\cup": "∪", r"\cap": "∩", r"\setminus": "\\", r"\backslash": "\\"}


def parse(text: str, *, thousands: bool = True, tight: bool = False) -> Node:
    """The tree of an answer; Unreadable when it is not one.

    `thousands`: 1,000 is a number, not a list. `tight`: 1/2x is 1/(2x), not (1/2)x.
    """
    if len(text) > MAX_LENGTH:
        raise Overlong("The answer is too long.")
    return parse_clean(clean(text), thousands=thousands, tight=tight)


def parse_clean(text: str, *, thousands: bool = True, tight: bool = False) -> Node:
    """As `parse`, for a text that went through `clean` already."""
    if not text:
        raise Unreadable("The answer is empty.")
    parser = Parser(tokenize(text, thousands=thousands), text, tight)
    node = parser.sequence()
    if parser.token.kind != "end":
        raise Unreadable(f"It is not clear what {parser.token.text[:20]!r} means here.")
    return node


class Parser(Terms):
    """One pass over the tokens of one answer."""

    def sequence(self) -> Node:
        """One thing, or several separated by commas, semicolons, "or" or "and"."""
        items, word = [self.relation()], ","
        while found := self._separator():
            if found in ("or", "and"):
                word = found
            items.append(self.relation())
        return items[0] if len(items) == 1 else Seq(tuple(items), word)

    def _separator(self) -> str:
        found = ""
        while True:
            token = self.token
            said = token.text.strip(" ,;").lower()
            if token.kind == "sign" and token.text in (",", ";"):
                found = found or ","
            elif token.kind in ("word", "text") and said in ("or", "and"):
                found = said
            elif token.kind == "text" and not said:
                pass
            else:
                return found
            self.advance()

    def relation(self) -> Node:
        """An expression, or a chain of them."""
        terms, ops = [self.sets()], []
        while (op := _RELATIONS.get(self.token.text)) and self.token.kind in ("sign", "cmd"):
            self.advance()
            ops.append(op)
            terms.append(self.sets())
        modulus = self._modulus()
        if not ops and modulus is None:
            return terms[0]
        return Rel(tuple(ops), tuple(terms), modulus)

    def _modulus(self) -> Node | None:
        token = self.token
        if token.text == r"\pmod":
            self.advance()
            return self.argument()
        if token.text in (r"\bmod", r"\mod", "mod"):
            self.advance()
            return self.sums()
        return None

    def sets(self) -> Node:
        """Unions and their like, over sums."""
        left = self.sums()
        while True:
            op = _SETS.get(self.token.text, "")
            if self.token.kind == "sym" and self.token.text == "U" and isinstance(left, Group):
                op = "∪"
            if not op:
                return left
            self.advance()
            left = Op(op, left, self.sums())

    def sums(self) -> Node:
        """Terms joined by + - ± ∓."""
        with self.deeper():
            left = self._signed(self.products)
            while (op := _SUMS.get(self.token.text)) and self.token.kind in ("sign", "cmd"):
                self.advance()
                left = Op(op, left, self._signed(self.products))
            return left

    def _signed(self, read: Callable[[], Node]) -> Node:
        sign = _SUMS.get(self.token.text)
        if sign is None:
            return read()
        with self.deeper():
            self.advance()
            body = self._signed(read)
        if sign == "+":
            return body
        return Neg(body) if sign == "-" else _double(sign, body)

    def products(self) -> Node:
        """Factors joined by signs or by standing side by side."""
        left = self._chain() if self.tight else self.power()
        while True:
            token = self.token
            op = _PRODUCTS.get(token.text) if token.kind in ("sign", "cmd") else None
            if op:
                self.advance()
                read = self._chain if self.tight else self.power
                left = Op(op, left, self._signed(read))
            elif self.starts_factor(token):
                left = Op("*", left, self.power())
            else:
                return left

    def _chain(self) -> Node:
        left = self.power()
        while self.starts_factor(self.token):
            left = Op("*", left, self.power())
        return left

    def expression(self) -> Node:
        """What may stand inside a brace."""
        return self.sequence()


def _double(sign: str, body: Node) -> Node:
    """±x as 0 ± x, so that one rule expands every double sign."""
    return Op(sign, Num(Fraction(0), "0"), body)
