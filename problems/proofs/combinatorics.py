"""Answers of the problems in combinatorics and probability, by listing every case."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from typing import Any

import sympy as sp

from problems.proofs import proves


@proves("flags-for-a-harbour")
def flags_for_a_harbour() -> Any:
    white = 0
    return sum(a != b and b != c and white in (a, b, c) for a, b, c in product(range(6), repeat=3))


@proves("no-club-plays-itself")
def no_club_plays_itself() -> Any:
    players = [(club, player) for club in range(5) for player in range(4)]
    return sum(one[0] != other[0] for one, other in combinations(players, 2))


@proves("two-unequal-dice")
def two_unequal_dice() -> Any:
    primes = (2, 3, 5, 7)
    return Fraction(sum(a + b in primes for a in range(1, 5) for b in range(1, 7)), 24)


@proves("past-the-roadworks")
def past_the_roadworks() -> Any:
    ways = 0
    for norths in combinations(range(9), 4):
        seen = [(k - sum(n < k for n in norths), sum(n < k for n in norths)) for k in range(10)]
        ways += (2, 2) not in seen
    return ways


@proves("books-that-must-not-touch")
def books_that_must_not_touch() -> Any:
    old = (0, 1, 2)
    return sum(
        not any(a in old and b in old for a, b in pairwise(row)) for row in permutations(range(7))
    )


@proves("coins-in-four-pockets")
def coins_in_four_pockets() -> Any:
    return sum(
        sum(pockets) == 15 and pockets[0] <= 5 for pockets in product(range(1, 13), repeat=4)
    )


@proves("the-quarrelling-ushers")
def the_quarrelling_ushers() -> Any:
    women, men = range(7), range(7, 12)
    return sum(
        sum(one in women for one in five) >= 2
        and sum(one in men for one in five) >= 2
        and not {0, 7} <= set(five)
        for five in combinations(range(12), 5)
    )


@proves("tiling-the-corridor")
def tiling_the_corridor() -> Any:
    def tilings(free: frozenset[tuple[int, int]]) -> int:
        if not free:
            return 1
        column, row = min(free)
        shapes = ([(0, 0), (1, 0)], [(0, 0), (0, 1)], [(0, 0), (0, 1), (1, 0), (1, 1)])
        slabs = ({(column + dx, row + dy) for dx, dy in shape} for shape in shapes)
        return sum(tilings(free - slab) for slab in slabs if slab <= free)

    return tilings(frozenset(product(range(10), range(2))))


@proves("empty-chairs-between-them")
def empty_chairs_between_them() -> Any:
    return sum(
        all((chair + 1) % 13 not in four for chair in four) for four in combinations(range(13), 4)
    )


@proves("six-umbrellas")
def six_umbrellas() -> Any:
    lucky = sum(
        sum(guest == umbrella for guest, umbrella in enumerate(taken)) == 2
        for taken in permutations(range(6))
    )
    return Fraction(lucky, 720)


@proves("where-the-colours-change")
def where_the_colours_change() -> Any:
    strings = [[k in reds for k in range(12)] for reds in combinations(range(12), 5)]
    changes = sum(a != b for beads in strings for a, b in pairwise(beads))
    return Fraction(changes, len(strings))


@proves("a-guest-list-with-rules")
def a_guest_list_with_rules() -> Any:
    size = [sum(n % 7 == r for n in range(1, 101)) for r in range(7)]
    best = 0
    for invited in product((False, True), repeat=7):
        present = [r for r in range(7) if invited[r]]
        if not any((a + b) % 7 == 0 for a, b in combinations(present, 2)):
            best = max(best, sum(1 if r == 0 else size[r] for r in present))
    return best


@proves("nine-windows-three-lamps")
def nine_windows_three_lamps() -> Any:
    panes = [(x, y) for x in range(3) for y in range(3)]

    def turned(lit: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        return frozenset((y, 2 - x) for x, y in lit)

    def flipped(lit: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        return frozenset((2 - x, y) for x, y in lit)

    patterns = set()
    for three in combinations(panes, 3):
        lit, same = frozenset(three), []
        for _ in range(4):
            lit = turned(lit)
            same += [lit, flipped(lit)]
        patterns.add(min(tuple(sorted(one)) for one in same))
    return len(patterns)


@proves("never-below-the-valley")
def never_below_the_valley() -> Any:
    return sum(
        sum(moves) == 2 and all(sum(moves[:k]) >= 0 for k in range(11))
        for moves in product((1, -1), repeat=10)
    )


@proves("the-last-two-sweets")
def the_last_two_sweets() -> Any:
    orders = [[k in reds for k in range(8)] for reds in combinations(range(8), 5)]
    return Fraction(sum(sweets[-1] == sweets[-2] for sweets in orders), len(orders))


@proves("three-at-one-die")
def three_at_one_die() -> Any:
    # From each player's turn, the chance that the third one wins in the end.
    first, second, third = sp.symbols("first second third")
    win, fail = sp.Rational(2, 6), sp.Rational(4, 6)
    turns = [first - fail * second, second - fail * third, third - win - fail * first]
    return sp.solve(turns, [first, second, third])[first]


@proves("four-couples-in-a-row")
def four_couples_in_a_row() -> Any:
    return sum(
        all(a // 2 != b // 2 for a, b in pairwise(seats)) for seats in permutations(range(8))
    )
