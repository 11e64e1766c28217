"""Buildings on the ground and public areas, as the page shows them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from estate_app.kit.geo import Point
from estate_app.kit.i18n import msg, translate
from estate_app.property.grounds import AreaRow, BuildingRow
from estate_app.property.outline import area_m2, on_the_flat, write_outline
from estate_app.ui.view import Badge, Option

WIDTH, HEIGHT = 360, 240
_MARGIN = 24


@dataclass(frozen=True, slots=True)
class Drawing:
    """An outline for an SVG of 360 × 240: its corners, the larger words beside it, and how long the bar of the scale is."""

    points: str = ""
    size: str = ""
    scale: str = ""
    bar: str = ""


@dataclass(frozen=True, slots=True)
class BuildingView:
    """The building in view."""

    id: str = ""
    name: str = ""
    about: str = ""
    latitude: str = ""
    longitude: str = ""
    outline: str = ""
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One public area."""

    id: str
    name: str
    where: str
    badge: Badge
    is_retired: bool


@dataclass(frozen=True, slots=True)
class GroundView:
    """What the page has of an estate."""

    buildings: list[Option] = field(default_factory=list)
    building: BuildingView = BuildingView()
    drawing: Drawing = Drawing()
    areas: list[AreaLine] = field(default_factory=list)
    may_edit: bool = False


def ground_view(buildings: Sequence[BuildingRow], areas: Sequence[AreaRow], chosen: int, *, may_edit: bool, locale: str) -> GroundView:
    """The building that is asked for, else the first, and every public area."""
    building = next((b for b in buildings if b.id == chosen), buildings[0] if buildings else None)
    return GroundView(
        buildings=[Option(str(b.id), b.name) for b in buildings],
        building=building_view(building, locale=locale) if building else BuildingView(),
        drawing=draw(building.corners, locale=locale) if building else Drawing(),
        areas=[area_line(area, locale=locale) for area in areas],
        may_edit=may_edit,
    )


def building_view(building: BuildingRow, *, locale: str) -> BuildingView:
    """A building with its figures as they are typed."""
    about = msg("{floors} floors · {rooms} rooms", floors=building.floors, rooms=building.rooms)
    return BuildingView(
        id=str(building.id),
        name=building.name,
        about=translate(about, locale),
        latitude=f"{building.centre.latitude:.6f}" if building.centre else "",
        longitude=f"{building.centre.longitude:.6f}" if building.centre else "",
        outline=write_outline(building.corners),
        may_edit=building.may_edit,
    )


def draw(corners: Sequence[Point], *, locale: str) -> Drawing:
    """Fit an outline into the picture, north above."""
    if not corners:
        return Drawing()
    flat = on_the_flat(corners)
    left, right = min(x for x, _ in flat), max(x for x, _ in flat)
    bottom, top = min(y for _, y in flat), max(y for _, y in flat)
    scale = min((WIDTH - 2 * _MARGIN) / max(right - left, 1), (HEIGHT - 2 * _MARGIN) / max(top - bottom, 1))
    east, south = (WIDTH - (right - left) * scale) / 2, (HEIGHT - (top - bottom) * scale) / 2
    points = " ".join(f"{east + (x - left) * scale:.1f},{south + (top - y) * scale:.1f}" for x, y in flat)
    metres = _bar(scale)
    words = msg("{corners} corners · about {area} m²", corners=len(corners), area=f"{area_m2(corners):,.0f}")
    return Drawing(points, translate(words, locale), translate(msg("{count} m", count=metres), locale), f"{metres * scale:.0f}")


def area_line(area: AreaRow, *, locale: str) -> AreaLine:
    """One public area; a retired one stays readable."""
    badge = Badge(translate(msg("Retired"), locale), "gray", "soft", "archive") if area.is_retired else Badge("")
    return AreaLine(str(area.id), area.name, area.building or translate(msg("Whole estate"), locale), badge, area.is_retired)


def _bar(scale: float) -> int:
    """A round number of metres whose bar is no longer than a quarter of the picture."""
    return next((metres for metres in (100, 50, 20, 10, 5, 2) if metres * scale <= WIDTH / 4), 1)
