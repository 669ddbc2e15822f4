"""The programs on graphs: depth-first, breadth-first, and rounds over all roads."""

from __future__ import annotations

from typing import NamedTuple


class Search(NamedTuple):
    """One method before it is wrapped into a reply."""

    name: str
    plan: str
    strategy: str
    program: list[str]
    time: str


def read_roads(edges: str, test: str, *, listed: bool = False) -> list[str]:
    """Reads the roads into lists g of neighbours, or into one list e of pairs."""
    store = {"both": (("a", "b"), ("b", "a")), "oneway": (("a", "b"),), "back": (("b", "a"),)}[
        edges
    ]
    kept = [f"e.append(({x}, {y}))" if listed else f"g[{x}].append({y})" for x, y in store]
    return [
        "n, m = map(int, input().split())",
        "e = []" if listed else "g = [[] for i in range(n + 1)]",
        "for i in range(m):",
        "    a, b = map(int, input().split())",
        *([f"    if {test}:"] if test else []),
        *(f"        {line}" if test else f"    {line}" for line in kept),
    ]


def reach(edges: str, test: str, start: str, last: str) -> tuple[Search, Search]:
    """`v` holds the towns that can be reached from `start`."""
    strategy = f"visit the neighbours of every reached town once, from {start} on."
    read = read_roads(edges, test)
    return (
        Search(
            "depth",
            "Search depth-first.",
            strategy,
            [
                *read,
                "v = set()",
                "def f(x):",
                "    v.add(x)",
                "    for y in g[x]:",
                "        if y not in v:",
                "            f(y)",
                f"f({start})",
                f"print({last})",
            ],
            "n + m",
        ),
        Search(
            "breadth",
            "Search breadth-first.",
            strategy,
            [
                *read,
                f"v = [{start}]",
                "for x in v:",
                "    for y in g[x]:",
                "        if y not in v:",
                "            v.append(y)",
                f"print({last})",
            ],
            "n m",
        ),
    )


def connected(test: str, last: str) -> tuple[Search, Search]:
    """`r` holds the sizes of the parts."""
    strategy = "from every unseen town collect its whole part, and note the size."
    read = read_roads("both", test)
    return (
        Search(
            "depth",
            "Search depth-first.",
            strategy,
            [
                *read,
                "v = set()",
                "def f(x):",
                "    v.add(x)",
                "    return 1 + sum(f(y) for y in g[x] if y not in v)",
                "r = [f(x) for x in range(1, n + 1) if x not in v]",
                f"print({last})",
            ],
            "n + m",
        ),
        Search(
            "breadth",
            "Search breadth-first.",
            strategy,
            [
                *read,
                "v, r = [], []",
                "for s in range(1, n + 1):",
                "    if s not in v:",
                "        q = [s]",
                "        for x in q:",
                "            for y in g[x]:",
                "                if y not in q:",
                "                    q.append(y)",
                "        v += q",
                "        r.append(len(q))",
                f"print({last})",
            ],
            "n (n + m)",
        ),
    )


def distances(edges: str, test: str, last: str) -> tuple[Search, Search]:
    """`d` holds the distances from town 1, -1 where there is no way."""
    return (
        Search(
            "breadth",
            "Search breadth-first.",
            "the queue q holds the towns in the order of their distance d.",
            [
                *read_roads(edges, test),
                "d = [-1] * (n + 1)",
                "d[1] = 0",
                "q = [1]",
                "for x in q:",
                "    for y in g[x]:",
                "        if d[y] < 0:",
                "            d[y] = d[x] + 1",
                "            q.append(y)",
                f"print({last})",
            ],
            "n + m",
        ),
        Search(
            "rounds",
            "Improve all distances in rounds.",
            "a road from a to b allows d[b] <= d[a] + 1; n rounds are enough.",
            [
                *read_roads(edges, test, listed=True),
                "d = [99] * (n + 1)",
                "d[1] = 0",
                "for i in range(n):",
                "    for a, b in e:",
                "        d[b] = min(d[b], d[a] + 1)",
                "d = [x if x < 99 else -1 for x in d]",
                f"print({last})",
            ],
            "n m",
        ),
    )
