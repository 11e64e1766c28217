"""The people of an own room, as the owner sees them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.family import INVITED, OwnHousehold, Resident
from estate_app.property.models import Relation
from estate_app.ui.view import Option
from estate_app.ui.when import full_day
from estate_app.ui.words import RELATIONS

_SEES: Mapping[Relation, Message] = {
    Relation.owner: msg("Sees bills and repairs"),
    Relation.family: msg("Sees bills and repairs"),
    Relation.tenant: msg("Sees bills and repairs"),
    Relation.payer: msg("Pays bills, sees no repairs"),
}


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One person of the room."""

    id: str
    name: str
    relation: str
    about: str
    sees: str
    is_self: bool
    is_coming: bool
    can_end: bool


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A room with its people; `relations` are whom the owner may invite."""

    title: str = ""
    estate: str = ""
    people: list[PersonCard] = field(default_factory=list)
    relations: list[Option] = field(default_factory=list)
    may_invite: bool = False
    today: str = ""


def household_view(found: OwnHousehold, *, locale: str) -> HouseholdView:
    """Say a room and its people; the English form of a room is its code."""
    room = found.room
    return HouseholdView(
        title=room.code if locale == "en" else room.label,
        estate=room.estate_name,
        people=[_person(one, today=found.today, locale=locale) for one in found.people],
        relations=[Option(relation.value, translate(RELATIONS[relation], locale)) for relation in INVITED],
        may_invite=found.may_invite,
        today=found.today.isoformat(),
    )


def read_invited(text: str) -> Relation:
    """The relation of a form; refused under its field."""
    if text not in {relation.value for relation in INVITED}:
        raise InvalidError(msg("Choose what the person is to the room"), field="relation")
    return Relation(text)


def _person(one: Resident, *, today: date, locale: str) -> PersonCard:
    since = full_day(one.from_on, locale=locale)
    days = msg("since {day}", day=since)
    if one.to_on:
        days = msg("from {from_on} to {to_on}", from_on=since, to_on=full_day(one.to_on, locale=locale))
    joined = msg("Has an account") if one.has_account else msg("Sees the room on registering with this phone")
    return PersonCard(
        id=str(one.id),
        name=one.name,
        relation=translate(RELATIONS[one.relation], locale),
        about=f"{one.phone} · {translate(days, locale)}",
        sees=f"{translate(_SEES[one.relation], locale)} · {translate(joined, locale)}",
        is_self=one.is_self,
        is_coming=one.from_on > today,
        can_end=one.can_end,
    )
