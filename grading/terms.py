"""Reads single terms: numbers, letters, fractions, roots, functions, brackets and matrices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from grading.literals import based_numeral, number_token
from grading.nodes import Call, Const, Group, Matrix, Neg, Node, Num, Op, Seq, Sym, Unreadable
from grading.tokens import FUNCTIONS, Token

MAX_DEPTH = 60

_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "rho", "sigma", "tau",
    "phi", "omega", "kappa", "eta", "zeta", "xi", "nu", "psi", "chi", "Delta", "Gamma", "Omega",
    "ell",
}  # fmt: skip
_CONSTANTS = {"pi": "pi", "infty": "inf", "infinity": "inf", "inf": "inf", "oo": "inf",
              "emptyset": "empty"}  # fmt: skip
_NUMBER_SETS = {"R": "reals", "Z": "integers", "N": "naturals", "Q": "rationals", "C": "complexes"}
_ALIASES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "lg": "log10",
    "factorial": "fact",
}
_CLOSERS = {r"\lfloor": r"\rfloor", r"\lceil": r"\rceil", r"\langle": r"\rangle", r"\|": r"\|"}
_OPENERS = {"(", "[", "{", r"\lfloor", r"\lceil", r"\langle"}
_FACTOR_COMMANDS = {r"\frac", r"\sqrt", r"\cbrt", r"\binom", r"\mathbb", r"\begin{pmatrix}"}


class Terms:
    """The lower half of the parser; `Parser` adds sums, relations and lists."""

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
            raise Unreadable("The answer is nested too deeply.")
        yield
        self.depth -= 1

    def expression(self) -> Node:
        raise NotImplementedError

    def sums(self) -> Node:
        raise NotImplementedError

    def starts_factor(self, token: Token) -> bool:
        """Whether a factor may follow here without a sign of multiplication."""
        if token.kind == "sym":
            return token.text != "U" or not token.spaced
        if token.kind == "word":
            return token.text not in ("or", "and", "mod")
        if token.kind == "cmd":
            name = token.text[1:]
            return (
                token.text in _FACTOR_COMMANDS | _OPENERS
                or name in _GREEK | FUNCTIONS
                or name in _CONSTANTS
            )
        if token.kind == "num":
            return self.tokens[self.index - 1].text in (")", "}")
        return token.kind == "sign" and (
            token.text in ("(", "[", "{") or (token.text == "|" and not self.bars)
        )

    def power(self) -> Node:
        """A term with its exponents and the signs that follow it."""
        with self.deeper():
            node = self.postfix(self.term())
            while self.token.kind == "sign" and self.token.text in ("^", "**"):
                self.advance()
                if self.token.text == r"\circ":
                    self.advance()
                    node = Call("degree", (node,))
                else:
                    node = Op("^", node, self.exponent())
                node = self.postfix(node)
            return node

    def exponent(self) -> Node:
        if self.token.text in ("-", "+"):
            sign = self.advance().text
            body = self.power()
            return Neg(body) if sign == "-" else body
        if self.token.text == "{":
            return self.argument()
        return self.power()

    def postfix(self, node: Node) -> Node:
        while self.token.kind == "sign" and self.token.text in ("!", "%"):
            mark = self.advance().text
            if mark == "!" and self.token.text == "!":
                self.advance()
                node = Call("doublefact", (node,))
            else:
                node = Call("fact" if mark == "!" else "percent", (node,))
        return node

    def argument(self) -> Node:
        r"""The argument of a LaTeX command: a brace, or one token as in \frac12."""
        token = self.token
        if token.text == "{":
            self.advance()
            node = self.expression()
            if self.token.text in (r"\choose", r"\over"):
                node = self.infix_command(node)
            self.expect("}")
            return Group(r"\{", r"\}", node.items) if isinstance(node, Seq) else node
        if token.kind == "num" and len(token.text) > 1 and token.text.isdigit():
            # \frac12: one digit is the argument, the rest stays
            rest = Token("num", token.text[1:], False, token.at)
            self.tokens[self.index] = rest
            return Num(Fraction(int(token.text[0])), token.text[0])
        return self.term()

    def infix_command(self, upper: Node) -> Node:
        command = self.advance().text
        lower = self.expression()
        return Call("binom", (upper, lower)) if command == r"\choose" else Op("/", upper, lower)

    def term(self) -> Node:
        """The smallest readable thing."""
        token = self.advance()
        match token.kind:
            case "num" | "repeating" | "cut":
                return self.mixed(number_token(token))
            case "based":
                return based_numeral(token.text)
            case "sym":
                return self.letter(token.text)
            case "word":
                return self.named(token.text)
            case "cmd":
                return self.command(token.text)
            case "sign" if token.text in ("(", "[", "{", "|", "]"):
                return self.bracket(token.text)
        raise Unreadable(f"It is not clear what {token.text[:20]!r} means here.")

    def mixed(self, whole: Num) -> Node:
        """A whole number followed by a proper fraction is a mixed number: 3 1/2."""
        if whole.form != "int":
            return whole
        at, tokens = self.index, self.tokens
        if tokens[at].text == r"\frac":
            self.advance()
            top, bottom = self.argument(), self.argument()
            if _is_int(top) and _is_int(bottom):
                part = _proper(top, bottom)
                if part is not None:
                    return Num(whole.value + part, f"{whole.text} {part}", "mixed")
            return Op("*", whole, Op("/", top, bottom))
        ahead = tokens[at : at + 3]
        shape = [(t.kind, t.text if t.kind == "sign" else "") for t in ahead]
        if shape == [("num", ""), ("sign", "/"), ("num", "")] and ahead[0].spaced:
            part = _proper(number_token(ahead[0]), number_token(ahead[2]))
            if part is not None:
                self.index += 3
                return Num(whole.value + part, f"{whole.text} {part}", "mixed")
        return whole

    def subscript(self) -> str:
        """The raw text of a subscript, "" when there is none."""
        if self.token.text != "_":
            return ""
        self.advance()
        if self.token.text != "{":
            return self.advance().text.strip("\\")
        level, first = 0, self.index
        while self.token.kind != "end":
            level += {"{": 1, "}": -1}.get(self.token.text, 0)
            self.advance()
            if level == 0:
                break
        parts = [t.text.strip("\\") for t in self.tokens[first + 1 : self.index - 1]]
        return re.sub(r"\s", "", "".join(parts))

    def letter(self, name: str) -> Node:
        if name == "e" and self.token.text != "_":
            return Const("e")
        if name == "i" and self.token.text != "_":
            return Const("i")
        if sub := self.subscript():
            return Sym(f"{name}_{sub}")
        ahead = [t.text for t in self.tokens[self.index : self.index + 3]]
        if ahead[:1] == ["("]:
            alone = len(ahead) == 3 and ahead[2] == ")" and ahead[1].isalpha()
            if name in "fghFG" or (name.isupper() and alone):
                inside = self.bracketed()
                return Call("@" + name, inside)
            if name == "C":
                inside = self.bracketed()
                if len(inside) == 2:
                    return Call("binom", inside)
                return Op("*", Sym("C"), inside[0])
        return Sym(name)

    def bracketed(self) -> tuple[Node, ...]:
        """The things inside the round brackets that start here."""
        self.expect("(")
        node = self.expression()
        self.expect(")")
        return node.items if isinstance(node, Seq) else (node,)

    def named(self, word: str) -> Node:
        if word in _CONSTANTS:
            return Const(_CONSTANTS[word])
        if word in FUNCTIONS:
            return self.function(word)
        if word in _GREEK:
            return self.letter(word)
        raise Unreadable(f"It is not clear what {word!r} means here.")

    def command(self, text: str) -> Node:
        name = text[1:]
        if name == "frac":
            return Op("/", self.argument(), self.argument())
        if name == "sqrt":
            return self.root()
        if name == "cbrt":
            return Call("root", (self.argument(), Num(Fraction(3), "3")))
        if name == "binom":
            return Call("binom", (self.argument(), self.argument()))
        if name == "mathbb":
            inner = self.argument()
            if isinstance(inner, Sym | Const) and inner.name in _NUMBER_SETS:
                return Const(_NUMBER_SETS[inner.name])
        elif name in _CONSTANTS:
            return Const(_CONSTANTS[name])
        elif name in FUNCTIONS:
            return self.function(name)
        elif name in _GREEK:
            return self.letter(name)
        elif text in _CLOSERS or text == r"\{":
            return self.bracket(text)
        elif name in ("angle", "triangle", "overline", "measuredangle"):
            return self.figure(name)
        elif name.startswith("begin{") and "matrix" in name:
            return self.matrix(name[6:-1])
        raise Unreadable(f"{text} is not understood in an answer.")

    def figure(self, name: str) -> Node:
        """A named angle or segment such as ∠ABC: one letter for us."""
        letters = ""
        while self.token.kind == "sym" or self.token.text in ("{", "}"):
            letters += self.advance().text.strip("{}")
            letters += self.subscript()
        if not letters:
            raise Unreadable(f"\\{name} of what?")
        return Sym(f"{name}_{letters}")

    def root(self) -> Node:
        degree: Node | None = None
        if self.token.text == "[":
            self.advance()
            degree = self.sums()
            self.expect("]")
        # \sqrt12 is written by hand for the root of twelve, whatever TeX would set
        body = self.term() if self.token.kind == "num" else self.argument()
        return Call("sqrt", (body,)) if degree is None else Call("root", (body, degree))

    def function(self, name: str) -> Node:
        """A function with its argument: brackets, a brace, or the factors that follow."""
        name = _ALIASES.get(name, name)
        base: Node | None = None
        exponent: Node | None = None
        while self.token.text in ("^", "_"):
            if self.advance().text == "^":
                exponent = self.exponent()
            else:
                base = self.argument() if self.token.text == "{" else self.term()
        if name in ("sqrt", "cbrt") and self.token.text != "(":
            args: tuple[Node, ...] = (self.term(),)
        elif self.token.text == "(":
            args = self.bracketed()
        elif self.token.text == "{":
            args = (self.argument(),)
        else:
            args = (self.factors(),)
        if name == "cbrt":
            name, args = "root", (args[0], Num(Fraction(3), "3"))
        if name == "log10":
            name, base = "log", Num(Fraction(10), "10")
        if base is not None:
            args = (*args, base)
        node: Node = Call(name, args)
        if exponent is None:
            return node
        if exponent == Neg(Num(Fraction(1), "1")) and name in ("sin", "cos", "tan", "cot"):
            return Call("arc" + name, args)
        return Op("^", node, exponent)

    def factors(self) -> Node:
        node = self.power()
        while self.starts_factor(self.token) and not (
            self.token.text.lstrip("\\") in FUNCTIONS or self.token.text == "("
        ):
            node = Op("*", node, self.power())
        return node

    def bracket(self, opening: str) -> Node:
        """Everything up to the bracket that closes `opening`."""
        if opening == "|":
            self.bars += 1
            body = self.sums()
            self.expect("|")
            self.bars -= 1
            return Call("abs", (body,))
        if opening == r"\{" and self.token.text == r"\}":
            self.advance()
            return Const("empty")
        held, self.bars = self.bars, 0
        node = self.expression()
        if self.token.text in (r"\choose", r"\over"):
            node = self.infix_command(node)
        self.bars = held
        closing = self.advance().text
        items = node.items if isinstance(node, Seq) else (node,)
        if opening in (r"\lfloor", r"\lceil"):
            if closing != _CLOSERS[opening] or len(items) != 1:
                raise Unreadable("The brackets do not match.")
            return Call("floor" if opening == r"\lfloor" else "ceil", items)
        if opening == "{" and closing == "}":
            return Group(r"\{", r"\}", items) if len(items) > 1 else items[0]
        if opening in ("(", "[", "]") and closing in (")", "]", "["):
            if len(items) == 1 and (opening, closing) in (("(", ")"), ("[", "]")):
                return items[0]
            return Group(opening, closing, items)
        if opening == r"\{" and closing == r"\}":
            return Group(r"\{", r"\}", items)
        if opening == r"\langle" and closing == r"\rangle":
            return Group("<", ">", items)
        raise Unreadable("The brackets do not match.")

    def matrix(self, style: str) -> Node:
        rows: list[tuple[Node, ...]] = []
        row: list[Node] = []
        while True:
            row.append(self.expression())
            mark = self.advance().text
            if mark == "&":
                continue
            rows.append(tuple(row))
            row = []
            if mark == "\\\\" and self.token.text.startswith("\\end{"):
                mark = self.advance().text
            if mark.startswith("\\end{"):
                break
            if mark != "\\\\":
                raise Unreadable("The matrix does not end.")
        if len({len(r) for r in rows}) != 1:
            raise Unreadable("The rows of the matrix differ in length.")
        node = Matrix(tuple(rows), style)
        return node if style != "vmatrix" else Call("det", (node,))


def _is_int(node: Node) -> bool:
    return isinstance(node, Num) and node.form == "int"


def _proper(top: Node, bottom: Node) -> Fraction | None:
    assert isinstance(top, Num) and isinstance(bottom, Num)
    if top.form == bottom.form == "int" and 0 < top.value < bottom.value:
        return top.value / bottom.value
    return None
