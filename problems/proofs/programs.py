"""A second answer to the tests of the programming problems of levels 1 and 2, most literally.

Each function takes the text of one input and returns the output, or None where the literal method
would take too long. The reference programs must agree with every answer given here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations, groupby
from math import inf

Literal = Callable[[str], str | None]
LITERAL: dict[str, Literal] = {}
MOD = 1000000007


def solves(slug: str) -> Callable[[Literal], Literal]:
    """Register the literal method of one problem under its slug."""

    def register(solve: Literal) -> Literal:
        LITERAL[slug] = solve
        return solve

    return register


def numbers(text: str) -> list[int]:
    """Every number of an input, in order."""
    return list(map(int, text.split()))


def pairs(flat: list[int]) -> list[tuple[int, int]]:
    """The numbers two by two."""
    return list(zip(flat[::2], flat[1::2], strict=True))


@solves("the-longest-run")
def the_longest_run(text: str) -> str | None:
    runs = [(letter, len(list(run))) for letter, run in groupby(text.strip())]
    letter, length = max(runs, key=lambda run: run[1])  # max keeps the first of equals
    return f"{letter} {length}"


@solves("summing-until-one-digit")
def summing_until_one_digit(text: str) -> str | None:
    digits = Counter(text.strip())
    number, steps = sum(int(digit) * times for digit, times in digits.items()), 1
    if len(text.strip()) == 1:
        return f"{number} 0"
    while number > 9:
        total, rest = 0, number
        while rest:
            rest, digit = divmod(rest, 10)
            total += digit
        number, steps = total, steps + 1
    return f"{number} {steps}"


@solves("the-badge-that-appears-twice")
def the_badge_that_appears_twice(text: str) -> str | None:
    n, *badges = numbers(text)
    (twice,) = (badge for badge, times in Counter(badges).items() if times == 2)
    (missing,) = set(range(1, n + 1)) - set(badges)
    return f"{twice} {missing}"


@solves("loading-the-cable-car")
def loading_the_cable_car(text: str) -> str | None:
    n, limit, *weights = numbers(text)
    if n > 9:
        return None

    def cabins(waiting: tuple[int, ...]) -> int:
        if not waiting:
            return 0
        first, rest = waiting[0], waiting[1:]
        alone = 1 + cabins(rest)
        together = (
            1 + cabins(rest[:k] + rest[k + 1 :])
            for k, other in enumerate(rest)
            if first + other <= limit
        )
        return min(alone, *together, alone)

    return str(cabins(tuple(weights)))


@solves("brackets-in-the-score")
def brackets_in_the_score(text: str) -> str | None:
    signs = [(sign, place) for place, sign in enumerate(text.strip(), 1) if sign in "()[]{}"]
    if len(signs) > 1000:
        return None
    matched = True
    while matched:  # strike out neighbours that match until none are left
        matched = False
        for k in range(len(signs) - 1):
            if signs[k][0] + signs[k + 1][0] in ("()", "[]", "{}"):
                del signs[k : k + 2]
                matched = True
                break
    closing = [place for sign, place in signs if sign in ")]}"]
    return str(closing[0] if closing else signs[0][1]) if signs else "ok"


@solves("rehearsal-rooms")
def rehearsal_rooms(text: str) -> str | None:
    n, *times = numbers(text)
    if n > 600:
        return None
    rehearsals = pairs(times)
    return str(max(sum(a <= begin < b for a, b in rehearsals) for begin, _ in rehearsals))


@solves("the-broken-staircase")
def the_broken_staircase(text: str) -> str | None:
    n, _, *broken = numbers(text)
    if n > 20:
        return None

    def ways(step: int) -> int:
        if step >= n or step in broken:
            return int(step == n and step not in broken)
        return sum(ways(step + up) for up in (1, 2, 3))

    return str(ways(0) % MOD)


@solves("islands-in-the-marsh")
def islands_in_the_marsh(text: str) -> str | None:
    size, *lines = text.splitlines()
    rows, columns = numbers(size)
    if rows * columns > 1500:
        return None
    label = {
        (r, c): r * columns + c for r in range(rows) for c in range(columns) if lines[r][c] == "#"
    }
    changed = True
    while changed:  # the smallest label spreads over its island
        changed = False
        for r, c in label:
            near = [label.get(to, inf) for to in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1))]
            if min(near) < label[r, c]:
                label[r, c], changed = int(min(near)), True
    islands = Counter(label.values())
    return f"{len(islands)} {max(islands.values(), default=0)}"


@solves("the-way-out-of-the-maze")
def the_way_out_of_the_maze(text: str) -> str | None:
    size, *maze = text.splitlines()
    rows, columns = numbers(size)
    if rows * columns > 3600:
        return None
    free = {(r, c) for r in range(rows) for c in range(columns) if maze[r][c] != "#"}
    reached = {(r, c) for r, c in free if maze[r][c] == "S"}
    for steps in range(rows * columns):
        if any(maze[r][c] == "E" for r, c in reached):
            return str(steps)
        around = {(r + a, c + b) for r, c in reached for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))}
        reached |= around & free
    return "-1"


@solves("the-quiet-stretch")
def the_quiet_stretch(text: str) -> str | None:
    n, limit, *noise = numbers(text)
    if n > 100:
        return None
    stretches = combinations(range(n + 1), 2)
    return str(max((b - a for a, b in stretches if sum(noise[a:b]) <= limit), default=0))


@solves("ropes-of-equal-length")
def ropes_of_equal_length(text: str) -> str | None:
    _, k, *ropes = numbers(text)
    if max(ropes) > 1000:
        return None
    lengths = range(1, max(ropes) + 1)
    return str(max((x for x in lengths if sum(r // x for r in ropes) >= k), default=0))


@solves("two-parcels-for-the-lift")
def two_parcels_for_the_lift(text: str) -> str | None:
    n, limit, *weights = numbers(text)
    if n > 300:
        return None
    chosen = (pair for pair in combinations(range(n), 2) if sum(weights[i] for i in pair) == limit)
    return " ".join(str(i + 1) for i in next(chosen, (-1,)))
