"""Which generated problems are kept for evaluation, and never trained on.

A problem is decided by a hash of its family and params. Quadratics with the same numbers under
another question helped a model most (`benchmarks.twins`), so there a problem is held out only when
its twin is too; elsewhere no such help was measured, or small ranges leave none without a twin.
"""

from __future__ import annotations

import hashlib
import json

Params = tuple[int | str, ...]
HELD_OUT_SHARE = 8  # one in eight, before the twins are asked

ROOTS = ("larger", "smaller")
SUMS = ("r^2 + s^2", r"\frac{1}{r} + \frac{1}{s}")


def twins(family: str, params: Params) -> list[Params]:
    """The problem and all that share its numbers, where the split looks at them."""
    if family == "quadratic":
        return [(*params[:-1], q) for q in (SUMS if params[0] == "vieta" else ROOTS)]
    return [params]


def is_held_out(family: str, params: Params) -> bool:
    """Whether a problem belongs to evaluation: it and all of its twins fall on that side."""
    return all(_drawn_out(family, p) for p in twins(family, params))


def _drawn_out(family: str, params: Params) -> bool:
    digest = hashlib.blake2b(json.dumps([family, *params]).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % HELD_OUT_SHARE == 0
