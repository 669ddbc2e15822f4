"""The values a line arrives at, and those it works with: what a student's line is compared by."""

from dataclasses import dataclass
from fractions import Fraction

from grading.steps.claims import find_chains
from grading.steps.closed import value_of
from grading.steps.facts import gap_of, single
from grading.steps.judging import read
from grading.steps.numeric import letters_of, value_or_none
from grading.steps.parser import Node
from grading.steps.solutions import rational_value
from grading.steps.words import written

Value = Fraction | float


@dataclass(frozen=True, slots=True)
class Result:
    """A value that a line arrives at; `claim` is how it is written, `computed` whether anything
    was worked out.
    """

    value: Value
    claim: str
    computed: bool


def number_of(node: Node) -> Value | None:
    """The value of a closed expression, exact if it can be, else rounded to nine digits."""
    if letters_of(node):
        return None
    exact = value_of(node)
    if exact is not None:
        return exact
    rough = value_or_none(node)
    return None if rough is None or abs(rough.imag) > 1e-12 else float(f"{rough.real:.9g}")


def results(line: str) -> list[Result]:
    """The values a line arrives at, in order: right ends of chains, solutions of equations, lone
    numbers.
    """
    out: list[Result] = []
    for chain in find_chains(line):
        nodes = [read(m) for m in chain.members]
        last = nodes[-1]
        value = number_of(last) if last is not None else None
        computed = any(t.kind in ("op", "cmd", "sym") for m in chain.members[:-1] for t in m)
        if last is not None and value is not None:
            out.append(Result(value, written(chain.members[-1]), computed))
        elif (
            len(nodes) > 1
            and nodes[-2] is not None
            and last is not None
            and chain.relations[-1] == "="
        ):
            gap = gap_of(nodes[-2], last)
            one = single(gap) if gap else None
            root = rational_value(one[1]) if one else None
            if root is not None:
                out.append(Result(root, written(chain.members[-2]), True))
        if (
            len(nodes) > 1
            and nodes[0] is not None
            and value is not None
            and chain.relations[0] == "="
        ):
            out += _solution(nodes[0], last, chain)
    return out


def _solution(left: Node, right: Node | None, chain: object) -> list[Result]:
    """The solution of an equation in one letter that is more than letter = number."""
    if left[0] == "s" or right is None or not letters_of(left):
        return []
    gap = gap_of(left, right)
    one = single(gap) if gap else None
    root = rational_value(one[1]) if one else None
    return [] if root is None or one is None else [Result(root, one[0], True)]


def numbers_in(line: str) -> set[Value]:
    """Every number written in the line, and every value of a closed member."""
    out: set[Value] = set()
    for chain in find_chains(line):
        for member in chain.members:
            out |= {t.value for t in member if t.kind == "num" and t.value is not None}
            node = read(member)
            value = number_of(node) if node is not None else None
            if value is not None:
                out.add(value)
    return out
