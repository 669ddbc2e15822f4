"""Expressions as quotients of polynomials: exact, with letters left as letters."""

from fractions import Fraction

from grading.steps import polynomials as P
from grading.steps.angles import exact_trig
from grading.steps.exact import NotRational, exact
from grading.steps.parser import Node
from grading.steps.polynomials import Poly, TooLarge

Quotient = tuple[Poly, Poly]
UNIT: Poly = {P.ONE: Fraction(1)}
OPAQUE = frozenset(("sin", "cos", "tan", "log", "ln", "exp", "abs", "floor", "ceil"))


class NotAlgebraic(ValueError):
    """The expression is no quotient of polynomials that can be written out here."""


Values = dict[str, Quotient]


def expand(node: Node, values: Values | None = None) -> Quotient:
    """`node` as numerator and denominator, letters in `values` replaced. Raises NotAlgebraic."""
    try:
        return _expand(node, values or {})
    except (TooLarge, NotRational, RecursionError) as error:
        raise NotAlgebraic(str(error)) from None


def _expand(node: Node, values: Values) -> Quotient:
    kind = node[0]
    if kind == "n":
        return P.constant(node[1]), UNIT
    if kind == "s":
        return values.get(node[1]) or (P.atom(node[1]), UNIT)
    if kind == "+":
        out = _expand(node[1][0], values)
        for part in node[1][1:]:
            out = plus(out, _expand(part, values))
        return out
    if kind == "*":
        out = _expand(node[1][0], values)
        for part in node[1][1:]:
            out = times(out, _expand(part, values))
        return out
    if kind == "/":
        return divide(_expand(node[1], values), _expand(node[2], values))
    if kind == "neg":
        top, low = _expand(node[1], values)
        return P.scale(top, Fraction(-1)), low
    if kind == "^":
        return _power(node, values)
    if kind == "%":
        top, low = _expand(node[1], values)
        return P.scale(top, Fraction(1, 100)), low
    if kind == "f":
        return _function(node, values)
    return P.constant(exact(node)), UNIT


def plus(a: Quotient, b: Quotient) -> Quotient:
    if a[1] == b[1]:
        return P.add(a[0], b[0]), a[1]
    top = P.add(P.multiply(a[0], b[1]), P.multiply(b[0], a[1]))
    return top, P.multiply(a[1], b[1])


def times(a: Quotient, b: Quotient) -> Quotient:
    return P.multiply(a[0], b[0]), a[1] if b[1] == UNIT else P.multiply(a[1], b[1])


def divide(a: Quotient, b: Quotient) -> Quotient:
    if not b[0]:
        raise NotAlgebraic("division by zero")
    if P.is_constant(b[0]) and P.is_constant(b[1]):
        return P.scale(a[0], P.value_of(b[1]) / P.value_of(b[0])), a[1]
    return P.multiply(a[0], b[1]), P.multiply(a[1], b[0])


def _power(node: Node, values: Values) -> Quotient:
    base, exponent = node[1], node[2]
    top, low = _expand(exponent, values)
    if not (P.is_constant(top) and P.is_constant(low)):
        raise NotAlgebraic("a letter in the exponent")
    e = P.value_of(top) / P.value_of(low)
    if base[0] == "f" and base[1] == "sqrt" and e.denominator == 1 and e % 2 == 0:
        base, e = base[2][0], e / 2
    b = _expand(base, values)
    if e.denominator == 2 and P.is_constant(b[0]) and P.is_constant(b[1]):
        root = P.root_of(P.value_of(b[0]) / P.value_of(b[1])), UNIT
        b, e = root, e * 2
    if e.denominator != 1:
        raise NotAlgebraic("a root of a letter")
    n = e.numerator
    if n < 0:
        b, n = divide((UNIT, UNIT), b), -n
    if P.is_constant(b[0]) and abs(P.value_of(b[0])).numerator.bit_length() * n > 4096:
        raise NotAlgebraic("too large")
    return P.power(b[0], n), P.power(b[1], n)


def _function(node: Node, values: Values) -> Quotient:
    name, args = node[1], node[2]
    if name == "degrees":
        return _expand(args[0], values)
    if name in ("sin", "cos", "tan") and (value := exact_trig(name, _degrees(args[0]))) is not None:
        return value, UNIT
    if name == "sqrt":
        top, low = _expand(args[0], values)
        if P.is_constant(top) and P.is_constant(low):
            return P.root_of(P.value_of(top) / P.value_of(low)), UNIT
        raise NotAlgebraic("a root of a letter")
    if name[0] == "·":
        inner = ",".join(key(_expand(a, values)) for a in args)
        return P.atom(f"{name[1:]}({inner})"), UNIT
    return P.constant(exact(node)), UNIT


def _degrees(node: Node) -> Fraction:
    """The angle of a node in degrees. Raises NotRational when it is no plain multiple of 1° or
    π.
    """
    if node[0] == "f" and node[1] == "degrees":
        return exact(node[2][0])
    top, low = _expand(node, {})
    if set(top) == {(("pi", 1),)} and P.is_constant(low):
        return 180 * top[(("pi", 1),)] / P.value_of(low)
    if not top:
        return Fraction(0)
    raise NotRational("an angle")


def key(q: Quotient) -> str:
    """A name for a quotient, the same for the same written-out form."""
    return "/".join(
        "+".join(f"{c}{''.join(f'{n}^{e}' for n, e in m)}" for m, c in sorted(p.items())) for p in q
    )


def difference(a: Quotient, b: Quotient) -> Poly:
    """The numerator of a − b: the polynomial that is zero where a = b."""
    if a[1] == b[1]:
        return P.add(a[0], b[0], -1)
    return P.add(P.multiply(a[0], b[1]), P.multiply(b[0], a[1]), -1)
