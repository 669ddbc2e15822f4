"""Pairs of a list: two loops against a dictionary, or against two pointers on the sorted list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, product
from random import Random

from problems.families.programs.spec import Programs, Task, number_line, read_numbers, reply
from problems.families.split import Params

CONSTANTS = (2, 3, 5, 8, 10)
# rule: (words, test of a pair, key under which x is stored, keys of its partners)
RULES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "sum": ("whose sum is {k}", "x + y == {k}", "x", ("{k} - x",)),
    "apart": ("whose difference is {k}", "abs(x - y) == {k}", "x", ("x - {k}", "x + {k}")),
    "by": ("whose sum is divisible by {k}", "(x + y) % {k} == 0", "x % {k}", ("-x % {k}",)),
    "alike": (
        "with the same remainder when divided by {k}",
        "x % {k} == y % {k}",
        "x % {k}",
        ("x % {k}",),
    ),
}
# The sorted list b with i < j: what to look for, by which test j goes down, what is found then.
BOUNDS: dict[str, tuple[str, str]] = {
    "below": ("whose sum is less than {k}", "x + y < {k}"),
    "above": ("whose sum is greater than {k}", "x + y > {k}"),
    "upto": ("whose sum is at most {k}", "x + y <= {k}"),
    "within": ("that differ by at most {k}", "abs(x - y) <= {k}"),
}

LEVELS: tuple[tuple[Params, ...], ...] = (
    tuple(product(("sum", "apart"), ("count", "yesno"), CONSTANTS)),
    tuple(product(("by", "alike"), ("count", "yesno"), CONSTANTS)),
    tuple(product(RULES, ("earliest",), CONSTANTS)),
    tuple(product(BOUNDS, ("count",), (*CONSTANTS, 4, 15))),
)
READS = "one line of integers, at most 100 of them, perhaps none."
READ = "a = list(map(int, input().split()))"


def spell(params: Params) -> Task:
    rule, ask, k = str(params[0]), str(params[1]), int(params[2])
    words = (RULES[rule][0] if rule in RULES else BOUNDS[rule][0]).format(k=k)
    asks, prints = {
        "count": (
            (f"Count the pairs i < j of numbers {words}.", f"How many pairs are there {words}?"),
            "the number of pairs.",
        ),
        "yesno": (
            (f"Are there two numbers {words}?", f"Decide whether a list has a pair {words}."),
            "yes or no.",
        ),
        "earliest": (
            (
                f"Find the smallest position j of a number that has a partner before it {words}.",
                f"A list is read from the left. At which position is there first a pair {words}?",
            ),
            "the position, counted from 1, or 0 if there is no pair.",
        ),
    }[ask]
    constraints = "at most 100 numbers, so 5000 pairs can be tried."
    edges = f"fewer than two numbers: {'no' if ask == 'yesno' else '0'}; equal numbers."
    both = _by_bound(rule, k) if rule in BOUNDS else _by_key(rule, ask, k)
    test = (RULES[rule][1] if rule in RULES else BOUNDS[rule][1]).format(k=k)
    body, last = _ends(ask)
    return Task(
        asks=tuple(asks),
        reads=READS,
        prints=prints,
        worked=(
            reply(
                "loops",
                plan="Try all pairs with two loops.",
                constraints=constraints,
                edges=edges,
                strategy=f"for every j and every i < j test {test}.",
                program=[
                    READ,
                    "c = 0",
                    "for j in range(len(a)):",
                    "    for i in range(j):",
                    "        x, y = a[i], a[j]",
                    f"        if {test}:",
                    f"            {body}",
                    last,
                ],
                time="n^2",
                memory="n",
            ),
            reply(
                both[0],
                plan=both[1],
                constraints="a faster method also fits longer lists.",
                edges=edges,
                strategy=both[2],
                program=both[3],
                time=both[4],
                memory="n",
            ),
        ),
        draw=_numbers,
        edges=("\n", "5\n", "4 4\n", "1 1 1 1\n", "0 2 3 5 8 10\n"),
        largest=100,
        solve=partial(_solve, _true(rule, k), ask),
    )


def _numbers(rng: Random, size: int) -> str:
    return number_line(rng, size, -4, 12)


def _true(rule: str, k: int) -> Callable[[int, int], bool]:
    """The rule on a pair, said with sets and ranges."""
    return {
        "sum": lambda x, y: k - x in (y,),
        "apart": lambda x, y: y in {x - k, x + k},
        "by": lambda x, y: x + y in range(-99 * k, 99 * k, k),
        "alike": lambda x, y: x - y in range(-99 * k, 99 * k, k),
        "below": lambda x, y: not x + y >= k,
        "above": lambda x, y: not x + y <= k,
        "upto": lambda x, y: not x + y > k,
        "within": lambda x, y: max(x, y) - min(x, y) in range(k + 1),
    }[rule]


def _solve(true: Callable[[int, int], bool], ask: str, text: str) -> str:
    found = [
        j for (_, x), (j, y) in combinations(enumerate(read_numbers(text), 1), 2) if true(x, y)
    ]
    if ask == "count":
        return f"{len(found)}\n"
    if ask == "yesno":
        return "yes\n" if found else "no\n"
    return f"{min(found, default=0)}\n"


def _ends(ask: str) -> tuple[str, str]:
    """What is done with a pair that was found, and how the program ends."""
    return {
        "count": ("c += 1", "print(c)"),
        "yesno": ("c = 1", 'print("yes" if c else "no")'),
        "earliest": ("c = c or j + 1", "print(c)"),
    }[ask]


def _by_key(rule: str, ask: str, k: int) -> tuple[str, str, str, list[str], str]:
    _, _, key, partners = (
        part.format(k=k) if isinstance(part, str) else tuple(p.format(k=k) for p in part)
        for part in RULES[rule]
    )
    _, last = _ends(ask)
    if ask == "count":
        found = [f"    c += d.get({partner}, 0)" for partner in partners]
    else:
        body = "c = 1" if ask == "yesno" else "c = c or j"
        either = " or ".join(f"{partner} in d" for partner in partners)
        found = [f"    if {either}:", f"        {body}"]
    head = "for j, x in enumerate(a, 1):" if ask == "earliest" else "for x in a:"
    stored = f"    d[{key}] = d.get({key}, 0) + 1" if ask == "count" else f"    d.add({key})"
    name = "dictionary" if ask == "count" else "set"
    return (
        name,
        f"Remember the earlier numbers in a {name}.",
        f"look up {' and '.join(partners)} before x is stored as {key}.",
        [READ, "d = {}" if ask == "count" else "d = set()", "c = 0", head, *found, stored, last],
        "n",
    )


def _by_bound(rule: str, k: int) -> tuple[str, str, str, list[str], str]:
    if rule == "within":
        return (
            "pointers",
            "Sort the list and move two pointers.",
            "for every j move i up until b[j] - b[i] fits; i, ..., j - 1 are partners.",
            [
                "b = sorted(map(int, input().split()))",
                "c = i = 0",
                "for j in range(len(b)):",
                f"    while b[j] - b[i] > {k}:",
                "        i += 1",
                "    c += j - i",
                "print(c)",
            ],
            r"n \log n",
        )
    test = {"below": f"b[i] + b[j] < {k}", "upto": f"b[i] + b[j] <= {k}"}.get(
        rule, f"b[i] + b[j] > {k}"
    )
    up, down = ("i += 1", "j -= 1")
    if rule == "above":
        up, down = down, up
    return (
        "pointers",
        "Sort the list and move two pointers.",
        f"if {test}, all j - i pairs with b[{'j' if rule == 'above' else 'i'}] fit.",
        [
            "b = sorted(map(int, input().split()))",
            "i, j, c = 0, len(b) - 1, 0",
            "while i < j:",
            f"    if {test}:",
            "        c += j - i",
            f"        {up}",
            "    else:",
            f"        {down}",
            "print(c)",
        ],
        r"n \log n",
    )


PAIRS = Programs("pairs", "Pairs in a list", LEVELS, spell)
