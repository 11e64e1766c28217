"""Sheets of QR labels to print, cut out and stick on.

Those of facilities and public areas open a report; those of rooms prove that a technician stood at the door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Table, TableStyle
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.printing import FONT, build_pdf, paragraph, qr_drawing
from estate_app.property.places import areas_by_id
from estate_app.property.queries import in_scope, place_labels
from estate_app.property.register import doors_of
from estate_app.repair.facility_models import Facility
from estate_app.repair.facility_rules import area_code
from estate_app.settings import settings

MAX_LABELS = 120
MAX_DOORS = 600
_READ = (Permission.technicians_read, Permission.technicians_edit)
_ACROSS, _WIDE, _HIGH, _QR = 3, 62 * mm, 54 * mm, 32 * mm
_CUT = HexColor("#C8C8CE")


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what it hangs on, where, and the code in its QR."""

    code: str
    name: str
    number: str
    place: str
    is_door: bool = False


def label_url(code: str) -> str:
    """The address that a label's QR opens."""
    return f"{settings().public_url.rstrip('/')}/report/{code}"


def labels_of(session: Session, actor: Actor, *, facility_ids: Sequence[int], area_ids: Sequence[int]) -> list[Label]:
    """The labels of facilities and public areas, all within the actor's scope; else a 404.

    Raises:
        InvalidError: none is chosen, or more than a sheet of `MAX_LABELS`.
    """
    actor.require(*_READ)
    wanted, areas_wanted = list(dict.fromkeys(facility_ids)), list(dict.fromkeys(area_ids))
    if not 1 <= len(wanted) + len(areas_wanted) <= MAX_LABELS:
        raise InvalidError(msg("Choose 1 to {count} facilities or public areas", count=MAX_LABELS))
    reach = in_scope(actor, *_READ, estate=col(Facility.estate_id))
    found = {f.id: f for f in session.exec(select(Facility).where(col(Facility.id).in_(wanted), reach))}
    areas = {a.id: a for a in areas_by_id(session, areas_wanted) if actor.scope(*_READ).covers(estate_id=a.estate_id)}
    if len(found) < len(wanted) or len(areas) < len(areas_wanted):
        raise NotFoundError
    places = place_labels(session, (), [f.public_area_id for f in found.values()] + areas_wanted)[1]
    made = [Label(f.code, f.name, f.number, _place(places[f.public_area_id])) for f in (found[i] for i in wanted)]
    return made + [Label(area_code(i), places[i].place, "", places[i].estate) for i in areas_wanted]


def label_sheet(
    session: Session, actor: Actor, *, facility_ids: Sequence[int], area_ids: Sequence[int], locale: str = "zh"
) -> tuple[str, bytes]:
    """The labels as PDF on A4, three beside each other; the same labels give the same bytes."""
    return "labels.pdf", render_labels(labels_of(session, actor, facility_ids=facility_ids, area_ids=area_ids), locale=locale)


def door_sheet(
    session: Session, actor: Actor, *, building_id: int | None = None, room_id: int | None = None, locale: str = "zh"
) -> tuple[str, bytes]:
    """The door labels of a building's rooms, or of one room, as PDF; a 404 outside of the actor's scope.

    Raises:
        InvalidError: the building has more rooms than a sheet of `MAX_DOORS`.
    """
    doors = doors_of(session, actor, building_id=building_id, room_id=room_id, most=MAX_DOORS + 1)
    if len(doors) > MAX_DOORS:
        raise InvalidError(msg("Choose a building with at most {count} rooms", count=MAX_DOORS))
    labels = [Label(door.label_code, door.label, "", door.estate, is_door=True) for door in doors]
    return "doors.pdf", render_labels(labels, locale=locale)


def render_labels(labels: Sequence[Label], *, locale: str) -> bytes:
    """Print labels with hairlines to cut along."""
    cells: list[list[Any]] = [
        [_cell(label, locale) for label in labels[start : start + _ACROSS]] for start in range(0, len(labels), _ACROSS)
    ]
    cells[-1] += [""] * (_ACROSS - len(cells[-1]))
    style = [
        ("FONTNAME", (0, 0), (-1, -1), FONT),
        ("GRID", (0, 0), (-1, -1), 0.4, _CUT),
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    table = Table(cells, colWidths=[_WIDE] * _ACROSS, rowHeights=[_HIGH] * len(cells), style=TableStyle(style))
    title = translate(msg("Labels for the doors") if labels[0].is_door else msg("Labels to report faults"), locale)
    return build_pdf([table], title=title, author=settings().company, margins=(12 * mm, 12 * mm, 12 * mm, 12 * mm))


def _cell(label: Label, locale: str) -> list[Any]:
    name = f"{label.name} · {label.number}" if label.number else label.name
    code = qr_drawing(label_url(label.code), side=_QR)
    code.hAlign = "CENTER"
    phone = settings().support_phone
    use = msg("The technician scans this on arrival · {phone}", phone=phone)
    hint = translate(use if label.is_door else msg("Scan to report a fault · {phone}", phone=phone), locale)
    return [
        paragraph(name, size=10, align="center", leading=13),
        paragraph(label.place, size=7.5, align="center", color="#60646C", leading=10),
        code,
        paragraph(label.code, size=7, align="center", color="#60646C", leading=9),
        paragraph(hint, size=7, align="center", leading=9),
    ]


def _place(place: Any) -> str:
    return f"{place.estate} {place.place}"
