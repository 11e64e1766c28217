"""How many orders came and how many were finished on each of the last days, for the morning page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.kit.clock import business_date, day_bounds
from estate_app.repair.filters import OrderFilter, where
from estate_app.repair.models import RepairOrder
from estate_app.repair.reach import managed


@dataclass(frozen=True, slots=True)
class DayCount:
    """One Shanghai day: the orders reported and those completed."""

    day: date
    new: int
    done: int


def day_counts(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None, days: int = 14) -> list[DayCount]:
    """The last days up to today, the oldest first, empty days among them; today counts what there is so far."""
    actor.require(Permission.repairs_read)
    today = business_date(now)
    wanted = [today - timedelta(days=ago) for ago in reversed(range(days))]
    new = _by_day(session, actor, col(RepairOrder.submitted_at), wanted[0], now, estate_id)
    done = _by_day(session, actor, col(RepairOrder.completed_at), wanted[0], now, estate_id)
    return [DayCount(day, new.get(day, 0), done.get(day, 0)) for day in wanted]


def _by_day(session: Session, actor: Actor, at: Mapped[Any], first: date, now: datetime, estate_id: int | None) -> dict[date, int]:
    day = func.date(func.timezone("Asia/Shanghai", at))
    statement = (
        select(day, func.count())
        .where(managed(actor, Permission.repairs_read), *where(OrderFilter(estate_id=estate_id), now))
        .where(at >= day_bounds(first)[0], at <= now)
        .group_by(day)
    )
    return {row[0]: row[1] for row in session.execute(statement)}
