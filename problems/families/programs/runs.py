"""Sums of runs of any length: a dictionary of prefix sums against all pairs of ends."""

from __future__ import annotations

from random import Random

from problems.families.programs.spec import Task, number_line, read_numbers, reply

EXACT = (0, 1, 2, 3, 5, 7)


DIVISORS = (2, 3, 4, 5, 7)


def runs(rule: str, ask: str, k: int) -> Task:
    """`rule` is "equal" or "multiple", `ask` is "count" or "longest", `k` the number in the rule."""
    words = f"with sum {k}" if rule == "equal" else f"with a sum divisible by {k}"
    key = "s" if rule == "equal" else f"s % {k}"
    wanted = f"s - {k}" if rule == "equal" and k else key
    test = f"s == {k}" if rule == "equal" else f"s % {k} == 0"
    count = ask == "count"
    edges = "an empty line gives 0; a run may be one number or the whole list."
    asked = (
        "Count the runs of neighbouring numbers" if count else "Find the length of the longest run"
    )

    def solve(text: str) -> str:
        a = read_numbers(text)
        ends = [(i, j) for i in range(len(a)) for j in range(i + 1, len(a) + 1)]
        goal = {k} if rule == "equal" else range(-999 * k, 999 * k, k)
        sizes = [j - i for i, j in ends if sum(a[i:j]) in goal]
        return f"{len(sizes) if count else max(sizes, default=0)}\n"

    return Task(
        asks=(
            f"{asked} {words} in a list.",
            f"A run is one or more neighbouring numbers of a list. {asked} {words}.",
        ),
        reads="one line of integers, at most 60 of them, perhaps none.",
        prints="the number of runs." if count else "the length, 0 if there is no such run.",
        worked=(
            reply(
                "prefix",
                plan="Store the prefix sums in a dictionary.",
                constraints="one pass is enough for lists of any length.",
                edges=edges,
                strategy=f"a run fits if an earlier prefix sum is stored as {wanted}.",
                program=[
                    "a = list(map(int, input().split()))",
                    "d = {0: 1}" if count else "d = {0: 0}",
                    "s = c = 0",
                    *(
                        [
                            "for x in a:",
                            "    s += x",
                            f"    c += d.get({wanted}, 0)",
                            f"    d[{key}] = d.get({key}, 0) + 1",
                        ]
                        if count
                        else [
                            "for i, x in enumerate(a, 1):",
                            "    s += x",
                            f"    c = max(c, i - d.get({wanted}, i))",
                            f"    d.setdefault({key}, i)",
                        ]
                    ),
                    "print(c)",
                ],
                time="n",
                memory="n",
            ),
            reply(
                "loops",
                plan="Try every start and every end.",
                constraints="at most 60 numbers, so all runs can be tried.",
                edges=edges,
                strategy=f"for each start i add a[j] to s and test {test}.",
                program=[
                    "a = list(map(int, input().split()))",
                    "c = 0",
                    "for i in range(len(a)):",
                    "    s = 0",
                    "    for j in range(i, len(a)):",
                    "        s += a[j]",
                    f"        if {test}:",
                    f"            {'c += 1' if count else 'c = max(c, j - i + 1)'}",
                    "print(c)",
                ],
                time="n^2",
                memory="n",
            ),
        ),
        draw=_steady,
        edges=("\n", f"{k}\n", "1\n", "0 0 0\n", f"1 -1 {k} 2 -2\n"),
        largest=60,
        solve=solve,
    )


def _steady(rng: Random, size: int) -> str:
    return number_line(rng, size, -3, 5)
