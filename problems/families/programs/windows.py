"""Sums of neighbours: prefix sums against a sliding window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

from problems.families.programs.runs import DIVISORS, EXACT, runs
from problems.families.programs.spec import Programs, Task, number_line, read_numbers, reply
from problems.families.split import Params

WIDTHS = (2, 3, 4, 5, 6)
# rule: (words, condition on the sum s, the same literally)
RULES: dict[str, tuple[str, str, Callable[[int], bool]]] = {
    "even": ("even", "s % 2 == 0", lambda s: str(s)[-1] in "02468"),
    "odd": ("odd", "s % 2 == 1", lambda s: str(s)[-1] in "13579"),
    "positive": ("positive", "s > 0", lambda s: s in range(1, 10**6)),
    "negative": ("negative", "s < 0", lambda s: str(s)[0] == "-"),
    "by3": ("divisible by 3", "s % 3 == 0", lambda s: s in range(-99999, 10**6, 3)),
    "over10": ("greater than 10", "s > 10", lambda s: s in range(11, 10**6)),
}
# ask: (question, start, what is done with each sum, output)
EXTREME: dict[str, tuple[str, str]] = {
    "largest": ("largest", "max"),
    "smallest": ("smallest", "min"),
}
LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(EXTREME, ("value", "start"), WIDTHS)),
    tuple(product(RULES, ("count",), WIDTHS)),
    tuple(product(RULES, ("first", "last", "best"), WIDTHS)),
    tuple(product(("equal",), ("count", "longest"), EXACT))
    + tuple(product(("multiple",), ("count", "longest"), DIVISORS)),
)


def spell(params: Params) -> Task:
    rule, ask, k = str(params[0]), str(params[1]), int(params[2])
    if rule in ("equal", "multiple"):
        return runs(rule, ask, k)
    asks, prints = _question(rule, ask, k)
    start, step, last = _steps(rule, ask)
    constraints = "at most 100 numbers; no sum is built anew."
    edges = f"exactly {k} numbers: one block" + (
        "; no such block: " + ("none." if ask == "best" else "0.") if rule in RULES else "."
    )
    return Task(
        asks=asks,
        reads=f"one line of at least {k} integers, at most 100.",
        prints=prints,
        worked=(
            reply(
                "window",
                plan="Slide a window along the list.",
                constraints=constraints,
                edges=edges,
                strategy=f"s is the sum of a[i - {k}] to a[i - 1]; add the next, drop the first.",
                program=[
                    "a = list(map(int, input().split()))",
                    f"k = {k}",
                    "s = sum(a[:k])",
                    *start,
                    "for i in range(k, len(a) + 1):",
                    *(f"    {line}" for line in step),
                    "    if i < len(a):",
                    "        s += a[i] - a[i - k]",
                    last,
                ],
                time="n",
                memory="n",
            ),
            reply(
                "prefix",
                plan="Subtract prefix sums.",
                constraints=constraints,
                edges=edges,
                strategy=f"p[i] is the sum of the first i numbers, s = p[i] - p[i - {k}].",
                program=[
                    "a = list(map(int, input().split()))",
                    f"k = {k}",
                    "p = [0]",
                    "for x in a:",
                    "    p.append(p[-1] + x)",
                    *(line.replace("= s", "= p[k]") for line in start),
                    "for i in range(k, len(a) + 1):",
                    "    s = p[i] - p[i - k]",
                    *(f"    {line}" for line in step),
                    last,
                ],
                time="n",
                memory="n",
            ),
        ),
        draw=lambda rng, size: number_line(rng, size + k, -6, 9),
        edges=(
            " ".join(["3"] * k) + "\n",
            " ".join(["-4"] * k) + "\n",
            " ".join(["0"] * (k + 1)) + "\n",
            " ".join(["1", "-2"] * k) + "\n",
        ),
        largest=100 - k,
        solve=partial(_solve, rule, ask, k),
    )


def _question(rule: str, ask: str, k: int) -> tuple[tuple[str, ...], str]:
    block = f"{k} neighbouring numbers"
    if rule in EXTREME:
        if ask == "value":
            return (
                f"Find the {rule} sum of {block} in a list.",
                f"A block is {block}. What is the {rule} sum of a block?",
            ), "the sum."
        return (
            f"Where do the {block} with the {rule} sum start?",
            f"A block is {block}. Find where the block with the {rule} sum starts.",
        ), "the first such position, counted from 1."
    words = f"whose sum is {RULES[rule][0]}"
    if ask == "count":
        return (
            f"Count the blocks of {block} {words}.",
            f"A block is {block}. How many blocks are there {words}?",
        ), "the number of blocks."
    if ask == "best":
        return (
            f"Find the largest sum of {block} that is {RULES[rule][0]}.",
            f"A block is {block}. What is the largest {RULES[rule][0]} sum of a block?"
            if " " not in RULES[rule][0]
            else f"A block is {block}. What is the largest sum of a block {words}?",
        ), "the sum, or none."
    return (
        f"Find the {ask} block of {block} {words}.",
        f"A block is {block}. Where does the {ask} block start {words}?",
    ), "the position where it starts, counted from 1, or 0 if there is none."


def _steps(rule: str, ask: str) -> tuple[list[str], list[str], str]:
    """How a method starts, what it does with the sum s of a[i - k:i], and how it ends."""
    if rule in EXTREME and ask == "value":
        return ["b = s"], [f"b = {EXTREME[rule][1]}(b, s)"], "print(b)"
    if rule in EXTREME:
        sign = ">" if rule == "largest" else "<"
        return ["b, c = s, 1"], [f"if s {sign} b:", "    b, c = s, i - k + 1"], "print(c)"
    test = f"if {RULES[rule][1]}:"
    if ask == "best":
        return ["b = []"], [test, "    b.append(s)"], 'print(max(b, default="none"))'
    step = {"count": "c += 1", "first": "c = c or i - k + 1", "last": "c = i - k + 1"}[ask]
    return ["c = 0"], [test, f"    {step}"], "print(c)"


def _solve(rule: str, ask: str, k: int, text: str) -> str:
    a = read_numbers(text)
    sums = [sum(a[start : start + k]) for start in range(len(a) - k + 1)]
    if rule in EXTREME:
        found = (max if rule == "largest" else min)(sums)
        return f"{found if ask == 'value' else sums.index(found) + 1}\n"
    good = [start for start, total in enumerate(sums, 1) if RULES[rule][2](total)]
    if ask == "count":
        return f"{len(good)}\n"
    if ask == "best":
        return f"{max(sums[start - 1] for start in good)}\n" if good else "none\n"
    return f"{(good[0] if ask == 'first' else good[-1]) if good else 0}\n"


WINDOWS = Programs("windows", "Sums of neighbours", LEVELS, spell)
