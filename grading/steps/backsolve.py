"""Puts the values that a trail ends with back into its equations, to find the one that they do
not satisfy.

An equation is called a slip only when the final values satisfy another equation before it (or one
of the
statement) and another one after it, and when nothing else in the trail disagrees with them. An
error that was carried on
makes earlier lines fail instead, and then nothing is said here.
"""

from dataclasses import dataclass, replace
from itertools import product

from grading.steps import numeric
from grading.steps.closed import Outcome
from grading.steps.facts import inline
from grading.steps.judging import Finding
from grading.steps.parser import Node
from grading.steps.words import number

MAX_TRIES = 16


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation with letters, its place, and whether it only states a value."""

    line: int
    place: int
    finding: Finding
    left: Node
    right: Node
    letters: frozenset[str]
    states: str  # the letter whose value it gives, or ""
    tentative: bool  # it tries a value out: never called a slip
    formula: bool  # its line has no words
    loose: bool  # it may be one of several cases: it need not hold


def odd_by_values(
    placed: list[tuple[int, int, Finding]], stated: list[Finding],
    moods: list[tuple[bool, bool, bool]],
    functions: dict[str, tuple[str, Node]],
) -> dict[tuple[int, int], Finding]:  # fmt: skip
    """The equations that fail where their neighbours hold. Keys are (line, place)."""
    rows = [_equation(n, k, f, moods[n], functions) for n, k, f in placed]
    rows += [_equation(-1, k, f, (False, True, False), functions) for k, f in enumerate(stated)]
    equations = [e for e in rows if e is not None]
    values: dict[str, list[float]] = {}
    for e in sorted(equations, key=lambda e: (e.line, e.place)):
        if e.states:
            value = numeric.value_or_none(e.right if e.left == ("s", e.states) else e.left)
            if value is not None and abs(value.imag) < 1e-12:
                known = values.setdefault(e.states, [])
                if value.real in known:
                    known.remove(value.real)
                known.append(value.real)
    return _odd(equations, values)


def _equation(
    line: int,
    place: int,
    f: Finding,
    mood: tuple[bool, bool, bool],
    functions: dict[str, tuple[str, Node]],
) -> Equation | None:
    if not f.symbolic or f.relation not in ("=", ":=") or f.left is None or f.right is None:
        return None
    if f.outcome.truth and "both sides" in f.outcome.why:
        return None
    left, right = inline(f.left, functions), inline(f.right, functions)
    names = numeric.letters_of(left) | numeric.letters_of(right)
    if not names or any(n.endswith("(") for n in names):
        return None
    states = ""
    sides = (numeric.letters_of(left), numeric.letters_of(right))
    if len(names) == 1 and set() in sides and ("s", next(iter(names))) in (left, right):
        states = next(iter(names))
    return Equation(line, place, f, left, right, frozenset(names), states, *mood)


def _odd(
    equations: list[Equation], values: dict[str, list[float]]
) -> dict[tuple[int, int], Finding]:
    out: dict[tuple[int, int], Finding] = {}
    usable = [e for e in equations if e.letters <= values.keys()]
    broken = any(e.finding.outcome.truth is False for e in equations)
    fits = {id(e): _fits(e, values) for e in usable if not e.states}
    for e in usable:
        if e.line < 0 or e.tentative or e.finding.outcome.truth is not None:
            continue
        if not e.states and fits[id(e)] is not False:
            continue
        kin = [o for o in usable if o is not e and o.letters & e.letters and not o.states]
        if e.states:
            kin = [o for o in kin if o.letters == e.letters]
        before = [o for o in kin if (o.line, o.place) < (e.line, e.place) and fits[id(o)]]
        others_fail = [o for o in kin if fits[id(o)] is False and not o.loose]
        held = [o for o in kin if fits[id(o)]]
        bare = e.line < 0 or e.formula
        system = len(e.letters) >= 2 and len(held) >= 2 and not (broken or e.states) and bare
        if others_fail or not (before or system) or _alternative(e, kin):
            continue
        later = [
            o for o in usable if (o.line, o.place) > (e.line, e.place) and o.letters & e.letters
        ]
        if e.states:
            own = _own_value(e)
            last = values[e.states][-1]
            if own is None or abs(own - last) < 1e-9 or len(values[e.states]) > 2:
                continue
            if any(_holds(o, {**_last(values), e.states: own}) is not False for o in before):
                continue
        elif not later:
            continue
        final = _last({k: values[k] for k in sorted(e.letters)})
        shown = ", ".join(f"{k} = {_short(v)}" for k, v in final.items())
        why = f"it does not hold with {shown}, as the equations around it do"
        out[(e.line, e.place)] = replace(e.finding, outcome=Outcome(False, why))
    return out


def _alternative(e: Equation, kin: list[Equation]) -> bool:
    """Whether it names one letter by another, or is one of two in its line for the same thing."""
    if e.left[0] == e.right[0] == "s":
        return True
    return any(o.line == e.line and o.left == e.left and o.right != e.right for o in kin)


def _short(value: float) -> str:
    from fractions import Fraction

    fraction = Fraction(value).limit_denominator(1000)
    return number(fraction) if abs(float(fraction) - value) < 1e-9 else f"{value:.6g}"


def _own_value(e: Equation) -> float | None:
    value = numeric.value_or_none(e.right if e.left == ("s", e.states) else e.left)
    return None if value is None else value.real


def _last(values: dict[str, list[float]]) -> dict[str, float]:
    return {k: v[-1] for k, v in values.items()}


def _fits(e: Equation, values: dict[str, list[float]]) -> bool | None:
    """Whether some choice of stated values satisfies the equation; None when it cannot be
    computed.
    """
    names = sorted(e.letters)
    seen: bool | None = None
    for tried, choice in enumerate(product(*(values[n][::-1] for n in names))):
        if tried == MAX_TRIES:
            return None
        holds = _holds(e, dict(zip(names, choice, strict=True)))
        if holds:
            return True
        if holds is False:
            seen = False
    return seen


def _holds(e: Equation, values: dict[str, float]) -> bool | None:
    try:
        a, b = numeric.approximate(e.left, values), numeric.approximate(e.right, values)
    except numeric.NoValue:
        return None
    return numeric.close(a, b, 1e-6)
