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

from estate_app.access.directory import with_person
from estate_app.kit.clock import business_date, day_bounds
from estate_app.prepared import Asked, Prepared, Row, answered, columns
from estate_app.repair.certificate_models import TechnicianCertificate
from estate_app.repair.grounds import MANY_OF_KIND, MANY_VISITS
from estate_app.repair.models import (
    Leave,
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
from estate_app.repair.rules import DONE, WITH_TECHNICIAN
from estate_app.repair.scoring import Facts, Need

SAME_KIND_WITHIN = timedelta(days=90)
POSITION_WITHIN = timedelta(hours=12)
_AT_WORK = (OrderStatus.on_the_way, OrderStatus.working, OrderStatus.paused)


def facts_for(session: Session, order: RepairOrder, need: Need, now: datetime) -> list[Facts]:
    """Everybody with the trade, and everybody who works at the estate, by id."""
    return [_one(row, need) for row in answered(session, asked_facts(order, need.trade, now))]


def asked_facts(order: RepairOrder, trade: Trade, now: datetime) -> Asked:
    """What `facts_for` asks."""
    starts, ends = visit_span(order, now)
    day_starts, day_ends = day_bounds(business_date(starts))
    asked = {
        "on": business_date(starts), "trade": trade.value,
        "estate": order.estate_id, "building": order.building_id, "room": order.room_id,
        "starts": starts, "ends": ends, "day_starts": day_starts, "day_ends": day_ends,
        "day_from": None if business_date(starts) == business_date(now) else day_starts,
        "kind_since": now - SAME_KIND_WITHIN, "place_since": now - POSITION_WITHIN,
    }  # fmt: skip
    return _FACTS.asked(**asked)


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


def _one(row: Row, need: Need) -> Facts:
    (
        key, is_active, daily, score, score_count, last, level, is_here, is_certified, buildings, is_on_duty, is_on_call, is_on_leave,
        booked, room_visits, building_visits, same_trade_done, place, name, phone, is_known,
    ) = row  # fmt: skip
    latitude, longitude = place or (None, None)
    return Facts(
        technician_id=key,
        name=name,
        is_active=is_active and is_known,
        levels={need.trade: level} if level else {},
        estate_ids=frozenset((need.estate_id,)) if is_here else frozenset(),
        building_ids=frozenset(buildings or ()),
        is_on_duty=bool(is_on_duty),
        is_on_call=bool(is_on_call),
        is_on_leave=bool(is_on_leave),
        daily_minutes=daily,
        booked_minutes=int(booked or 0),
        score_milli=score,
        score_count=score_count,
        room_visits=room_visits or 0,
        building_visits=building_visits or 0,
        same_trade_done=same_trade_done or 0,
        latitude=latitude,
        longitude=longitude,
        last_assigned_at=last,
        certified=frozenset((need.trade,)) if is_certified else frozenset(),
        phone=phone or "",
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
_in_building, _in_room = col(_order.building_id) == _asked("building"), col(_order.room_id) == _asked("room")


def _counted(most: int, *which: Any) -> ScalarSelect[int]:
    """Finished orders; counting ends where more makes no difference, so that a long history costs nothing."""
    found = select(literal(1)).where(*_done, *which).limit(most).correlate(Technician).subquery()
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
_of_trade = select(RepairCategory.id).where(col(RepairCategory.trade) == _asked("trade", String))
_same_kind = _counted(
    MANY_OF_KIND, col(_order.completed_at) > _at("kind_since"), col(_order.category_id) == any_(func.array(_of_trade.scalar_subquery()))
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
_skill = select(TechnicianTrade.technician_id, TechnicianTrade.level).where(TechnicianTrade.trade == _asked("trade", String)).subquery()
_here = select(TechnicianZone.technician_id).where(TechnicianZone.estate_id == _asked("estate")).distinct().subquery()
_is_able = and_(_skill.c.level.is_not(None), _here.c.technician_id.is_not(None))
_buildings = (
    select(func.array_agg(TechnicianZone.building_id))
    .where(TechnicianZone.technician_id == _who, col(TechnicianZone.building_id).is_not(None))
    .correlate(Technician)
    .scalar_subquery()
)
_certified = (
    select(literal(1))
    .select_from(TechnicianCertificate)
    .where(TechnicianCertificate.technician_id == _who, TechnicianCertificate.trade == _asked("trade", String))
    .where(TechnicianCertificate.ends_on >= _asked("on", Date))
    .correlate(Technician)
    .exists()
)


def _if_able(*parts: Any) -> tuple[Any, ...]:
    """Look up only for those whom neither trade nor zone rules out: among a thousand technicians that is a handful."""
    return tuple(case((_is_able, part)) for part in parts)


_FACTS = Prepared(
    with_person(
        columns(
            _who,
            col(Technician.is_active),
            col(Technician.daily_minutes),
            col(Technician.score_milli),
            col(Technician.score_count),
            col(Technician.last_assigned_at),
            _skill.c.level,
            _here.c.technician_id.is_not(None),
            _certified,
            *_if_able(
                _buildings,
                _present(ShiftKind.duty),
                _present(ShiftKind.on_call),
                _covering(Leave),
                _minutes(*_open) + _minutes(*_finished),
                _counted(MANY_VISITS, _in_building, _in_room),
                _counted(MANY_VISITS, _in_building),
                _same_kind,
                _place,
            ),
        )
        .select_from(Technician)
        .outerjoin(_skill, _skill.c.technician_id == _who)
        .outerjoin(_here, _here.c.technician_id == _who),
        _who,
    )
    .where(or_(_skill.c.level.is_not(None), _here.c.technician_id.is_not(None)))
    .order_by(_who)
)
"""One row for each technician, in the order in which `_one` reads it."""
_PLACES = Prepared(select(_who, _place).where(_who == any_(bindparam("ids", type_=ARRAY(BigInteger))), _place.is_not(None)))
