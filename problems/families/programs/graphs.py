"""What can be reached in a graph, how far away, and in how many parts: depth- or breadth-first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

from problems.families.programs.searches import Search, connected, distances, reach
from problems.families.programs.spec import Programs, Task, read_numbers, reply
from problems.families.split import Params

EDGES = {  # what a line a b of the input means
    "both": "roads in both directions",
    "oneway": "one-way roads from a to b",
    "back": "one-way roads from b to a",
}
STARTS = ("1", "n")
SMALLEST = "smallest"  # asked in place of the largest from town n, which would be n itself
# reach: (question, output, last line) with v the list of reached towns
REACH: dict[str, tuple[str, str, str]] = {
    "count": (
        "How many towns can be reached from town {s}?",
        "the number, {s} included.",
        "len(v)",
    ),
    "rest": ("How many towns cannot be reached from town {s}?", "the number.", "n - len(v)"),
    "largest": ("Which is the largest town reached from town {s}?", "its number.", "max(v)"),
    "sum": (
        "Find the sum of the numbers of the towns reached from town {s}.",
        "the sum.",
        "sum(v)",
    ),
    "list": (
        "Which towns can be reached from town {s}?",
        "them in increasing order.",
        "*sorted(v)",
    ),
    SMALLEST: ("Which is the smallest town reached from town {s}?", "its number.", "min(v)"),
}
ASKED = [ask for ask in REACH if ask != SMALLEST]
# parts: (question, output, last line) with r the list of the sizes of the parts
PARTS: dict[str, tuple[str, str, str]] = {
    "number": ("How many parts are there?", "the number of parts.", "len(r)"),
    "largest": ("How many towns has the largest part?", "the number of towns.", "max(r)"),
    "smallest": ("How many towns has the smallest part?", "the number of towns.", "min(r)"),
    "single": ("How many towns are a part of their own?", "the number of towns.", "r.count(1)"),
    "twos": ("How many parts have exactly two towns?", "the number of parts.", "r.count(2)"),
    "sizes": ("List the sizes of the parts.", "the sizes in increasing order.", "*sorted(r)"),
}
USED: dict[str, tuple[str, str]] = {  # roads that count
    "every": ("", ""),
    "oddly": (" Only roads with a + b odd are open.", "(a + b) % 2 == 1"),
    "near": (" Only roads with |a - b| < 3 are open.", "abs(a - b) < 3"),
}
# far: (question, output, last line) with d the distances, -1 where there is no way
FAR: dict[str, tuple[str, str, str]] = {
    "to": ("Find the least number of roads from town 1 to town n.", "it, or -1.", "d[n]"),
    "most": (
        "How many roads away is the farthest town that can be reached from town 1?",
        "the number of roads.",
        "max(d)",
    ),
    "one": ("How many towns are exactly 1 road away from town 1?", "the number.", "d.count(1)"),
    "two": ("How many towns are exactly 2 roads away from town 1?", "the number.", "d.count(2)"),
    "three": ("How many towns are exactly 3 roads away from town 1?", "the number.", "d.count(3)"),
    "total": (
        "Add up the distances in roads of all towns that town 1 reaches.",
        "the sum.",
        "sum(x for x in d if x > 0)",
    ),
}

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(ASKED, ("both", "oneway"), STARTS, ("every",))),
    tuple(product(PARTS, ("parts",), ("all",), USED)),
    tuple(product(FAR, EDGES, ("far",), ("every",))),
    tuple(product([ask for ask in FAR if ask != "three"], EDGES, ("far",), ("oddly", "near")))
    + tuple(product(ASKED, ("back",), STARTS, ("oddly", "near"))),
)


def spell(params: Params) -> Task:
    ask, edges, start, used = (str(part) for part in params)
    test = USED[used][1]
    if edges == "parts":
        question, prints, last = PARTS[ask]
        question = f"Towns joined by open roads form a part. {question}"
        searches = connected(test, last)
    elif start == "far":
        question, prints, last = FAR[ask]
        searches = distances(edges, test, last)
    else:
        question, prints, last = REACH[SMALLEST if ask == "largest" and start == "n" else ask]
        question, prints = question.format(s=start), prints.format(s=start)
        searches = reach(edges, test, start, last)
    return _task(
        question,
        prints,
        "both" if edges == "parts" else edges,
        used,
        searches,
        partial(_solve, ask, edges, start, used),
    )


def _task(
    question: str,
    prints: str,
    edges: str,
    used: str,
    searches: tuple[Search, Search],
    solve: Callable[[str], str],
) -> Task:
    return Task(
        asks=(
            f"There are n towns and {EDGES[edges]}.{USED[used][0]} {question}",
            f"A map has towns 1 to n and {EDGES[edges]}.{USED[used][0]} {question}",
        ),
        reads="first n and m, then m lines with a and b. n <= 30, m <= 60.",
        prints=prints,
        worked=tuple(
            reply(
                search.name,
                plan=search.plan,
                constraints="at most 30 towns and 60 roads.",
                edges="no roads; a single town.",
                strategy=search.strategy,
                program=search.program,
                time=search.time + (r" + n \log n" if "sorted" in search.program[-1] else ""),
                memory="n + m",
            )
            for search in searches
        ),
        draw=_draw,
        edges=("1 0\n", "2 0\n", "2 1\n1 2\n", "3 2\n2 1\n3 2\n", "4 3\n1 2\n2 3\n3 4\n"),
        largest=30,
        solve=solve,
    )


def _draw(rng: Random, size: int) -> str:
    n = min(size, 30)
    count = min(60, rng.randint(n // 2, 2 * n)) if n > 1 else 0
    pairs = [rng.sample(range(1, n + 1), 2) for _ in range(count)]
    return "\n".join([f"{n} {count}", *(f"{a} {b}" for a, b in pairs)]) + "\n"


def _solve(ask: str, edges: str, start: str, used: str, text: str) -> str:
    """By the towns that walks of exactly 0, 1, 2, ... roads end in."""
    n, _, *rest = read_numbers(text)
    roads = set()
    for a, b in zip(rest[::2], rest[1::2], strict=True):
        if (used == "oddly" and (a - b) % 2 == 0) or (used == "near" and abs(a - b) > 2):
            continue
        roads |= {"oneway": {(a, b)}, "back": {(b, a)}}.get(edges, {(a, b), (b, a)})
    if edges == "parts":
        groups = {frozenset(_walks(roads, n, x)) for x in range(1, n + 1)}
        sizes = sorted(len(group) for group in groups)
        found: dict[str, object] = {
            "number": len(sizes),
            "largest": sizes[-1],
            "smallest": sizes[0],
            "single": sizes.count(1),
            "twos": sizes.count(2),
            "sizes": " ".join(map(str, sizes)),
        }
        return f"{found[ask]}\n"
    far = _walks(roads, n, n if start == "n" else 1)
    near, finite = sorted(far), list(far.values())
    found = {
        "count": len(near),
        "rest": n - len(near),
        "largest": near[0] if start == "n" else near[-1],
        "sum": sum(near),
        "total": sum(finite),
        "list": " ".join(map(str, near)),
        "to": far.get(n, -1),
        "most": max(finite),
        "one": finite.count(1),
        "two": finite.count(2),
        "three": finite.count(3),
    }
    return f"{found[ask]}\n"


def _walks(roads: set[tuple[int, int]], n: int, source: int) -> dict[int, int]:
    """The distance of every town that some walk of fewer than n roads leads to."""
    distances: dict[int, int] = {}
    ends = {source}
    for length in range(n):
        for town in ends:
            distances.setdefault(town, length)
        ends = {b for a, b in roads if a in ends}
    return distances


GRAPHS = Programs("graphs", "Graphs", LEVELS, spell)
