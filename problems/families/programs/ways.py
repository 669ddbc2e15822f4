"""Ways to make a number from fixed steps: recursion with a memo against a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from math import factorial, prod
from random import Random

from problems.families.programs.spec import Programs, Task
from problems.families.programs.ways_programs import coins, extreme, ordered
from problems.families.split import Params

TWO = ("1 2", "1 3", "2 3", "1 4", "2 5", "3 4", "3 5", "1 5")
THREE = ("1 2 3", "1 2 4", "1 3 4", "1 2 5", "2 3 5", "1 4 6", "1 3 5", "2 3 4")
GAPPED = ("2 3", "2 5", "3 4", "3 5", "3 7", "4 7", "4 6", "5 6")
BROKEN = (4, 5, 6, 7)
TOP = 40  # the largest n
SHORT = 16  # the largest n where every path is walked to check

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(("stairs",), TWO)) + tuple(product(("reach",), GAPPED)),
    tuple(product(("stairs", "fewest", "most"), THREE)) + tuple(product(("fewest", "most"), TWO)),
    tuple(product(("coins", "odd"), (*TWO, *THREE))),
    tuple(product(("broken",), (*TWO, *THREE), BROKEN)),
)
# kind: wordings, output
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "stairs": (
        (
            "In how many ways can you climb n stairs with steps of {s}? The order counts.",
            "Count the sequences of steps of {s} that add up to n.",
        ),
        "the number of ways.",
    ),
    "reach": (
        (
            "Can n be written as a sum of the numbers {s}? Each may be used again.",
            "Decide whether steps of {s} can lead from 0 to exactly n.",
        ),
        "yes or no.",
    ),
    "fewest": (
        (
            "Pay n with as few coins of {s} as possible. How many coins are needed?",
            "Find the smallest number of steps of {s} that add up to n.",
        ),
        "the number, or -1 if it is impossible.",
    ),
    "most": (
        (
            "Pay n with as many coins of {s} as possible. How many coins are used?",
            "Find the largest number of steps of {s} that add up to n.",
        ),
        "the number, or -1 if it is impossible.",
    ),
    "coins": (
        (
            "In how many ways can n be paid with coins of {s}? The order does not count.",
            "Count the sums with the numbers {s} that give n, in any order counted once.",
        ),
        "the number of ways.",
    ),
    "odd": (
        (
            "Is the number of ways to pay n with coins of {s} odd? The order does not count.",
            "n is paid with coins of {s}, order does not count. Is the number of ways odd?",
        ),
        "yes or no.",
    ),
    "broken": (
        (
            "Climb n stairs with steps of {s}; stairs divisible by {k} are broken. Count the ways.",
            "Count the sequences of steps of {s} from 0 to n that never touch a multiple of {k}.",
        ),
        "the number of ways; 0 if n itself is divisible by {k}.",
    ),
}


def spell(params: Params) -> Task:
    kind, said = str(params[0]), str(params[1])
    steps = tuple(int(word) for word in said.split())
    k = int(params[2]) if len(params) > 2 else 0
    words = ", ".join(map(str, steps[:-1])) + f" and {steps[-1]}"
    asks, prints = KINDS[kind]
    top = SHORT if kind == "broken" else TOP
    methods = {
        "coins": coins,
        "odd": coins,
        "fewest": extreme,
        "most": extreme,
    }.get(kind, ordered)
    return Task(
        asks=tuple(ask.format(s=words, k=k) for ask in asks),
        reads=f"one line with n, from 1 to {top}.",
        prints=prints.format(k=k),
        worked=methods(kind, steps, k),
        draw=partial(_draw, top),
        edges=("1\n", "2\n", f"{steps[-1]}\n", f"{k or 7}\n", f"{top}\n"),
        largest=top,
        solve=partial(_solve, kind, steps, k),
    )


def _draw(top: int, rng: Random, size: int) -> str:
    return f"{rng.randint(min(size, top), min(top, 3 * size))}\n"


def _sums(steps: tuple[int, ...], n: int) -> Iterator[tuple[int, ...]]:
    """How often each step is used, for every way to make n without regard to the order."""
    if len(steps) == 1:
        if n % steps[0] == 0:
            yield (n // steps[0],)
        return
    for often in range(n // steps[0] + 1):
        for rest in _sums(steps[1:], n - often * steps[0]):
            yield (often, *rest)


def _paths(steps: tuple[int, ...], k: int, at: int, n: int) -> int:
    """Every path from `at` to n walked one by one."""
    if at == n:
        return 1
    onward = [at + s for s in steps if at + s <= n and (at + s) % k]
    return sum(_paths(steps, k, place, n) for place in onward)


def _solve(kind: str, steps: tuple[int, ...], k: int, text: str) -> str:
    n = int(text)
    if kind == "broken":
        return f"{_paths(steps, k, 0, n)}\n"
    ways = list(_sums(steps, n))
    answers: dict[str, Callable[[], int | str]] = {
        "stairs": lambda: sum(factorial(sum(w)) // prod(map(factorial, w)) for w in ways),
        "reach": lambda: "yes" if ways else "no",
        "fewest": lambda: min(map(sum, ways), default=-1),
        "most": lambda: max(map(sum, ways), default=-1),
        "coins": lambda: len(ways),
        "odd": lambda: ("no", "yes")[len(ways) % 2],
    }
    return f"{answers[kind]()}\n"


WAYS = Programs("ways", "Stairs and coins", LEVELS, spell)
