"""Enrolling a technician: account by phone, trades, where and how long the person works, and the first weeks of the roster."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.staff import technician_of_phone
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError
from estate_app.kit.i18n import msg
from estate_app.repair.models import Shift, Technician, TechnicianTrade, TechnicianZone, Trade
from estate_app.repair.shifts import WeekPattern, spans_of
from estate_app.repair.technicians import ensure_levels, ensure_minutes, ensure_zone
from estate_app.repair.waiting import retry_after_change


@dataclass(frozen=True, slots=True)
class EnrolFacts:
    """Who it is and what the person does; no building means the whole estate alike, no week that shifts come later."""

    phone: str
    name: str
    estate_id: int
    levels: Mapping[Trade, int] = field(default_factory=dict)
    building_ids: tuple[int, ...] = ()
    daily_minutes: int = 420
    week: WeekPattern | None = None


def enrol(uow: UnitOfWork, actor: Actor, facts: EnrolFacts) -> Technician:
    """Put somebody on the list; the account of the phone is opened when there is none. Waiting orders are tried again at once.

    Raises:
        ConflictError: the person is on the list already.
        InvalidError: a field is wrong; it is named.
    """
    actor.require(Permission.technicians_edit)
    ensure_zone(uow.session, actor, facts.estate_id, facts.building_ids)
    ensure_levels(facts.levels)
    ensure_minutes(facts.daily_minutes)
    spans = spans_of(facts.week) if facts.week else []
    account = technician_of_phone(uow, actor, phone=facts.phone, name=facts.name)
    key = account.id
    if uow.session.get(Technician, key) is not None:
        raise ConflictError(
            msg("{name} is on the list already. Change trades, zones and shifts on the technician's page", name=account.name), field="phone"
        )
    technician = Technician(account_id=key, daily_minutes=facts.daily_minutes)
    uow.session.add(technician)
    uow.flush()
    zones: tuple[int | None, ...] = tuple(dict.fromkeys(facts.building_ids)) or (None,)
    uow.session.add_all(TechnicianTrade(technician_id=key, trade=trade, level=level) for trade, level in facts.levels.items())
    uow.session.add_all(TechnicianZone(technician_id=key, estate_id=facts.estate_id, building_id=building) for building in zones)
    if facts.week:
        uow.session.add_all(Shift(technician_id=key, kind=facts.week.kind, starts_at=begin, ends_at=end) for begin, end in spans)
    after: dict[str, object] = {
        "estate_id": facts.estate_id,
        "building_ids": list(facts.building_ids),
        "trades": {trade.value: level for trade, level in facts.levels.items()},
        "daily_minutes": facts.daily_minutes,
        "shifts": len(spans),
    }
    record(uow, actor, "technician:enrol", "technician", key, after=after)
    uow.flush()
    retry_after_change(uow, key)
    return technician
