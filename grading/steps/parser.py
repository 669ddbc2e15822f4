"""Reads tokens as an expression. A strict parser: it reads everything it is given or nothing.

An expression is a tuple whose first item is its kind:
``("n", Fraction)``, ``("s", name)``, ``("+", parts)``, ``("*", parts)``, ``("/", a, b)``, ``("^", a, b)``,
``("neg", a)``, ``("!", a)``, ``("%", a)``, ``("f", name, args)``, ``("range", "sum"|"prod", letter, low,
high, body)``, ``("run", "+"|"*", before, after)`` for a sum or product with dots, ``("mod", a, m)``.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grading.steps.tokens import Token

Node = tuple[Any, ...]
MAX_DEPTH = 40
MAX_TOKENS = 400


class Unreadable(ValueError):
    """These tokens are not an expression this parser knows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an ambiguous spelling is taken."""

    mixed: bool = True  # 3 1/2 and 3\frac12 are three and a half
    tight: bool = False  # 1/2x is 1/(2x)
    bang: bool = True  # a last "!" is a factorial and not an exclamation
    calls: bool = True  # f(x) is a function's value; else a product
    spaced: bool = False  # in 3 / 1/2 the slash without spaces binds closer


PLAIN = Reading()
READINGS = (
    PLAIN, Reading(mixed=False), Reading(tight=True), Reading(bang=False), Reading(calls=False),
    Reading(spaced=True),
)  # fmt: skip
CALLED = frozenset("fghFGHPQRTNpqσφτπ") | {"phi", "varphi", "sigma", "tau", "C", "A", "V", "S", "a"}
BRACKETS = {"(": ")", "[": "]", "{": "}"}
NAMED = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan log ln lg exp gcd lcm max min floor ceil abs comb Re Im".split()
)
MINUS_ONE: Node = ("n", Fraction(-1))


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


class _Parser:
    """A recursive-descent parser over one list of tokens; `i` is the next token."""

    def __init__(self, tokens: list[Token], reading: Reading) -> None:
        self.tokens, self.reading, self.i = tokens, reading, 0

    def peek(self, ahead: int = 0) -> Token | None:
        j = self.i + ahead
        return self.tokens[j] if j < len(self.tokens) else None

    def is_op(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.kind == "op" and token.text in texts

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
        if token.kind == "num" and not token.space and self.i > 0:
            return self.tokens[self.i - 1].text == ")"
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
            from grading.steps.commands import command

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
            if slash is not None and low is not None and slash.text == "/" and low.kind == "num":
                if nxt.value and low.value and nxt.value < low.value:
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
            and (name in CALLED or "_" in name)
        )
        if callable_:
            args = self.arguments(depth)
            return ("f", "·" + name, args)
        return ("s", name)

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
            self.i += 1
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


def _refuse() -> list[Node]:
    raise Unreadable("division in a product with dots")


def _product(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else ("*", tuple(factors))
