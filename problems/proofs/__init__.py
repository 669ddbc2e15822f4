"""An independent computation of every answer in the bank, from the numbers of the statement.

None of these looks at the written solution: where that reasons, these count, search, solve with a
computer algebra system or measure with coordinates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PROOFS: dict[str, Callable[[], Any]] = {}
Proof = Callable[[], Any]


def proves(slug: str) -> Callable[[Proof], Proof]:
    """Register the computation of one problem's answer under its slug."""

    def register(proof: Proof) -> Proof:
        if slug in PROOFS:
            raise ValueError(f"{slug} is proved twice")
        PROOFS[slug] = proof
        return proof

    return register
