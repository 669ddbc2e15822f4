"""Where the parser stands in the tokens of one answer, and how deep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grading.nodes import Node, Overlong, Unreadable
from grading.tokens import Token

MAX_DEPTH = 60


class Cursor:
    """The base of the parser: tokens, a position and a depth limit."""

    def __init__(self, tokens: list[Token], text: str, tight: bool) -> None:
        self.tokens = tokens
        self.text = text
        self.tight = tight
        self.index = 0
        self.depth = 0
        self.bars = 0  # how many |…| are open

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def advance(self) -> Token:
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def expect(self, text: str) -> None:
        if self.token.text != text or self.token.kind == "end":
            raise Unreadable(f"A {text!r} is missing.")
        self.advance()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Overlong("The answer is nested too deeply.")
        yield
        self.depth -= 1

    def expression(self) -> Node:
        raise NotImplementedError

    def sums(self) -> Node:
        raise NotImplementedError

    def power(self) -> Node:
        raise NotImplementedError

    def term(self) -> Node:
        raise NotImplementedError

    def starts_factor(self, token: Token) -> bool:
        raise NotImplementedError
