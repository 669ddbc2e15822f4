"""Reads single terms: numbers, letters, fractions, roots, functions, brackets and matrices."""

from __future__ import annotations

from fractions import Fraction

from grading.brackets import CLOSERS
from grading.functions import CONSTANTS, FIGURES, GREEK, Functions
from grading.literals import based_numeral, number_token
from grading.nodes import Call, Const, Neg, Node, Num, Op, Sym, Unreadable
from grading.tokens import FUNCTIONS, Token

_NUMBER_SETS = {"R": "reals", "Z": "integers", "N": "naturals", "Q": "rationals", "C": "complexes"}
_OPENERS = {"(", "[", "{", r"\lfloor", r"\lceil", r"\langle"}
_FACTOR_COMMANDS = {r"\frac", r"\sqrt", r"\cbrt", r"\binom", r"\mathbb", r"\begin{pmatrix}"}


class Terms(Functions):
    """The lower half of the parser; `Parser` adds sums, relations and lists."""

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
                or name in GREEK | FUNCTIONS
                or name in CONSTANTS
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

    def letter(self, name: str) -> Node:
        if name == "e" and self.token.text != "_":
            return Const("e")
        if name == "i" and self.token.text != "_":
            return Const("i")
        if sub := self.subscript():
            return Sym(f"{name}_{sub}")
        if [t.text for t in self.tokens[self.index : self.index + 2]] == ["{", "("]:
            self.advance()  # f{(x)}, as printed by algebra systems
            inside = self.bracketed()
            self.expect("}")
            return Call("@" + name, inside)
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
        elif name in CONSTANTS:
            return Const(CONSTANTS[name])
        elif name in FUNCTIONS:
            return self.function(name)
        elif name in GREEK:
            return self.letter(name)
        elif text in CLOSERS or text == r"\{":
            return self.bracket(text)
        elif name in FIGURES:
            return self.figure(name)
        elif name.startswith("begin{") and "matrix" in name:
            return self.matrix(name[6:-1])
        raise Unreadable(f"{text} is not understood in an answer.")


def _is_int(node: Node) -> bool:
    return isinstance(node, Num) and node.form == "int"


def _proper(top: Node, bottom: Node) -> Fraction | None:
    assert isinstance(top, Num) and isinstance(bottom, Num)
    if top.form == bottom.form == "int" and 0 < top.value < bottom.value:
        return top.value / bottom.value
    return None
