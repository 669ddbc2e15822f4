"""Judges relations between expressions without letters: exactly where that is possible."""

from dataclasses import dataclass
from fractions import Fraction

from grading.steps import numeric
from grading.steps.algebra import NotAlgebraic, difference, expand
from grading.steps.exact import NotRational, exact
from grading.steps.modular import residues
from grading.steps.parser import Node
from grading.steps.words import number, rough

ANGLES = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))
INVERSE = frozenset(("arcsin", "arccos", "arctan"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """`truth` is True, False or None for "could not tell"; `why` says so in words."""

    truth: bool | None
    why: str = ""
    sloppy: bool = False  # a plausible rounding or notation explains the difference


UNKNOWN = Outcome(None)


def value_of(node: Node) -> Fraction | None:
    """The exact value, or None."""
    try:
        return exact(node)
    except (NotRational, RecursionError, OverflowError):
        return None


def compare(left: Node, right: Node, relation: str, places: int = -1) -> Outcome:
    """Whether `left relation right` holds; `places` are the decimals of a right side that is one
    numeral.
    """
    a, b = value_of(left), value_of(right)
    if relation == "=" and (by_zero(left) or by_zero(right)):
        return Outcome(False, "this divides by zero")
    if relation in ("|", "∤", "÷", "not÷"):
        return _divides(a, b, relation)
    if a is not None and b is not None:
        return _fractions(a, b, relation, places)
    if relation in ("=", "is", "!=") and (surd := _surds(left, right)) is not None:
        return surd if relation != "!=" or surd.truth is None else Outcome(not surd.truth, surd.why)
    return _approximate(left, right, relation, places)


def by_zero(node: Node) -> bool:
    """Whether something is divided by a plain zero."""
    if node[0] == "/" and node[2][0] == "n" and node[2][1] == 0:
        return True
    return node[0] in ("+", "*", "/", "neg") and any(
        by_zero(child)
        for part in node[1:]
        for child in (part if part and isinstance(part[0], tuple) else (part,))
    )


def _fractions(a: Fraction, b: Fraction, relation: str, places: int) -> Outcome:
    if relation in ("=", "is", ":="):
        if a == b:
            return Outcome(True, f"both sides are {number(a)}")
        return Outcome(False, f"this is {number(a)}, not {number(b)}", _rounded(a, b, places))
    if relation == "≈":
        return _near(float(a), float(b), places, number(a))
    truth = {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b, "!=": a != b}.get(relation)
    if truth is None:
        return UNKNOWN
    sign = "=" if a == b else "<" if a < b else ">"
    if truth:
        return Outcome(True, f"{number(a)} {sign} {number(b)}")
    return Outcome(False, f"the left side is {number(a)} and the right side {number(b)}")


def _rounded(a: Fraction, b: Fraction, places: int) -> bool:
    """Whether b is a rounded to the digits in which b is written, up or down."""
    if b.denominator == 1 and places <= 0:
        return a.denominator != 1 and abs(a - b) < 1
    return places > 0 and abs(a - b) < Fraction(1, 10**places)


def _near(a: float, b: float, places: int, shown: str) -> Outcome:
    gap = abs(a - b)
    if gap <= max(0.51 * 10.0 ** -max(places, 0), 0.02 * max(abs(a), abs(b))):
        return Outcome(True, f"the left side is {shown}")
    if gap > 0.25 * max(abs(a), abs(b)) and gap > 1:
        return Outcome(False, f"the left side is {shown}, which is not close to {b:.6g}")
    return UNKNOWN


def _divides(a: Fraction | None, b: Fraction | None, relation: str) -> Outcome:
    if a is None or b is None or a.denominator != 1 or b.denominator != 1:
        return UNKNOWN
    d, n = (a, b) if relation in ("|", "∤") else (b, a)
    if d == 0:
        return UNKNOWN
    holds = n % d == 0
    quotient, rest = divmod(n.numerator, d.numerator)
    why = f"{n} = {d}·{quotient}" + (f" + {rest}" if rest else "")
    return Outcome(holds == (relation in ("|", "÷")), why)


def _surds(left: Node, right: Node) -> Outcome | None:
    """Equality with square roots, i and π, exactly; None when there is more than that."""
    try:
        gap = difference(expand(left), expand(right))
    except NotAlgebraic:
        return None
    if not gap:
        return Outcome(True, "both sides are equal exactly")
    a, b = numeric.value_or_none(left), numeric.value_or_none(right)
    if a is None or b is None or numeric.close(a, b):
        return UNKNOWN
    near = abs(a - b) <= 0.01 * max(abs(a), abs(b))
    return Outcome(
        False, f"the left side is about {rough(a)}, the right side about {rough(b)}", near
    )


def _ambiguous(node: Node) -> bool:
    """Whether a value depends on what goes without saying: degrees or radians, the base of log."""
    if node[0] == "f" and node[1] in ANGLES:
        return not _is_angle(node[2][0])
    if node[0] == "f" and (node[1] in INVERSE or (node[1] in ("log", "lg") and len(node[2]) < 2)):
        return True
    return any(_ambiguous(child) for child in _children(node))


def _is_angle(node: Node) -> bool:
    """Whether an angle says itself in what it is measured: 30°, π/6."""
    if node == ("s", "pi") or (node[0] == "f" and node[1] == "degrees"):
        return True
    return node == ("n", 0) or any(_is_angle(child) for child in _children(node))


def _children(node: Node) -> list[Node]:
    return [
        child
        for part in node[1:]
        if isinstance(part, tuple) and part
        for child in (part if isinstance(part[0], tuple) else (part,))
        if isinstance(child, tuple) and child
    ]


def _approximate(left: Node, right: Node, relation: str, places: int) -> Outcome:
    a, b = numeric.value_or_none(left), numeric.value_or_none(right)
    if a is None or b is None:
        return UNKNOWN
    shaky = _ambiguous(left) or _ambiguous(right)
    if relation in ("=", "is", ":="):
        if numeric.close(a, b):
            return Outcome(True, "both sides agree to nine digits")
        if shaky:
            return UNKNOWN
        near = abs(a - b) <= 0.01 * max(abs(a), abs(b))
        return Outcome(
            False, f"the left side is about {rough(a)}, the right side about {rough(b)}", near
        )
    if abs(a.imag) > 1e-12 or abs(b.imag) > 1e-12:
        return UNKNOWN
    if relation == "≈":
        near_enough = _near(a.real, b.real, places, rough(a))
        return near_enough if near_enough.truth or not shaky else UNKNOWN
    if shaky or numeric.close(a, b):
        return UNKNOWN
    less = a.real < b.real
    truth = {"<": less, ">": not less, "<=": less, ">=": not less, "!=": True}.get(relation)
    return Outcome(truth, f"about {rough(a)} and {rough(b)}") if truth is not None else UNKNOWN


def congruent(left: Node, right: Node, modulus: Node) -> Outcome:
    """left ≡ right (mod modulus), with modular powers for large exponents."""
    m = value_of(modulus)
    if m is None or m.denominator != 1 or not 2 <= abs(m) < 10**12:
        return UNKNOWN
    pair = residues(left, right, abs(m.numerator))
    if pair is None:
        return UNKNOWN
    a, b = pair
    n = abs(m.numerator)
    if a == b:
        return Outcome(True, f"both sides leave {a} on division by {n}")
    return Outcome(False, f"on division by {n} the left side leaves {a} and the right side {b}")
