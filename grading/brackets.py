"""Reads what stands in brackets, braces and matrices."""

from __future__ import annotations

from fractions import Fraction

from grading.cursor import Cursor
from grading.nodes import Call, Const, Group, Matrix, Node, Num, Op, Seq, Unreadable
from grading.tokens import Token

CLOSERS = {r"\lfloor": r"\rfloor", r"\lceil": r"\rceil", r"\langle": r"\rangle", r"\|": r"\|"}


class Brackets(Cursor):
    """Brackets of all kinds; `Functions` and `Terms` build on it."""

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

    def bracketed(self) -> tuple[Node, ...]:
        """The things inside the round brackets that start here."""
        self.expect("(")
        node = self.expression()
        self.expect(")")
        return node.items if isinstance(node, Seq) else (node,)

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
            if closing != CLOSERS[opening] or len(items) != 1:
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
