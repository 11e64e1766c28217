"""What a manager changes of technicians: trades, zones, shifts, leave, capacity. Whoever goes away loses the open orders to others."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.property.queries import ensure_estate, visible_buildings
from estate_app.repair.dispatch import free_orders, hold_orders
from estate_app.repair.models import Leave, Shift, ShiftKind, TechnicianTrade, TechnicianZone, Trade
from estate_app.repair.roster import ensure_managed
from estate_app.repair.rules import MAX_LEVEL
from estate_app.repair.shifts import LONGEST_SHIFT, WeekPattern, ensure_free, ensure_not_away, spans_of
from estate_app.repair.step import checked_reason
from estate_app.repair.waiting import retry_after_change

_LONGEST_LEAVE = timedelta(days=366)
_MAX_DAILY = 720
_ENTITY = "technician"


def ensure_levels(levels: Mapping[Trade, int]) -> None:
    """Refuse no trade at all, and a level outside 1 to 5."""
    if not levels or any(not 1 <= level <= MAX_LEVEL for level in levels.values()):
        raise InvalidError(msg("Choose at least one trade, each with a level from 1 to 5"), field="levels")


def ensure_minutes(daily_minutes: int) -> None:
    """Refuse minutes that no working day has."""
    if not 0 <= daily_minutes <= _MAX_DAILY:
        raise InvalidError(msg("Give the minutes of a day, from 0 to {limit}", limit=_MAX_DAILY), field="daily_minutes")


def ensure_zone(session: Session, actor: Actor, estate_id: int, building_ids: Sequence[int]) -> None:
    """Refuse with a 404 an estate outside the scope of editing, and buildings of another one."""
    ensure_estate(session, actor, estate_id, Permission.technicians_edit)
    here = {b.id for b in visible_buildings(session, actor, Permission.technicians_edit) if b.estate_id == estate_id}
    if not set(building_ids) <= here:
        raise NotFoundError


def save_trades(uow: UnitOfWork, actor: Actor, *, technician_id: int, levels: Mapping[Trade, int]) -> None:
    """Replace what a technician can do; levels run from 1 to 5."""
    ensure_managed(uow.session, actor, technician_id)
    ensure_levels(levels)
    old = uow.session.exec(select(TechnicianTrade).where(TechnicianTrade.technician_id == technician_id)).all()
    before = {t.trade.value: t.level for t in old}
    for trade in old:
        uow.session.delete(trade)
    uow.flush()
    uow.session.add_all(TechnicianTrade(technician_id=technician_id, trade=trade, level=level) for trade, level in levels.items())
    record(uow, actor, "technician:trades", _ENTITY, technician_id, before=dict(before), after={t.value: v for t, v in levels.items()})
    uow.flush()
    retry_after_change(uow, technician_id)


def save_zones(uow: UnitOfWork, actor: Actor, *, technician_id: int, estate_id: int, building_ids: Sequence[int] = ()) -> None:
    """Replace where a technician works in one estate: its main buildings, or with none the whole estate alike."""
    ensure_managed(uow.session, actor, technician_id)
    ensure_zone(uow.session, actor, estate_id, building_ids)
    here = (col(TechnicianZone.technician_id) == technician_id, col(TechnicianZone.estate_id) == estate_id)
    before: dict[str, object] = {"building_ids": list(uow.session.exec(select(TechnicianZone.building_id).where(*here)))}
    uow.session.execute(delete(TechnicianZone).where(*here))
    wanted: list[int | None] = [*dict.fromkeys(building_ids)] or [None]
    uow.session.add_all(TechnicianZone(technician_id=technician_id, estate_id=estate_id, building_id=b) for b in wanted)
    record(uow, actor, "technician:zones", _ENTITY, technician_id, before=before, after={"estate_id": estate_id, "building_ids": wanted})
    uow.flush()
    retry_after_change(uow, technician_id)


def leave_estate(uow: UnitOfWork, actor: Actor, *, technician_id: int, estate_id: int) -> int:
    """Take a technician out of one estate for good; the open orders of that estate go to others. Answers how many.

    Raises:
        ConflictError: the person does not work there, or nowhere else: then the list is what to leave.
    """
    ensure_managed(uow.session, actor, technician_id, locks=False)
    ensure_zone(uow.session, actor, estate_id, ())
    held = [order for order in hold_orders(uow, technician_id) if order.estate_id == estate_id]
    ensure_managed(uow.session, actor, technician_id)
    zones = uow.session.exec(select(TechnicianZone).where(TechnicianZone.technician_id == technician_id)).all()
    here = [zone for zone in zones if zone.estate_id == estate_id]
    if not here:
        raise ConflictError(msg("This technician does not work in the estate"))
    if len(here) == len(zones):
        raise ConflictError(msg("This is the technician's only estate. Take the person off the list instead"))
    for zone in here:
        uow.session.delete(zone)
    before: dict[str, object] = {"estate_id": estate_id, "building_ids": [zone.building_id for zone in here]}
    record(uow, actor, "technician:leave_estate", _ENTITY, technician_id, before=before, after={"freed": len(held)})
    uow.flush()
    return free_orders(uow, actor, held, reason="left_estate")


def save_capacity(uow: UnitOfWork, actor: Actor, *, technician_id: int, daily_minutes: int) -> None:
    """Change the minutes of work that a day may hold."""
    technician = ensure_managed(uow.session, actor, technician_id)
    ensure_minutes(daily_minutes)
    before: dict[str, object] = {"daily_minutes": technician.daily_minutes}
    technician.daily_minutes = daily_minutes
    record(uow, actor, "technician:capacity", _ENTITY, technician_id, before=before, after={"daily_minutes": daily_minutes})
    uow.flush()
    retry_after_change(uow, technician_id)


def add_shift(
    uow: UnitOfWork, actor: Actor, *, technician_id: int, starts_at: datetime, ends_at: datetime, kind: ShiftKind = ShiftKind.duty
) -> Shift:
    """Put a technician on duty or on call.

    Raises:
        ConflictError: it overlaps a shift that is on the roster; the sentence names that one.
    """
    ensure_managed(uow.session, actor, technician_id)
    _ensure_span(starts_at, ends_at, LONGEST_SHIFT)
    ensure_free(uow.session, technician_id, [(starts_at, ends_at)])
    shift = Shift(technician_id=technician_id, kind=kind, starts_at=starts_at, ends_at=ends_at)
    uow.session.add(shift)
    uow.flush()
    after: dict[str, object] = {"kind": kind, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    record(uow, actor, "technician:shift", _ENTITY, technician_id, after=after)
    retry_after_change(uow, technician_id)
    return shift


def add_week(uow: UnitOfWork, actor: Actor, *, technician_id: int, pattern: WeekPattern) -> None:
    """Put a technician on the roster by the week: every shift of the pattern, or none when one of them overlaps."""
    ensure_managed(uow.session, actor, technician_id)
    spans = spans_of(pattern)
    ensure_free(uow.session, technician_id, spans)
    uow.session.add_all(Shift(technician_id=technician_id, kind=pattern.kind, starts_at=begin, ends_at=end) for begin, end in spans)
    after: dict[str, object] = {"kind": pattern.kind, "count": len(spans), "from_on": pattern.first_on.isoformat()}
    after |= {"to_on": pattern.last_on.isoformat(), "starts": f"{pattern.starts:%H:%M}", "ends": f"{pattern.ends:%H:%M}"}
    record(uow, actor, "technician:shift", _ENTITY, technician_id, after=after)
    uow.flush()
    retry_after_change(uow, technician_id)


def remove_shift(uow: UnitOfWork, actor: Actor, *, shift_id: int) -> None:
    """Take a shift off the roster."""
    actor.require(Permission.technicians_edit)
    shift = uow.session.get(Shift, shift_id)
    if shift is None:
        raise NotFoundError
    ensure_managed(uow.session, actor, shift.technician_id)
    before: dict[str, object] = {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    record(uow, actor, "technician:shift", _ENTITY, shift.technician_id, before=before)
    uow.session.delete(shift)
    uow.flush()


def add_leave(uow: UnitOfWork, actor: Actor, *, technician_id: int, starts_at: datetime, ends_at: datetime, reason: str) -> int:
    """Note that a technician is away; when that begins now, the open orders go to others. Answers how many."""
    ensure_managed(uow.session, actor, technician_id, locks=False)
    _ensure_span(starts_at, ends_at, _LONGEST_LEAVE)
    why = checked_reason(reason)[:60]
    held = hold_orders(uow, technician_id) if starts_at <= uow.now < ends_at else []
    ensure_managed(uow.session, actor, technician_id)
    ensure_not_away(uow.session, technician_id, starts_at, ends_at)
    uow.session.add(Leave(technician_id=technician_id, starts_at=starts_at, ends_at=ends_at, reason=why))
    uow.flush()
    after: dict[str, object] = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": why}
    record(uow, actor, "technician:leave", _ENTITY, technician_id, after=after)
    return free_orders(uow, actor, held, reason=why)


def remove_leave(uow: UnitOfWork, actor: Actor, *, leave_id: int) -> None:
    """Take a leave back; orders that went to others stay with them."""
    actor.require(Permission.technicians_edit)
    leave = uow.session.get(Leave, leave_id)
    if leave is None:
        raise NotFoundError
    ensure_managed(uow.session, actor, leave.technician_id)
    before: dict[str, object] = {"starts_at": leave.starts_at.isoformat(), "ends_at": leave.ends_at.isoformat(), "reason": leave.reason}
    record(uow, actor, "technician:leave", _ENTITY, leave.technician_id, before=before)
    uow.session.delete(leave)
    uow.flush()
    retry_after_change(uow, leave.technician_id)


def save_active(uow: UnitOfWork, actor: Actor, *, technician_id: int, is_active: bool) -> int:
    """Take a technician off the list or back onto it; the open orders of one who leaves go to others. Answers how many."""
    ensure_managed(uow.session, actor, technician_id, locks=False)
    held = [] if is_active else hold_orders(uow, technician_id)
    technician = ensure_managed(uow.session, actor, technician_id)
    before: dict[str, object] = {"is_active": technician.is_active}
    technician.is_active = is_active
    record(uow, actor, "technician:active", _ENTITY, technician_id, before=before, after={"is_active": is_active})
    uow.flush()
    if is_active:
        retry_after_change(uow, technician_id)
    return free_orders(uow, actor, held, reason="inactive")


def _ensure_span(starts_at: datetime, ends_at: datetime, longest: timedelta) -> None:
    if starts_at.tzinfo is None or ends_at.tzinfo is None or ends_at <= starts_at or ends_at - starts_at > longest:
        raise InvalidError(msg("The end must come after the beginning, and not too long after it"), field="ends_at")
