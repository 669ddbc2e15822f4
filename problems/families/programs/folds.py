"""Keep some numbers of a list, change each of them, and gather what is left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

from problems.families.base import Worked
from problems.families.programs.spec import Programs, Task, number_line, read_numbers, reply
from problems.families.split import Params

# name: (words, condition, the same said digit by digit or by counting)
KEEP: dict[str, tuple[str, str, Callable[[int], bool]]] = {
    "even": ("even numbers", "x % 2 == 0", lambda x: str(x)[-1] in "02468"),
    "odd": ("odd numbers", "x % 2 == 1", lambda x: str(x)[-1] in "13579"),
    "positive": ("positive numbers", "x > 0", lambda x: x in range(1, 10**6)),
    "negative": ("negative numbers", "x < 0", lambda x: str(x)[0] == "-"),
    "by3": ("multiples of 3", "x % 3 == 0", lambda x: x in range(-999, 10**6, 3)),
    "by5": ("multiples of 5", "x % 5 == 0", lambda x: str(x)[-1] in "05"),
    "by7": ("multiples of 7", "x % 7 == 0", lambda x: x in range(-994, 10**6, 7)),
    "over10": ("numbers greater than 10", "x > 10", lambda x: x not in range(-999, 11)),
    "under20": ("numbers less than 20", "x < 20", lambda x: x in range(-999, 20)),
}
CHANGE: dict[str, tuple[str, str, Callable[[int], int]]] = {
    "same": ("", "x", lambda x: x),
    "square": ("squares of the ", "x * x", lambda x: sum(abs(x) for _ in range(abs(x)))),
    "double": ("doubles of the ", "2 * x", lambda x: x + x),
    "cube": ("cubes of the ", "x ** 3", lambda x: x * x * x),
    "absolute": ("absolute values of the ", "abs(x)", lambda x: int(str(x).lstrip("-"))),
    "next": ("successors (x + 1) of the ", "x + 1", lambda x: x - -1),
}
GATHER = {
    "sum": "sum",
    "count": "number",
    "largest": "largest",
    "smallest": "smallest",
    "list": "list",
}
READS = "one line of at most 200 integers from -100 to 100, perhaps none."
SIGNS = ("positive", "negative", "over10", "under20")
FACTORS = ("even", "odd", "by3", "by5", "by7")

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(KEEP, ("same",), GATHER)),
    tuple(product(KEEP, list(CHANGE)[1:], ("sum", "largest", "smallest", "list"))),
    tuple(product(SIGNS, ("and", "or"), FACTORS, ("same", "square", "double"), ("sum", "largest"))),
    tuple(product(FACTORS, ("same", "square", "double"), ("minus",), SIGNS, ("same", "cube"))),
)


def spell(params: Params) -> Task:
    words = [str(part) for part in params]
    if "minus" in words:
        return _difference(*words)
    if len(words) == 3:
        keep, change, gather = words
        kept, condition, chosen = KEEP[keep]
    else:
        first, joint, second, change, gather = words
        condition = f"{KEEP[first][1]} {joint} {KEEP[second][1]}"
        kept = f"numbers that are {_adjective(first)} {joint} {_adjective(second)}"
        chosen = partial(_both if joint == "and" else _either, first, second)
    told = CHANGE[change][0] + kept
    asked = {
        "sum": (f"Find the sum of the {told}", f"Add up the {told}"),
        "count": (f"Count the {told}", f"How many {told} are there"),
        "largest": (f"Find the largest of the {told}", f"What is the maximum of the {told}"),
        "smallest": (f"Find the smallest of the {told}", f"What is the minimum of the {told}"),
        "list": (f"List the {told}", f"Print in their order the {told}"),
    }[gather]
    empty = {"sum": "0", "count": "0", "list": "an empty line"}.get(gather, "none")
    prints = {
        "list": "the list on one line, separated by spaces.",
        "sum": "the sum.",
        "count": "the number.",
    }.get(gather, f"the {gather} value, or none if there is none.")
    return Task(
        asks=(
            f"{asked[0]} in a list.",
            f"Given a list of integers. {asked[1]}{'?' if asked[1][0] in 'WH' else '.'}",
        ),
        reads=READS,
        prints=prints,
        worked=_methods(condition, CHANGE[change][1], gather, empty),
        draw=number_line,
        edges=("\n", "7\n", "-15\n", "10 10\n", "0 30 21 -3\n"),
        largest=200,
        solve=partial(_solve, chosen, CHANGE[change][2], gather),
    )


def _adjective(keep: str) -> str:
    words = KEEP[keep][0]
    if words.endswith(" numbers"):
        return words.removesuffix(" numbers")
    return words.removeprefix("numbers ").replace("multiples of", "divisible by")


def _both(first: str, second: str, x: int) -> bool:
    return KEEP[first][2](x) and KEEP[second][2](x)


def _either(first: str, second: str, x: int) -> bool:
    return KEEP[first][2](x) or KEEP[second][2](x)


def _solve(
    chosen: Callable[[int], bool], changed: Callable[[int], int], gather: str, text: str
) -> str:
    left = sorted(changed(x) for x in read_numbers(text) if chosen(x))
    if gather == "list":
        return " ".join(str(changed(x)) for x in read_numbers(text) if chosen(x)) + "\n"
    if gather == "count":
        return f"{len(left)}\n"
    if gather == "sum":
        return f"{sum(left)}\n"
    return f"{left[-1 if gather == 'largest' else 0]}\n" if left else "none\n"


READ = "a = list(map(int, input().split()))"
LOOP: dict[str, tuple[str, str, str]] = {
    "sum": ("s = 0", "s += {}", "print(s)"),
    "count": ("s = 0", "s += 1", "print(s)"),
    "list": ("b = []", "b.append({})", "print(*b)"),
    "largest": ("b = []", "b.append({})", 'print(max(b) if b else "none")'),
    "smallest": ("b = []", "b.append({})", 'print(min(b) if b else "none")'),
}


def _methods(condition: str, value: str, gather: str, empty: str) -> tuple[Worked, ...]:
    constraints = "at most 200 numbers, so one pass is enough."
    edges = f"nothing is kept or the line is empty: {empty}."
    start, step, last = LOOP[gather]
    listed = f"[{value} for x in a if {condition}]"
    short = {
        "sum": [f"print(sum({listed}))"],
        "count": [f"print(len({listed}))"],
        "list": [f"print(*{listed})"],
        "largest": [f'print(max({listed}, default="none"))'],
        "smallest": [f'print(min({listed}, default="none"))'],
    }[gather]
    return (
        reply(
            "loop",
            plan="Go through the list once with a loop.",
            constraints=constraints,
            edges=edges,
            strategy=f"for each x with {condition} take {'one' if gather == 'count' else value}.",
            program=[
                READ,
                start,
                "for x in a:",
                f"    if {condition}:",
                f"        {step.format(value)}",
                last,
            ],
            time="n",
            memory="n",
        ),
        reply(
            "comprehension",
            plan="Filter and change the list in one expression.",
            constraints=constraints,
            edges=edges,
            strategy=f"build the list of {value} for the x with {condition}.",
            program=[READ, *short],
            time="n",
            memory="n",
        ),
    )


def _difference(keep: str, change: str, _: str, other: str, changed: str) -> Task:
    first = f"the sum of the {CHANGE[change][0]}{KEEP[keep][0]}"
    second = f"the sum of the {CHANGE[changed][0]}{KEEP[other][0]}"
    one, two = KEEP[keep][1], KEEP[other][1]
    plus, minus = CHANGE[change][1], CHANGE[changed][1]
    constraints = "at most 200 numbers, so one or two passes are enough."
    edges = "an empty line gives 0; a number may count in both sums."

    def solve(text: str) -> str:
        a = read_numbers(text)
        total = sum(CHANGE[change][2](x) for x in a if KEEP[keep][2](x))
        return f"{total - sum(CHANGE[changed][2](x) for x in a if KEEP[other][2](x))}\n"

    return Task(
        asks=(
            f"Find {first} of a list minus {second}.",
            f"From {first} of a list subtract {second}.",
        ),
        reads=READS,
        prints="the difference.",
        worked=(
            reply(
                "loop",
                plan="Go through the list once with a loop.",
                constraints=constraints,
                edges=edges,
                strategy=f"add {plus} if {one}, take away {minus} if {two}.",
                program=[
                    READ,
                    "s = 0",
                    "for x in a:",
                    f"    if {one}:",
                    f"        s += {plus}",
                    f"    if {two}:",
                    f"        s -= {minus}",
                    "print(s)",
                ],
                time="n",
                memory="n",
            ),
            reply(
                "comprehension",
                plan="Filter and change the list in two expressions.",
                constraints=constraints,
                edges=edges,
                strategy=f"sum {plus} where {one}, then {minus} where {two}.",
                program=[
                    READ,
                    f"p = sum({plus} for x in a if {one})",
                    f"q = sum({minus} for x in a if {two})",
                    "print(p - q)",
                ],
                time="n",
                memory="n",
            ),
        ),
        draw=_wide,
        edges=("\n", "7\n", "-15\n", "10 10\n", "0 30 21 -3\n"),
        largest=200,
        solve=solve,
    )


def _wide(rng: Random, size: int) -> str:
    return number_line(rng, size, -30, 30)


FOLDS = Programs("fold", "Filter, change and gather", LEVELS, spell)
