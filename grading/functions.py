"""Reads roots, named functions, named angles and subscripts."""

from __future__ import annotations

import re
from fractions import Fraction

from grading.brackets import Brackets
from grading.nodes import Call, Const, Neg, Node, Num, Op, Sym, Unreadable
from grading.tokens import FUNCTIONS

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "rho", "sigma", "tau",
    "phi", "omega", "kappa", "eta", "zeta", "xi", "nu", "psi", "chi", "Delta", "Gamma", "Omega",
    "ell",
}  # fmt: skip
CONSTANTS = {"pi": "pi", "infty": "inf", "infinity": "inf", "inf": "inf", "oo": "inf",
              "emptyset": "empty"}  # fmt: skip
_ALIASES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "lg": "log10",
    "factorial": "fact",
    "ceiling": "ceil",
    "binomial": "binom",
}


FIGURES = {
    "angle", "triangle", "overline", "measuredangle", "overrightarrow", "vec", "hat",
    "widehat", "bar",
}  # fmt: skip


class Functions(Brackets):
    """A function takes brackets, a brace, or the factors that follow it."""

    def exponent(self) -> Node:
        raise NotImplementedError

    def letter(self, name: str) -> Node:
        raise NotImplementedError

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

    def named(self, word: str) -> Node:
        if word in CONSTANTS:
            return Const(CONSTANTS[word])
        if word in FUNCTIONS:
            return self.function(word)
        if word in GREEK:
            return self.letter(word)
        raise Unreadable(f"It is not clear what {word!r} means here.")

    def figure(self, name: str) -> Node:
        """A named angle or segment such as ∠ABC: one letter for us."""
        letters = ""
        while self.token.kind == "sym" or self.token.text in ("{", "}"):
            letters += self.advance().text.strip("{}")
            letters += self.subscript()
        if not letters:
            raise Unreadable(f"\\{name} of what?")
        return Sym(f"{name}_{letters}")

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
