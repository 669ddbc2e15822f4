"""Intervals on a line: sorting and a greedy choice, against marks on every unit of the line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

from problems.families.programs.interval_programs import (
    LINE,
    TOUCH,
    blocks,
    choice,
    depth,
    weighted,
)
from problems.families.programs.spec import Programs, Task, read_numbers, reply
from problems.families.split import Params

COUNTED: dict[str, tuple[str, str]] = {  # which intervals count, and the test on l and r
    "every": ("", ""),
    "long2": (" Ignore intervals shorter than 2.", "r - l >= 2"),
    "long3": (" Ignore intervals shorter than 3.", "r - l >= 3"),
    "short4": (" Ignore intervals longer than 4.", "r - l <= 4"),
    "right5": (" Ignore intervals that start before 5.", "l >= 5"),
}
TRUE: dict[str, Callable[[int, int], bool]] = {  # the same said with lists of numbers
    "every": lambda start, end: True,
    "long2": lambda start, end: end - start not in (1,),
    "long3": lambda start, end: end - start not in (1, 2),
    "short4": lambda start, end: end - start in (1, 2, 3, 4),
    "right5": lambda start, end: start not in (0, 1, 2, 3, 4),
}
# Of the merged blocks: question, output, what the sweep gathers, what the marks say
BLOCKS: dict[str, tuple[str, str]] = {
    "covered": ("What length do they cover together?", "the covered length."),
    "number": ("Touching or overlapping ones merge. How many blocks are left?", "the number."),
    "longest": (
        "Touching or overlapping ones merge. How long is the longest block?",
        "the length, 0 without intervals.",
    ),
}
DEPTHS = {
    "most": ("What is the greatest number of them over one place?", "the number.", "max(t)"),
    "two": (
        "On what length do at least 2 of them overlap?",
        "the length.",
        "sum(x >= 2 for x in t)",
    ),
    "one": ("On what length does exactly 1 of them lie?", "the length.", "t.count(1)"),
    "three": (
        "On what length do at least 3 of them overlap?",
        "the length.",
        "sum(x >= 3 for x in t)",
    ),
}
LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(BLOCKS, ("blocks",), COUNTED)),
    tuple(product(DEPTHS, ("depth",), COUNTED)),
    tuple(product(("pick", "remove"), TOUCH, COUNTED)),
    tuple(product(("length", "points"), TOUCH, COUNTED)),
)
READS = f"first n, then n lines with l and r, 0 <= l < r <= {LINE}. n <= 20."


def spell(params: Params) -> Task:
    ask, kind, counted = (str(part) for part in params)
    said = COUNTED[counted][0]
    if kind == "blocks":
        question, prints = BLOCKS[ask]
        methods = blocks(ask)
    elif kind == "depth":
        question, prints, last = DEPTHS[ask]
        methods = depth(last)
    else:
        question, prints = {
            "pick": (
                f"Choose as many as possible; chosen ones {TOUCH[kind][0]} but not overlap.",
                "how many are chosen.",
            ),
            "remove": (
                f"Remove as few as possible; those left {TOUCH[kind][0]} but not overlap.",
                "how many are removed.",
            ),
            "length": (
                f"Choose some of the greatest total length; they {TOUCH[kind][0]} but not overlap.",
                "the total length.",
            ),
            "points": (
                f"Worth r each: choose the greatest sum of r; they {TOUCH[kind][0]} but not overlap.",
                "the sum of r.",
            ),
        }[ask]
        methods = choice(ask, kind) if ask in ("pick", "remove") else weighted(ask, kind)
    if kind == "must not":
        question = question.replace(" but not", " or")
    constraints = f"at most 20 intervals between 0 and L = {LINE}."
    edges = "no interval at all gives 0; equal intervals."
    return Task(
        asks=(
            f"Intervals from l to r are given.{said} {question}",
            f"There are n intervals [l, r].{said} {question}",
        ),
        reads=READS,
        prints=prints,
        worked=tuple(
            reply(
                name,
                plan=plan,
                constraints=constraints,
                edges=edges,
                strategy=strategy,
                program=[*_read(counted), *program],
                time=time,
                memory=memory,
            )
            for name, plan, strategy, program, time, memory in methods
        ),
        draw=_draw,
        edges=("0\n", "1\n0 1\n", "2\n5 9\n5 9\n", f"2\n0 {LINE}\n7 8\n", "3\n5 7\n7 9\n10 13\n"),
        largest=20,
        solve=partial(_solve, ask, kind, counted),
    )


def _read(counted: str) -> list[str]:
    test = COUNTED[counted][1]
    return [
        "a = []",
        "for i in range(int(input())):",
        "    l, r = map(int, input().split())",
        *([f"    if {test}:", "        a.append((l, r))"] if test else ["    a.append((l, r))"]),
    ]


def _draw(rng: Random, size: int) -> str:
    pairs = []
    for _ in range(min(size, 20)):
        left = rng.randint(0, LINE - 1)
        pairs.append((left, min(LINE, left + rng.choice((1, 2, 3, 4, 5, 7)))))
    return "\n".join([str(len(pairs)), *(f"{left} {right}" for left, right in pairs)]) + "\n"


def _solve(ask: str, kind: str, counted: str, text: str) -> str:
    _, *ends = read_numbers(text)
    counts = TRUE[counted]
    pairs = [pair for pair in zip(ends[::2], ends[1::2], strict=True) if counts(*pair)]
    cells = [set(range(2 * left, 2 * right + 1)) for left, right in pairs]  # closed, in halves
    inside = [{i for i in cell if i % 2} for cell in cells]  # the open units
    over = [sum(2 * i + 1 in unit for unit in inside) for i in range(LINE)]
    if kind == "depth":
        found = {
            "most": max(over),
            "one": over.count(1),
            "two": sum(d > 1 for d in over),
            "three": sum(d > 2 for d in over),
        }
        return f"{found[ask]}\n"
    if kind == "blocks":
        groups: list[set[int]] = []
        for cell in cells:
            joined = [group for group in groups if group & cell]
            groups = [group for group in groups if not group & cell] + [cell.union(*joined)]
        sizes = [len(group) // 2 for group in groups]
        found = {"covered": sum(sizes), "number": len(sizes), "longest": max(sizes, default=0)}
        return f"{found[ask]}\n"
    sets = inside if kind == "may" else cells
    worth = [{"length": end - start, "points": end}.get(ask, 1) for start, end in pairs]
    best = _best(sets, worth, 0, set())
    return f"{len(pairs) - best if ask == 'remove' else best}\n"


def _best(sets: list[set[int]], worth: list[int], at: int, taken: set[int]) -> int:
    """Every choice of disjoint sets tried."""
    if at == len(sets):
        return 0
    best = _best(sets, worth, at + 1, taken)
    if not sets[at] & taken:
        best = max(best, worth[at] + _best(sets, worth, at + 1, taken | sets[at]))
    return best


INTERVALS = Programs("intervals", "Intervals", LEVELS, spell)
