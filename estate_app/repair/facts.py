"""What a decision rests on: the facts of every technician who might take an order, in a constant number of queries."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    DateTime,
    ScalarSelect,
    String,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
)
from sqlmodel import Session, col, select

from estate_app.access.directory import Person, people
from estate_app.kit.clock import business_date, day_bounds
from estate_app.prepared import Prepared, Row, columns
from estate_app.repair.certificate_models import TechnicianCertificate
from estate_app.repair.models import (
    Leave,
    Offer,
    OfferOutcome,
    OrderStatus,
    RepairCategory,
    RepairOrder,
    Shift,
    ShiftKind,
    Technician,
    TechnicianTrade,
    TechnicianZone,
    Trade,
)  # fmt: skip
from estate_app.repair.rules import DONE, WITH_TECHNICIAN, pass_forgotten_after
from estate_app.repair.scoring import MANY_VISITS, Facts, Need

SAME_KIND_WITHIN = timedelta(days=90)
POSITION_WITHIN = timedelta(hours=12)
_PASSED = (OfferOutcome.declined, OfferOutcome.timed_out, OfferOutcome.withdrawn)
_AT_WORK = (OrderStatus.on_the_way, OrderStatus.working, OrderStatus.paused)
_PASSES = Prepared(
    select(col(Offer.technician_id), col(Offer.outcome), func.coalesce(Offer.answered_at, Offer.expires_at)).where(
        Offer.order_id == bindparam("order_id"), col(Offer.outcome).in_(_PASSED)
    )
)


def need_of(session: Session, order: RepairOrder, now: datetime) -> Need:
    """What an order asks for, with those who passed on it lately."""
    category = session.get_one(RepairCategory, order.category_id)
    passed = _PASSES.rows(session, order_id=order.id)
    out = {technician for technician, outcome, at in passed if at > now - pass_forgotten_after(OfferOutcome(outcome))}
    return Need(
        trade=category.trade,
        level=category.level,
        minutes=order.estimate_minutes,
        urgency=order.urgency,
        estate_id=order.estate_id,
        building_id=order.building_id,
        latitude=order.latitude,
        longitude=order.longitude,
        excluded_ids=frozenset(out),
        needs_certificate=category.needs_certificate,
    )


def facts_for(session: Session, order: RepairOrder, need: Need, now: datetime) -> list[Facts]:
    """Everybody with the trade, and everybody who works at the estate, by id."""
    starts, ends = visit_span(order, now)
    day_starts, day_ends = day_bounds(business_date(starts))
    asked = {
        "on": business_date(starts), "trade": need.trade.value,
        "estate": need.estate_id, "building": order.building_id, "room": order.room_id,
        "starts": starts, "ends": ends, "day_starts": day_starts, "day_ends": day_ends,
        "day_from": None if business_date(starts) == business_date(now) else day_starts,
        "kind_since": now - SAME_KIND_WITHIN, "place_since": now - POSITION_WITHIN,
    }  # fmt: skip
    rows = _FACTS.rows(session, **asked)
    known = people(session, [row[0] for row in rows])
    return [_one(row, known[row[0]]) for row in rows]


def visit_span(order: RepairOrder, now: datetime) -> tuple[datetime, datetime]:
    """When somebody must be there: the visit window when it lies ahead, else this very moment."""
    if order.visit_from_at is not None and order.visit_to_at is not None and order.visit_from_at > now:
        return order.visit_from_at, order.visit_to_at
    return now, now + timedelta(seconds=1)


def booked_minutes(session: Session, ids: Iterable[int], at: datetime, now: datetime) -> dict[int, int]:
    """Minutes of a day's work by technician: what is open for that day and, today, what is done."""
    start, end = day_bounds(business_date(at))
    is_today = business_date(at) == business_date(now)
    visit = col(RepairOrder.visit_from_at)
    here = or_(visit.is_(None), visit < end) if is_today else and_(visit >= start, visit < end)
    is_open = col(RepairOrder.status).in_(WITH_TECHNICIAN) & here
    # An order is never finished after its last change, whose index spares a search through all that was ever done.
    changed = (col(RepairOrder.changed_at) >= start) & (col(RepairOrder.completed_at) >= start)
    done = col(RepairOrder.status).in_(DONE) & changed & (col(RepairOrder.completed_at) < end)
    rows = session.execute(
        select(col(RepairOrder.technician_id), func.sum(RepairOrder.estimate_minutes))
        .where(col(RepairOrder.technician_id).in_(list(ids)), or_(is_open, done))
        .group_by(col(RepairOrder.technician_id))
    )
    return {technician: int(minutes) for technician, minutes in rows}


def positions(session: Session, ids: Iterable[int], now: datetime) -> dict[int, tuple[float, float]]:
    """Where each technician was last at work today, by the place of that order."""
    rows = _PLACES.rows(session, ids=list(ids), place_since=now - POSITION_WITHIN)
    return {technician: (latitude, longitude) for technician, (latitude, longitude) in rows}


def _one(row: Row, person: Person) -> Facts:
    (
        key, is_active, daily, score, score_count, last, levels, zones, is_on_duty, is_on_call, is_on_leave, booked,
        room_visits, building_visits, same_trade_done, place, certified,
    ) = row  # fmt: skip
    latitude, longitude = place or (None, None)
    return Facts(
        technician_id=key,
        name=person.name,
        is_active=is_active and person.is_active,
        levels={Trade(trade): level for trade, level in (levels or {}).items()},
        estate_ids=frozenset(estate for estate, _ in zones or ()),
        building_ids=frozenset(building for _, building in zones or () if building is not None),
        is_on_duty=is_on_duty,
        is_on_call=is_on_call,
        is_on_leave=is_on_leave,
        daily_minutes=daily,
        booked_minutes=int(booked),
        score_milli=score,
        score_count=score_count,
        room_visits=room_visits or 0,
        building_visits=building_visits or 0,
        same_trade_done=same_trade_done or 0,
        latitude=latitude,
        longitude=longitude,
        last_assigned_at=last,
        certified=frozenset(Trade(trade) for trade in certified or ()),
    )


def _asked(name: str, type_: Any = BigInteger) -> Any:
    return bindparam(name, type_=type_)


def _at(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


_who, _order = col(Technician.account_id), RepairOrder
_mine = (col(_order.technician_id) == _who,)
# Written out, so that PostgreSQL sees that the indexes of finished orders fit.
_is_done = col(_order.status).in_([literal_column(f"'{word}'") for word in sorted(DONE)])
_done = (*_mine, _is_done)
_has_trade = (
    select(TechnicianTrade.level).where(TechnicianTrade.technician_id == _who, TechnicianTrade.trade == _asked("trade", String)).exists()
)
_in_building, _in_room = col(_order.building_id) == _asked("building"), col(_order.room_id) == _asked("room")


def _visits(*here: Any) -> ScalarSelect[int]:
    """Finished orders at a place; counting ends where more makes no difference, so that a long history costs nothing."""
    found = select(literal(1)).where(*_done, *here).limit(MANY_VISITS).correlate(Technician).subquery()
    return select(func.count()).select_from(found).correlate(Technician).scalar_subquery()


def _present(kind: ShiftKind) -> Any:
    return _covering(Shift, col(Shift.kind) == kind)


def _covering(table: type[Shift] | type[Leave], *more: Any) -> Any:
    found = select(literal(1)).select_from(table).where(table.technician_id == _who, *more)
    return found.where(table.starts_at < _at("ends"), table.ends_at > _at("starts")).correlate(Technician).exists()


def _minutes(*which: Any) -> Any:
    return func.coalesce(select(func.sum(_order.estimate_minutes)).where(*which).correlate(Technician).scalar_subquery(), 0)


_visit = col(_order.visit_from_at)
# Of today counts all that is open and not agreed for a later day; of another day only what is agreed for it.
_open = (
    *_mine,
    col(_order.status).in_(WITH_TECHNICIAN),
    or_(_visit < _at("day_ends"), and_(_visit.is_(None), _at("day_from").is_(None))),
    or_(_visit >= _at("day_from"), _at("day_from").is_(None)),
)
_finished = (*_done, col(_order.completed_at) >= _at("day_starts"), col(_order.completed_at) < _at("day_ends"))
_same_kind = (
    select(func.count())
    .select_from(_order)
    .join(RepairCategory, col(RepairCategory.id) == _order.category_id)
    .where(*_done, col(_order.completed_at) > _at("kind_since"), col(RepairCategory.trade) == _asked("trade", String))
    .correlate(Technician)
    .scalar_subquery()
)
_place = (
    select(func.jsonb_build_array(_order.latitude, _order.longitude))
    .where(
        *_mine,
        or_(col(_order.status).in_(_AT_WORK), and_(_is_done, col(_order.completed_at) > _at("place_since"))),
        col(_order.accepted_at) > _at("place_since"),
        col(_order.latitude).is_not(None),
        col(_order.longitude).is_not(None),
    )
    .order_by(func.coalesce(_order.started_at, _order.accepted_at).desc())
    .limit(1)
    .correlate(Technician)
    .scalar_subquery()
)
_levels = select(func.jsonb_object_agg(TechnicianTrade.trade, TechnicianTrade.level)).where(TechnicianTrade.technician_id == _who)
_zones = select(func.jsonb_agg(func.jsonb_build_array(TechnicianZone.estate_id, TechnicianZone.building_id)))
_here = select(literal(1)).select_from(TechnicianZone).where(TechnicianZone.technician_id == _who)
_certified = (
    select(func.jsonb_agg(TechnicianCertificate.trade))
    .where(TechnicianCertificate.technician_id == _who, TechnicianCertificate.trade == _asked("trade", String))
    .where(TechnicianCertificate.ends_on >= _asked("on", Date))
    .correlate(Technician)
    .scalar_subquery()
)
# What only the score of a candidate needs is not looked up for those who lack the trade.
_FACTS = Prepared(
    columns(
        _who.label("technician_id"),
        col(Technician.is_active),
        col(Technician.daily_minutes),
        col(Technician.score_milli),
        col(Technician.score_count),
        col(Technician.last_assigned_at),
        _levels.correlate(Technician).scalar_subquery().label("levels"),
        _zones.where(TechnicianZone.technician_id == _who).correlate(Technician).scalar_subquery().label("zones"),
        _present(ShiftKind.duty).label("is_on_duty"),
        _present(ShiftKind.on_call).label("is_on_call"),
        _covering(Leave).label("is_on_leave"),
        (_minutes(*_open) + _minutes(*_finished)).label("booked"),
        case((_has_trade, _visits(_in_building, _in_room))).label("room_visits"),
        case((_has_trade, _visits(_in_building))).label("building_visits"),
        case((_has_trade, _same_kind)).label("same_trade_done"),
        case((_has_trade, _place)).label("place"),
        _certified.label("certified"),
    )
    .where(or_(_has_trade, _here.where(TechnicianZone.estate_id == _asked("estate")).correlate(Technician).exists()))
    .order_by(_who)
)
"""One row for each technician, in the order in which `_one` reads it."""
_PLACES = Prepared(select(_who, _place).where(_who == any_(bindparam("ids", type_=ARRAY(BigInteger))), _place.is_not(None)))
