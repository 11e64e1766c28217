"""One order with everything that its reader may see: steps, materials, photos, technician, promise, reasons."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BigInteger, Date, bindparam, func
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.directory import with_person
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message
from estate_app.media.queries import MediaRow, files_of
from estate_app.prepared import Prepared, columns
from estate_app.repair.allowed import Allowed, allowed_for
from estate_app.repair.arrival_models import Arrival, Doubt, Means
from estate_app.repair.arrival_rules import Finding
from estate_app.repair.decisions import DecisionCard, decisions_of, sentence_of
from estate_app.repair.models import (
    Access,
    MaterialUse,
    Offer,
    OfferOutcome,
    OrderFollower,
    OrderStatus,
    OrderStep,
    Rating,
    RepairCategory,
    RepairOrder,
    Technician,
    TechnicianTrade,
)
from estate_app.repair.promise import due_at
from estate_app.repair.queries import OrderRow, rows_of
from estate_app.repair.reach import REACHED, READERS, owned_by, reach_values
from estate_app.repair.rules import LOW_STARS, WITH_TECHNICIAN
from estate_app.repair.step import ENTITY

_OFFICE_ONLY = frozenset(
    {
        "queue",
        "decline",
        "time_out",
        "transfer",
        "release",
        "return",
        "assign_by_hand",
        "urgency",
        "open",
        "plan",
        "escalate",
        "follow",
        "check",
        "uncheck",
        "arrive",
    }
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step; `action` is a key of `rules.ACTION_NAMES`, `reason` a listed code or free text; `arrival` what an arrival came to."""

    action: str
    from_status: OrderStatus | None
    to_status: OrderStatus
    actor_name: str
    reason: str
    note: str
    at: datetime
    client_at: datetime | None
    arrival: Finding | None = None


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material with its quantity in thousandths and its amount in fen."""

    id: int
    stock_item_id: int
    name: str
    unit: str
    quantity_milli: int
    price_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TechnicianCard:
    """The technician as the resident meets them: the phone only while the job is on."""

    id: int
    name: str
    phone: str
    score_milli: int
    score_count: int
    trades: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RatingCard:
    """What the resident thought, and the answer."""

    quality: int
    attitude: int
    timeliness: int
    reasons: tuple[str, ...]
    text: str
    at: datetime
    reply: str
    replied_at: datetime | None
    is_low: bool


@dataclass(frozen=True, slots=True)
class IncidentNote:
    """That an order is part of an incident: how many reports are repaired together, and whether this one is worked on for all."""

    count: int
    is_lead: bool


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order as its reader may see it. `why` is the one sentence for the resident; `decisions` are for managers."""

    order: OrderRow
    access: Access
    latitude: float | None
    longitude: float | None
    respond_due_at: datetime
    complete_due_at: datetime
    accepted_at: datetime | None
    started_at: datetime | None
    labour_minutes: int
    stage_at: tuple[datetime | None, ...]
    steps: tuple[StepRow, ...]
    materials: tuple[MaterialRow, ...]
    material_fen: int
    is_charged: bool
    photos: tuple[MediaRow, ...]
    technician: TechnicianCard | None
    rating: RatingCard | None
    rework_number: str
    why: Message | None
    decisions: tuple[DecisionCard, ...]
    offer_expires_at: datetime | None
    follower_count: int
    allowed: Allowed
    incident: IncidentNote | None = None


@dataclass(frozen=True, slots=True)
class _Category:
    """What a reader sees of the kind of fault."""

    name: str
    name_en: str
    icon: str
    is_paid: bool


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks: staff, the technician, the household, or a neighbour who follows."""

    is_staff: bool
    is_technician: bool
    is_own: bool

    @property
    def is_follower(self) -> bool:
        return not (self.is_staff or self.is_technician or self.is_own)


def order_detail(session: Session, actor: Actor, order_id: int, *, now: datetime) -> OrderDetail:
    """One order within the actor's reach; a stranger gets a 404. A follower sees neither photos nor notes nor names."""
    actor.require(*READERS)
    facts = _FACTS.first(session, order_id=order_id, **reach_values(actor, business_date(now)))
    if facts is None:
        raise NotFoundError
    order = session.get_one(RepairOrder, order_id)
    category, (is_own, offer, followers, origin, is_rated, has_materials) = _Category(*facts[:4]), facts[4:]
    reader = _Reader(actor.can(Permission.repairs_read), actor.can(Permission.work_orders), bool(is_own) and _lives(actor))
    rating = session.exec(select(Rating).where(Rating.order_id == order_id)).first() if is_rated else None
    files = files_of(session, ENTITY, [order_id], now=now)
    technician = _technician(session, order if order.merged_into_id is None else session.get_one(RepairOrder, order.merged_into_id))
    names = {technician.id: technician.name} if technician else {}
    row = _masked(rows_of(session, actor, [(order, category, rating)], now, files, names)[0], reader)
    # Rankings are large; whoever is no staff reads one sentence of the newest.
    decisions = decisions_of(session, order_id) if reader.is_staff else []
    why = sentence_of(session, order_id) if order.status in WITH_TECHNICIAN and order.merged_into_id is None else None
    steps = _steps(session, order_id)
    materials = [MaterialRow(*used) for used in _MATERIALS.rows(session, order_id=order_id)] if has_materials else []
    total = sum(m.amount_fen for m in materials)
    return OrderDetail(
        order=row,
        access=order.access,
        latitude=order.latitude,
        longitude=order.longitude,
        respond_due_at=order.respond_due_at,
        complete_due_at=due_at(order, now),
        accepted_at=order.accepted_at,
        started_at=order.started_at,
        labour_minutes=order.labour_minutes,
        stage_at=(order.submitted_at, order.assigned_at, order.accepted_at, order.completed_at, rating.at if rating else None),
        steps=tuple(_step(s, reader) for s in steps if reader.is_staff or reader.is_technician or s.action not in _OFFICE_ONLY),
        materials=tuple(materials),
        material_fen=total,
        is_charged=total > 0 and category.is_paid and order.rework_of_id is None and order.room_id is not None,
        photos=() if reader.is_follower else files.get(order_id, ()),
        technician=technician,
        rating=None if reader.is_follower else _rating(rating),
        rework_number=origin or "",
        why=why,
        decisions=tuple(decisions),
        offer_expires_at=offer,
        follower_count=followers,
        allowed=allowed_for(actor, order, rating, is_own=reader.is_own, now=now),
        incident=_incident(session, order),
    )


def _steps(session: Session, order_id: int) -> list[StepRow]:
    return [
        StepRow(action, _status(before), OrderStatus(after), name, reason, note, at, client_at, _arrival(*arrival))
        for action, before, after, name, reason, note, at, client_at, *arrival in _STEPS.rows(session, order_id=order_id)
    ]


def _arrival(means: str | None, doubt: str | None, distance_m: int | None, accuracy_m: int | None) -> Finding | None:
    if means is None and doubt is None:
        return None
    return Finding(Means(means) if means else None, Doubt(doubt) if doubt else None, distance_m, accuracy_m)


def _lives(actor: Actor) -> bool:
    return actor.can(Permission.own_repairs) and not actor.is_system


def _status(word: str | None) -> OrderStatus | None:
    return OrderStatus(word) if word else None


_of_order = bindparam("order_id", type_=BigInteger)
_me = bindparam("me", type_=BigInteger)
_origin = aliased(RepairOrder)
_FACTS = Prepared(
    columns(
        RepairCategory.name,
        RepairCategory.name_en,
        RepairCategory.icon,
        RepairCategory.is_paid,
        owned_by(_me, bindparam("on", type_=Date)),
        select(Offer.expires_at).where(Offer.order_id == _of_order, Offer.outcome == OfferOutcome.open).scalar_subquery(),
        select(func.count()).select_from(OrderFollower).where(OrderFollower.order_id == _of_order).scalar_subquery(),
        select(_origin.number).where(_origin.id == RepairOrder.rework_of_id).correlate(RepairOrder).scalar_subquery(),
        select(Rating.id).where(Rating.order_id == _of_order).exists(),
        select(MaterialUse.id).where(MaterialUse.order_id == _of_order).exists(),
    )
    .select_from(RepairOrder)
    .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
    .where(col(RepairOrder.id) == _of_order, REACHED)
)
"""The category; then whether it is the reader's own, until when an offer is open, how many follow, the number it is rework of,
whether it is rated, and whether materials were used."""
_STEPS = Prepared(
    columns(
        OrderStep.action, OrderStep.from_status, OrderStep.to_status, OrderStep.actor_name, OrderStep.reason, OrderStep.note,
        OrderStep.at, OrderStep.client_at, Arrival.means, Arrival.doubt, Arrival.distance_m, Arrival.accuracy_m,
    )
    .select_from(OrderStep)
    .outerjoin(Arrival, col(Arrival.step_id) == col(OrderStep.id))
    .where(col(OrderStep.order_id) == _of_order)
    .order_by(col(OrderStep.id).desc())
)  # fmt: skip
_MATERIALS = Prepared(
    columns(
        MaterialUse.id, MaterialUse.stock_item_id, MaterialUse.name, MaterialUse.unit, MaterialUse.quantity_milli,
        MaterialUse.price_fen, MaterialUse.amount_fen,
    )
    .where(col(MaterialUse.order_id) == _of_order)
    .order_by(col(MaterialUse.id))
)  # fmt: skip
_TECHNICIAN = Prepared(
    with_person(
        columns(
            Technician.score_milli,
            Technician.score_count,
            select(
                func.jsonb_agg(
                    aggregate_order_by(
                        func.jsonb_build_array(TechnicianTrade.trade, TechnicianTrade.level), col(TechnicianTrade.level).desc()
                    )
                )
            )
            .where(TechnicianTrade.technician_id == Technician.account_id)
            .scalar_subquery(),
        ),
        col(Technician.account_id),
    ).where(col(Technician.account_id) == bindparam("technician_id", type_=BigInteger))
)


def _masked(row: OrderRow, reader: _Reader) -> OrderRow:
    if not reader.is_follower:
        return row
    words = row.description if row.room_id is None else ""
    return replace(row, contact_name="", contact_phone="", description=words, thumbnail_url="", photo_count=0)


def _step(step: StepRow, reader: _Reader) -> StepRow:
    if reader.is_follower:
        return replace(step, actor_name="", reason="", note="", client_at=None)
    return step if reader.is_staff or reader.is_technician else replace(step, client_at=None)


def _incident(session: Session, order: RepairOrder) -> IncidentNote | None:
    if order.incident_id is None:
        return None
    lead_id = order.merged_into_id or order.id
    followers = session.scalar(select(func.count()).select_from(RepairOrder).where(RepairOrder.merged_into_id == lead_id)) or 0
    return IncidentNote(followers + 1, order.merged_into_id is None) if followers else None


def _technician(session: Session, order: RepairOrder) -> TechnicianCard | None:
    if order.technician_id is None:
        return None
    score, count, trades, name, phone, _ = _TECHNICIAN.rows(session, technician_id=order.technician_id)[0]
    shown = phone or "" if order.status in WITH_TECHNICIAN else ""
    return TechnicianCard(order.technician_id, name, shown, score, count, tuple((trade, level) for trade, level in trades or ()))


def _rating(rating: Rating | None) -> RatingCard | None:
    if rating is None:
        return None
    lowest = min(rating.quality, rating.attitude, rating.timeliness)
    return RatingCard(
        rating.quality, rating.attitude, rating.timeliness, tuple(rating.reasons), rating.text, rating.at, rating.reply, rating.replied_at,
        lowest <= LOW_STARS,
    )  # fmt: skip
