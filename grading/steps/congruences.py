"""Congruences with one letter, by their residues: 8k + 5 ≡ 8 (mod 11), that is 8k ≡ 3 (mod 11)."""

from dataclasses import dataclass, field

from grading.steps.closed import UNKNOWN, Outcome, value_of
from grading.steps.exact import NotRational
from grading.steps.facts import replace
from grading.steps.modular import residue
from grading.steps.numeric import letters_of
from grading.steps.parser import Node

MAX_MODULUS = 400


@dataclass(slots=True)
class Residues:
    """Which residues each congruence left possible, by letter and modulus, in order."""

    seen: dict[tuple[str, int], list[tuple[frozenset[int], int, str]]] = field(default_factory=dict)

    def forget(self, letter: str) -> None:
        for key in [k for k in self.seen if k[0] == letter]:
            del self.seen[key]

    def judge(
        self, left: Node, right: Node, modulus: Node, claim: str, line: int, firm: bool
    ) -> Outcome:
        """What earlier congruences in the same letter and modulus say; `firm` if the line draws a
        conclusion.
        """
        m = value_of(modulus)
        names = letters_of(left) | letters_of(right)
        if m is None or m.denominator != 1 or not 2 <= m <= MAX_MODULUS:
            return UNKNOWN
        if len(names) > 2 or any(n.endswith("(") for n in names):
            return UNKNOWN
        if len(names) == 2:
            return UNKNOWN
        letter, n = next(iter(names)), m.numerator
        solutions = _solutions(left, right, letter, n)
        if solutions is None:
            return UNKNOWN
        if len(solutions) == n:
            return Outcome(True, f"true for every whole number {letter}")
        earlier = self.seen.setdefault((letter, n), [])
        outcome = UNKNOWN
        for other, where, said in reversed(earlier):
            place = f"{said} in the problem" if where < 0 else f"{said} (line {where + 1})"
            if solutions == other:
                outcome = Outcome(True, f"the same residues of {letter} modulo {n} as {place}")
                break
            if solutions >= other or (solutions and solutions <= other):
                outcome = Outcome(True, f"it agrees with {place} modulo {n}")
                break
        if (
            outcome.truth is None
            and earlier
            and firm
            and not any(solutions & o for o, _, _ in earlier)
        ):
            _, where, said = earlier[-1]
            return Outcome(
                False, f"no residue of {letter} modulo {n} satisfies both this and {said}"
            )
        if solutions:
            earlier.append((solutions, line, claim))
        return outcome


def _solutions(left: Node, right: Node, letter: str, m: int) -> frozenset[int] | None:
    out = []
    for k in range(m):
        value: Node = ("n", _fraction(k))
        try:
            if residue(replace(left, letter, value), m) == residue(
                replace(right, letter, value), m
            ):
                out.append(k)
        except (NotRational, ValueError, RecursionError):
            return None
    return frozenset(out)


def _fraction(k: int) -> object:
    from fractions import Fraction

    return Fraction(k)
