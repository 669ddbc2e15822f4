"""A second answer to the tests of every programming problem, by the most literal method.

Each function takes the text of one input and returns the output, or None where the literal method
would take too long. The reference programs must agree with every answer given here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations, groupby, pairwise, permutations, product
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


def _numbers(text: str) -> list[int]:
    return list(map(int, text.split()))


def _pairs(numbers: list[int]) -> list[tuple[int, int]]:
    return list(zip(numbers[::2], numbers[1::2], strict=True))


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
    n, *badges = _numbers(text)
    (twice,) = (badge for badge, times in Counter(badges).items() if times == 2)
    (missing,) = set(range(1, n + 1)) - set(badges)
    return f"{twice} {missing}"


@solves("loading-the-cable-car")
def loading_the_cable_car(text: str) -> str | None:
    n, limit, *weights = _numbers(text)
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
    n, *times = _numbers(text)
    if n > 600:
        return None
    rehearsals = _pairs(times)
    return str(max(sum(a <= begin < b for a, b in rehearsals) for begin, _ in rehearsals))


@solves("the-broken-staircase")
def the_broken_staircase(text: str) -> str | None:
    n, _, *broken = _numbers(text)
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
    rows, columns = _numbers(size)
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
    rows, columns = _numbers(size)
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
    n, limit, *noise = _numbers(text)
    if n > 100:
        return None
    stretches = combinations(range(n + 1), 2)
    return str(max((b - a for a, b in stretches if sum(noise[a:b]) <= limit), default=0))


@solves("ropes-of-equal-length")
def ropes_of_equal_length(text: str) -> str | None:
    _, k, *ropes = _numbers(text)
    if max(ropes) > 1000:
        return None
    lengths = range(1, max(ropes) + 1)
    return str(max((x for x in lengths if sum(r // x for r in ropes) >= k), default=0))


@solves("what-two-diaries-share")
def what_two_diaries_share(text: str) -> str | None:
    short, long = sorted(text.split(), key=len)
    if len(short) > 11:
        return None

    def survives(word: tuple[str, ...]) -> bool:
        letters = iter(long)
        return all(letter in letters for letter in word)

    lengths = range(len(short), -1, -1)
    return str(next(n for n in lengths if any(map(survives, combinations(short, n)))))


@solves("the-botanists-crate")
def the_botanists_crate(text: str) -> str | None:
    n, limit, *rest = _numbers(text)
    if n > 14:
        return None
    plants = _pairs(rest)
    crates = (crate for size in range(n + 1) for crate in combinations(plants, size))
    fitting = (crate for crate in crates if sum(weight for weight, _ in crate) <= limit)
    return str(max(sum(value for _, value in crate) for crate in fitting))


@solves("mountain-post")
def mountain_post(text: str) -> str | None:
    n, m, *rest = _numbers(text)
    if n > 60:
        return None
    time = [[0 if i == j else inf for j in range(n)] for i in range(n)]
    for k in range(0, 3 * m, 3):
        i, j = rest[k] - 1, rest[k + 1] - 1
        time[i][j] = time[j][i] = min(time[i][j], rest[k + 2])
    for via, i, j in product(range(n), repeat=3):
        time[i][j] = min(time[i][j], time[i][via] + time[via][j])
    return str(time[0][n - 1] if time[0][n - 1] < inf else -1)


@solves("deadlines-at-the-print-shop")
def deadlines_at_the_print_shop(text: str) -> str | None:
    n, *rest = _numbers(text)
    if n > 12:
        return None

    def feasible(chosen: tuple[tuple[int, int], ...]) -> bool:
        return all(day <= deadline for day, (deadline, _) in enumerate(sorted(chosen), 1))

    choices = (some for size in range(n + 1) for some in combinations(_pairs(rest), size))
    return str(max(sum(price for _, price in some) for some in choices if feasible(some)))


@solves("the-first-name-of-a-necklace")
def the_first_name_of_a_necklace(text: str) -> str | None:
    word = text.strip()
    return min(word[k:] + word[:k] for k in range(len(word)))


@solves("the-order-of-the-courses")
def the_order_of_the_courses(text: str) -> str | None:
    n, _, *rest = _numbers(text)
    if n > 7:
        return None
    for order in permutations(range(1, n + 1)):
        if all(a != b and order.index(a) < order.index(b) for a, b in _pairs(rest)):
            return " ".join(map(str, order))
    return "impossible"


@solves("towers-of-books")
def towers_of_books(text: str) -> str | None:
    n, *widths = _numbers(text)
    if n > 1000:
        return None
    height: list[int] = []
    for k, width in enumerate(widths):
        height.append(1 + max((height[i] for i in range(k) if widths[i] > width), default=0))
    return str(max(height))


@solves("bells-of-the-old-town")
def bells_of_the_old_town(text: str) -> str | None:
    _, end, *periods = _numbers(text)
    if end > 5000:
        return None
    return str(sum(any(second % p == 0 for p in periods) for second in range(1, end + 1)))


@solves("a-very-long-wall")
def a_very_long_wall(text: str) -> str | None:
    n = int(text)
    if n > 15:
        return None

    def walls(left: int, last: int) -> int:
        if left == 0:
            return 1
        return sum(walls(left - b, b) for b in (1, 2, 3) if b <= left and not b == last == 3)

    return str(walls(n, 0) % MOD)


@solves("the-night-watch")
def the_night_watch(text: str) -> str | None:
    n, *rest = _numbers(text)
    if n > 8:
        return None
    rounds = ((0, *order, 0) for order in permutations(range(1, n)))
    return str(min(sum(rest[a * n + b] for a, b in pairwise(r)) for r in rounds))


@solves("bridges-after-the-flood")
def bridges_after_the_flood(text: str) -> str | None:
    n, m, *rest = _numbers(text)
    if n > 100 or m > 200:
        return None
    bridges, order = _pairs(rest[: 2 * m]), rest[2 * m :]
    counts = []
    for lost in range(1, m + 1):
        group = list(range(n + 1))
        for number in order[lost:]:
            old, new = (group[island] for island in bridges[number - 1])
            group = [new if g == old else g for g in group]
        counts.append(len(set(group[1:])))
    return " ".join(map(str, counts))


@solves("numbers-with-a-tame-digit-sum")
def numbers_with_a_tame_digit_sum(text: str) -> str | None:
    end, k = _numbers(text)
    if end > 30000:
        return None
    digits = (list(map(int, str(n))) for n in range(1, end + 1))
    return str(sum(sum(d) % k == 0 and all(a != b for a, b in pairwise(d)) for d in digits))
