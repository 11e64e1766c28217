"""Technicians: who they are, what they can do, when they are there; lists for managers and the technician's own schedule."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date, day_bounds
from estate_app.property.queries import in_scope
from estate_app.repair.facts import booked_minutes
from estate_app.repair.models import Leave, RepairOrder, Shift, ShiftKind, Technician, TechnicianTrade, TechnicianZone, Trade
from estate_app.repair.rules import WITH_TECHNICIAN

_READ = (Permission.technicians_read, Permission.technicians_edit, Permission.repairs_dispatch)


@dataclass(frozen=True, slots=True)
class Presence:
    """One technician of an estate today."""

    technician_id: int
    name: str
    phone: str
    is_active: bool
    trades: tuple[tuple[Trade, int], ...]
    estate_ids: tuple[int, ...]
    building_ids: tuple[int, ...]
    daily_minutes: int
    score_milli: int
    score_count: int
    is_on_duty: bool
    is_on_call: bool
    is_on_leave: bool
    shift_starts_at: datetime | None
    shift_ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """One technician in the manager's list, with today's load and what is open."""

    who: Presence
    booked_minutes: int
    open_count: int


@dataclass(frozen=True, slots=True)
class Span:
    """A shift or a leave; `kind` is duty, on_call or leave."""

    id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


def roster(session: Session, estate_id: int, now: datetime) -> list[Presence]:
    """The active technicians of an estate today, by name; the caller has checked the scope."""
    zoned = select(TechnicianZone.technician_id).where(TechnicianZone.estate_id == estate_id)
    found = session.exec(select(Technician).where(col(Technician.account_id).in_(zoned), Technician.is_active))
    return _presences(session, list(found), now, show_phones=False)


def list_technicians(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None) -> list[TechnicianRow]:
    """The technicians within the manager's scope, those on duty first."""
    actor.require(*_READ)
    found = session.exec(select(Technician).where(_in_reach(actor, estate_id)))
    present = _presences(session, list(found), now, show_phones=actor.can(Permission.phones_read))
    ids = [p.technician_id for p in present]
    booked = booked_minutes(session, ids, now, now)
    counted = session.execute(
        select(col(RepairOrder.technician_id), func.count())
        .where(col(RepairOrder.technician_id).in_(ids), col(RepairOrder.status).in_(WITH_TECHNICIAN))
        .group_by(col(RepairOrder.technician_id))
    )
    open_count = {row[0]: row[1] for row in counted}
    rows = [TechnicianRow(p, booked.get(p.technician_id, 0), open_count.get(p.technician_id, 0)) for p in present]
    return sorted(rows, key=lambda r: (not r.who.is_active, not r.who.is_on_duty, r.who.name, r.who.technician_id))


def ensure_managed(session: Session, actor: Actor, technician_id: int, *, locks: bool = True) -> Technician:
    """One technician within the scope of editing, locked for change unless orders must be locked first; else a 404."""
    actor.require(Permission.technicians_edit)
    statement = select(Technician).where(Technician.account_id == technician_id, _in_reach(actor, None, Permission.technicians_edit))
    technician = session.exec(statement.with_for_update() if locks else statement).first()
    if technician is None:
        raise NotFoundError
    return technician


def ensure_readable(session: Session, actor: Actor, technician_id: int) -> None:
    """Refuse with a 404 a technician who is neither the actor nor within the manager's scope."""
    if technician_id == actor.account_id:
        actor.require(Permission.work_orders)
        return
    actor.require(*_READ)
    found = select(Technician.account_id).where(Technician.account_id == technician_id, _in_reach(actor, None))
    if session.exec(found).first() is None:
        raise NotFoundError


def schedule(session: Session, actor: Actor, *, from_on: date, to_on: date, technician_id: int | None = None) -> list[Span]:
    """Shifts and leaves in a span of days: one's own, or those of a technician within the manager's scope."""
    technician_id = actor.id if technician_id is None else technician_id
    ensure_readable(session, actor, technician_id)
    start, end = day_bounds(from_on)[0], day_bounds(to_on)[1]
    shifts = session.exec(select(Shift).where(Shift.technician_id == technician_id, Shift.starts_at < end, Shift.ends_at > start))
    leaves = session.exec(select(Leave).where(Leave.technician_id == technician_id, Leave.starts_at < end, Leave.ends_at > start))
    spans = [Span(s.id or 0, s.kind.value, s.starts_at, s.ends_at) for s in shifts]
    spans += [Span(v.id or 0, "leave", v.starts_at, v.ends_at, v.reason) for v in leaves]
    return sorted(spans, key=lambda s: (s.starts_at, s.kind, s.id))


def _in_reach(actor: Actor, estate_id: int | None, *permissions: Permission) -> ColumnElement[bool]:
    zone = in_scope(actor, *(permissions or _READ), estate=col(TechnicianZone.estate_id), building=col(TechnicianZone.building_id))
    zoned = select(TechnicianZone.technician_id).where(zone)
    if estate_id is not None:
        zoned = zoned.where(TechnicianZone.estate_id == estate_id)
    elif actor.scope(*(permissions or _READ)).is_everywhere:
        return col(Technician.account_id).is_not(None)
    return col(Technician.account_id).in_(zoned)


def _presences(session: Session, technicians: list[Technician], now: datetime, *, show_phones: bool) -> list[Presence]:
    ids = [t.account_id for t in technicians]
    known = people(session, ids)
    start, end = day_bounds(business_date(now))
    trades: dict[int, list[tuple[Trade, int]]] = {}
    for trade in session.exec(
        select(TechnicianTrade).where(col(TechnicianTrade.technician_id).in_(ids)).order_by(col(TechnicianTrade.level).desc())
    ):
        trades.setdefault(trade.technician_id, []).append((trade.trade, trade.level))
    zones: dict[int, list[TechnicianZone]] = {}
    for zone in session.exec(select(TechnicianZone).where(col(TechnicianZone.technician_id).in_(ids)).order_by(col(TechnicianZone.id))):
        zones.setdefault(zone.technician_id, []).append(zone)
    shifts: dict[int, list[Shift]] = {}
    today = select(Shift).where(col(Shift.technician_id).in_(ids), Shift.starts_at < end, Shift.ends_at > start)
    for shift in session.exec(today.order_by(col(Shift.starts_at))):
        shifts.setdefault(shift.technician_id, []).append(shift)
    away = set(
        session.exec(select(Leave.technician_id).where(col(Leave.technician_id).in_(ids), Leave.starts_at <= now, Leave.ends_at > now))
    )
    rows = [
        _presence(
            t,
            known[t.account_id].name,
            known[t.account_id].phone if show_phones else masked_phone(known[t.account_id].phone),
            trades.get(t.account_id, []),
            zones.get(t.account_id, []),
            shifts.get(t.account_id, []),
            is_away=t.account_id in away,
            now=now,
        )
        for t in technicians
    ]
    return sorted(rows, key=lambda p: (p.name, p.technician_id))


def _presence(
    technician: Technician,
    name: str,
    phone: str,
    trades: list[tuple[Trade, int]],
    zones: list[TechnicianZone],
    shifts: list[Shift],
    *,
    is_away: bool,
    now: datetime,
) -> Presence:
    current = [s for s in shifts if s.starts_at <= now < s.ends_at]
    duty = [s for s in shifts if s.kind is ShiftKind.duty and s.ends_at > now]
    return Presence(
        technician_id=technician.account_id,
        name=name,
        phone=phone,
        is_active=technician.is_active,
        trades=tuple(trades),
        estate_ids=tuple(dict.fromkeys(z.estate_id for z in zones)),
        building_ids=tuple(z.building_id for z in zones if z.building_id is not None),
        daily_minutes=technician.daily_minutes,
        score_milli=technician.score_milli,
        score_count=technician.score_count,
        is_on_duty=any(s.kind is ShiftKind.duty for s in current),
        is_on_call=any(s.kind is ShiftKind.on_call for s in current),
        is_on_leave=is_away,
        shift_starts_at=duty[0].starts_at if duty else None,
        shift_ends_at=duty[0].ends_at if duty else None,
    )


def colleagues(session: Session, actor: Actor, *, order_id: int, now: datetime) -> list[Presence]:
    """To whom the technician who holds an order may hand it over: the others of its estate, those on duty first; phones masked."""
    actor.require(Permission.work_orders)
    held = select(RepairOrder.estate_id).where(RepairOrder.id == order_id, RepairOrder.technician_id == actor.id)
    estate_id = session.exec(held).first()
    if estate_id is None:
        raise NotFoundError
    others = [p for p in roster(session, estate_id, now) if p.technician_id != actor.id]
    return sorted(others, key=lambda p: (p.is_on_leave, not p.is_on_duty, p.name, p.technician_id))
