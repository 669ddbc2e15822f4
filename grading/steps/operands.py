"""Reads single quantities: numerals, letters, calls, brackets, commands."""

from fractions import Fraction

from grading.steps.emit import Token
from grading.steps.reading import BRACKETS, CALLED, MAX_DEPTH, Node, Reading, Unreadable


class Operands:
    """The part of the parser that reads single quantities; `i` is the next token."""

    def __init__(self, tokens: list[Token], reading: Reading) -> None:
        self.tokens, self.reading, self.i = tokens, reading, 0

    def peek(self, ahead: int = 0) -> Token | None:
        j = self.i + ahead
        return self.tokens[j] if j < len(self.tokens) else None

    def is_op(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.kind == "op" and token.text in texts

    def sum(self, depth: int) -> Node:
        """An expression; the parser provides it."""
        raise NotImplementedError

    def power(self, depth: int) -> Node:
        raise NotImplementedError

    def term(self, depth: int) -> Node:
        raise NotImplementedError

    def atom(self, depth: int) -> Node:
        token = self.peek()
        if token is None or depth > MAX_DEPTH:
            raise Unreadable("something is missing")
        if token.kind == "num":
            return self._number()
        if token.kind == "sym":
            return self._symbol(depth)
        if token.kind == "open":
            return self._bracket(depth)
        if token.text == "|" and token.kind in ("op", "rel"):
            return self._bars(depth)
        if token.kind == "cmd":
            from grading.steps.commands import command  # it needs this class

            return command(self, depth)
        raise Unreadable(token.text)

    def _number(self) -> Node:
        token = self.tokens[self.i]
        self.i += 1
        assert token.value is not None
        node: Node = ("n", token.value)
        nxt = self.peek()
        if nxt is None or token.places >= 0:
            return node
        if nxt.kind == "op" and nxt.text == "_":
            return self._based(token)
        if self.reading.mixed and nxt.kind == "num" and nxt.space and nxt.places < 0:
            slash, low = self.peek(1), self.peek(2)
            fraction = slash is not None and slash.text == "/" and low is not None
            if fraction and low is not None and nxt.value and low.value and nxt.value < low.value:
                self.i += 3
                return ("n", token.value + nxt.value / low.value)
        elif self.reading.mixed and nxt.text == "frac" and token.value.denominator == 1:
            return self._mixed(node)
        return node

    def _mixed(self, whole: Node) -> Node:
        start = self.i
        fraction = self.atom(0)
        if fraction[0] == "/" and fraction[1][0] == "n" and fraction[2][0] == "n":
            top, bottom = fraction[1][1], fraction[2][1]
            if 0 < top < bottom and top.denominator == bottom.denominator == 1:
                return ("n", whole[1] + top / bottom)
        self.i = start
        return whole

    def _based(self, token: Token) -> Node:
        """A numeral with its base as subscript: 101_2, 321_{10}."""
        self.i += 1
        base = self.atom(0)
        if base[0] != "n" or base[1].denominator != 1 or not 2 <= base[1] <= 36:
            raise Unreadable("subscript of a number")
        try:
            return ("n", Fraction(int(token.text, int(base[1]))))
        except ValueError:
            raise Unreadable("digit too large for its base") from None

    def _symbol(self, depth: int) -> Node:
        name = self.tokens[self.i].text
        self.i += 1
        token = self.peek()
        if token is not None and token.kind == "op" and token.text == "_":
            self.i += 1
            name += "_" + self._subscript(depth)
            token = self.peek()
        callable_ = (
            self.reading.calls
            and token is not None
            and token.text == "("
            and not token.space
            and (name in CALLED or "_" in name or self._calls_a_number())
        )
        if callable_:
            args = self.arguments(depth)
            return ("f", "·" + name, args)
        return ("s", name)

    def _calls_a_number(self) -> bool:
        """Whether (numeral) follows a letter that nothing stands before: t(5) is a value of t."""
        close, before = self.peek(2), self.tokens[self.i - 2] if self.i > 1 else None
        number = self.peek(1)
        alone = before is None or before.kind in ("op", "rel", "open")
        return (
            alone
            and number is not None
            and number.kind == "num"
            and close is not None
            and close.text == ")"
        )

    def _subscript(self, depth: int) -> str:
        token = self.peek()
        if token is None:
            raise Unreadable("subscript")
        if token.kind in ("num", "sym"):
            self.i += 1
            return token.text
        if token.text == "{":
            self.i += 1
            parts: list[str] = []
            while (token := self.peek()) is not None and token.text != "}":
                parts.append(token.text)
                self.i += 1
            self.expect("}")
            return "".join(parts)
        raise Unreadable("subscript")

    def arguments(self, depth: int) -> tuple[Node, ...]:
        """(a, b, …), the opening bracket being next."""
        if self.peek() is None or self.tokens[self.i].text != "(":
            raise Unreadable("no arguments")
        self.i += 1
        args = [self.sum(depth + 1)]
        while (token := self.peek()) is not None and token.kind == "comma":
            self.i += 1
            args.append(self.sum(depth + 1))
        self.expect(")")
        return tuple(args)

    def expect(self, text: str) -> None:
        token = self.peek()
        if token is None or token.text != text:
            raise Unreadable(f"expected {text}")
        self.i += 1

    def _bracket(self, depth: int) -> Node:
        opening = self.tokens[self.i].text
        self.i += 1
        node = self.sum(depth + 1)
        self.expect(BRACKETS[opening])
        return node

    def _bars(self, depth: int) -> Node:
        self.i += 1
        node = self.sum(depth + 1)
        token = self.peek()
        if token is None or token.text != "|":
            raise Unreadable("bar")
        self.i += 1
        return ("f", "abs", (node,))

    def group(self, depth: int) -> Node:
        """{…} or the single thing that LaTeX takes for it: in \\frac12 one digit each."""
        token = self.peek()
        if token is None:
            raise Unreadable("argument")
        if token.kind == "num" and len(token.text) > 1 and token.places < 0:
            digit, rest = token.text[0], token.text[1:]
            self.tokens = list(self.tokens)
            self.tokens[self.i] = token._replace(text=rest, value=Fraction(rest))
            return ("n", Fraction(digit))
        return self.atom(depth + 1)
