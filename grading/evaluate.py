"""Values of expressions to many digits, real or complex, with bounded effort.

mpmath contexts are not shared between threads: each thread has its own, of fixed precision.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grading.exact import TooBig, exact_value
from grading.nodes import Call, Const, Neg, Node, Num, Op, Sym, Unreadable

MAX_LOG10 = 3000  # magnitudes beyond 10^±3000 are not computed
MAX_GAMMA = 10**6

_local = threading.local()


class Undefined(ArithmeticError):
    """The expression has no value here: a division by zero, a logarithm of zero, …"""


def context(digits: int) -> Any:
    """This thread's mpmath context of `digits` decimal digits."""
    found = getattr(_local, f"d{digits}", None)
    if found is None:
        from mpmath.ctx_mp import MPContext  # type: ignore[import-untyped]

        found = MPContext()
        found.dps = digits
        setattr(_local, f"d{digits}", found)
    return found


def evaluate(node: Node, digits: int, at: Mapping[str, Fraction] | None = None) -> Any:
    """The value as a number of mpmath; Undefined, TooBig or Unreadable when there is none."""
    return _Evaluator(context(digits), at or {}).value(node)


class _Evaluator:
    def __init__(self, mp: Any, at: Mapping[str, Fraction]) -> None:
        self.mp = mp
        self.at = at

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
            if self._is_zero(b):
                raise Undefined
            return a / b
        if op == "^":
            return self._power(a, b, right)
        raise Unreadable(f"{op} has no single value.")

    def _is_zero(self, value: Any) -> bool:
        return bool(abs(value) < self.mp.mpf(10) ** (10 - self.mp.dps))

    def _power(self, a: Any, b: Any, exponent: Node) -> Any:
        if self._is_zero(a):
            if self._real(b) > 0:
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

    def _real(self, value: Any) -> Any:
        if isinstance(value, self.mp.mpc):
            if abs(value.imag) > abs(value) * self.mp.mpf(10) ** (20 - self.mp.dps):
                raise Undefined
            return value.real
        return value

    def _snapped(self, value: Any) -> Any:
        """A real value that is a whole number up to rounding, as that whole number."""
        value = self._real(value)
        near = self.mp.nint(value)
        return near if abs(value - near) < self.mp.mpf(10) ** (12 - self.mp.dps) else value

    def _call(self, name: str, args: tuple[Node, ...]) -> Any:
        mp = self.mp
        if name.startswith("@"):
            return self._opaque(name, args)
        values = [self.value(arg) for arg in args]
        x = values[0]
        match name, len(values):
            case "sqrt", 1:
                return mp.sqrt(x)
            case "root", 2:
                return self._root(x, args[1])
            case "abs", 1:
                return abs(x)
            case "degree", 1:
                return x * mp.pi / 180
            case "percent", 1:
                return x / 100
            case "floor", 1:
                return mp.floor(self._snapped(x))
            case "ceil", 1:
                return mp.ceil(self._snapped(x))
            case (("ln" | "log"), 1):
                return self._log(x)  # log without a base: see compare, which tries base ten too
            case "log", 2:
                return self._log(x) / self._log(values[1])
            case "exp", 1:
                if abs(x) > MAX_LOG10 * 2.31:
                    raise TooBig
                return mp.exp(x)
            case (("sin" | "cos" | "tan" | "cot" | "sec" | "csc"), 1):
                return self._trigonometric(name, x)
            case (("arcsin" | "arccos" | "arctan"), 1):
                return getattr(mp, "a" + name[3:])(x)
            case (("arccot"), 1):
                return mp.pi / 2 - mp.atan(x)
            case (("sinh" | "cosh" | "tanh"), 1) if abs(x) < 5000:
                return getattr(mp, name)(x)
            case "fact", 1:
                return self._gamma(x + 1)
            case "binom", 2:
                top, bottom = x, values[1]
                self._gamma(top + 1)
                return mp.binomial(top, bottom)
            case (("max" | "min"), _):
                reals = [self._real(value) for value in values]
                return max(reals) if name == "max" else min(reals)
        raise Unreadable(f"{name} is not known here.")

    def _root(self, x: Any, degree: Node) -> Any:
        n = exact_value_or_none(degree, self.at)
        if n is None or n.denominator != 1 or not 1 <= n <= 1000:
            d = self.value(degree)
            if self._is_zero(d):
                raise Undefined
            return self._power(x, 1 / d, Op("/", Num(Fraction(1), "1"), degree))
        if not isinstance(x, self.mp.mpc) and x < 0 and n % 2:
            return -self.mp.root(-x, int(n))
        return self.mp.root(x, int(n))

    def _log(self, x: Any) -> Any:
        if self._is_zero(x):
            raise Undefined
        return self.mp.log(x)

    def _trigonometric(self, name: str, x: Any) -> Any:
        mp = self.mp
        if abs(mp.mpc(x).imag) > 5000:
            raise TooBig
        sine, cosine = mp.sin(x), mp.cos(x)
        if name in ("sin", "cos"):
            return sine if name == "sin" else cosine
        below = {"tan": cosine, "sec": cosine, "cot": sine, "csc": sine}[name]
        if self._is_zero(below):
            raise Undefined
        above = {"tan": sine, "cot": cosine}.get(name, mp.mpf(1))
        return above / below

    def _gamma(self, x: Any) -> Any:
        real = self._real(x)
        if abs(real) > MAX_GAMMA:
            raise TooBig
        if real <= 0 and real == self.mp.floor(real):
            raise Undefined
        if real > 1200:
            raise TooBig
        return self.mp.gamma(x)

    def _opaque(self, name: str, args: tuple[Node, ...]) -> Any:
        """A function nobody defined: some fixed wild function, equal only for equal arguments."""
        mp = self.mp
        seed = sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 9973
        total = mp.mpf(seed) / 997
        for place, arg in enumerate(args):
            total += mp.sin(self.value(arg) * (place + 2) + mp.sqrt(seed + place))
        return total


def exact_value_or_none(node: Node, at: Mapping[str, Fraction]) -> Fraction | None:
    """`exact_value`, where too large counts as not exact."""
    try:
        return exact_value(node, at)
    except TooBig:
        return None
