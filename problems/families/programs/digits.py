"""The digits of a number in some base: one after the other in a loop, or by recursion."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

from problems.families.programs.spec import Programs, Task, reply
from problems.families.split import Params

KEEP: dict[str, tuple[str, str, Callable[[int], bool]]] = {
    "all": ("digits", "", lambda d: True),
    "even": ("even digits", "d % 2 == 0", lambda d: d in (0, 2, 4, 6, 8)),
    "odd": ("odd digits", "d % 2 == 1", lambda d: d in (1, 3, 5, 7, 9)),
    "over2": ("digits greater than 2", "d > 2", lambda d: d in range(3, 10)),
    "over4": ("digits greater than 4", "d > 4", lambda d: d in range(5, 10)),
    "under3": ("digits less than 3", "d < 3", lambda d: d in (0, 1, 2)),
    "by3": ("digits divisible by 3", "d % 3 == 0", lambda d: d in (0, 3, 6, 9)),
}
CHANGE: dict[str, tuple[str, str, Callable[[int], int]]] = {
    "same": ("", "d", lambda d: d),
    "square": ("squares of the ", "d * d", lambda d: d**2),
    "cube": ("cubes of the ", "d ** 3", lambda d: d**3),
    "double": ("doubles of the ", "2 * d", lambda d: d + d),
    "next": ("successors (d + 1) of the ", "d + 1", lambda d: d + 1),
}
GATHER: dict[str, tuple[str, str]] = {  # words, how a value joins s
    "sum": ("sum of the", "s += {}"),
    "count": ("number of", "s += {}"),
    "product": ("product of the", "s *= {}"),
    "largest": ("largest of the", "s = max(s, {})"),
}
RULES = (2, 3, 4, 5, 7)

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(KEEP, ("same",), GATHER, (10,))),
    tuple(product(KEEP, list(CHANGE)[1:], ("sum", "product", "largest"), (10,))),
    tuple(product(list(KEEP)[:4], ("same", "square"), ("sum", "count", "largest"), (4, 5, 6, 8, 9)))
    + tuple(product(("all",), ("same", "square"), ("sum",), (2, 3, 7))),
    tuple(product(list(KEEP)[:5], ("same", "square"), ("upto",), (10,), RULES)),
)


def spell(params: Params) -> Task:
    keep, change, gather, base = str(params[0]), str(params[1]), str(params[2]), int(params[3])
    if gather == "upto":
        return _upto(keep, change, int(params[4]))
    kept = CHANGE[change][0] + KEEP[keep][0]
    written = "" if base == 10 else f" in base {base}"
    what = f"{GATHER[gather][0]} {kept}"
    empty = "1" if gather == "product" else "0"
    value = "1" if gather == "count" else CHANGE[change][1]
    condition = KEEP[keep][1]
    constraints = f"n has at most {'16' if base == 10 else '60'} digits, a loop is quick."
    edges = f"n has one digit; no digit counts: {empty}."
    step = GATHER[gather][1].format(value)
    return Task(
        asks=(
            f"Find the {what} of n{' written' + written if written else ''}.",
            f"An integer n is written{written or ' in base 10'}. What is the {what}?",
        ),
        reads="one line with n, from 1 to 10^15.",
        prints=f"the result, {empty} if no digit counts.",
        worked=(
            reply(
                "loop",
                plan="Take the digits off one by one in a loop.",
                constraints=constraints,
                edges=edges,
                strategy=f"the last digit is n % {base}, n // {base} drops it.",
                program=[
                    "n = int(input())",
                    f"s = {empty}",
                    "while n > 0:",
                    f"    d = n % {base}",
                    *(
                        [f"    if {condition}:", f"        {step}"]
                        if condition
                        else [f"    {step}"]
                    ),
                    f"    n //= {base}",
                    "print(s)",
                ],
                time=r"\log n",
                memory="1",
            ),
            reply(
                "recursion",
                plan="Let a function call itself without the last digit.",
                constraints=constraints,
                edges=edges,
                strategy=f"f(n) joins f(n // {base}) with the digit n % {base}.",
                program=[
                    "def f(n):",
                    "    if n == 0:",
                    f"        return {empty}",
                    f"    d = n % {base}",
                    f"    s = f(n // {base})",
                    *(
                        [f"    if {condition}:", f"        {step}"]
                        if condition
                        else [f"    {step}"]
                    ),
                    "    return s",
                    "print(f(int(input())))",
                ],
                time=r"\log n",
                memory=r"\log n",
            ),
        ),
        draw=_number,
        edges=("1\n", "8\n", "10\n", "1000000000000000\n", "777777777777777\n"),
        largest=15,
        solve=partial(_solve, keep, change, gather, base),
    )


def _number(rng: Random, size: int) -> str:
    return f"{rng.randint(10 ** (min(size, 15) - 1), 10 ** min(size, 15) - 1)}\n"


def _written(n: int, base: int) -> list[int]:
    """Digits from the highest power of the base downwards."""
    power = 1
    while power * base <= n:
        power *= base
    found = []
    while power:
        found.append(n // power)
        n, power = n - n // power * power, power // base
    return found


def _solve(keep: str, change: str, gather: str, base: int, text: str) -> str:
    chosen = [CHANGE[change][2](d) for d in _written(int(text), base) if KEEP[keep][2](d)]
    if gather == "count":
        return f"{len(chosen)}\n"
    if gather == "sum":
        return f"{sum(chosen)}\n"
    if gather == "largest":
        return f"{max([0, *chosen])}\n"
    result = 1
    for factor in chosen:
        result *= factor
    return f"{result}\n"


def _upto(keep: str, change: str, divisor: int) -> Task:
    kept = f"sum of the {CHANGE[change][0]}{KEEP[keep][0]}"
    condition, value = KEEP[keep][1], CHANGE[change][1]
    constraints = "n is at most 2000, so every number can be tried."
    edges = f"a sum of 0 is divisible by {divisor}; n = 1."
    step = f"s += {value}"

    def solve(text: str) -> str:
        found = 0
        for number in range(1, int(text) + 1):
            kept = [int(c) for c in str(number) if KEEP[keep][2](int(c))]
            found += sum(CHANGE[change][2](d) for d in kept) in range(0, 9999, divisor)
        return f"{found}\n"

    return Task(
        asks=(
            f"Count the numbers from 1 to n for which the {kept} is divisible by {divisor}.",
            f"For how many numbers from 1 to n is the {kept} a multiple of {divisor}?",
        ),
        reads="one line with n, from 1 to 2000.",
        prints="the number of them.",
        worked=(
            reply(
                "loop",
                plan="Take the digits of every number off in a loop.",
                constraints=constraints,
                edges=edges,
                strategy=f"sum the digits of each i and test s % {divisor}.",
                program=[
                    "n = int(input())",
                    "c = 0",
                    "for i in range(1, n + 1):",
                    "    s = 0",
                    "    while i > 0:",
                    "        d = i % 10",
                    *(
                        [f"        if {condition}:", f"            {step}"]
                        if condition
                        else [f"        {step}"]
                    ),
                    "        i //= 10",
                    f"    if s % {divisor} == 0:",
                    "        c += 1",
                    "print(c)",
                ],
                time=r"n \log n",
                memory="1",
            ),
            reply(
                "recursion",
                plan="Let a function call itself without the last digit.",
                constraints=constraints,
                edges=edges,
                strategy=f"f(i) sums the digits; count the i with f(i) % {divisor} == 0.",
                program=[
                    "def f(n):",
                    "    if n == 0:",
                    "        return 0",
                    "    d = n % 10",
                    "    s = f(n // 10)",
                    *(
                        [f"    if {condition}:", f"        {step}"]
                        if condition
                        else [f"    {step}"]
                    ),
                    "    return s",
                    "n = int(input())",
                    f"print(sum(f(i) % {divisor} == 0 for i in range(1, n + 1)))",
                ],
                time=r"n \log n",
                memory=r"\log n",
            ),
        ),
        draw=lambda rng, size: f"{rng.randint(size, min(2000, 20 * size))}\n",
        edges=("1\n", "2\n", "9\n", "10\n", "100\n", "2000\n"),
        largest=1500,
        solve=solve,
    )


DIGITS = Programs("digits", "Digits", LEVELS, spell)
