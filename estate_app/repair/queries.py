"""Lists of orders, each within the actor's reach and in a constant number of queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.kit.clock import business_date, day_bounds
from estate_app.kit.pagination import Page, PageRequest
from estate_app.media.models import MediaUse
from estate_app.media.queries import MediaRow, files_of
from estate_app.property.queries import PlaceLabel, place_labels
from estate_app.repair.filters import Family, OrderFilter, is_overdue, sorting, where
from estate_app.repair.lines import own_lines, read_lines
from estate_app.repair.models import (
    Offer,
    OfferOutcome,
    OrderStatus,
    PauseReason,
    QueueReason,
    Rating,
    RepairCategory,
    RepairOrder,
    Source,
    Urgency,
)
from estate_app.repair.promise import Clock, clock_of
from estate_app.repair.reach import READERS, managed, own_orders, reachable
from estate_app.repair.rules import OPEN, UNDER_REPAIR, WITH_TECHNICIAN, resident_stage
from estate_app.repair.step import ENTITY

_EXPORT_CHUNK = 500
_NO_PLACE = PlaceLabel("", "", "")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list. `stage` is the resident's word (0–4, −1 ended early); `stars` is the mean of three, in tenths."""

    id: int
    number: str
    description: str
    category: str
    category_en: str
    icon: str
    estate_id: int
    building_id: int | None
    room_id: int | None
    estate: str
    place: str
    code: str
    status: OrderStatus
    stage: int
    urgency: Urgency
    source: Source
    queue_reason: QueueReason | None
    pause_reason: PauseReason | None
    contact_name: str
    contact_phone: str
    technician_id: int | None
    technician: str
    submitted_at: datetime
    visit_from_at: datetime | None
    visit_to_at: datetime | None
    completed_at: datetime | None
    changed_at: datetime
    clock: Clock
    estimate_minutes: int
    is_rated: bool
    stars_tenths: int
    photo_count: int
    thumbnail_url: str
    end_reason: str
    rework_of_id: int | None


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Figures for navigation and tabs."""

    open: int
    waiting: int
    overdue: int
    to_rate: int


@dataclass(frozen=True, slots=True)
class JobCard:
    """One job of a technician, with the offer's end while it is unanswered."""

    order: OrderRow
    access: str
    latitude: float | None
    longitude: float | None
    offer_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TechnicianJobs:
    """A technician's day: what to answer, what is going on, what comes, and what was finished today."""

    offered: tuple[JobCard, ...]
    active: tuple[JobCard, ...]
    finished_today: tuple[OrderRow, ...]


def list_orders(
    session: Session, actor: Actor, *, filter: OrderFilter, page: PageRequest, now: datetime, is_counted: bool = True
) -> Page[OrderRow]:
    """One page of the orders that the actor may see: own homes and reports, own jobs, or the manager's scope.

    Uncounted, the total only says whether there are more.
    """
    actor.require(*READERS)
    found = _read(session, actor, filter, now, page.sort, page.offset, page.size + (not is_counted))
    # Whoever only walks on needs to know whether there is more: one row beyond the page says it.
    total = count_orders(session, actor, filter=filter, now=now) if is_counted else page.offset + len(found)
    return Page(tuple(rows_of(session, actor, found[: page.size], now)), total, page)


def count_orders(session: Session, actor: Actor, *, filter: OrderFilter, now: datetime) -> int:
    """How many orders a filter finds within the actor's reach."""
    actor.require(*READERS)
    return session.scalar(select(func.count()).select_from(RepairOrder).where(*_clauses(actor, filter, now))) or 0


def export_orders(session: Session, actor: Actor, *, filter: OrderFilter, now: datetime, sort: str = "") -> Iterator[OrderRow]:
    """Every order that a filter finds, chunk by chunk, with the same reach and the same masks as the list."""
    actor.require(*READERS)
    offset = 0
    while found := _read(session, actor, filter, now, sort, offset, _EXPORT_CHUNK):
        yield from rows_of(session, actor, found, now)
        offset += len(found)


def order_counts(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None) -> OrderCounts:
    """The figures of the navigation in one query."""
    actor.require(*READERS)
    status = col(RepairOrder.status)
    unrated = and_(status == OrderStatus.completed, col(RepairOrder.id).not_in(select(Rating.order_id)))
    statement = select(
        func.count().filter(status.in_(OPEN)),
        func.count().filter(status == OrderStatus.submitted),
        func.count().filter(is_overdue(now)),
        func.count().filter(unrated),
    ).where(*_clauses(actor, OrderFilter(estate_id=estate_id), now))
    open_count, waiting, overdue, to_rate = session.execute(statement).one()
    return OrderCounts(open_count, waiting, overdue, to_rate)


def technician_jobs(session: Session, actor: Actor, *, now: datetime) -> TechnicianJobs:
    """The technician's own jobs by promised time: unanswered offers first, then what is going on, then today's finished ones."""
    actor.require(Permission.work_orders)
    mine = col(RepairOrder.technician_id) == actor.id
    held = _load(session, [mine, col(RepairOrder.status).in_(WITH_TECHNICIAN)], "", 0, 100)
    today = [
        mine,
        *where(OrderFilter(family=Family.done), now),
        func.date(func.timezone("Asia/Shanghai", RepairOrder.completed_at)) == business_date(now),
    ]
    finished = _load(session, today, "-changed", 0, 100)
    rows = {row.id: row for row in rows_of(session, actor, [*held, *finished], now)}
    offers = select(Offer).where(Offer.technician_id == actor.id, Offer.outcome == OfferOutcome.open)
    expiry = {offer.order_id: offer.expires_at for offer in session.exec(offers)}
    cards = [
        JobCard(rows[o.id or 0], o.access, o.latitude, o.longitude, expiry.get(o.id or 0)) for o, _, _ in held
    ]  # fmt: skip
    cards.sort(key=lambda card: (card.order.clock.due_at, card.order.id))
    return TechnicianJobs(
        offered=tuple(c for c in cards if c.order.status is OrderStatus.assigned),
        active=tuple(c for c in cards if c.order.status in UNDER_REPAIR),
        finished_today=tuple(rows[o.id or 0] for o, _, _ in finished),
    )


def planned_visits(session: Session, actor: Actor, *, from_on: date, to_on: date, now: datetime) -> list[OrderRow]:
    """The technician's own unfinished jobs with an agreed visit in a span of days, by time."""
    actor.require(Permission.work_orders)
    clauses = [
        col(RepairOrder.technician_id) == actor.id,
        col(RepairOrder.status).in_(WITH_TECHNICIAN),
        col(RepairOrder.visit_from_at) >= day_bounds(from_on)[0],
        col(RepairOrder.visit_from_at) < day_bounds(to_on)[1],
    ]
    rows = rows_of(session, actor, _load(session, clauses, "", 0, 100), now)
    return sorted(rows, key=lambda row: (row.visit_from_at or now, row.id))


class Named(Protocol):
    """What a row shows of a category."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def name_en(self) -> str: ...  # noqa: D102
    @property
    def icon(self) -> str: ...  # noqa: D102


Loaded = tuple[RepairOrder, Named, Rating | None]


def load_some(session: Session, clauses: Sequence[ColumnElement[bool]], sort: str, size: int) -> list[Loaded]:
    """The first orders that some clauses find; the caller has put the reach among them."""
    return _load(session, clauses, sort, 0, size)


def rows_of(
    session: Session,
    actor: Actor,
    found: Sequence[Loaded],
    now: datetime,
    files: Mapping[int, tuple[MediaRow, ...]] | None = None,
    names: Mapping[int, str] | None = None,
) -> list[OrderRow]:
    """Turn orders into rows: people, places and photos come in one query each, unless the caller has the photos or the names."""
    orders = [order for order, _, _ in found]
    if names is None:
        names = {key: person.name for key, person in people(session, {o.technician_id for o in orders}).items()}
    rooms, areas = place_labels(session, {o.room_id for o in orders if o.room_id}, {o.public_area_id for o in orders if o.public_area_id})
    files = files_of(session, ENTITY, [o.id or 0 for o in orders], now=now) if files is None else files
    return [
        row_of(
            actor,
            order,
            category,
            rating,
            label=rooms.get(order.room_id or 0) or areas.get(order.public_area_id or 0) or _NO_PLACE,
            technician=names.get(order.technician_id or 0, ""),
            files=files.get(order.id or 0, ()),
            now=now,
        )
        for order, category, rating in found
    ]


def shown_phone(actor: Actor, order: RepairOrder) -> str:
    """The caller's number: whole for the reporter, the technician at work and staff who may see phones; else masked."""
    is_mine = order.reporter_id == actor.account_id or (order.technician_id == actor.account_id and order.status in WITH_TECHNICIAN)
    return order.contact_phone if is_mine or actor.can(Permission.phones_read) else masked_phone(order.contact_phone)


def _clauses(actor: Actor, filter: OrderFilter, now: datetime) -> list[ColumnElement[bool]]:
    return [_reach(actor, now), *where(filter, now)]


def _reach(actor: Actor, now: datetime) -> ColumnElement[bool]:
    if actor.can(Permission.repairs_read):
        return managed(actor, Permission.repairs_read)
    if actor.can(Permission.own_repairs):
        return own_orders(actor, business_date(now))
    return reachable(actor, business_date(now))


def _load(session: Session, clauses: Sequence[ColumnElement[bool]], sort: str, offset: int, size: int) -> list[Loaded]:
    statement = _OBJECTS.where(*clauses).order_by(*sorting(sort)).offset(offset).limit(size)
    return [(order, category, rating) for order, category, rating in session.execute(statement)]


_OBJECTS = (
    select(RepairOrder, RepairCategory, Rating)
    .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
    .outerjoin(Rating, col(Rating.order_id) == RepairOrder.id)
)


def _read(session: Session, actor: Actor, filter: OrderFilter, now: datetime, sort: str, offset: int, size: int) -> list[Any]:
    """What `_load` finds, at a fraction of its cost: a line stands for the order, its category and, if there is one, its rating."""
    lines = None
    if actor.can(Permission.own_repairs) and not actor.can(Permission.repairs_read):
        lines = own_lines(session, actor, filter, now, sort=sort, offset=offset, size=size)
    if lines is None:
        lines = read_lines(session, _clauses(actor, filter, now), sort, offset, size)
    return [(line, line, None if line.quality is None else line) for line in lines]


def row_of(
    actor: Actor,
    order: RepairOrder,
    category: Named,
    rating: Rating | None,
    *,
    label: PlaceLabel,
    technician: str,
    files: Sequence[MediaRow],
    now: datetime,
) -> OrderRow:
    """One row of a list from what was read of an order."""
    reported = [f for f in files if f.use is MediaUse.report]
    return OrderRow(
        id=order.id or 0,
        number=order.number,
        description=order.description,
        category=category.name,
        category_en=category.name_en,
        icon=category.icon,
        estate_id=order.estate_id,
        building_id=order.building_id,
        room_id=order.room_id,
        estate=label.estate,
        place=label.place,
        code=label.code,
        status=order.status,
        stage=resident_stage(order.status, is_rated=rating is not None),
        urgency=order.urgency,
        source=order.source,
        queue_reason=order.queue_reason,
        pause_reason=order.pause_reason,
        contact_name=order.contact_name,
        contact_phone=shown_phone(actor, order),
        technician_id=order.technician_id,
        technician=technician,
        submitted_at=order.submitted_at,
        visit_from_at=order.visit_from_at,
        visit_to_at=order.visit_to_at,
        completed_at=order.completed_at,
        changed_at=order.changed_at,
        clock=clock_of(order, now),
        estimate_minutes=order.estimate_minutes,
        is_rated=rating is not None,
        stars_tenths=_stars_tenths(rating),
        photo_count=len(reported),
        thumbnail_url=next((f.thumbnail_url for f in reported if f.thumbnail_url), ""),
        end_reason=order.end_reason,
        rework_of_id=order.rework_of_id,
    )


def _stars_tenths(rating: Rating | None) -> int:
    """The mean of the three stars in tenths, zero without a rating."""
    return ((rating.quality + rating.attitude + rating.timeliness) * 20 + 3) // 6 if rating else 0
