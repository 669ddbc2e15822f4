"""Intervals on a line: sorting and a greedy choice, against marks on every unit of the line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

from problems.families.programs.spec import Programs, Task, read_numbers, reply
from problems.families.split import Params

LINE = 30  # right end of the line
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
TOUCH = {"may": ("may touch", "l >= e", "l"), "must not": ("must not touch", "l > e", "l - 1")}

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
        methods = _blocks(ask)
    elif kind == "depth":
        question, prints, _ = DEPTHS[ask]
        methods = _depth(ask)
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
        methods = _choice(ask, kind) if ask in ("pick", "remove") else _weighted(ask, kind)
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


Method = tuple[str, str, str, list[str], str, str]


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


def _blocks(ask: str) -> tuple[Method, Method]:
    sweep = {
        "covered": ["c, e = 0, -1", "for l, r in sorted(a):", "    c += max(0, r - max(l, e))"],
        "number": ["c, e = 0, -1", "for l, r in sorted(a):", "    if l > e:", "        c += 1"],
        "longest": [
            "c, e = 0, -1",
            "for l, r in sorted(a):",
            "    if l > e:",
            "        b = l",
            "    c = max(c, r - b, e - b)",
        ],
    }[ask]
    marks = {
        "covered": ["print(sum(t))"],
        "number": ["print(sum(t[i] > t[i - 1] for i in range(len(t))))"],
        "longest": [
            "c = k = 0",
            "for x in t:",
            "    k += 1",
            "    if x == 0:",
            "        k = 0",
            "    c = max(c, k)",
            "print(c)",
        ],
    }[ask]
    return (
        (
            "sort",
            "Sort the intervals by their left ends.",
            "e is the right end so far; a new block starts if l > e.",
            [*sweep, "    e = max(e, r)", "print(c)"],
            r"n \log n",
            "n",
        ),
        (
            "marks",
            "Mark every covered unit of the line.",
            "t[i] is 1 if the unit from i to i + 1 is covered.",
            [
                f"t = [0] * {LINE + 1}",
                "for l, r in a:",
                "    for i in range(l, r):",
                "        t[i] = 1",
                *marks,
            ],
            "n L",
            "n + L",
        ),
    )


def _depth(ask: str) -> tuple[Method, Method]:
    last = DEPTHS[ask][2]
    return (
        (
            "count",
            "Count on every unit of the line.",
            "t[i] counts the intervals over the unit from i to i + 1.",
            [
                f"t = [0] * {LINE}",
                "for l, r in a:",
                "    for i in range(l, r):",
                "        t[i] += 1",
                f"print({last})",
            ],
            "n L",
            "n + L",
        ),
        (
            "differences",
            "Note only where intervals start and end.",
            "add 1 at l, take 1 away at r; running sums give t.",
            [
                f"d = [0] * {LINE + 1}",
                "for l, r in a:",
                "    d[l] += 1",
                "    d[r] -= 1",
                "t = []",
                "s = 0",
                f"for x in d[:{LINE}]:",
                "    s += x",
                "    t.append(s)",
                f"print({last})",
            ],
            "n + L",
            "n + L",
        ),
    )


def _choice(ask: str, kind: str) -> tuple[Method, Method]:
    _, test, before = TOUCH[kind]
    last = "print(c)" if ask == "pick" else "print(len(a) - c)"
    lastt = last.replace("c)", "t[-1])")
    return (
        (
            "greedy",
            "Be greedy: take the interval that ends first.",
            f"sort by r and take an interval whenever {test}, the last end taken.",
            [
                "c, e = 0, -1",
                "for l, r in sorted(a, key=lambda p: p[1]):",
                f"    if {test}:",
                "        c += 1",
                "        e = r",
                last,
            ],
            r"n \log n",
            "n",
        ),
        _table(before, "1", lastt),
    )


def _table(before: str, worth: str, last: str) -> Method:
    inside = f"t[{before}]" if before == "l" else "(t[l - 1] if l else 0)"
    return (
        "table",
        "Fill a table along the line.",
        "t[i] is the best up to i: as for i - 1, or with an interval that ends in i.",
        [
            f"t = [0] * {LINE + 1}",
            f"for i in range(1, {LINE + 1}):",
            "    t[i] = t[i - 1]",
            "    for l, r in a:",
            "        if r == i:",
            f"            t[i] = max(t[i], {inside} + {worth})",
            last,
        ],
        "n L",
        "n + L",
    )


def _weighted(ask: str, kind: str) -> tuple[Method, Method]:
    worth = "r - l" if ask == "length" else "r"
    test = "l >= e" if kind == "may" else "l > e"
    return (
        (
            "memo",
            "Use recursion with a memo.",
            "f(i, e) looks at a[i] on: leave it out, or take it if it starts after e.",
            [
                "from functools import cache",
                "a.sort()",
                "@cache",
                "def f(i, e):",
                "    if i == len(a):",
                "        return 0",
                "    l, r = a[i]",
                "    b = f(i + 1, e)",
                f"    if {test}:",
                f"        b = max(b, f(i + 1, r) + {worth})",
                "    return b",
                "print(f(0, -1))",
            ],
            "n L",
            "n L",
        ),
        _table(TOUCH[kind][2], worth, "print(t[-1])"),
    )


def _solve(ask: str, kind: str, counted: str, text: str) -> str:
    _, *ends = read_numbers(text)
    counts = TRUE[counted]
    pairs = [pair for pair in zip(ends[::2], ends[1::2], strict=True) if counts(*pair)]
    cells = [set(range(2 * left, 2 * right + 1)) for left, right in pairs]  # closed, in halves
    inside = [{i for i in cell if i % 2} for cell in cells]  # the open units
    depth = [sum(2 * i + 1 in unit for unit in inside) for i in range(LINE)]
    if kind == "depth":
        found = {
            "most": max(depth),
            "one": depth.count(1),
            "two": sum(d > 1 for d in depth),
            "three": sum(d > 2 for d in depth),
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
