"""Where a policy is uncertain: which families and levels the next problems are drawn from.

Reinforcement learns nothing from problems that are always or never solved. The frontier keeps a
fading pass rate of every (family, level) and draws them by the entropy of that rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from problems.families import EVERY, GeneratedProblem

Place = tuple[str, int]
FADE = 0.97  # what an old reply still counts after a newer group
FLOOR = 0.05  # every place is asked now and then


class Frontier:
    """Pass rates of places, begun at one half, and draws by their uncertainty."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.right = dict.fromkeys(places, 1.0)
        self.asked = dict.fromkeys(places, 2.0)

    def weight(self, place: Place) -> float:
        """Entropy of the pass rate in nats, and a little besides."""
        p = self.right[place] / self.asked[place]
        return FLOOR - p * math.log(p) - (1 - p) * math.log(1 - p)

    def draw(self, rng: Random, count: int) -> list[GeneratedProblem]:
        """`count` problems from the training side of the split."""
        places = list(self.asked)
        chosen = rng.choices(places, [self.weight(p) for p in places], k=count)
        return [EVERY[n].generate_split(level, rng, held_out=False) for n, level in chosen]

    def tell(self, place: Place, right: int, asked: int) -> None:
        """What came of a group; half a reply of each kind is always kept, so 0 < p < 1."""
        self.right[place] = 0.5 + FADE * (self.right[place] - 0.5) + right
        self.asked[place] = 1.0 + FADE * (self.asked[place] - 1.0) + asked
