"""What a decision rests on: the facts of every technician who might take an order, in a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from estate_app.access.directory import people
from estate_app.kit.clock import business_date, day_bounds
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
from estate_app.repair.scoring import Facts, Need

SAME_KIND_WITHIN = timedelta(days=90)
POSITION_WITHIN = timedelta(hours=12)
_PASSED = (OfferOutcome.declined, OfferOutcome.timed_out, OfferOutcome.withdrawn)


def need_of(session: Session, order: RepairOrder, now: datetime) -> Need:
    """What an order asks for, with those who passed on it lately."""
    category = session.get_one(RepairCategory, order.category_id)
    passed = session.exec(select(Offer).where(Offer.order_id == order.id, col(Offer.outcome).in_(_PASSED)))
    out = {o.technician_id for o in passed if (o.answered_at or o.expires_at) > now - pass_forgotten_after(o.outcome)}
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
    )


def facts_for(session: Session, order: RepairOrder, need: Need, now: datetime) -> list[Facts]:
    """Everybody with the trade, and everybody who works at the estate, by id."""
    rows = session.exec(
        select(Technician)
        .where(
            or_(
                col(Technician.account_id).in_(select(TechnicianTrade.technician_id).where(TechnicianTrade.trade == need.trade)),
                col(Technician.account_id).in_(select(TechnicianZone.technician_id).where(TechnicianZone.estate_id == need.estate_id)),
            )
        )
        .order_by(col(Technician.account_id))
    ).all()
    return _facts(session, rows, order, need, now)


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


def _facts(session: Session, rows: Sequence[Technician], order: RepairOrder, need: Need, now: datetime) -> list[Facts]:
    ids = [t.account_id for t in rows]
    known = people(session, ids)
    starts, ends = visit_span(order, now)
    trades = _levels(session, ids)
    estates, buildings = _zones(session, ids)
    present = {
        (who, kind) for who, kind in session.execute(select(Shift.technician_id, Shift.kind).where(*_covers(Shift, ids, starts, ends)))
    }
    away = set(session.exec(select(Leave.technician_id).where(*_covers(Leave, ids, starts, ends))))
    booked = booked_minutes(session, ids, starts, now)
    visits = _visits(session, ids, order, need, now)
    places = positions(session, ids, now)
    found = []
    for t in rows:
        room, building, same = visits.get(t.account_id, (0, 0, 0))
        latitude, longitude = places.get(t.account_id, (None, None))
        person = known[t.account_id]
        found.append(
            Facts(
                technician_id=t.account_id,
                name=person.name,
                is_active=t.is_active and person.is_active,
                levels=trades.get(t.account_id, {}),
                estate_ids=frozenset(estates.get(t.account_id, ())),
                building_ids=frozenset(buildings.get(t.account_id, ())),
                is_on_duty=(t.account_id, ShiftKind.duty) in present,
                is_on_call=(t.account_id, ShiftKind.on_call) in present,
                is_on_leave=t.account_id in away,
                daily_minutes=t.daily_minutes,
                booked_minutes=booked.get(t.account_id, 0),
                score_milli=t.score_milli,
                score_count=t.score_count,
                room_visits=room,
                building_visits=building,
                same_trade_done=same,
                latitude=latitude,
                longitude=longitude,
                last_assigned_at=t.last_assigned_at,
            )
        )
    return found


def _covers(table: type[Shift] | type[Leave], ids: list[int], starts: datetime, ends: datetime) -> tuple[bool, ...]:
    return col(table.technician_id).in_(ids), table.starts_at < ends, table.ends_at > starts  # type: ignore[return-value]


def _levels(session: Session, ids: list[int]) -> Mapping[int, Mapping[Trade, int]]:
    found: dict[int, dict[Trade, int]] = {}
    for row in session.exec(select(TechnicianTrade).where(col(TechnicianTrade.technician_id).in_(ids))):
        found.setdefault(row.technician_id, {})[row.trade] = row.level
    return found


def _zones(session: Session, ids: list[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    estates: dict[int, set[int]] = {}
    buildings: dict[int, set[int]] = {}
    for zone in session.exec(select(TechnicianZone).where(col(TechnicianZone.technician_id).in_(ids))):
        estates.setdefault(zone.technician_id, set()).add(zone.estate_id)
        if zone.building_id is not None:
            buildings.setdefault(zone.technician_id, set()).add(zone.building_id)
    return estates, buildings


def _visits(session: Session, ids: list[int], order: RepairOrder, need: Need, now: datetime) -> dict[int, tuple[int, int, int]]:
    """Finished orders by technician: in this home, in this building, and of this trade within 90 days."""
    in_room = col(RepairOrder.room_id) == order.room_id if order.room_id is not None else col(RepairOrder.id).is_(None)
    in_building = col(RepairOrder.building_id) == order.building_id if order.building_id is not None else col(RepairOrder.id).is_(None)
    since = now - SAME_KIND_WITHIN
    same = and_(col(RepairCategory.trade) == need.trade, col(RepairOrder.completed_at) > since)
    # Only what counts somewhere is read: each of the three is found by an index, also after years of orders.
    counts = or_(in_room, in_building, col(RepairOrder.changed_at) > since)
    rows = session.execute(
        select(
            col(RepairOrder.technician_id),
            func.sum(case((in_room, 1), else_=0)),
            func.sum(case((in_building, 1), else_=0)),
            func.sum(case((same, 1), else_=0)),
        )
        .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
        .where(col(RepairOrder.technician_id).in_(ids), col(RepairOrder.status).in_(DONE), counts)
        .group_by(col(RepairOrder.technician_id))
    )
    return {technician: (int(room), int(building), int(kind)) for technician, room, building, kind in rows}


def positions(session: Session, ids: list[int], now: datetime) -> dict[int, tuple[float, float]]:
    """Where each technician was last at work today, by the place of that order."""
    active = (*DONE, OrderStatus.on_the_way, OrderStatus.working, OrderStatus.paused)
    rows = session.execute(
        select(col(RepairOrder.technician_id), col(RepairOrder.latitude), col(RepairOrder.longitude))
        .where(
            col(RepairOrder.technician_id).in_(ids),
            col(RepairOrder.status).in_(active),
            col(RepairOrder.changed_at) > now - POSITION_WITHIN,  # by its index; never before the acceptance
            col(RepairOrder.accepted_at) > now - POSITION_WITHIN,
            col(RepairOrder.latitude).is_not(None),
            col(RepairOrder.longitude).is_not(None),
        )
        .ext(distinct_on(col(RepairOrder.technician_id)))
        .order_by(col(RepairOrder.technician_id), func.coalesce(RepairOrder.started_at, RepairOrder.accepted_at).desc())
    )
    return {technician: (latitude, longitude) for technician, latitude, longitude in rows}
