"""Answers of the problems in geometry, by coordinates."""

from __future__ import annotations

import math
from math import cos, hypot, radians, sin
from typing import Any

import sympy as sp
from sympy import Rational as Q

from problems.proofs import proves


@proves("a-path-around-the-lawn")
def a_path_around_the_lawn() -> Any:
    # Unit squares of the outer rectangle that are not squares of the lawn.
    outer = {(x, y) for x in range(-2, 18 + 2) for y in range(-2, 11 + 2)}
    return len(outer - {(x, y) for x in range(18) for y in range(11)})


@proves("the-ladder-slips")
def the_ladder_slips() -> Any:
    length, foot, slip = Q(65, 10), Q(25, 10), Q(14, 10)
    return sp.sqrt(length**2 - foot**2) - sp.sqrt(length**2 - (foot + slip) ** 2)


@proves("where-the-wires-cross")
def where_the_wires_cross() -> Any:
    apart = sp.Symbol("d", positive=True)
    one = sp.Line(sp.Point(0, 10), sp.Point(apart, 0))
    other = sp.Line(sp.Point(0, 0), sp.Point(apart, 15))
    (crossing,) = one.intersection(other)
    return sp.simplify(crossing.y)


@proves("square-meets-pentagon")
def square_meets_pentagon() -> Any:
    # A = 0 and B = 1 in the complex plane, the pentagon above and the square below.
    e, y = sp.exp(sp.I * sp.pi * Q(108, 180)), -sp.I
    angle = sp.arg((0 - e) / (y - e))
    return round(abs(sp.N(sp.deg(angle), 30)), 12)


@proves("trees-inside-the-triangle")
def trees_inside_the_triangle() -> Any:
    corners = [(1, 2), (9, 4), (4, 11)]

    def side(k: int, x: int, y: int) -> int:
        (ax, ay), (bx, by) = corners[k], corners[(k + 1) % 3]
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax)

    return sum(all(side(k, x, y) > 0 for k in range(3)) for x in range(10) for y in range(12))


@proves("half-a-circle-in-a-triangle")
def half_a_circle_in_a_triangle() -> Any:
    a, b = sp.Point(0, 0), sp.Point(14, 0)
    apex = next(point for point in sp.Circle(a, 13).intersection(sp.Circle(b, 15)) if point.y > 0)
    place = sp.Symbol("x", real=True)
    left, right = sp.Line(a, apex), sp.Line(b, apex)
    centre = sp.Point(place, 0)
    gaps = left.distance(centre) ** 2 - right.distance(centre) ** 2
    (x,) = (root for root in sp.solve(gaps, place) if 0 < root < 14)
    return left.distance(sp.Point(x, 0))


@proves("a-triangle-on-the-balance")
def a_triangle_on_the_balance() -> Any:
    a, b, c = sp.Point(0, 0), sp.Point(20, 0), sp.Point(0, 12)  # area 120
    d = b + (c - b) * Q(1, 3)
    e = c + (a - c) * Q(1, 4)
    (p,) = sp.Line(a, d).intersection(sp.Line(b, e))
    return abs(sp.Triangle(a, b, p).area)


@proves("the-coin-in-the-gap")
def the_coin_in_the_gap() -> Any:
    x, r = sp.symbols("x r", positive=True)
    apart = sp.sqrt((9 + 4) ** 2 - (9 - 4) ** 2)
    touching = [
        x**2 + (9 - r) ** 2 - (9 + r) ** 2,
        (apart - x) ** 2 + (4 - r) ** 2 - (4 + r) ** 2,
    ]
    (radius,) = (pair[1] for pair in sp.solve(touching, [x, r]) if pair[0] < apart)
    return radius


@proves("corner-to-corner")
def corner_to_corner() -> Any:
    sheet = sp.Polygon((0, 0), (12, 0), (12, 9), (0, 9))
    crease = sp.Segment((0, 0), (12, 9)).perpendicular_bisector()
    one, other = sheet.intersection(crease)
    return one.distance(other)


@proves("a-point-on-the-far-arc")
def a_point_on_the_far_arc() -> Any:
    s, x, y = sp.symbols("s x y", positive=True)
    # B = (0, 0), C = (s, 0), A above them, P = (x, -y) on the circle through all three.
    circle = (x - s / 2) ** 2 + (-y - s / (2 * sp.sqrt(3))) ** 2 - s**2 / 3
    found = sp.solve([x**2 + y**2 - 25, (x - s) ** 2 + y**2 - 64, circle], [s, x, y])
    (side,) = {sp.sqrtdenest(sp.simplify(one[0])) for one in found}
    return side


@proves("two-centres-of-one-triangle")
def two_centres_of_one_triangle() -> Any:
    triangle = sp.Triangle((0, 0), (20, 0), (0, 21))
    return triangle.incenter.distance(triangle.circumcenter)


@proves("a-corner-cut-from-a-box")
def a_corner_cut_from_a_box() -> Any:
    cut = sp.Plane(sp.Point3D(6, 0, 0), sp.Point3D(0, 8, 0), sp.Point3D(0, 0, 24))
    return cut.distance(sp.Point3D(0, 0, 0))


@proves("the-shortest-patrol")
def the_shortest_patrol() -> Any:
    # The hut on the line that makes 20 degrees with the first wall; any angle gives the same.
    hx, hy = 14 * cos(radians(20)), 14 * sin(radians(20))
    ux, uy = cos(radians(60)), sin(radians(60))

    def back(first: float) -> float:
        """The best way on, from this place on the first wall."""
        return _lowest(
            lambda s: hypot(first - s * ux, s * uy) + hypot(hx - s * ux, hy - s * uy), 0, 60
        )[1]

    shortest = _lowest(lambda first: hypot(hx - first, hy) + back(first), 0, 60)[1]
    return sp.nsimplify(round(shortest**2, 6)) ** Q(1, 2)


def _lowest(f: Any, low: float, high: float) -> tuple[float, float]:
    """Place and value of the minimum of a convex function."""
    for _ in range(90):
        third = (high - low) / 3
        low, high = (low, high - third) if f(low + third) < f(high - third) else (low + third, high)
    return low, f(low)


@proves("the-board-with-twelve-nails")
def the_board_with_twelve_nails() -> Any:
    nails = [sp.Point(3 * sp.cos(k * sp.pi / 6), 3 * sp.sin(k * sp.pi / 6)) for k in range(12)]
    return sp.simplify(
        sum((a.x - b.x) ** 2 + (a.y - b.y) ** 2 for k, a in enumerate(nails) for b in nails[:k])
    )


@proves("a-belt-around-three-pipes")
def a_belt_around_three_pipes() -> Any:
    # Cauchy: the length of a convex curve is its width in a direction, integrated over them all.
    centres, steps = [(0.0, 0.0), (10.0, 0.0), (5.0, 75**0.5)], 120_000
    angles = (2 * math.pi * k / steps for k in range(steps))
    reach = (max(x * math.cos(a) + y * math.sin(a) for x, y in centres) + 5 for a in angles)
    return sp.nsimplify(sum(reach) * 2 * math.pi / steps, [sp.pi], tolerance=1e-6)
