"""How a technician does: what the work of this and the last month came to, each figure apart and with its sample size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.clock import add_months, at_local, business_date, month_start
from estate_app.repair.models import OrderStep, Rating, RepairOrder, Technician
from estate_app.repair.ratings import counted


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month by the day of completion (ratings by the day they were given).

    `on_time` kept the promise; `first_visit` were done without a pause and not redone since; `redone` came back as rework, which
    counts for the order that it redoes. The three sums of stars are over `ratings` ratings.
    """

    month_on: date
    done: int = 0
    on_time: int = 0
    first_visit: int = 0
    redone: int = 0
    minutes: int = 0
    ratings: int = 0
    quality: int = 0
    attitude: int = 0
    timeliness: int = 0


@dataclass(frozen=True, slots=True)
class Performance:
    """The score that dispatch uses, from how many ratings it comes, and the two months."""

    score_milli: int
    score_count: int
    this_month: MonthFigures
    last_month: MonthFigures


def own_performance(session: Session, actor: Actor, *, now: datetime) -> Performance:
    """The actor's own results of this month and the last, in three queries; NotFoundError for who is on no roster."""
    actor.require(Permission.work_orders)
    technician = session.get(Technician, actor.id)
    if technician is None:
        raise NotFoundError
    this = month_start(business_date(now))
    last = add_months(this, -1)
    work, stars = _work(session, actor.id, last, this), _stars(session, actor.id, last, this)
    return Performance(
        technician.score_milli, technician.score_count, _figures(this, work, stars), _figures(last, work, stars)
    )  # fmt: skip


def _figures(on: date, work: Mapping[date, Row[*tuple[Any, ...]]], stars: Mapping[date, Row[*tuple[Any, ...]]]) -> MonthFigures:
    return MonthFigures(on, *(work[on][1:] if on in work else (0,) * 5), *(stars[on][1:] if on in stars else (0,) * 4))


def _work(session: Session, technician_id: int, first: date, last: date) -> dict[date, Row[*tuple[Any, ...]]]:
    again = aliased(RepairOrder)
    redone = exists().where(col(again.rework_of_id) == col(RepairOrder.id))
    paused = exists().where(col(OrderStep.order_id) == col(RepairOrder.id), col(OrderStep.action) == "pause")
    month = func.date_trunc("month", func.timezone("Asia/Shanghai", RepairOrder.completed_at))
    statement = (
        select(
            month,
            func.count(),
            func.count().filter(col(RepairOrder.completed_at) <= col(RepairOrder.complete_due_at)),
            func.count().filter(~redone, ~paused),
            func.count().filter(redone),
            func.coalesce(func.sum(RepairOrder.labour_minutes), 0),
        )
        .where(col(RepairOrder.technician_id) == technician_id)
        .where(col(RepairOrder.completed_at) >= at_local(first), col(RepairOrder.completed_at) < at_local(add_months(last, 1)))
        .group_by(month)
    )
    return {row[0].date(): row for row in session.execute(statement)}


def _stars(session: Session, technician_id: int, first: date, last: date) -> dict[date, Row[*tuple[Any, ...]]]:
    month = func.date_trunc("month", func.timezone("Asia/Shanghai", Rating.at))
    statement = (
        select(month, func.count(), func.sum(Rating.quality), func.sum(Rating.attitude), func.sum(Rating.timeliness))
        .where(col(Rating.technician_id) == technician_id)
        .where(col(Rating.at) >= at_local(first), col(Rating.at) < at_local(add_months(last, 1)), counted())
        .group_by(month)
    )
    return {row[0].date(): row for row in session.execute(statement)}
