"""What a month's work of each technician came to, for managers: each figure apart with its sample, and the settlement's sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.kit.clock import add_months, at_local
from estate_app.property.queries import in_scope
from estate_app.repair.arrival_models import Arrival
from estate_app.repair.models import MaterialUse, OrderStep, Rating, RepairOrder, Technician
from estate_app.repair.ratings import counted


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One technician's month by the day of completion, within the manager's scope; ratings by the day they were given.

    `on_time`, `first_visit` and `redone` are of `done`; `stars` is the sum of three stars over `ratings` ratings. Material is what was
    used on the finished orders, charged or not; `charged_fen` is what residents owe for `charged` of them. `arrivals` are the finished
    orders at whose door proof was asked for or given, `proven` those of them with proof.
    """

    technician_id: int
    name: str
    score_milli: int
    score_count: int
    done: int = 0
    on_time: int = 0
    first_visit: int = 0
    redone: int = 0
    minutes: int = 0
    charged: int = 0
    charged_fen: int = 0
    material_fen: int = 0
    ratings: int = 0
    stars: int = 0
    arrivals: int = 0
    proven: int = 0


def team_month(session: Session, actor: Actor, *, month_on: date, estate_id: int | None = None) -> list[TeamRow]:
    """Everybody who finished an order or was rated in a month, the busiest first; in five queries, however many they are."""
    actor.require(Permission.technicians_read)
    here = [in_scope(actor, Permission.technicians_read, estate=col(RepairOrder.estate_id), building=col(RepairOrder.building_id))]
    if estate_id is not None:
        here.append(col(RepairOrder.estate_id) == estate_id)
    span = (at_local(month_on), at_local(add_months(month_on, 1)))
    work, material, stars = _work(session, here, span), _material(session, here, span), _stars(session, here, span)
    ids = sorted(work.keys() | stars.keys())
    known = people(session, ids)
    scores = {t.account_id: t for t in session.scalars(select(Technician).where(col(Technician.account_id).in_(ids)))}
    rows = []
    for one in ids:
        done, on_time, first_visit, redone, minutes, charged, charged_fen, arrivals, proven = map(
            int, work[one][1:] if one in work else (0,) * 9
        )
        count, total = map(int, stars[one][1:] if one in stars else (0, 0))
        rows.append(
            TeamRow(
                one,
                known[one].name,
                scores[one].score_milli,
                scores[one].score_count,
                done,
                on_time,
                first_visit,
                redone,
                minutes,
                charged,
                charged_fen,
                material.get(one, 0),
                count,
                total,
                arrivals,
                proven,
            )
        )  # fmt: skip
    return sorted(rows, key=lambda r: (-r.done, r.name, r.technician_id))


_Span = tuple[Any, Any]


def _finished(here: list[Any], span: _Span) -> tuple[Any, ...]:
    return (
        *here, col(RepairOrder.technician_id).is_not(None), col(RepairOrder.completed_at) >= span[0],
        col(RepairOrder.completed_at) < span[1],
    )  # fmt: skip


def _work(session: Session, here: list[Any], span: _Span) -> Mapping[int, Row[*tuple[Any, ...]]]:
    again = aliased(RepairOrder)
    redone = exists().where(col(again.rework_of_id) == col(RepairOrder.id))
    paused = exists().where(col(OrderStep.order_id) == col(RepairOrder.id), col(OrderStep.action) == "pause")
    own = (col(Arrival.order_id) == col(RepairOrder.id), col(Arrival.technician_id) == col(RepairOrder.technician_id))
    arrived, proven = exists().where(*own), exists().where(*own, col(Arrival.doubt).is_(None))
    statement = (
        select(
            col(RepairOrder.technician_id),
            func.count(),
            func.count().filter(col(RepairOrder.completed_at) <= col(RepairOrder.complete_due_at)),
            func.count().filter(~redone, ~paused),
            func.count().filter(redone),
            func.coalesce(func.sum(RepairOrder.labour_minutes), 0),
            func.count(col(RepairOrder.charge_fen)),
            func.coalesce(func.sum(RepairOrder.charge_fen), 0),
            func.count().filter(arrived),
            func.count().filter(arrived & proven),
        )
        .where(*_finished(here, span))
        .group_by(col(RepairOrder.technician_id))
    )
    return {row[0]: row for row in session.execute(statement)}


def _material(session: Session, here: list[Any], span: _Span) -> Mapping[int, int]:
    statement = (
        select(col(RepairOrder.technician_id), func.sum(MaterialUse.amount_fen))
        .join(MaterialUse, col(MaterialUse.order_id) == col(RepairOrder.id))
        .where(*_finished(here, span))
        .group_by(col(RepairOrder.technician_id))
    )
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def _stars(session: Session, here: list[Any], span: _Span) -> Mapping[int, Row[*tuple[Any, ...]]]:
    statement = (
        select(col(Rating.technician_id), func.count(), func.sum(Rating.quality + Rating.attitude + Rating.timeliness))
        .join(RepairOrder, col(RepairOrder.id) == col(Rating.order_id))
        .where(*here, col(Rating.at) >= span[0], col(Rating.at) < span[1], counted())
        .group_by(col(Rating.technician_id))
    )
    return {row[0]: row for row in session.execute(statement)}
