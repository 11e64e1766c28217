"""Rooms and their people as the register shows them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from estate_app.errors import InvalidError
from estate_app.export import read_filter
from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.models import Relation, RoomState, RoomUse
from estate_app.property.register import MemberRow, RoomDetail, RoomFilter, RoomRow
from estate_app.ui.view import Badge, Fact, Option
from estate_app.ui.when import full_day
from estate_app.ui.words import RELATIONS

USES: Mapping[RoomUse, Message] = {
    RoomUse.residential: msg("Residential"),
    RoomUse.commercial: msg("Commercial"),
    RoomUse.office: msg("Office"),
}
STATES: Mapping[RoomState, tuple[Message, str, str]] = {
    RoomState.occupied: (msg("Occupied"), "green", "house"),
    RoomState.vacant: (msg("Vacant"), "gray", "circle-dashed"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One room of the list."""

    id: str
    href: str
    label: str
    code: str
    building: str
    floor: str
    area: str
    use: str
    badge: Badge
    owner: str
    people: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as the address says it."""

    text: str = ""
    building_id: str = ""
    state: str = ""
    use: str = ""
    is_narrowed: bool = False


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One entry of a contact list."""

    id: str
    name: str
    relation: str
    phone: str
    account: str
    since: str
    until: str
    is_current: bool
    can_end: bool


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room with its people."""

    id: str = ""
    title: str = ""
    estate: str = ""
    badge: Badge = NO_BADGE
    facts: list[Fact] = field(default_factory=list)
    members: list[MemberLine] = field(default_factory=list)
    may_edit: bool = False
    today: str = ""


def read_url(query: Mapping[str, str], estate_id: int) -> tuple[RoomFilter, Filters]:
    """The filter of an address, in the estate in view; a value that cannot be read narrows nothing."""
    kept: dict[str, str] = {}
    for name in ("text", "building_id", "state", "use"):
        value = query.get(name, "")
        try:
            read_filter(RoomFilter, {name: value})
        except InvalidError:
            continue
        if value:
            kept[name] = value
    wanted = read_filter(RoomFilter, kept | ({"estate_id": str(estate_id)} if estate_id else {}))
    return wanted, Filters(**kept, is_narrowed=bool(kept))


def options(words: Mapping[RoomUse, Message], locale: str) -> list[Option]:
    """The uses to choose from."""
    return [Option(use.value, translate(name, locale)) for use, name in words.items()]


def state_options(locale: str) -> list[Option]:
    """The states to choose from."""
    return [Option(state.value, translate(name, locale)) for state, (name, _, _) in STATES.items()]


def relation_options(locale: str) -> list[Option]:
    """What somebody may be to a room."""
    return [Option(relation.value, translate(name, locale)) for relation, name in RELATIONS.items()]


def area_text(area_milli_m2: int | None) -> str:
    """`118.60 m²`, a dash where it is unknown; thousandths are cut to two decimals."""
    return "—" if area_milli_m2 is None else f"{area_milli_m2 // 1000}.{area_milli_m2 % 1000 // 10:02d} m²"


def state_badge(state: RoomState, locale: str) -> Badge:
    """Whether somebody lives there."""
    name, tone, icon = STATES[state]
    return Badge(translate(name, locale), tone, "soft", icon)


def room_line(room: RoomRow, *, locale: str) -> RoomLine:
    """One line of the list; the English form of a room is its code."""
    return RoomLine(
        id=str(room.id),
        href=f"/manage/property/{room.id}",
        label=room.code if locale == "en" else room.label,
        code=room.code,
        building=room.building,
        floor=str(room.floor),
        area=area_text(room.area_milli_m2),
        use=translate(USES[room.use], locale),
        badge=state_badge(room.state, locale),
        owner=room.owner or "—",
        people=str(room.people),
    )


def room_view(detail: RoomDetail, *, locale: str) -> RoomView:
    """A room with its facts and people."""
    room = detail.room
    pairs = (
        (msg("Code"), room.code),
        (msg("Building"), room.building),
        (msg("Floor"), str(room.floor)),
        (msg("Gross area"), area_text(room.area_milli_m2)),
        (msg("Interior area"), area_text(detail.interior_milli_m2)),
        (msg("Use"), translate(USES[room.use], locale)),
        (msg("Handed over on"), full_day(detail.handover_on, locale=locale) if detail.handover_on else "—"),
        (msg("Household size"), str(detail.household_size)),
    )
    return RoomView(
        id=str(room.id),
        title=room.code if locale == "en" else room.label,
        estate=room.estate,
        badge=state_badge(room.state, locale),
        facts=[Fact(translate(name, locale), value) for name, value in pairs],
        members=[member_line(member, may_edit=detail.may_edit, today=detail.today, locale=locale) for member in detail.members],
        may_edit=detail.may_edit,
        today=detail.today.isoformat(),
    )


def member_line(member: MemberRow, *, may_edit: bool, today: date, locale: str) -> MemberLine:
    """One entry; who has left stays readable."""
    return MemberLine(
        id=str(member.id),
        name=member.name,
        relation=translate(RELATIONS[member.relation], locale),
        phone=member.phone,
        account=translate(msg("Has an account") if member.has_account else msg("No account yet"), locale),
        since=full_day(member.from_on, locale=locale),
        until=full_day(member.to_on, locale=locale) if member.to_on else "—",
        is_current=member.is_current,
        can_end=may_edit and (member.to_on is None or member.to_on >= today),
    )


def read_relation(text: str) -> Relation:
    """The relation of a form; refused under its field."""
    if text not in set(Relation):
        raise InvalidError(msg("Choose what the person is to the room"), field="relation")
    return Relation(text)


def read_day(text: str, name: str) -> date:
    """A date of a form; refused under its field."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError(msg("Choose a date"), field=name) from None
