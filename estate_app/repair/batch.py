"""Batch plans of an estate: made from what waits and who is there, previewed, and applied to what has not changed meanwhile."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.repair.certificates import certified
from estate_app.repair.dispatch import hand_over
from estate_app.repair.dispatch_models import BatchPlan, PlanStatus
from estate_app.repair.facts import booked_minutes, positions
from estate_app.repair.models import (
    Offer,
    OfferOutcome,
    OrderStatus,
    QueueReason,
    RepairCategory,
    RepairOrder,
    Shift,
    ShiftKind,
    Trade,
)
from estate_app.repair.plan import Plan, make_plan
from estate_app.repair.plan_cells import Job, Known, Worker
from estate_app.repair.queries import OrderRow, load_some, rows_of
from estate_app.repair.roster import Presence, roster
from estate_app.repair.rules import DONE, pass_forgotten_after
from estate_app.repair.scoring import Exclusion, Facts, Need
from estate_app.repair.step import key_of
from estate_app.repair.weights import policy_of

_AHEAD = timedelta(hours=12)
_MOST = 20_000
_SHOWN = 500
_PASSED = (OfferOutcome.declined, OfferOutcome.timed_out, OfferOutcome.withdrawn)
_ENTITY = "batch_plan"


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One line of a preview: the order, and who would come from when until when."""

    order: OrderRow
    technician_id: int
    technician: str
    starts_at: datetime
    ends_at: datetime
    points: int


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan as it is previewed."""

    id: int
    status: PlanStatus
    made_at: datetime
    solve_ms: int
    visits: tuple[PlannedVisit, ...]
    left: tuple[tuple[OrderRow, QueueReason], ...]
    technician_count: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan: how many orders were offered, and those that were passed over, each with the reason."""

    count: int
    skipped: tuple[tuple[str, Message], ...]


def draft_plan(uow: UnitOfWork, actor: Actor, *, estate_id: int) -> BatchPlan:
    """Plan the waiting orders of an estate onto the shifts of the next twelve hours; nothing is assigned yet."""
    _ensure_estate(actor, estate_id)
    jobs, workers, known, numbers = load(uow.session, estate_id, uow.now)
    started = time.perf_counter()
    plan = make_plan(jobs, workers, known, now=uow.now)
    taken = round((time.perf_counter() - started) * 1000)
    names = {w.facts.technician_id: w.facts.name for w in workers}
    row = BatchPlan(estate_id=estate_id, made_at=uow.now, made_by=actor.id, solve_ms=taken)
    row.visits, row.left_over = _stored(plan, names, numbers)
    uow.session.add(row)
    uow.flush()
    return row


def read_plan(session: Session, actor: Actor, plan_id: int, *, now: datetime) -> PlanCard:
    """A plan within the manager's scope; another estate's is a 404."""
    actor.require(Permission.repairs_dispatch)
    plan = session.get(BatchPlan, plan_id)
    if plan is None:
        raise NotFoundError
    _ensure_estate(actor, plan.estate_id)
    kept = [int(str(v["order_id"])) for v in plan.visits][:_SHOWN] + [int(str(v["order_id"])) for v in plan.left_over][:_SHOWN]
    loaded = load_some(session, [col(RepairOrder.id).in_(kept)], "", len(kept)) if kept else []
    rows = {row.id: row for row in rows_of(session, actor, loaded, now)}
    visits = tuple(_visit(v, rows) for v in plan.visits if int(str(v["order_id"])) in rows)
    left = tuple((rows[key], QueueReason(str(v["reason"]))) for v in plan.left_over if (key := int(str(v["order_id"]))) in rows)
    count = len({v["technician_id"] for v in plan.visits})
    return PlanCard(plan_id, plan.status, plan.made_at, plan.solve_ms, visits, left, count)


def apply_plan(uow: UnitOfWork, actor: Actor, *, plan_id: int) -> Applied:
    """Offer every planned order that still waits; what has changed since is passed over and named.

    Raises:
        ConflictError: the plan was applied before.
    """
    actor.require(Permission.repairs_dispatch)
    plan = uow.session.get(BatchPlan, plan_id)
    if plan is None:
        raise NotFoundError
    _ensure_estate(actor, plan.estate_id)
    wanted = {int(str(v["order_id"])): v for v in plan.visits}
    statement = select(RepairOrder).where(col(RepairOrder.id).in_(wanted)).order_by(col(RepairOrder.id)).with_for_update()
    orders = uow.session.exec(statement.execution_options(populate_existing=True)).all()
    # Two who apply the same plan meet at the orders' locks; the second finds it applied.
    uow.session.refresh(plan, with_for_update=True)
    if plan.status is PlanStatus.applied:
        raise ConflictError(msg("This plan has been applied already; make a new one"))
    skipped: list[tuple[str, Message]] = []
    later: dict[int, datetime] = {}
    for order in orders:
        visit = wanted[key_of(order)]
        why = _hand(uow, actor, order, int(str(visit["technician_id"])))
        if why is not None:
            skipped.append((order.number, why))
        else:
            later[key_of(order)] = datetime.fromisoformat(str(visit["starts_at"]))
    _wait_for_shifts(uow, later)
    plan.status, plan.applied_at, plan.applied_by = PlanStatus.applied, uow.now, actor.account_id
    after: dict[str, object] = {"offered": len(later), "skipped": [number for number, _ in skipped]}
    record(uow, actor, "dispatch:plan", _ENTITY, plan_id, before={"status": "draft"}, after=after)
    uow.flush()
    return Applied(len(later), tuple(skipped))


def load(session: Session, estate_id: int, now: datetime) -> tuple[list[Job], list[Worker], Known, dict[int, str]]:
    """What waits, who is there, and who has been where, in a constant number of queries; the caller has checked the scope."""
    found = session.execute(
        select(RepairOrder, RepairCategory)
        .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
        .where(RepairOrder.estate_id == estate_id, RepairOrder.status == OrderStatus.submitted)
        .where(col(RepairOrder.merged_into_id).is_(None), col(RepairOrder.queue_reason).is_distinct_from(QueueReason.open_to_all))
        .order_by(col(RepairOrder.id))
        .limit(_MOST)
    ).all()
    passed = _passed(session, [key_of(order) for order, _ in found], now)
    weights = policy_of(session, estate_id).weights
    jobs = [_job(order, category, passed.get(key_of(order), frozenset()), weights) for order, category in found]
    present = roster(session, estate_id, now)
    ids = [p.technician_id for p in present]
    booked, places = booked_minutes(session, ids, now, now), positions(session, ids, now)
    permits = certified(session, ids, business_date(now))
    none: frozenset[Trade] = frozenset()
    workers = [
        _worker(p, booked.get(p.technician_id, 0), places.get(p.technician_id), now, permits.get(p.technician_id, none)) for p in present
    ]
    known = _known(session, ids, {j.need.building_id for j in jobs if j.need.building_id})
    return jobs, workers, known, {key_of(order): order.number for order, _ in found}


def _job(order: RepairOrder, category: RepairCategory, excluded: frozenset[int], weights: Mapping) -> Job:  # type: ignore[type-arg]
    need = Need(
        category.trade, category.level, order.estimate_minutes, order.urgency, order.estate_id, order.building_id, order.latitude,
        order.longitude, excluded, weights, category.needs_certificate,
    )  # fmt: skip
    return Job(key_of(order), need, order.complete_due_at, order.room_id, order.visit_from_at, order.visit_to_at)


def _worker(who: Presence, booked: int, place: tuple[float, float] | None, now: datetime, certified: frozenset[Trade]) -> Worker:
    """One technician with the shift that is on or comes next; without one, with no time at all."""
    starts, ends = who.shift_starts_at, who.shift_ends_at
    if starts is None or ends is None or starts > now + _AHEAD:
        starts = ends = now
    facts = Facts(
        technician_id=who.technician_id, name=who.name, is_active=who.is_active, levels=dict(who.trades),
        estate_ids=frozenset(who.estate_ids), building_ids=frozenset(who.building_ids), is_on_duty=who.is_on_duty,
        is_on_call=who.is_on_call, is_on_leave=who.is_on_leave, daily_minutes=who.daily_minutes, booked_minutes=booked,
        score_milli=who.score_milli, score_count=who.score_count, latitude=place[0] if place else None,
        longitude=place[1] if place else None, certified=certified,
    )  # fmt: skip
    return Worker(facts, max(now, starts), ends)


def _passed(session: Session, order_ids: Sequence[int], now: datetime) -> dict[int, frozenset[int]]:
    out: dict[int, set[int]] = defaultdict(set)
    for o in session.exec(select(Offer).where(col(Offer.order_id).in_(order_ids), col(Offer.outcome).in_(_PASSED))):
        if (o.answered_at or o.expires_at) > now - pass_forgotten_after(o.outcome):
            out[o.order_id].add(o.technician_id)
    return {key: frozenset(ids) for key, ids in out.items()}


def _known(session: Session, ids: Sequence[int], buildings: set[int]) -> Known:
    rows = session.execute(
        select(col(RepairOrder.technician_id), col(RepairOrder.building_id), col(RepairOrder.room_id), func.count())
        .where(col(RepairOrder.technician_id).in_(ids), col(RepairOrder.status).in_(DONE), col(RepairOrder.building_id).in_(buildings))
        .group_by(col(RepairOrder.technician_id), col(RepairOrder.building_id), col(RepairOrder.room_id))
    )
    by_room: dict[int, dict[int, int]] = defaultdict(dict)
    by_building: dict[int, dict[int, int]] = defaultdict(dict)
    for technician, building, room, count in rows:
        by_building[building][technician] = by_building[building].get(technician, 0) + int(count)
        if room is not None:
            by_room[room][technician] = int(count)
    return Known(by_room, by_building)


def _stored(plan: Plan, names: Mapping[int, str], numbers: Mapping[int, str]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    visits: list[dict[str, object]] = [
        {
            "order_id": v.order_id, "number": numbers[v.order_id], "technician_id": v.technician_id, "name": names[v.technician_id],
            "starts_at": v.starts_at.isoformat(), "ends_at": v.ends_at.isoformat(), "points": v.points,
        }
        for v in plan.visits
    ]  # fmt: skip
    return visits, [{"order_id": k, "number": numbers[k], "reason": why.value} for k, why in plan.left]


def _visit(stored: dict[str, object], rows: Mapping[int, OrderRow]) -> PlannedVisit:
    return PlannedVisit(
        rows[int(str(stored["order_id"]))], int(str(stored["technician_id"])), str(stored["name"]),
        datetime.fromisoformat(str(stored["starts_at"])), datetime.fromisoformat(str(stored["ends_at"])), int(str(stored["points"])),
    )  # fmt: skip


def _hand(uow: UnitOfWork, actor: Actor, order: RepairOrder, technician_id: int) -> Message | None:
    """Offer one order; or say why it is passed over."""
    if order.status is not OrderStatus.submitted or order.merged_into_id is not None:
        return msg("It no longer waits: somebody has dealt with it meanwhile")
    try:
        hand_over(uow, actor, order, technician_id, "", mode="plan", tolerated=frozenset({Exclusion.off_shift}))
    except InvalidError as error:
        return error.message
    return None


def _wait_for_shifts(uow: UnitOfWork, later: Mapping[int, datetime]) -> None:
    """Whoever is not on duty yet answers once the shift has begun: the offer waits until the planned time."""
    on_duty = select(Shift.technician_id).where(Shift.kind == ShiftKind.duty, Shift.starts_at <= uow.now, Shift.ends_at > uow.now)
    for order_id, starts_at in later.items():
        if starts_at > uow.now:
            waits = update(Offer).where(col(Offer.order_id) == order_id, col(Offer.outcome) == OfferOutcome.open)
            waits = waits.where(col(Offer.technician_id).not_in(on_duty))
            uow.session.execute(waits.values(expires_at=func.greatest(Offer.expires_at, starts_at)))


def _ensure_estate(actor: Actor, estate_id: int) -> None:
    actor.require(Permission.repairs_dispatch)
    if not actor.scope(Permission.repairs_dispatch).covers(estate_id=estate_id):
        raise NotFoundError
