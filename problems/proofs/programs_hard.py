"""The literal methods of the programming problems of levels 3 and 4."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations, product
from math import inf

from problems.proofs.programs import MOD, numbers, pairs, solves


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
    n, limit, *rest = numbers(text)
    if n > 14:
        return None
    plants = pairs(rest)
    crates = (crate for size in range(n + 1) for crate in combinations(plants, size))
    fitting = (crate for crate in crates if sum(weight for weight, _ in crate) <= limit)
    return str(max(sum(value for _, value in crate) for crate in fitting))


@solves("mountain-post")
def mountain_post(text: str) -> str | None:
    n, m, *rest = numbers(text)
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
    n, *rest = numbers(text)
    if n > 12:
        return None

    def feasible(chosen: tuple[tuple[int, int], ...]) -> bool:
        return all(day <= deadline for day, (deadline, _) in enumerate(sorted(chosen), 1))

    choices = (some for size in range(n + 1) for some in combinations(pairs(rest), size))
    return str(max(sum(price for _, price in some) for some in choices if feasible(some)))


@solves("the-first-name-of-a-necklace")
def the_first_name_of_a_necklace(text: str) -> str | None:
    word = text.strip()
    return min(word[k:] + word[:k] for k in range(len(word)))


@solves("the-order-of-the-courses")
def the_order_of_the_courses(text: str) -> str | None:
    n, _, *rest = numbers(text)
    if n > 7:
        return None
    for order in permutations(range(1, n + 1)):
        if all(a != b and order.index(a) < order.index(b) for a, b in pairs(rest)):
            return " ".join(map(str, order))
    return "impossible"


@solves("towers-of-books")
def towers_of_books(text: str) -> str | None:
    n, *widths = numbers(text)
    if n > 1000:
        return None
    height: list[int] = []
    for k, width in enumerate(widths):
        height.append(1 + max((height[i] for i in range(k) if widths[i] > width), default=0))
    return str(max(height))


@solves("bells-of-the-old-town")
def bells_of_the_old_town(text: str) -> str | None:
    _, end, *periods = numbers(text)
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
    n, *rest = numbers(text)
    if n > 8:
        return None
    rounds = ((0, *order, 0) for order in permutations(range(1, n)))
    return str(min(sum(rest[a * n + b] for a, b in pairwise(r)) for r in rounds))


@solves("bridges-after-the-flood")
def bridges_after_the_flood(text: str) -> str | None:
    n, m, *rest = numbers(text)
    if n > 100 or m > 200:
        return None
    bridges, order = pairs(rest[: 2 * m]), rest[2 * m :]
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
    end, k = numbers(text)
    if end > 30000:
        return None
    digits = (list(map(int, str(n))) for n in range(1, end + 1))
    return str(sum(sum(d) % k == 0 and all(a != b for a, b in pairwise(d)) for d in digits))
