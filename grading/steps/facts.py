"""What a trail has established so far: equations, values of letters, functions given by a
formula.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from grading.steps import polynomials as P
from grading.steps.algebra import NotAlgebraic, Quotient, difference, expand
from grading.steps.parser import Node
from grading.steps.polynomials import Poly
from grading.steps.solutions import MAX_DEGREE, Coefficients

MAX_FACTS = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """An equation `gap = 0` that line `line` states; line −1 is the problem."""

    gap: Poly
    letters: frozenset[str]
    line: int
    claim: str
    tentative: bool  # supposed, or one of several cases
    plain: bool = False  # it only says letter = number


@dataclass(slots=True)
class Knowledge:
    """Equations and values in the order in which they were stated, with what was re-bound
    forgotten.
    """

    facts: list[Fact] = field(default_factory=list)
    values: dict[str, tuple[Fraction, int, bool]] = field(default_factory=dict)
    functions: dict[str, tuple[str, Node]] = field(default_factory=dict)

    def forget(self, letter: str) -> None:
        """The letter stands for something new from here on."""
        self.facts = [f for f in self.facts if letter not in f.letters]
        self.values.pop(letter, None)

    def add(self, fact: Fact) -> None:
        self.facts.append(fact)
        if len(self.facts) > MAX_FACTS:
            del self.facts[0]

    def define(self, name: str, letter: str, body: Node) -> None:
        self.functions[name] = (letter, body)

    def quotients(self) -> dict[str, Quotient]:
        """The letters' values as constants, tentative ones included."""
        return {k: (P.constant(v), {P.ONE: Fraction(1)}) for k, (v, _, _) in self.values.items()}

    def firm_values(self) -> dict[str, Fraction]:
        return {k: v for k, (v, _, tentative) in self.values.items() if not tentative}


def gap_of(left: Node, right: Node) -> Poly | None:
    """The polynomial that is zero where left = right, or None."""
    try:
        return difference(expand(left), expand(right))
    except (NotAlgebraic, P.TooLarge):
        return None


def substitute(gap: Poly, values: dict[str, Fraction]) -> Poly:
    """The polynomial with letters replaced by fractions."""
    out: Poly = {}
    for mono, c in gap.items():
        rest = []
        for name, e in mono:
            if name in values:
                c = c * values[name] ** e
            else:
                rest.append((name, e))
        key = tuple(rest)
        total = out.get(key, Fraction(0)) + c
        if total:
            out[key] = total
        else:
            out.pop(key, None)
    return out


def single(gap: Poly) -> tuple[str, Coefficients] | None:
    """(letter, coefficients) of an equation in one letter with rational coefficients."""
    names = P.letters(gap)
    if len(names) != 1:
        return None
    letter = next(iter(names))
    coefficients = P.univariate(gap, letter)
    if coefficients is None or len(coefficients) > MAX_DEGREE + 1:
        return None
    return letter, coefficients


def inline(node: Node, functions: dict[str, tuple[str, Node]], depth: int = 0) -> Node:
    """The expression with f(…) written out where f has a formula."""
    if not functions or depth > 6:
        return node
    kind = node[0]
    if kind in ("n", "s"):
        return node
    if kind == "f":
        args = tuple(inline(a, functions, depth) for a in node[2])
        name = node[1][1:] if node[1][0] == "·" else ""
        if name in functions and len(args) == 1:
            letter, body = functions[name]
            return inline(replace(body, letter, args[0]), functions, depth + 1)
        return ("f", node[1], args)
    return tuple(
        inline(p, functions, depth)
        if isinstance(p, tuple) and p and isinstance(p[0], str)
        else tuple(inline(c, functions, depth) for c in p)
        if isinstance(p, tuple) and p and isinstance(p[0], tuple)
        else p
        for p in node
    )


def replace(node: Node, letter: str, value: Node) -> Node:
    """The expression with a letter replaced."""
    if node[0] == "s":
        return value if node[1] == letter else node
    if node[0] == "n":
        return node
    return tuple(
        replace(p, letter, value)
        if isinstance(p, tuple) and p and isinstance(p[0], str)
        else tuple(replace(c, letter, value) for c in p)
        if isinstance(p, tuple) and p and isinstance(p[0], tuple)
        else p
        for p in node
    )
