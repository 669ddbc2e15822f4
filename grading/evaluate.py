"""Values of expressions to many digits, real or complex, with bounded effort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grading.exact import TooBig, exact_value
from grading.nodes import Call, Const, Neg, Node, Num, Op, Sym, Unreadable
from grading.special import MAX_LOG10, Special, Undefined, context


def evaluate(node: Node, digits: int, at: Mapping[str, Fraction] | None = None) -> Any:
    """The value as a number of mpmath; Undefined, TooBig or Unreadable when there is none."""
    return _Evaluator(context(digits), at or {}).value(node)


class _Evaluator:
    def __init__(self, mp: Any, at: Mapping[str, Fraction]) -> None:
        self.mp = mp
        self.at = at
        self.special = Special(mp)

    def value(self, node: Node) -> Any:
        exact = exact_value_or_none(node, self.at)
        if exact is not None:
            return self.mp.mpf(exact.numerator) / exact.denominator
        match node:
            case Const("pi"):
                return +self.mp.pi
            case Const("e"):
                return +self.mp.e
            case Const("i"):
                return self.mp.mpc(0, 1)
            case Neg(body):
                return -self.value(body)
            case Op(op, left, right):
                return self._checked(self._apply(op, left, right))
            case Call(name, args):
                return self._checked(self._call(name, args))
            case Num(value, _, "cut"):
                return self.mp.mpf(value.numerator) / value.denominator
            case Sym(name):
                raise Unreadable(f"{name} has no value.")
        raise Unreadable("This is not a number.")

    def _checked(self, value: Any) -> Any:
        if not self.mp.isfinite(value):
            raise Undefined
        if value != 0 and abs(self.mp.mag(value)) > MAX_LOG10 * 3.33:
            raise TooBig
        if isinstance(value, self.mp.mpc) and value.imag == 0:
            return value.real
        return value

    def _apply(self, op: str, left: Node, right: Node) -> Any:
        a, b = self.value(left), self.value(right)
        if op == "+":
            return a + b
        if op == "-":
            return a - b
        if op == "*":
            return a * b
        if op == "/":
            if self.special.is_zero(b):
                raise Undefined
            return a / b
        if op == "^":
            return self._power(a, b, right)
        raise Unreadable(f"{op} has no single value.")

    def _power(self, a: Any, b: Any, exponent: Node) -> Any:
        if self.special.is_zero(a):
            if self.special.real(b) > 0:
                return self.mp.mpf(0)
            raise Undefined
        size = abs(self.mp.log(abs(a))) * abs(b)
        if size > MAX_LOG10 * 2.31:
            raise TooBig
        exact = exact_value_or_none(exponent, self.at)
        real_negative = not isinstance(a, self.mp.mpc) and a < 0
        if exact is not None and real_negative and exact.denominator % 2 == 1:
            # the real root that school means, not the principal complex one
            magnitude = (-a) ** b
            return -magnitude if exact.numerator % 2 else magnitude
        return a**b

    def _call(self, name: str, args: tuple[Node, ...]) -> Any:
        if name == "root" and len(args) == 2:
            return self._root(self.value(args[0]), args[1])
        values = [self.value(arg) for arg in args]
        if name.startswith("@"):
            return self.special.opaque(name, values)
        return self.special.apply(name, values)

    def _root(self, x: Any, degree: Node) -> Any:
        n = exact_value_or_none(degree, self.at)
        if n is None or n.denominator != 1 or not 1 <= n <= 1000:
            d = self.value(degree)
            if self.special.is_zero(d):
                raise Undefined
            return self._power(x, 1 / d, Op("/", Num(Fraction(1), "1"), degree))
        if not isinstance(x, self.mp.mpc) and x < 0 and n % 2:
            return -self.mp.root(-x, int(n))
        return self.mp.root(x, int(n))


def exact_value_or_none(node: Node, at: Mapping[str, Fraction]) -> Fraction | None:
    """`exact_value`, where too large counts as not exact."""
    try:
        return exact_value(node, at)
    except TooBig:
        return None
