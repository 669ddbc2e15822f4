"""Ways to make a number from fixed steps: recursion with a memo against a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from math import factorial, prod
from random import Random

from problems.families.base import Worked
from problems.families.programs.spec import Programs, Task, reply
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
# kind: wordings, output, value for 0, value without any way
KINDS: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "stairs": (
        (
            "In how many ways can you climb n stairs with steps of {s}? The order counts.",
            "Count the sequences of steps of {s} that add up to n.",
        ),
        "the number of ways.",
        "1",
        "0",
    ),
    "reach": (
        (
            "Can n be written as a sum of the numbers {s}? Each may be used again.",
            "Decide whether steps of {s} can lead from 0 to exactly n.",
        ),
        "yes or no.",
        "True",
        "False",
    ),
    "fewest": (
        (
            "Pay n with as few coins of {s} as possible. How many coins are needed?",
            "Find the smallest number of steps of {s} that add up to n.",
        ),
        "the number, or -1 if it is impossible.",
        "0",
        "-1",
    ),
    "most": (
        (
            "Pay n with as many coins of {s} as possible. How many coins are used?",
            "Find the largest number of steps of {s} that add up to n.",
        ),
        "the number, or -1 if it is impossible.",
        "0",
        "-1",
    ),
    "coins": (
        (
            "In how many ways can n be paid with coins of {s}? The order does not count.",
            "Count the sums with the numbers {s} that give n, in any order counted once.",
        ),
        "the number of ways.",
        "1",
        "0",
    ),
    "odd": (
        (
            "Is the number of ways to pay n with coins of {s} odd? The order does not count.",
            "n is paid with coins of {s}, order does not count. Is the number of ways odd?",
        ),
        "yes or no.",
        "1",
        "0",
    ),
    "broken": (
        (
            "Climb n stairs with steps of {s}; stairs divisible by {k} are broken. Count the ways.",
            "Count the sequences of steps of {s} from 0 to n that never touch a multiple of {k}.",
        ),
        "the number of ways; 0 if n itself is divisible by {k}.",
        "1",
        "0",
    ),
}


def spell(params: Params) -> Task:
    kind, said = str(params[0]), str(params[1])
    steps = tuple(int(word) for word in said.split())
    k = int(params[2]) if len(params) > 2 else 0
    words = ", ".join(map(str, steps[:-1])) + f" and {steps[-1]}"
    asks, prints, _, _ = KINDS[kind]
    top = SHORT if kind == "broken" else TOP
    methods = {
        "coins": _coins,
        "odd": _coins,
        "fewest": _extreme,
        "most": _extreme,
    }.get(kind, _ordered)
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


def _tuple(steps: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, steps))})"


def _ordered(kind: str, steps: tuple[int, ...], k: int) -> tuple[Worked, ...]:
    _, _, one, none = KINDS[kind]
    reach = kind == "reach"
    gather = "any" if reach else "sum"
    barred = f" or n % {k} == 0" if k else ""
    last = '"yes" if {} else "no"' if reach else "{}"
    constraints = "n is small, but the number of paths is huge: store results."
    edges = f"n = 0 gives {one}, a negative n gives {none}" + (
        f"; multiples of {k} give 0." if k else "."
    )
    body = f"        t[i] = {gather}(t[i - s] for s in {_tuple(steps)} if s <= i)"
    return (
        _memo(
            constraints,
            edges,
            f"the last step is s, so f(n) is the {gather} of f(n - s).",
            [
                "    if n == 0:",
                f"        return {one}",
                f"    if n < 0{barred}:",
                f"        return {none}",
                f"    return {gather}(f(n - s) for s in {_tuple(steps)})",
                f"print({last.format('f(int(input()))')})",
            ],
        ),
        _table(
            constraints,
            edges,
            f"t[i] is the {gather} of t[i - s] over the last steps s.",
            [
                f"t = [{one}] + [{none}] * n",
                "for i in range(1, n + 1):",
                *([f"    if i % {k}:", body] if k else [body.removeprefix("    ")]),
                f"print({last.format('t[n]')})",
            ],
        ),
    )


def _memo(constraints: str, edges: str, strategy: str, body: list[str], args: str = "n") -> Worked:
    return reply(
        "memo",
        plan="Use recursion with a memo.",
        constraints=constraints,
        edges=edges,
        strategy=strategy,
        program=["from functools import cache", "@cache", f"def f({args}):", *body],
        time="n",
        memory="n",
    )


def _table(constraints: str, edges: str, strategy: str, body: list[str]) -> Worked:
    return reply(
        "table",
        plan="Fill a table from 0 up to n.",
        constraints=constraints,
        edges=edges,
        strategy=strategy,
        program=["n = int(input())", *body],
        time="n",
        memory="n",
    )


def _extreme(kind: str, steps: tuple[int, ...], k: int) -> tuple[Worked, ...]:
    best, far = ("min", "999") if kind == "fewest" else ("max", "-999")
    impossible = "r > 99" if kind == "fewest" else "r < 0"
    constraints = "n is small, but the number of paths is huge: store results."
    edges = f"n = 0 needs 0 coins; without any way the value stays near {far}, print -1."
    return (
        _memo(
            constraints,
            edges,
            f"the last coin is s, so f(n) is 1 + the {best} of f(n - s).",
            [
                "    if n == 0:",
                "        return 0",
                "    if n < 0:",
                f"        return {far}",
                f"    return 1 + {best}(f(n - s) for s in {_tuple(steps)})",
                "r = f(int(input()))",
                f"print(-1 if {impossible} else r)",
            ],
        ),
        _table(
            constraints,
            edges,
            f"t[i] is 1 + the {best} of t[i - s] over the coins s.",
            [
                f"t = [0] + [{far}] * n",
                "for i in range(1, n + 1):",
                f"    for s in {_tuple(steps)}:",
                "        if s <= i:",
                f"            t[i] = {best}(t[i], 1 + t[i - s])",
                "r = t[n]",
                f"print(-1 if {impossible} else r)",
            ],
        ),
    )


def _coins(kind: str, steps: tuple[int, ...], k: int) -> tuple[Worked, ...]:
    last = '"yes" if {} % 2 else "no"' if kind == "odd" else "{}"
    constraints = "n is small, but there are many ways: store results."
    edges = "n = 0 has one way, the empty one; some n have none."
    return (
        _memo(
            constraints,
            edges,
            "f(n, i) uses coins from c[i] on: take c[i] once more or go on to i + 1.",
            [
                "    if n == 0:",
                "        return 1",
                "    if n < 0 or i == len(c):",
                "        return 0",
                "    return f(n - c[i], i) + f(n, i + 1)",
                f"c = {_tuple(steps)}",
                f"print({last.format('f(int(input()), 0)')})",
            ],
            args="n, i",
        ),
        _table(
            constraints,
            edges,
            "coin after coin: t[i] grows by t[i - s], so the order never counts.",
            [
                "t = [1] + [0] * n",
                f"for s in {_tuple(steps)}:",
                "    for i in range(s, n + 1):",
                "        t[i] += t[i - s]",
                f"print({last.format('t[n]')})",
            ],
        ),
    )


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
