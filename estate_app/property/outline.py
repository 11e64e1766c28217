"""The outline of a building as a person types it: one corner a line, checked, measured and drawn. Pure."""

import re
from collections.abc import Sequence
from itertools import combinations
from math import cos, radians

from estate_app.errors import InvalidError
from estate_app.kit.geo import Point, distance_m
from estate_app.kit.i18n import msg

MAX_CORNERS = 100
LEAST_CORNERS = 3
MAX_REACH_M = 1_000
"""No building reaches so far from its own centre; a figure that does is a slip."""
_METRES_PER_DEGREE = 111_195.08
_CORNER = re.compile(r"\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*[,，\s]\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")


def read_point(latitude: str, longitude: str) -> Point | None:
    """Read a centre from two fields; both empty is none.

    Raises:
        InvalidError: only one of them, no number, or out of range, under the field that is wrong.
    """
    typed = {"latitude": latitude.strip().translate(_FULL_WIDTH), "longitude": longitude.strip().translate(_FULL_WIDTH)}
    if not any(typed.values()):
        return None
    found = {}
    for name, text in typed.items():
        try:
            found[name] = float(text)
        except ValueError:
            raise InvalidError(msg("Write degrees as a number, such as 31.23041"), field=name) from None
    return _checked(found["latitude"], found["longitude"], field="latitude")


def read_outline(text: str) -> tuple[Point, ...]:
    """Read corners, one a line as latitude and longitude; empty is no outline.

    Raises:
        InvalidError: a line that is no pair, too few or too many corners, sides that cross, or no area inside; it names the line.
    """
    lines = [line.translate(_FULL_WIDTH) for line in text.splitlines() if line.strip()]
    corners = [_corner(line, number) for number, line in enumerate(lines, start=1)]
    if corners and corners[0] == corners[-1]:
        corners.pop()
    if not corners:
        return ()
    if not LEAST_CORNERS <= len(corners) <= MAX_CORNERS:
        raise InvalidError(msg("An outline has {least} to {most} corners", least=LEAST_CORNERS, most=MAX_CORNERS), field="outline")
    crossing = _crossing(corners)
    if crossing:
        raise InvalidError(
            msg("The sides after corners {first} and {second} cross; list the corners in the order in which you walk around", **crossing),
            field="outline",
        )
    if area_m2(corners) < 1:
        raise InvalidError(msg("The corners enclose no area"), field="outline")
    return tuple(corners)


def check_reach(centre: Point, corners: Sequence[Point]) -> None:
    """Refuse a corner that lies too far from the building's centre."""
    for number, corner in enumerate(corners, start=1):
        if distance_m(centre, corner) > MAX_REACH_M:
            words = msg("Corner {number} lies more than {most} m from the building; check its figures", number=number, most=MAX_REACH_M)
            raise InvalidError(words, field="outline")


def centre_of(corners: Sequence[Point]) -> Point:
    """The middle of the corners, for a building of which nobody typed the centre."""
    return Point(sum(c.latitude for c in corners) / len(corners), sum(c.longitude for c in corners) / len(corners))


def area_m2(corners: Sequence[Point]) -> float:
    """The area inside an outline, as on the flat: exact enough for a building."""
    flat = on_the_flat(corners)
    pairs = zip(flat, [*flat[1:], flat[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def on_the_flat(corners: Sequence[Point]) -> list[tuple[float, float]]:
    """The corners in metres east and north of the first."""
    first = corners[0]
    narrow = cos(radians(first.latitude))
    return [
        ((c.longitude - first.longitude) * _METRES_PER_DEGREE * narrow, (c.latitude - first.latitude) * _METRES_PER_DEGREE) for c in corners
    ]


def write_outline(corners: Sequence[Point]) -> str:
    """The corners as they are typed."""
    return "\n".join(f"{corner.latitude:.6f}, {corner.longitude:.6f}" for corner in corners)


def to_ring(corners: Sequence[Point]) -> list[list[float]]:
    """The corners as the register keeps them: a closed ring of [longitude, latitude]."""
    return [[corner.longitude, corner.latitude] for corner in (*corners, *corners[:1])]


def from_ring(ring: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    """The corners of a ring that the register keeps."""
    corners = [Point(latitude, longitude) for longitude, latitude in ring]
    return tuple(corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners)


def _corner(line: str, number: int) -> Point:
    found = _CORNER.fullmatch(line)
    if found is None:
        raise InvalidError(
            msg("Line {number} is no pair of latitude and longitude, such as 31.23041, 121.47370", number=number), field="outline"
        )
    return _checked(float(found[1]), float(found[2]), field="outline")


def _checked(latitude: float, longitude: float, *, field: str) -> Point:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidError(msg("Latitude lies between -90 and 90, longitude between -180 and 180; latitude comes first"), field=field)
    return Point(latitude, longitude)


def _crossing(corners: Sequence[Point]) -> dict[str, int] | None:
    flat = on_the_flat(corners)
    sides = list(zip(flat, [*flat[1:], flat[0]], strict=True))
    for (first, one), (second, other) in combinations(enumerate(sides), 2):
        is_next = second - first == 1 or (first == 0 and second == len(sides) - 1)
        if not is_next and _cross(*one, *other):
            return {"first": first + 1, "second": second + 1}
    return None


_Spot = tuple[float, float]


def _cross(a: _Spot, b: _Spot, c: _Spot, d: _Spot) -> bool:
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0 and (_side(a, b, c) != 0 or _side(a, b, d) != 0)


def _side(a: _Spot, b: _Spot, c: _Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
