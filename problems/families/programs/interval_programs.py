"""The programs on intervals: sorted and swept, marked unit by unit, chosen greedily or by table."""

from __future__ import annotations

LINE = 30  # right end of the line


TOUCH = {"may": ("may touch", "l >= e", "l"), "must not": ("must not touch", "l > e", "l - 1")}


Method = tuple[str, str, str, list[str], str, str]


def blocks(ask: str) -> tuple[Method, Method]:
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


def depth(last: str) -> tuple[Method, Method]:
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


def choice(ask: str, kind: str) -> tuple[Method, Method]:
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


def weighted(ask: str, kind: str) -> tuple[Method, Method]:
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
