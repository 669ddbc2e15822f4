"""Exact values of closed expressions, in fractions. Bounded: no input can make it slow."""

from fractions import Fraction
from math import ceil, comb, factorial, floor, gcd, isqrt, lcm

from grading.steps.limits import MAX_BITS, MAX_TERMS, NotRational
from grading.steps.reading import Node
from grading.steps.runs import run_terms, run_value

__all__ = ["NotRational", "exact", "integer_root", "integers", "power"]


def exact(node: Node, values: dict[str, Fraction] | None = None) -> Fraction:
    """The value of `node`, letters replaced by `values`. Raises NotRational."""
    kind = node[0]
    if kind == "n":
        value: Fraction = node[1]
        return value
    if kind == "s":
        if values is not None and node[1] in values:
            return values[node[1]]
        raise NotRational(node[1])
    if kind == "+":
        total = Fraction(0)
        for part in node[1]:
            total += exact(part, values)
        return total
    if kind == "*":
        product = Fraction(1)
        for part in node[1]:
            product *= exact(part, values)
        return _bounded(product)
    if kind == "/":
        low = exact(node[2], values)
        if low == 0:
            raise NotRational("division by zero")
        return _bounded(exact(node[1], values) / low)
    if kind == "neg":
        return -exact(node[1], values)
    if kind == "^":
        return power(exact(node[1], values), exact(node[2], values))
    if kind == "%":
        return exact(node[1], values) / 100
    if kind == "!":
        return _factorial(exact(node[1], values))
    if kind == "f":
        return _function(node[1], [exact(a, values) for a in node[2]])
    if kind == "range":
        return _range(node, values)
    if kind == "run":
        return _run(node, values)
    if kind == "mod":
        a, m = exact(node[1], values), exact(node[2], values)
        if m <= 0 or a.denominator != 1 or m.denominator != 1:
            raise NotRational("mod")
        return Fraction(a.numerator % m.numerator)
    raise NotRational(kind)


def _run(node: Node, values: dict[str, Fraction] | None) -> Fraction:
    """A sum or product with dots: of numerals, or of powers of numerals with one exponent."""
    _, sign, before, after = node
    terms = [*before, *after]
    if all(t[0] in ("n", "neg") for t in terms):
        return run_value(sign, [exact(t) for t in before], [exact(t) for t in after])
    if all(t[0] == "^" and t[1][0] == "n" and t[2] == terms[0][2] for t in terms):
        bases = run_terms([t[1][1] for t in before], [t[1][1] for t in after])
        total = Fraction(0 if sign == "+" else 1)
        for base in bases:
            term = power(base, exact(terms[0][2], values))
            total = _bounded(total + term if sign == "+" else total * term)
        return total
    raise NotRational("a pattern that is not plain")


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() > MAX_BITS or value.denominator.bit_length() > MAX_BITS:
        raise NotRational("too large")
    return value


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """base^exponent when it is a fraction of bearable size. Raises NotRational."""
    if exponent.denominator != 1:
        return _rational_power(base, exponent)
    n = exponent.numerator
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(n) > MAX_BITS or (size > 1 and size * abs(n) > MAX_BITS):
        raise NotRational("power too large")
    if base == 0 and n <= 0:
        raise NotRational("0 to that power")
    return base**n


def _rational_power(base: Fraction, exponent: Fraction) -> Fraction:
    k = exponent.denominator
    if base < 0 or k > 12:
        raise NotRational("root")
    root = Fraction(integer_root(base.numerator, k), integer_root(base.denominator, k))
    return power(root, Fraction(exponent.numerator))


def integer_root(n: int, k: int) -> int:
    """The exact k-th root of n ≥ 0. Raises NotRational when it is no integer."""
    if n.bit_length() > MAX_BITS:
        raise NotRational("too large")
    if k == 2:
        root = isqrt(n)
    else:
        low, high = 0, 1 << (n.bit_length() // k + 1)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if middle**k <= n else (low, middle - 1)
        root = low
    if root**k != n:
        raise NotRational("root")
    return root


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or not 0 <= value <= 300:
        raise NotRational("factorial")
    return Fraction(factorial(value.numerator))


def integers(values: list[Fraction]) -> list[int]:
    """The values as integers. Raises NotRational when one is not."""
    if any(v.denominator != 1 for v in values):
        raise NotRational("integers expected")
    return [v.numerator for v in values]


def _function(name: str, args: list[Fraction]) -> Fraction:
    if name == "sqrt" and args[0] >= 0:
        return _rational_power(args[0], Fraction(1, 2))
    if name == "root" and args[1].denominator == 1 and args[1] > 0:
        sign = -1 if args[0] < 0 and args[1] % 2 == 1 else 1
        return sign * _rational_power(sign * args[0], 1 / args[1])
    if name == "abs":
        return abs(args[0])
    if name == "floor":
        return Fraction(floor(args[0]))
    if name == "ceil":
        return Fraction(ceil(args[0]))
    if name == "max":
        return max(args)
    if name == "min":
        return min(args)
    if name == "gcd":
        return Fraction(gcd(*integers(args)))
    if name == "lcm":
        return Fraction(lcm(*integers(args)))
    if name == "comb":
        n, k = integers(args)
        if not 0 <= n <= 2000 or k < 0:
            raise NotRational("binomial")
        return _bounded(Fraction(comb(n, k)))
    raise NotRational(name)


def _range(node: Node, values: dict[str, Fraction] | None) -> Fraction:
    _, name, letter, low_node, high_node, body = node
    low, high = integers([exact(low_node, values), exact(high_node, values)])
    if high - low > MAX_TERMS:
        raise NotRational("a long range")
    total = Fraction(0 if name == "sum" else 1)
    inner = dict(values or {})
    for k in range(low, high + 1):
        inner[letter] = Fraction(k)
        term = exact(body, inner)
        total = total + term if name == "sum" else total * term
        _bounded(total)
    return total
