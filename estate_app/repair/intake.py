"""Reports: what was typed is checked, placed, given its promise, and dispatched in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, and_, bindparam, func, or_
from sqlmodel import col, select

from estate_app.access.activity import note as note_activity
from estate_app.access.actor import Actor
from estate_app.access.directory import asked_people, find_by_phone, people
from estate_app.access.models import ActivityKind
from estate_app.access.permission import Permission, Role
from estate_app.access.rules import ensure_good_name, normal_phone
from estate_app.access.serial import asked_serial, give_back, next_serial
from estate_app.bulk import asked_ids, made, new_ids
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.geo import Point
from estate_app.kit.i18n import msg
from estate_app.kit.ids import dated_number
from estate_app.media.models import MediaUse
from estate_app.media.service import attach
from estate_app.prepared import Prepared, columns, rows_together
from estate_app.property.places import Place, asked_home, asked_household
from estate_app.repair.categories import Kind, asked_kind, reported_kind
from estate_app.repair.dispatch import Found, asked_dispatch, carry_out, find_technician
from estate_app.repair.form import Form, checked_description, ensure_answered, ensure_window, wished_urgency
from estate_app.repair.models import Access, RepairOrder, Source, Trade, Urgency
from estate_app.repair.place import CoordinateSystem, checked_point, reported_place
from estate_app.repair.promise import promise
from estate_app.repair.rules import DONE, MAX_PHOTOS, MAX_VIDEOS, REWORK_WITHIN
from estate_app.repair.step import ENTITY, add_step, announce, key_of, tell_resident

_MAX_KEY = 64
_SPOKEN_IN_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Label:
    """Where a scanned label hangs, and whether what it hangs on is out of service."""

    place: Place
    facility_id: int | None
    is_out_of_service: bool


@dataclass(frozen=True, slots=True)
class _Contact:
    """Who reports: the account that will see the order, and whom the technician calls."""

    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An order, and what it was taken from: place, kind of fault and technician; nothing where its twin was known before."""

    order: RepairOrder
    source: tuple[Place, Kind, Found] | None = None
    has_files: bool = False
    rework_number: str = ""


def report(uow: UnitOfWork, actor: Actor, **fields: Any) -> RepairOrder:
    """Take a report of a fault as `take_report` does, and give the order alone."""
    return take_report(uow, actor, **fields).order


def take_report(  # noqa: PLR0913 -- the fields of one form
    uow: UnitOfWork,
    actor: Actor,
    *,
    category_id: int,
    description: str,
    room_id: int | None = None,
    public_area_id: int | None = None,
    urgency: Urgency | None = None,
    visit_from_at: datetime | None = None,
    visit_to_at: datetime | None = None,
    access: Access = Access.call_first,
    photo_ids: Sequence[str] = (),
    latitude: float | None = None,
    longitude: float | None = None,
    coordinate_system: CoordinateSystem = CoordinateSystem.wgs84,
    source: Source = Source.web,
    client_key: str | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    has_danger: bool | None = None,
) -> Taken:
    """Take a report of a fault and dispatch it at once; the same `client_key` gives back the same order.

    `has_danger`: whether one of the category's questions was answered with yes, which makes it an emergency; None: they were not answered,
    which is refused where there are any.
    A manager reports on behalf of a caller, whose name and phone go with it; a resident's own are taken from the account.

    Raises:
        InvalidError: a field is wrong; it is named.
        NotFoundError: the place is not the actor's.
    """
    form = Form(
        category_id, description, room_id, public_area_id, urgency, visit_from_at, visit_to_at, access,
        checked_point(latitude, longitude, coordinate_system), source, client_key[:_MAX_KEY] if client_key else None, has_danger,
    )  # fmt: skip
    actor.require(Permission.own_repairs, Permission.repairs_report)
    _read_ahead(uow, actor, form)
    contact = _contact(uow, actor, contact_name, contact_phone)
    known = _known(uow, contact.id, form.client_key)
    if known is not None:
        return Taken(known)
    place = reported_place(uow.session, actor, form.room_id, form.public_area_id, business_date(uow.now))
    return _take(uow, actor, form, contact, photo_ids, place)


def report_at_label(
    uow: UnitOfWork,
    actor: Actor,
    label: Label,
    *,
    category_id: int,
    description: str,
    has_danger: bool | None,
    photo_ids: Sequence[str],
    client_key: str | None,
    source: Source,
) -> RepairOrder:
    """Take a report from whoever stands before a label: its place counts, not where that person lives. `spots` reads the label."""
    actor.require(Permission.own_account)
    me = people(uow.session, [actor.id])[actor.id]
    form = Form(
        category_id=category_id,
        description=description,
        room_id=None,
        public_area_id=label.place.public_area_id,
        urgency=None,
        visit_from_at=None,
        visit_to_at=None,
        access=Access.may_enter,
        point=None,
        source=source,
        client_key=client_key[:_MAX_KEY] if client_key else None,
        has_danger=has_danger,
    )
    return _take(uow, actor, form, _Contact(me.id, me.name, me.phone), photo_ids, label.place, label).order


def known_report(uow: UnitOfWork, actor: Actor, client_key: str | None) -> RepairOrder | None:
    """The actor's own order with this key, if it was made before."""
    return _known(uow, actor.id, client_key[:_MAX_KEY] if client_key else None)


def check_words(uow: UnitOfWork, *, category_id: int, description: str) -> None:
    """Refuse what `report` would refuse of a public area's report before anything else is asked of a person."""
    _category(uow, category_id, is_public=True)
    checked_description(description)


def _take(
    uow: UnitOfWork,
    actor: Actor,
    form: Form,
    contact: "_Contact",
    photo_ids: Sequence[str],
    place: Place,
    label: Label | None = None,
) -> Taken:
    kind = _category(uow, form.category_id, is_public=form.public_area_id is not None)
    order = _draft(uow, actor, form, contact, place, kind)
    if label is not None:
        order.facility_id, order.is_out_of_service = label.facility_id, label.facility_id is not None and label.is_out_of_service
    rework_number = _take_number(uow, order, kind.trade)
    if rework_number is None:
        return Taken(_winner(uow, contact.id, form.client_key))
    key = key_of(order)
    attach(uow, actor, file_ids=photo_ids, to=ENTITY, to_id=key, use=MediaUse.report, max_photos=MAX_PHOTOS, max_videos=MAX_VIDEOS)
    return Taken(order, (place, kind, finish_intake(uow, actor, order)), bool(photo_ids), rework_number)


def _read_ahead(uow: UnitOfWork, actor: Actor, form: Form) -> None:
    """Read in one round trip what a resident's report of the own home is going to ask for; every other report asks as it goes."""
    if actor.role is not Role.resident or form.room_id is None:
        return
    on = business_date(uow.now)
    asked = [asked_people([actor.id]), asked_home(actor.id, form.room_id, on), asked_kind(form.category_id), asked_ids(RepairOrder, 1)]
    if form.client_key is not None:
        asked.append(_KNOWN.asked(reporter_id=actor.id, client_key=form.client_key))
    rows_together(uow.session, ahead=[*asked, asked_household(form.room_id, on)])


def _draft(uow: UnitOfWork, actor: Actor, form: Form, contact: "_Contact", place: Place, category: Kind) -> RepairOrder:
    """Check the rest of the form and make the order of it; the register's coordinates go before the phone's."""
    words = checked_description(form.description)
    ensure_answered(category, form.has_danger)
    level = Urgency.emergency if form.has_danger and category.questions else wished_urgency(actor, category, form.urgency)
    ensure_window(form.visit_from_at, form.visit_to_at, uow.now)
    promised = promise(category, level, uow.now, form.visit_to_at)
    point = Point(place.latitude, place.longitude) if place.latitude is not None and place.longitude is not None else form.point
    return made(
        RepairOrder,
        id=new_ids(uow.session, RepairOrder, 1)[0],
        number="",
        estate_id=place.estate_id,
        building_id=place.building_id,
        room_id=place.room_id,
        public_area_id=place.public_area_id,
        category_id=form.category_id,
        description=words,
        urgency=level,
        source=form.source,
        reporter_id=contact.id,
        contact_name=contact.name,
        contact_phone=contact.phone,
        visit_from_at=form.visit_from_at,
        visit_to_at=form.visit_to_at,
        access=form.access,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        estimate_minutes=category.minutes,
        client_key=form.client_key,
        submitted_at=uow.now,
        changed_at=uow.now,
        respond_due_at=promised.respond_due_at,
        complete_due_at=promised.complete_due_at,
    )


def finish_intake(uow: UnitOfWork, actor: Actor, order: RepairOrder) -> Found:
    """Find a technician for a new order that has its id and number, write it with its first steps and tell the reporter.

    All that is read comes before the order is added, so that it is written once, as it stands at the end.
    """
    announce(uow, order)
    found = find_technician(uow, order)
    if order not in uow.session:
        uow.session.append_object(order)
    add_step(uow, actor, order, "report")
    note_activity(uow, actor, ActivityKind.repair_reported, estate_id=order.estate_id, subject_id=order.id)
    minutes = int((order.respond_due_at - order.submitted_at).total_seconds()) // 60
    title = msg("Report {number} received", number=order.number)
    if minutes <= _SPOKEN_IN_MINUTES:
        body = msg("Report {number} received. A technician will take it within {minutes} minutes", number=order.number, minutes=minutes)
    else:
        body = msg("Report {number} received. A technician will take it within {hours} hours", number=order.number, hours=-(-minutes // 60))
    tell_resident(uow, order, "received", title, body)
    carry_out(uow, actor, order, found)
    return found


def new_number(uow: UnitOfWork) -> str:
    """The next number of the day, `WX20261118-0027`."""
    return dated_number("WX", business_date(uow.now), next_serial(uow.session, _series(uow)))


def _series(uow: UnitOfWork) -> str:
    return f"repair_order:{business_date(uow.now):%Y%m%d}"


def _take_number(uow: UnitOfWork, order: RepairOrder, trade: Trade) -> str | None:
    """Give the order its number, and what it is rework of, whose number is answered; None: a twin with the same key was stored meanwhile.

    The day's counter is locked until the end: whoever waited for it sees the twin, and gives the number back. What dispatch is going to
    ask for travels along, so that the counter is held no longer than it must.
    """
    before = _BEFORE.asked(
        reporter_id=order.reporter_id,
        client_key=order.client_key,
        room_id=order.room_id,
        public_area_id=order.public_area_id,
        category_id=order.category_id,
        since=uow.now - REWORK_WITHIN,
    )
    counter = asked_serial(_series(uow))
    (taken,), ((twin, rework),) = rows_together(uow.session, counter, before, ahead=asked_dispatch(order, trade, uow.now))
    order.number = dated_number("WX", business_date(uow.now), taken[0])
    order.rework_of_id, number = rework or (None, "")
    if twin is not None:
        give_back(uow.session, _series(uow))
        return None
    return number


def _known(uow: UnitOfWork, reporter_id: int, client_key: str | None) -> RepairOrder | None:
    if client_key is None:
        return None
    found = _KNOWN.first(uow.session, reporter_id=reporter_id, client_key=client_key)
    return uow.session.get(RepairOrder, found[0]) if found else None


def _winner(uow: UnitOfWork, reporter_id: int, client_key: str | None) -> RepairOrder:
    order = _known(uow, reporter_id, client_key)
    if order is None:
        raise NotFoundError
    return order


def _contact(uow: UnitOfWork, actor: Actor, name: str, phone: str) -> _Contact:
    if actor.can(Permission.own_repairs):
        me = people(uow.session, [actor.id])[actor.id]
        return _Contact(me.id, me.name, me.phone)
    number = normal_phone(phone, field="contact_phone")
    caller = find_by_phone(uow.session, number)
    return _Contact(caller.id if caller else actor.id, ensure_good_name(name, field="contact_name"), number)


def _category(uow: UnitOfWork, category_id: int, *, is_public: bool) -> Kind:
    category = reported_kind(uow.session, category_id)
    if category is None:
        raise InvalidError(msg("Choose what is broken"), field="category_id")
    if category.is_public and not is_public:
        raise InvalidError(msg("This kind of fault belongs to a public area; choose the area"), field="public_area_id")
    return category


def _here(column: Any, name: str) -> Any:
    value = bindparam(name, type_=BigInteger)
    return or_(column == value, and_(column.is_(None), value.is_(None)))


_TWIN = select(RepairOrder.id).where(
    RepairOrder.reporter_id == bindparam("reporter_id", type_=BigInteger), RepairOrder.client_key == bindparam("client_key", type_=String)
)
_REWORK = (
    select(func.jsonb_build_array(RepairOrder.id, RepairOrder.number))
    .where(
        _here(col(RepairOrder.room_id), "room_id"),
        _here(col(RepairOrder.public_area_id), "public_area_id"),
        RepairOrder.category_id == bindparam("category_id"),
        col(RepairOrder.status).in_(DONE),
        col(RepairOrder.completed_at) > bindparam("since"),
    )
    .order_by(col(RepairOrder.completed_at).desc())
    .limit(1)
)
_KNOWN = Prepared(_TWIN)
_BEFORE = Prepared(columns(_TWIN.scalar_subquery(), _REWORK.scalar_subquery()))
"""The order of the same key, and the latest repair of the same thing at the same place within 30 days, of which this is rework."""
