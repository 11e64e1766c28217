"""The board's map without any tiles: outlines from the register on a plane of metres, orders and technicians on them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians

from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.models import Building
from estate_app.repair.board_filter import BoardFilter
from estate_app.repair.board_map import BoardMap, BuildingLoad, LastSeen
from estate_app.repair.models import Trade
from estate_app.repair.rules import TRADE_NAMES
from estate_app.ui.view import Option
from estate_app.ui.when import moment_text

_METRES_PER_DEGREE = 111_320
_MARGIN_M = 45
_LEAST_WIDTH_M = 220
_LEAST_RATIO = 0.5
_HALF_UNKNOWN_M = 10
"""A building whose outline is not known is drawn as a square of 20 m."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to, and how it is looked at: lanes or map."""

    building: str = ""
    trade: str = ""
    view: str = "lanes"
    is_narrowed: bool = False


@dataclass(frozen=True, slots=True)
class MapPerson:
    """A technician in the building where he was last known."""

    id: str
    name: str
    note: str
    is_working: bool


@dataclass(frozen=True, slots=True)
class MapShape:
    """One building: its outline as the points of a polygon, and the place of its pin in percent of the plane."""

    id: str
    name: str
    points: str
    left: str
    top: str
    waiting: int
    held: int
    tone: str
    title: str
    people: list[MapPerson] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MapPlan:
    """The whole map; `note` says what has no place on it."""

    view_box: str = "0 0 100 50"
    ratio: str = "2"
    shapes: list[MapShape] = field(default_factory=list)
    note: str = ""


def read_filters(query: Mapping[str, str], buildings: Sequence[Building]) -> tuple[Filters, BoardFilter]:
    """The filters of a URL; a building or trade that there is not is left out."""
    building, trade = query.get("building", ""), query.get("trade", "")
    known = next((b for b in buildings if str(b.id) == building), None)
    wanted = Trade(trade) if trade in set(Trade) else None
    view = "map" if query.get("view") == "map" else "lanes"
    shown = Filters(building if known else "", trade if wanted else "", view, known is not None or wanted is not None)
    return shown, BoardFilter(known.id if known else None, wanted)


def trade_options(locale: str) -> list[Option]:
    """Every trade."""
    return [Option(trade.value, translate(name, locale)) for trade, name in TRADE_NAMES.items()]


def plan_of(found: BoardMap, *, now: datetime, locale: str) -> MapPlan:
    """Turn the register's coordinates into a plane of metres, north up."""
    rings = {load.building.id: ring for load in found.buildings if (ring := ring_of(load.building))}
    note = _note(found, rings, locale)
    if not rings:
        return MapPlan(note=note)
    flat = _flatten(rings)
    left, top, width, height = _frame([point for ring in flat.values() for point in ring])
    people: dict[int, list[MapPerson]] = {}
    for seen in found.technicians:
        people.setdefault(seen.building_id, []).append(_person(seen, now=now, locale=locale))
    shapes = []
    for load in found.buildings:
        if ring := flat.get(load.building.id):
            moved = [(x - left, y - top) for x, y in ring]
            shapes.append(_shape(load, moved, width, height, people.get(load.building.id, []), locale))
    return MapPlan(f"0 0 {width:.0f} {height:.0f}", f"{width / height:.3f}", shapes, note)


def ring_of(building: Building) -> list[Point]:
    """The corners of a building as longitude and latitude; a square around its point where no outline is known."""
    if len(building.outline) >= 3:
        return [(corner[0], corner[1]) for corner in building.outline]
    if building.latitude is None or building.longitude is None:
        return []
    north = _HALF_UNKNOWN_M / _METRES_PER_DEGREE
    east = north / cos(radians(building.latitude))
    return [(building.longitude + x * east, building.latitude + y * north) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


def _flatten(rings: Mapping[int, list[Point]]) -> dict[int, list[Point]]:
    """Metres to the east and to the south; on the few hundred metres of an estate the earth is flat."""
    latitudes = [latitude for ring in rings.values() for _, latitude in ring]
    stretch = cos(radians(sum(latitudes) / len(latitudes)))
    return {
        key: [(longitude * stretch * _METRES_PER_DEGREE, -latitude * _METRES_PER_DEGREE) for longitude, latitude in ring]
        for key, ring in rings.items()
    }


def _frame(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """The left and top edge, width and height of a plane that holds every point with a margin and is not too flat."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width = max(max(xs) - min(xs) + 2 * _MARGIN_M, _LEAST_WIDTH_M)
    height = max(max(ys) - min(ys) + 2 * _MARGIN_M, width * _LEAST_RATIO)
    return (min(xs) + max(xs) - width) / 2, (min(ys) + max(ys) - height) / 2, width, height


def _shape(load: BuildingLoad, ring: list[Point], width: float, height: float, people: list[MapPerson], locale: str) -> MapShape:
    # The middle of the extent: a closed ring has its first corner twice, which would pull a mean to it.
    x, y = ((min(values) + max(values)) / 2 for values in zip(*ring, strict=True))
    tone = "red" if load.is_urgent else "orange" if load.waiting else "indigo" if load.held else "gray"
    words = msg("{building}: {waiting} waiting, {held} with technicians", building=load.building.name, waiting=load.waiting, held=load.held)
    return MapShape(
        id=str(load.building.id),
        name=load.building.name,
        points=" ".join(f"{px:.1f},{py:.1f}" for px, py in ring),
        left=f"{100 * x / width:.2f}%",
        top=f"{100 * y / height:.2f}%",
        waiting=load.waiting,
        held=load.held,
        tone=tone,
        title=translate(words, locale),
        people=people,
    )


def _person(seen: LastSeen, *, now: datetime, locale: str) -> MapPerson:
    time = moment_text(seen.since, now=now, locale=locale)
    note: Message = msg("{name} · at work since {time}", name=seen.name, time=time)
    if not seen.is_working:
        note = msg("{name} · last here {time}", name=seen.name, time=time)
    return MapPerson(str(seen.technician_id), seen.name, translate(note, locale), seen.is_working)


def _note(found: BoardMap, rings: Mapping[int, list[Point]], locale: str) -> str:
    parts = []
    if found.outside:
        parts.append(translate(msg("{count} orders outside the buildings", count=found.outside), locale))
    if missing := [load.building.name for load in found.buildings if load.building.id not in rings]:
        parts.append(translate(msg("Not on the map, for want of coordinates: {names}", names="、".join(missing)), locale))
    return " · ".join(parts)
