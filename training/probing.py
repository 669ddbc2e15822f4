"""Problems to choose checkpoints by, and problems to measure what was chosen: never the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from problems.families import EVERY, PROGRAMS, GeneratedProblem
from training.duplicates import GENERATED
from training.evaluate import held_out_problems

SEED = 4242
PROGRAM_DOMAIN = "Programs"
# What is measured together: the topics of counting have few families each.
DOMAINS = {
    "Combinatorics": "Counting and sequences",
    "Probability": "Counting and sequences",
    "Sequences": "Counting and sequences",
}


@dataclass(frozen=True, slots=True)
class Split:
    """Two sides of the held-out problems without a problem in common, whatever its wording."""

    probes: dict[str, list[GeneratedProblem]]  # by domain
    tests: list[GeneratedProblem]
    lent: dict[str, int]  # probes per family that `benchmarks.seedling` measures on as well


def domain_of(family: str) -> str:
    """The domain of a family: programs, or its topic."""
    topic = EVERY[family].topic
    return PROGRAM_DOMAIN if family in PROGRAMS else DOMAINS.get(topic, topic)


def split(families: Sequence[str], probes: int, tests: int) -> Split:
    """At most `probes` and `tests` problems per family; none was ever trained on.

    Probes are apart from all problems that figures are measured on. A family that has too few
    others lends at most half of those it is measured on, and they leave the tests.
    """
    found = Split({}, [], {})
    for name in families:
        measured = held_out_problems(name, GENERATED)
        known = {p.params for p in measured}
        drawn = held_out_problems(name, 4 * probes, seed=SEED)
        apart = [p for p in drawn if p.params not in known][:probes]
        half = sorted(known, key=lambda params: _rank(name, params))[: len(known) // 2]
        lent = [p for p in measured if p.params in set(half)][: probes - len(apart)]
        if lent:
            found.lent[name] = len(lent)
        found.probes.setdefault(domain_of(name), []).extend([*apart, *lent])
        taken = {p.params for p in lent}
        found.tests.extend([p for p in measured if p.params not in taken][:tests])
    return found


def _rank(family: str, params: tuple[int | str, ...]) -> bytes:
    return hashlib.blake2b(repr((family, params)).encode(), digest_size=8).digest()
