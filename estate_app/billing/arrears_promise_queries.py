"""Reads of promises and plans: what came onto their bills since, and which parts are covered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.billing.arrears_ladder import ensure_room
from estate_app.billing.arrears_models import InstalmentPart, InstalmentPlan, PaymentPromise, PromiseStatus
from estate_app.billing.models import Bill, BillStatus
from estate_app.property.models import Room
from estate_app.property.queries import own_room


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise with what came onto its bills since, in fen."""

    id: int
    room_id: int
    amount_fen: int
    paid_fen: int
    from_on: date
    due_on: date
    status: PromiseStatus
    note: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a plan; `paid_fen` is filled from the first part on. `is_late`: due before today and not covered."""

    position: int
    due_on: date
    amount_fen: int
    paid_fen: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of instalments; its parts sum to the whole."""

    id: int
    room_id: int
    total_fen: int
    paid_fen: int
    from_on: date
    status: PromiseStatus
    note: str
    ended_on: date | None
    parts: tuple[PartRow, ...]


def room_promises(session: Session, actor: Actor, *, room_id: int, on: date) -> tuple[list[PromiseRow], list[PlanRow]]:
    """Promises and plans of a room, newest first, for its people and its managers; a stranger gets a 404."""
    actor.require(Permission.own_bills, Permission.bills_read)
    see_room(session, actor, room_id, on)
    promises = list(
        session.scalars(select(PaymentPromise).where(col(PaymentPromise.room_id) == room_id).order_by(col(PaymentPromise.id).desc()))
    )
    plans = list(
        session.scalars(select(InstalmentPlan).where(col(InstalmentPlan.room_id) == room_id).order_by(col(InstalmentPlan.id).desc()))
    )
    left, plan_left = left_fen(session, promises), left_fen(session, plans)
    parts = parts_of(session, [plan.id or 0 for plan in plans])
    return (
        [_promise_row(one, one.owed_fen - left[one.id or 0]) for one in promises],
        [_plan_row(one, one.total_fen - plan_left[one.id or 0], parts.get(one.id or 0, ()), on) for one in plans],
    )


def see_room(session: Session, actor: Actor, room_id: int, on: date, permission: Permission = Permission.bills_read) -> Room:
    """A room for its own people, or for managers whose permission covers it; a stranger gets a 404."""
    if actor.role is Role.resident:
        own_room(session, actor, room_id, on, sees_repairs=False)
        return session.get_one(Room, room_id)
    return ensure_room(session, actor, room_id, permission)


def left_fen(session: Session, many: Sequence[PaymentPromise] | Sequence[InstalmentPlan]) -> dict[int, int]:
    """What the bills of each still ask for; voided ones ask for nothing."""
    ids = {bill_id for one in many for bill_id in one.bill_ids}
    owed = case((col(Bill.status) == BillStatus.void, 0), else_=col(Bill.amount_fen) - col(Bill.paid_fen))
    left = dict(session.execute(select(col(Bill.id), owed).where(col(Bill.id).in_(ids))).all()) if ids else {}
    return {one.id or 0: sum(int(left.get(bill_id, 0)) for bill_id in one.bill_ids) for one in many}


def parts_of(session: Session, plan_ids: Collection[int]) -> dict[int, list[InstalmentPart]]:
    """The parts of plans, in their order."""
    found: dict[int, list[InstalmentPart]] = {}
    statement = select(InstalmentPart).where(col(InstalmentPart.plan_id).in_(plan_ids)).order_by(col(InstalmentPart.position))
    for part in session.scalars(statement):
        found.setdefault(part.plan_id, []).append(part)
    return found


def _promise_row(promise: PaymentPromise, paid_fen: int) -> PromiseRow:
    return PromiseRow(
        id=promise.id or 0,
        room_id=promise.room_id,
        amount_fen=promise.amount_fen,
        paid_fen=max(0, paid_fen),
        from_on=promise.from_on,
        due_on=promise.due_on,
        status=promise.status,
        note=promise.note,
        ended_on=promise.ended_on,
    )


def _plan_row(plan: InstalmentPlan, paid_fen: int, parts: Sequence[InstalmentPart], on: date) -> PlanRow:
    rows, left = [], max(0, paid_fen)
    for part in parts:
        covered = min(left, part.amount_fen)
        left -= covered
        is_late = part.due_on < on and covered < part.amount_fen
        rows.append(PartRow(part.position, part.due_on, part.amount_fen, covered, is_late))
    return PlanRow(
        id=plan.id or 0,
        room_id=plan.room_id,
        total_fen=plan.total_fen,
        paid_fen=max(0, paid_fen),
        from_on=plan.from_on,
        status=plan.status,
        note=plan.note,
        ended_on=plan.ended_on,
        parts=tuple(rows),
    )
