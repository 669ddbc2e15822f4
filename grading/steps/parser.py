"""Reads tokens as an expression. A strict parser: it reads everything it is given or nothing."""

from grading.steps.emit import Token
from grading.steps.operands import Operands
from grading.steps.reading import (
    MAX_DEPTH,
    MAX_TOKENS,
    PLAIN,
    READINGS,
    Node,
    Reading,
    Unreadable,
)  # fmt: skip
from grading.steps.spelling import NAMED

__all__ = ["PLAIN", "READINGS", "Node", "Reading", "Unreadable", "parse"]


def parse(tokens: list[Token], reading: Reading = PLAIN) -> Node:
    """The expression these tokens spell, read whole. Raises Unreadable."""
    if not tokens or len(tokens) > MAX_TOKENS:
        raise Unreadable("nothing here, or too much")
    if not reading.bang and tokens[-1].text == "!":
        tokens = tokens[:-1]
    parser = _Parser(tokens, reading)
    node = parser.sum(0)
    if parser.i != len(tokens):
        raise Unreadable(f"left over: {tokens[parser.i].text}")
    return node


class _Parser(Operands):
    """A recursive-descent parser over one list of tokens."""

    def sum(self, depth: int) -> Node:
        """term (+|- term)*, with dots allowed as a term."""
        if depth > MAX_DEPTH:
            raise Unreadable("too deep")
        parts: list[Node] = []
        dots_at = -1
        sign = "+"
        while True:
            token = self.peek()
            if token is not None and token.kind == "dots":
                if dots_at >= 0 or not parts or sign != "+":
                    raise Unreadable("dots")
                self.i += 1
                dots_at = len(parts)
            else:
                term = self.term(depth)
                parts.append(("neg", term) if sign == "-" else term)
            if self.is_op("+", "-"):
                sign = self.tokens[self.i].text
                self.i += 1
                continue
            break
        if dots_at >= 0:
            if dots_at == len(parts):
                raise Unreadable("endless")
            return ("run", "+", tuple(parts[:dots_at]), tuple(parts[dots_at:]))
        node: Node = parts[0] if len(parts) == 1 else ("+", tuple(parts))
        if self.is_op("mod"):
            self.i += 1
            node = ("mod", node, self.term(depth))
        return node

    def term(self, depth: int) -> Node:
        """unary ((*|/) unary)*, where two things side by side are a product."""
        factors: list[Node] = [self.signed(depth)]
        dots_at = -1
        while True:
            token = self.peek()
            if token is None:
                break
            if token.kind == "op" and token.text in ("*", "/"):
                self.i += 1
                after = self.peek()
                apart = token.space or (after is not None and after.space)
                if after is not None and after.kind == "dots" and token.text == "*":
                    self.i += 1
                    dots_at = len(factors)
                    if self.is_op("*"):
                        self.i += 1
                    factors.append(self.signed(depth))
                    continue
                right = self.signed(depth)
                if self.reading.spaced and apart:
                    right = self._close_slash(right, depth)
                if self.reading.tight:
                    while self._adjoins(right):
                        right = ("*", (right, self.power(depth)))
                if token.text == "*":
                    factors.append(right)
                else:
                    factors[-1:] = [("/", _product(factors), right)] if dots_at < 0 else _refuse()
                    del factors[:-1]
            elif token.kind == "dots" and token.text == "cdots" and len(factors) > 1:
                self.i += 1
                dots_at = len(factors)
                if self.is_op("*"):
                    self.i += 1
                factors.append(self.signed(depth))
            elif self._adjoins(factors[-1]):
                factors.append(self.power(depth))
            else:
                break
        if dots_at >= 0:
            return ("run", "*", tuple(factors[:dots_at]), tuple(factors[dots_at:]))
        return _product(factors)

    def _close_slash(self, left: Node, depth: int) -> Node:
        token = self.peek()
        while token is not None and token.text == "/" and token.kind == "op" and not token.space:
            self.i += 1
            left = ("/", left, self.signed(depth))
            token = self.peek()
        return left

    def _adjoins(self, left: Node) -> bool:
        """Whether the next token starts a factor written beside `left` without a sign."""
        token = self.peek()
        if token is None:
            return False
        if token.kind in ("sym", "open"):
            return not (token.kind == "open" and token.text == "[")
        if token.kind == "num" and self.i > 0:
            before = self.tokens[self.i - 1].text
            return (before == ")" and not token.space) or (before == "!" and token.math)
        if token.kind == "cmd":
            return token.text in NAMED or token.text in (
                "frac", "sqrt", "binom", "dbinom", "tbinom", "lfloor", "lceil", "cfrac", "boxed",
                "sum", "prod",
            )  # fmt: skip
        return False

    def signed(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise Unreadable("too deep")
        if self.is_op("-"):
            self.i += 1
            return ("neg", self.signed(depth + 1))
        if self.is_op("+"):
            self.i += 1
            return self.signed(depth + 1)
        return self.power(depth)

    def power(self, depth: int) -> Node:
        base = self.postfix(depth)
        if self.is_op("^"):
            after = self.peek(1)
            if after is not None and after.text == "circ":
                self.i += 2
                return ("f", "degrees", (base,))
            self.i += 1
            if self.is_op("-"):
                self.i += 1
                exponent: Node = ("neg", self.power(depth + 1))
            else:
                exponent = self.power(depth + 1)
            node: Node = ("^", base, exponent)
            return self._after(node)
        return base

    def postfix(self, depth: int) -> Node:
        return self._after(self.atom(depth + 1))

    def _after(self, node: Node) -> Node:
        while True:
            if self.is_op("!"):
                self.i += 1
                if self.is_op("!"):
                    raise Unreadable("double factorial")
                node = ("!", node)
            elif self.is_op("%"):
                self.i += 1
                node = ("%", node)
            else:
                token = self.peek()
                if token is not None and token.text == "circ" and token.kind == "cmd":
                    self.i += 1
                    node = ("f", "degrees", (node,))
                    continue
                return node


def _refuse() -> list[Node]:
    raise Unreadable("division in a product with dots")


def _product(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else ("*", tuple(factors))
