"""Who is appointed to what, and the one table of permissions. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from estate_app.access.grants import GrantRow
from estate_app.access.permission import OF_ROLE, OF_SET, Permission, PermissionSet
from estate_app.kit.i18n import msg, translate
from estate_app.ui.view import Fact, Option
from estate_app.ui.words import PERMISSIONS, SETS

MATRIX_PERMISSIONS = tuple(p for p in PERMISSIONS if not any(p in held for held in OF_ROLE.values()))
"""What an appointment allows; what everybody of a role may comes with the role."""


@dataclass(frozen=True, slots=True)
class GrantCard:
    """One appointment: who, as what, where."""

    id: int
    name: str
    phone: str
    title: str
    place: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """Where an appointment may hold: `all`, `estate:3` or `building:12`."""

    value: str
    label: str


def present_grant(row: GrantRow, *, places: Mapping[str, str], locale: str) -> GrantCard:
    """Say an appointment."""
    key = place_key(row.estate_id, row.building_id)
    place = translate(msg("All estates"), locale) if key == "all" else places.get(key, "")
    return GrantCard(row.id, row.name, row.phone, translate(SETS[row.permission_set], locale), place, row.is_active)


def present_facts(card: GrantCard, *, locale: str) -> list[Fact]:
    """What the question before taking back lists."""
    return [
        Fact(translate(msg("Person"), locale), f"{card.name} {card.phone}"),
        Fact(translate(msg("Appointed as"), locale), card.title),
        Fact(translate(msg("Holds in"), locale), card.place),
    ]


def place_key(estate_id: int | None, building_id: int | None) -> str:
    """The key of a place: a building's before an estate's before everywhere."""
    if building_id is not None:
        return f"building:{building_id}"
    return "all" if estate_id is None else f"estate:{estate_id}"


def read_place(key: str) -> tuple[int | None, int | None] | None:
    """The estate's and the building's id of a key; None when it is no key."""
    kind, _, number = key.partition(":")
    if key == "all":
        return None, None
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return {"estate": (int(number), None), "building": (None, int(number))}.get(kind)


def set_options(*, locale: str) -> list[Option]:
    """The permission sets, for a select."""
    return [Option(one.value, translate(SETS[one], locale)) for one in PermissionSet]


def holds(permission_set: PermissionSet, permission: Permission) -> bool:
    """Whether a set holds a permission, for the matrix."""
    return permission in OF_SET[permission_set]
