"""The jobs in hand in the order of the way, and a map of them that needs no internet: outlines and numbered pins. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, radians

from estate_app.kit.geo import Point, distance_m, visiting_order
from estate_app.kit.i18n import msg, translate
from estate_app.property.places import Ground
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import JobCard

BY_PROMISE, BY_WAY = "promise", "way"
_METRES_PER_DEGREE = 111_195
_MARGIN_M = 45
_LEAST_M = 220
_SAME_M = 1
_USUAL_WIDTH = 340
"""How wide the map is on a phone: pins and numbers keep their size on a larger estate."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One stop, or several at the same place, in the map's own units."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a building."""

    id: str
    points: str


@dataclass(frozen=True, slots=True)
class Route:
    """How the jobs in hand are sorted, and the map of them in metres; `scale` keeps the pins as large as on the smallest."""

    by: str = BY_PROMISE
    view_box: str = "0 0 1 1"
    scale: str = "1"
    shapes: list[Shape] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stop:
    """A job with its number on the way and how far it is from the one before."""

    job: JobCard
    number: int
    leg: str


def stops(jobs: Sequence[JobCard], *, by: str, locale: str) -> list[Stop]:
    """The jobs by promised time as they come, or by the way: from the one that is being repaired, else the most pressing."""
    points = [_point(job) for job in jobs]
    order = list(range(len(jobs)))
    if by == BY_WAY and jobs:
        start = next((index for index, job in enumerate(jobs) if job.order.status is OrderStatus.working), 0)
        order = visiting_order(start, points)
    made = []
    for place, index in enumerate(order):
        before = points[order[place - 1]] if place else None
        made.append(Stop(jobs[index], place + 1, _leg(before, points[index], locale) if by == BY_WAY else ""))
    return made


def route(found: Sequence[Stop], grounds: Sequence[Ground], *, by: str) -> Route:
    """The map of the stops; without two places there is nothing to draw."""
    placed = [(stop, point) for stop in found if (point := _point(stop.job)) is not None]
    if len({(point.latitude, point.longitude) for _, point in placed}) < 2:
        return Route(by)
    south, west = min(p.latitude for _, p in placed), min(p.longitude for _, p in placed)
    north, east = max(p.latitude for _, p in placed), max(p.longitude for _, p in placed)
    stretch = cos(radians(south)) * _METRES_PER_DEGREE

    def at(latitude: float, longitude: float) -> tuple[float, float]:
        return (longitude - west) * stretch, (north - latitude) * _METRES_PER_DEGREE

    width, height = max(_LEAST_M, (east - west) * stretch), (north - south) * _METRES_PER_DEGREE
    view = f"{-_MARGIN_M} {-_MARGIN_M} {width + 2 * _MARGIN_M:.0f} {height + 2 * _MARGIN_M:.0f}"
    rings = [ring for ground in grounds for ring in ground.outlines]
    shapes = [Shape(str(n), " ".join("{:.1f},{:.1f}".format(*at(lat, lng)) for lng, lat in ring)) for n, ring in enumerate(rings)]
    pins = _pins([(stop.number, at(point.latitude, point.longitude)) for stop, point in placed])
    return Route(by, view, f"{(width + 2 * _MARGIN_M) / _USUAL_WIDTH:.2f}", shapes, pins)


def _pins(numbered: Sequence[tuple[int, tuple[float, float]]]) -> list[Pin]:
    """One pin a place; the numbers of all stops there stand on it."""
    places: dict[tuple[int, int], list[int]] = {}
    for number, (x, y) in numbered:
        places.setdefault((round(x / _SAME_M), round(y / _SAME_M)), []).append(number)
    return [Pin(str(x), str(y), "·".join(map(str, numbers))) for (x, y), numbers in places.items()]


def _leg(before: Point | None, here: Point | None, locale: str) -> str:
    if before is None or here is None:
        return ""
    metres = round(distance_m(before, here), -1)
    away = msg("{metres} m from the stop before", metres=f"{metres:.0f}") if metres else msg("same place")
    return translate(away, locale)


def _point(job: JobCard) -> Point | None:
    return Point(job.latitude, job.longitude) if job.latitude is not None and job.longitude is not None else None
