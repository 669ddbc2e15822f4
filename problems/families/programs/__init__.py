"""Families of Python problems: statements, two programs for each, and hidden tests."""

from __future__ import annotations

from problems.families.base import Family
from problems.families.programs.digits import DIGITS
from problems.families.programs.folds import FOLDS
from problems.families.programs.graphs import GRAPHS
from problems.families.programs.intervals import INTERVALS
from problems.families.programs.pairs import PAIRS
from problems.families.programs.primes import PRIMES
from problems.families.programs.spec import Programs
from problems.families.programs.terms import TERMS
from problems.families.programs.ways import WAYS
from problems.families.programs.windows import WINDOWS
from problems.families.programs.words import WORDS

__all__ = ["DEFINED", "PROGRAMS"]

DEFINED: dict[str, Programs] = {
    programs.name: programs
    for programs in (
        FOLDS,
        DIGITS,
        TERMS,
        WORDS,
        PAIRS,
        PRIMES,
        WINDOWS,
        WAYS,
        INTERVALS,
        GRAPHS,
    )
}
PROGRAMS: dict[str, Family] = {name: programs.family() for name, programs in DEFINED.items()}
