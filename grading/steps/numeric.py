"""Approximate values: for roots, logarithms and angles that fractions cannot hold, and for
sampling identities.
"""

import cmath
import math

from grading.steps.exact import NotRational, exact
from grading.steps.parser import Node

CONSTANTS = {"pi": math.pi, "e": math.e, "i": 1j}


class NoValue(ValueError):
    """There is no number here, or none that can be computed."""


def approximate(node: Node, values: dict[str, float] | None = None) -> complex:
    """The value of `node` to about 15 digits. Raises NoValue."""
    try:
        result = complex(_value(node, values or {}))
    except (ValueError, OverflowError, ZeroDivisionError, RecursionError, TypeError) as error:
        raise NoValue(str(error)) from None
    if not (math.isfinite(result.real) and math.isfinite(result.imag)):
        raise NoValue("not finite")
    return result


def _value(node: Node, values: dict[str, float]) -> complex:
    kind = node[0]
    if kind == "n":
        return complex(node[1])
    if kind == "s":
        name = node[1]
        if name in values:
            return values[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        raise NoValue(name)
    if kind == "+":
        return sum((_value(p, values) for p in node[1]), 0j)
    if kind == "*":
        return math.prod((_value(p, values) for p in node[1]), start=1 + 0j)
    if kind == "/":
        return _value(node[1], values) / _value(node[2], values)
    if kind == "neg":
        return -_value(node[1], values)
    if kind == "^":
        base, exponent = _value(node[1], values), _value(node[2], values)
        if abs(exponent) > 2000:
            raise NoValue("power")
        if base.imag == 0 and base.real < 0 and exponent.imag == 0 and exponent.real % 1:
            raise NoValue("root of a negative number")
        return base**exponent
    if kind == "%":
        return _value(node[1], values) / 100
    if kind == "f":
        return _function(node[1], [_argument(node[1], a, values) for a in node[2]])
    return complex(exact(node))


def _argument(name: str, node: Node, values: dict[str, float]) -> complex:
    return _value(node, values)


def _function(name: str, args: list[complex]) -> complex:
    x = args[0]
    if name == "sqrt":
        return cmath.sqrt(x)
    if name == "degrees":
        return x * math.pi / 180
    if name in ("sin", "cos", "tan", "exp"):
        return complex(getattr(cmath, name)(x))
    if name in ("cot", "sec", "csc"):
        return 1 / complex(getattr(cmath, {"cot": "tan", "sec": "cos", "csc": "sin"}[name])(x))
    if name in ("ln", "log"):
        if x.imag or x.real <= 0:
            raise NoValue("logarithm")
        return cmath.log(x) / (cmath.log(args[1]) if len(args) > 1 else 1)
    if name == "root" and x.imag == 0 and x.real >= 0:
        return complex(x.real ** (1 / args[1].real))
    if name in ("arcsin", "arccos", "arctan"):
        return complex(getattr(cmath, "a" + name[3:])(x))
    if name == "abs":
        return complex(abs(x))
    if x.imag == 0 and name in ("floor", "ceil"):
        return complex(math.floor(x.real) if name == "floor" else math.ceil(x.real))
    raise NoValue(name)


def letters_of(node: Node) -> set[str]:
    """The letters of an expression, without π, e and i; called names count as `name(`."""
    kind = node[0]
    if kind == "n":
        return set()
    if kind == "s":
        return set() if node[1] in ("pi", "i") else {node[1]}
    if kind == "range":
        inner = letters_of(node[5]) - {node[2]}
        return inner | letters_of(node[3]) | letters_of(node[4])
    out: set[str] = {node[1][1:] + "("} if kind == "f" and node[1][0] == "·" else set()
    for part in node[1:]:
        if isinstance(part, tuple):
            for child in part if part and isinstance(part[0], tuple) else (part,):
                if isinstance(child, tuple) and child:
                    out |= letters_of(child)
    return out


def close(a: complex, b: complex, tolerance: float = 1e-9) -> bool:
    return abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))


def value_or_none(node: Node) -> complex | None:
    """The approximate value, or None."""
    try:
        return approximate(node)
    except (NoValue, NotRational):
        return None
