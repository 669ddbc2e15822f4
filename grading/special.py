"""Functions of numbers with many digits: roots, logarithms, angles, factorials.

mpmath contexts are not shared between threads: each thread has its own, of fixed precision.
"""

from __future__ import annotations

import threading
from typing import Any

from grading.exact import TooBig
from grading.nodes import Unreadable

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


class Special:
    """Applies a named function to values of one mpmath context."""

    def __init__(self, mp: Any) -> None:
        self.mp = mp

    def is_zero(self, value: Any) -> bool:
        return bool(abs(value) < self.mp.mpf(10) ** (10 - self.mp.dps))

    def real(self, value: Any) -> Any:
        if isinstance(value, self.mp.mpc):
            if abs(value.imag) > abs(value) * self.mp.mpf(10) ** (20 - self.mp.dps):
                raise Undefined
            return value.real
        return value

    def snapped(self, value: Any) -> Any:
        """A real value that is a whole number up to rounding, as that whole number."""
        value = self.real(value)
        near = self.mp.nint(value)
        return near if abs(value - near) < self.mp.mpf(10) ** (12 - self.mp.dps) else value

    def apply(self, name: str, values: list[Any]) -> Any:
        """The function of the values; Undefined, TooBig, or Unreadable when it is not known."""
        mp = self.mp
        x = values[0]
        match name, len(values):
            case "sqrt", 1:
                return mp.sqrt(x)
            case "abs", 1:
                return abs(x)
            case "degree", 1:
                return x * mp.pi / 180
            case "percent", 1:
                return x / 100
            case "floor", 1:
                return mp.floor(self.snapped(x))
            case "ceil", 1:
                return mp.ceil(self.snapped(x))
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
                reals = [self.real(value) for value in values]
                return max(reals) if name == "max" else min(reals)
        raise Unreadable(f"{name} is not known here.")

    def _log(self, x: Any) -> Any:
        if self.is_zero(x):
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
        if self.is_zero(below):
            raise Undefined
        above = {"tan": sine, "cot": cosine}.get(name, mp.mpf(1))
        return above / below

    def _gamma(self, x: Any) -> Any:
        real = self.real(x)
        if abs(real) > MAX_GAMMA:
            raise TooBig
        if real <= 0 and real == self.mp.floor(real):
            raise Undefined
        if real > 1200:
            raise TooBig
        return self.mp.gamma(x)

    def opaque(self, name: str, values: list[Any]) -> Any:
        """A function nobody defined: some fixed wild function, equal only for equal arguments."""
        mp = self.mp
        seed = sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 9973
        total = mp.mpf(seed) / 997
        for place, value in enumerate(values):
            total += mp.sin(value * (place + 2) + mp.sqrt(seed + place))
        return total
