"""When the ladder of arrears is climbed by itself: an estate's days for each rung, and the job that follows them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.arrears_ladder import MAX_ROOMS, chased_bills, take_step
from estate_app.billing.arrears_models import ArrearsStep, LadderPolicy, Stage
from estate_app.billing.arrears_queries import RUNGS
from estate_app.billing.filters import is_overdue
from estate_app.billing.models import Bill
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import msg
from estate_app.notification.rules import quiet_until
from estate_app.property.models import Estate, Room
from estate_app.property.queries import ensure_estate, in_scope

REST_DAYS = 3
"""How many days lie at least between two steps that the estate's days bring about."""


def climb_due(uow: UnitOfWork, *, limit: int = MAX_ROOMS) -> int:
    """Take the steps that the estates' days bring about, at most so many households; nothing in the quiet hours (22 to 8 o'clock)."""
    if quiet_until(uow.now) is not None:
        return 0
    today, done = business_date(uow.now), 0
    for policy in list(uow.session.scalars(select(LadderPolicy).order_by(col(LadderPolicy.estate_id)))):
        for stage, room_ids in _due(uow.session, policy, today, limit - done).items():
            rooms = select(Room).where(col(Room.id).in_(room_ids)).order_by(col(Room.id)).with_for_update(key_share=True)
            done += take_step(uow, SYSTEM, list(uow.session.scalars(rooms)), stage, "")
    return done


def keep_ladder(uow: UnitOfWork, actor: Actor, *, estate_id: int, days: dict[Stage, int]) -> LadderPolicy:
    """Set after how many days overdue an estate climbs to each rung; nought leaves the rung to people."""
    actor.require(Permission.tariffs_edit)
    ensure_estate(uow.session, actor, estate_id, Permission.tariffs_edit)
    last = 0
    for stage in RUNGS:
        if not 0 <= days[stage] <= 365:
            raise InvalidError(msg("Write between 0 and {count} days", count=365), field=stage.value)
        if days[stage] and days[stage] <= last:
            raise InvalidError(msg("A later rung needs more days than the one before"), field=stage.value)
        last = max(last, days[stage])
    policy = uow.session.get(LadderPolicy, estate_id) or LadderPolicy(estate_id=estate_id)
    before = ladder_days(policy)
    policy.reminder_days, policy.sms_days, policy.letter_days, policy.case_days = (days[stage] for stage in RUNGS)
    uow.session.add(policy)
    uow.flush()
    was, now = ({stage.value: value for stage, value in one.items()} for one in (before, days))
    record(uow, actor, "arrears:policy", "ladder_policy", estate_id, before=dict(was), after=dict(now))
    return policy


def ladder_days(policy: LadderPolicy) -> dict[Stage, int]:
    """The days of a policy by rung."""
    return dict(zip(RUNGS, (policy.reminder_days, policy.sms_days, policy.letter_days, policy.case_days), strict=True))


def _due(session: Session, policy: LadderPolicy, today: date, limit: int) -> dict[Stage, list[int]]:
    """The next rung of each household whose oldest debt is old enough, and which was left in peace for some days."""
    oldest: Any = (
        select(col(Bill.room_id), func.min(col(Bill.due_on)))
        .where(col(Bill.estate_id) == policy.estate_id, is_overdue(today))
        .group_by(col(Bill.room_id))
        .order_by(col(Bill.room_id))
    )
    debts: dict[int, date] = dict(session.execute(oldest).all())
    taken = session.execute(
        select(col(ArrearsStep.room_id), col(ArrearsStep.stage), func.max(col(ArrearsStep.at)))
        .where(col(ArrearsStep.room_id).in_(debts))
        .group_by(col(ArrearsStep.room_id), col(ArrearsStep.stage))
    )
    steps: dict[int, dict[Stage, date]] = {}
    for room_id, stage, at in taken:
        if local(at).date() > debts[room_id]:
            steps.setdefault(room_id, {})[stage] = local(at).date()
    chased = chased_bills(session, list(debts), today) if debts else {}
    days, found = ladder_days(policy), dict[Stage, list[int]]()
    for room_id, bills in list(chased.items()):
        rung = _next_rung(steps.get(room_id, {}), days, (today - bills[0].due_on).days, today)
        if rung is not None and sum(map(len, found.values())) < limit:
            found.setdefault(rung, []).append(room_id)
    return found


def _next_rung(taken: dict[Stage, date], days: dict[Stage, int], late: int, today: date) -> Stage | None:
    """The lowest rung above the highest taken one that the estate uses, once its days are reached."""
    if taken and today - max(taken.values()) < timedelta(days=REST_DAYS):
        return None
    height = max((RUNGS.index(stage) for stage in taken), default=-1)
    rung = next((stage for stage in RUNGS[height + 1 :] if days[stage]), None)
    return rung if rung is not None and late >= days[rung] else None


@dataclass(frozen=True, slots=True)
class LadderRow:
    """An estate's days by rung; none are set while the ladder is climbed by hand only."""

    estate_id: int
    estate_name: str
    days: dict[Stage, int] | None


def list_ladders(session: Session, actor: Actor) -> list[LadderRow]:
    """The ladders of the estates within the actor's scope."""
    actor.require(Permission.tariffs_read)
    rows = session.execute(
        select(Estate, LadderPolicy)
        .outerjoin(LadderPolicy, col(LadderPolicy.estate_id) == col(Estate.id))
        .where(in_scope(actor, Permission.tariffs_read, estate=col(Estate.id)))
        .order_by(col(Estate.id))
    )
    return [LadderRow(estate.id, estate.name, ladder_days(policy) if policy else None) for estate, policy in rows]
