"""Shapes on a plane: what a shape of a plot may be, where its number stands, how a row of plots is cut.

A point is a pair of integers in the units of the plan: pixels of its picture, or centimetres of the ground; x grows to the right,
y downwards. A ring is a closed line of at least three points; the first is not repeated at its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from koopset.kernel.violations import RuleViolation

Point = tuple[int, int]
Ring = tuple[Point, ...]

MOST_CORNERS = 400
#: A row is drawn at one go; a street with more plots is drawn as two rows.
MOST_IN_ROW = 60
#: No plan is larger: a square of ten kilometres in centimetres.
FARTHEST = 1_000_000


def ring_checked(points: Iterable[Sequence[int]]) -> Ring:
    """The ring without repeated points.

    Raises plan.bad_point, plan.too_few_corners, plan.too_many_corners, plan.crosses_itself.
    """
    ring: list[Point] = []
    for pair in points:
        point = _point(pair)
        if not ring or point != ring[-1]:
            ring.append(point)
        if len(ring) > MOST_CORNERS + 1:
            raise RuleViolation("plan.too_many_corners", field="points", most=MOST_CORNERS)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) > MOST_CORNERS:
        raise RuleViolation("plan.too_many_corners", field="points", most=MOST_CORNERS)
    if len(ring) < 3 or not any(_turn(ring[0], ring[1], point) for point in ring[2:]):
        raise RuleViolation("plan.too_few_corners", field="points")
    if crosses_itself(ring):
        raise RuleViolation("plan.crosses_itself", field="points")
    return tuple(ring)


def doubled_area(ring: Sequence[Point]) -> int:
    """Twice the area inside (the shoelace formula), never negative; exact."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(ring)))


def crosses_itself(ring: Sequence[Point]) -> bool:
    """Whether two sides that are not neighbours meet, or two neighbours lie upon each other."""
    sides = list(_sides(ring))
    for at, (a, b) in enumerate(sides):
        c = sides[(at + 1) % len(sides)][1]
        if _turn(a, b, c) == 0 and (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0:
            return True
        for other in range(at + 2, len(sides)):
            if at == 0 and other == len(sides) - 1:
                continue
            if _meet(a, b, *sides[other]):
                return True
    return False


def label_point(ring: Sequence[Point]) -> Point:
    """Where the number stands: the centre of gravity, or, where that lies outside, the middle of the widest part at its height."""
    area, cx, cy = 0, 0, 0
    x0, y0 = ring[0]
    for (x1, y1), (x2, y2) in _sides([(x - x0, y - y0) for x, y in ring]):
        cross = x1 * y2 - x2 * y1
        area += cross
        cx += (x1 + x2) * cross
        cy += (y1 + y2) * cross
    if area == 0:
        return _middle(ring)
    x, y = x0 + cx / (3 * area), y0 + cy / (3 * area)
    crossings = sorted(
        x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in _sides(ring)
        if min(y1, y2) <= y < max(y1, y2)
    )
    spans = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not spans:
        return _middle(ring)
    inside = [span for span in spans if span[0] <= x <= span[1]]
    left, right = (inside or [max(spans, key=lambda span: span[1] - span[0])])[0]
    return (round(x) if inside else round((left + right) / 2), round(y))


def row_of_plots(corners: Sequence[Sequence[int]], count: int) -> list[Ring]:
    """Cut a four-sided row into `count` plots of equal front: corners go along the front (first to second) and back along the rear.

    Neighbours share their corners, so that no gap is left. Raises plan.row_of_four, plan.row_count and what `ring_checked` raises.
    """
    ring = ring_checked(corners)
    if len(ring) != 4:
        raise RuleViolation("plan.row_of_four", field="points")
    if not 1 <= count <= MOST_IN_ROW:
        raise RuleViolation("plan.row_count", field="count", most=MOST_IN_ROW)
    front_from, front_to, rear_to, rear_from = ring
    front = [_between(front_from, front_to, at, count) for at in range(count + 1)]
    rear = [_between(rear_from, rear_to, at, count) for at in range(count + 1)]
    return [ring_checked((front[at], front[at + 1], rear[at + 1], rear[at])) for at in range(count)]


def on_plane(places: Sequence[tuple[float, float]], origin: tuple[float, float] | None) -> list[Point]:
    """Places as centimetres of the ground.

    With an `origin` (longitude, latitude in degrees) places are degrees, projected so that lengths near the origin are true (a
    settlement is small: the error stays under a thousandth); without one they are metres to the east and to the north.
    Raises plan.too_large.
    """
    if origin is None:
        found = [(x * 100, -y * 100) for x, y in places]
    else:
        lon, lat = origin
        east = 111_320 * math.cos(math.radians(lat)) * 100
        found = [((x - lon) * east, -(y - lat) * 110_574 * 100) for x, y in places]
    if any(abs(value) > FARTHEST for point in found for value in point):
        raise RuleViolation("plan.too_large", kilometres=FARTHEST // 100_000)
    return [(round(x), round(y)) for x, y in found]


def box_of(rings: Iterable[Sequence[Point]]) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of all points; None where there are none."""
    points = [point for ring in rings for point in ring]
    if not points:
        return None
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _point(pair: Sequence[object]) -> Point:
    match pair:
        case [int(x), int(y)] if not isinstance(x, bool) and not isinstance(y, bool):
            if abs(x) <= FARTHEST and abs(y) <= FARTHEST:
                return x, y
    raise RuleViolation("plan.bad_point", field="points")


def _sides(ring: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _turn(a: Point, b: Point, c: Point) -> int:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _on(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    return any(
        turn == 0 and _on(*side, point)
        for turn, side, point in zip(turns, ((a, b), (a, b), (c, d), (c, d)), (c, d, a, b), strict=True)
    )


def _middle(ring: Sequence[Point]) -> Point:
    return round(sum(x for x, _y in ring) / len(ring)), round(sum(y for _x, y in ring) / len(ring))


def _between(a: Point, b: Point, at: int, count: int) -> Point:
    return (
        round(a[0] + (b[0] - a[0]) * at / count),
        round(a[1] + (b[1] - a[1]) * at / count),
    )
