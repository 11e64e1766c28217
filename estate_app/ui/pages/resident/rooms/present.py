"""One's rooms as they are listed. Pure."""

from dataclasses import dataclass

from estate_app.kit.i18n import msg, translate
from estate_app.property.models import Relation
from estate_app.property.queries import OwnRoom
from estate_app.ui.words import RELATIONS


@dataclass(frozen=True, slots=True)
class RoomCard:
    """One room: where it is, what one is to it, how large it is; who only pays has no way to its people."""

    id: str
    place: str
    estate: str
    relation: str
    area: str
    href: str


def present_room(room: OwnRoom, *, locale: str) -> RoomCard:
    """Say a room; the English form is its code."""
    area = translate(msg("{area} m²", area=f"{room.area_milli_m2 // 1000}.{room.area_milli_m2 % 1000 // 10:02d}"), locale)
    place = room.code if locale == "en" else room.label
    href = "" if room.relation is Relation.payer else f"/me/rooms/{room.id}"
    return RoomCard(str(room.id), place, room.estate_name, translate(RELATIONS[room.relation], locale), area, href)
