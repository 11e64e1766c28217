"""Promises to pay and plans of instalments: made by residents or the office, kept or broken by what comes onto their bills."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.arrears_ladder import chased_bills, ensure_room
from estate_app.billing.arrears_models import InstalmentPart, InstalmentPlan, PaymentPromise, PromiseStatus
from estate_app.billing.arrears_promise_queries import left_fen, parts_of, see_room
from estate_app.billing.late_fees import post_late_fees
from estate_app.billing.models import Bill
from estate_app.billing.rules.instalment import split_plan
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan
from estate_app.notification.service import tell
from estate_app.property.models import Room
from estate_app.property.people import accounts_of_rooms

MAX_PROMISE_DAYS = 60


def make_promise(uow: UnitOfWork, actor: Actor, *, room_id: int, amount_fen: int, due_on: date, note: str = "") -> PaymentPromise:
    """Note that a household promises to pay an amount by a day; until then the ladder rests for its overdue bills.

    Raises:
        ConflictError: nothing is overdue, or a promise or plan runs already.
        InvalidError: the amount exceeds what is overdue, or the day is past or too far.
    """
    actor.require(Permission.own_bills, Permission.arrears_chase)
    today = business_date(uow.now)
    room, bills = _start(uow, actor, room_id)
    owed = _owed(bills)
    if not 0 < amount_fen <= owed:
        raise InvalidError(msg("Promise between ¥0.01 and ¥{amount}", amount=format_yuan(owed)), field="amount")
    if not today <= due_on <= today + timedelta(days=MAX_PROMISE_DAYS):
        raise InvalidError(msg("Choose a day from today on, within {days} days", days=MAX_PROMISE_DAYS), field="due_on")
    promise = PaymentPromise(
        estate_id=room.estate_id,
        room_id=room_id,
        bill_ids=[bill.id or 0 for bill in bills],
        owed_fen=owed,
        amount_fen=amount_fen,
        from_on=today,
        due_on=due_on,
        note=note.strip()[:200],
        created_by=actor.account_id,
        created_at=uow.now,
    )
    uow.session.add(promise)
    uow.flush()
    after: dict[str, object] = {"amount_fen": amount_fen, "due_on": due_on.isoformat()}
    record(uow, actor, "arrears:promise", "room", room_id, after=after)
    _notify(uow, room_id)
    return promise


def make_plan(uow: UnitOfWork, actor: Actor, *, room_id: int, count: int, first_due_on: date, note: str = "") -> InstalmentPlan:
    """Let a household pay what is overdue, late fees up to today included, in 2 to 24 parts a month apart."""
    actor.require(Permission.arrears_chase)
    today = business_date(uow.now)
    if not today <= first_due_on <= today + timedelta(days=MAX_PROMISE_DAYS):
        raise InvalidError(msg("Choose a day from today on, within {days} days", days=MAX_PROMISE_DAYS), field="first_due_on")
    room, bills = _start(uow, actor, room_id)
    fees = post_late_fees(uow, SYSTEM, [bill.id or 0 for bill in bills], today)
    known = {bill.id for bill in bills}
    bills = [*bills, *(uow.session.get_one(Bill, fee_id) for fee_id in fees if fee_id not in known)]
    total = _owed(bills)
    parts = split_plan(total, count, first_due_on)
    plan = InstalmentPlan(
        estate_id=room.estate_id,
        room_id=room_id,
        bill_ids=[bill.id or 0 for bill in bills],
        total_fen=total,
        from_on=today,
        note=note.strip()[:200],
        created_by=actor.account_id,
        created_at=uow.now,
    )
    uow.session.add(plan)
    uow.flush()
    uow.session.add_all(InstalmentPart(plan_id=plan.id or 0, position=p.position, due_on=p.due_on, amount_fen=p.amount_fen) for p in parts)
    record(uow, actor, "arrears:plan", "room", room_id, after={"total_fen": total, "parts": count, "first": first_due_on.isoformat()})
    text = msg("¥{amount} in {count} parts, the first by {day}", amount=format_yuan(total), count=count, day=first_due_on.isoformat())
    _tell(uow, room_id, msg("Your instalments are agreed"), text)
    _notify(uow, room_id)
    return plan


def cancel_promise(uow: UnitOfWork, actor: Actor, *, promise_id: int) -> None:
    """End a running promise early; the ladder goes on."""
    promise = uow.session.get(PaymentPromise, promise_id, with_for_update=True, populate_existing=True)
    _cancel(uow, actor, promise)


def cancel_plan(uow: UnitOfWork, actor: Actor, *, plan_id: int) -> None:
    """End a running plan early; the ladder and the late fees go on."""
    plan = uow.session.get(InstalmentPlan, plan_id, with_for_update=True, populate_existing=True)
    _cancel(uow, actor, plan)


def settle_promises(uow: UnitOfWork) -> int:
    """Close promises and plans that were kept, and those whose day passed without the money; returns how many."""
    today = business_date(uow.now)
    promises = list(uow.session.scalars(_running(PaymentPromise)))
    plans = list(uow.session.scalars(_running(InstalmentPlan)))
    parts = parts_of(uow.session, [plan.id or 0 for plan in plans])
    left, plan_left = left_fen(uow.session, promises), left_fen(uow.session, plans)
    verdicts: list[tuple[PaymentPromise | InstalmentPlan, PromiseStatus | None]] = []
    verdicts += [(one, _verdict(one, left[one.id or 0], (), today)) for one in promises]
    verdicts += [(one, _verdict(one, plan_left[one.id or 0], parts.get(one.id or 0, ()), today)) for one in plans]
    ended = [(one, status) for one, status in verdicts if status is not None]
    for one, status in ended:
        _end(uow, SYSTEM, one, status)
    return len(ended)


def _running(model: Any) -> Any:
    return select(model).where(col(model.status) == PromiseStatus.running).order_by(col(model.id)).with_for_update(skip_locked=True)


def _start(uow: UnitOfWork, actor: Actor, room_id: int) -> tuple[Room, Sequence[Bill]]:
    """Lock a room for a promise or a plan; its overdue bills that nothing holds."""
    today = business_date(uow.now)
    room = see_room(uow.session, actor, room_id, today, Permission.arrears_chase)
    uow.session.execute(select(col(Room.id)).where(col(Room.id) == room_id).with_for_update(key_share=True))
    promised = select(col(PaymentPromise.id)).where(
        col(PaymentPromise.room_id) == room_id, col(PaymentPromise.status) == PromiseStatus.running
    )
    planned = select(col(InstalmentPlan.id)).where(
        col(InstalmentPlan.room_id) == room_id, col(InstalmentPlan.status) == PromiseStatus.running
    )
    if uow.session.scalar(promised) is not None or uow.session.scalar(planned) is not None:
        raise ConflictError(msg("A promise or a plan of this household runs already"))
    bills = chased_bills(uow.session, [room_id], today).get(room_id, [])
    if not bills:
        raise ConflictError(msg("This household has no overdue bill to promise for"))
    return room, bills


def _owed(bills: Collection[Bill]) -> int:
    return sum(bill.amount_fen - bill.paid_fen for bill in bills)


def _verdict(one: PaymentPromise | InstalmentPlan, left: int, parts: Sequence[InstalmentPart], today: date) -> PromiseStatus | None:
    """Whether a promise or a plan is kept or broken by today; None while it runs."""
    if isinstance(one, PaymentPromise):
        if one.owed_fen - left >= one.amount_fen:
            return PromiseStatus.kept
        return PromiseStatus.broken if one.due_on < today else None
    if left == 0:
        return PromiseStatus.kept
    due = sum(part.amount_fen for part in parts if part.due_on < today)
    return PromiseStatus.broken if one.total_fen - left < due else None


def _cancel(uow: UnitOfWork, actor: Actor, one: PaymentPromise | InstalmentPlan | None) -> None:
    actor.require(Permission.arrears_chase)
    if one is None:
        raise NotFoundError
    ensure_room(uow.session, actor, one.room_id, Permission.arrears_chase)
    if one.status is not PromiseStatus.running:
        raise ConflictError(msg("This has ended already"))
    _end(uow, actor, one, PromiseStatus.cancelled)


def _end(uow: UnitOfWork, actor: Actor, one: PaymentPromise | InstalmentPlan, status: PromiseStatus) -> None:
    one.status, one.ended_on = status, business_date(uow.now)
    what = "promise" if isinstance(one, PaymentPromise) else "plan"
    record(uow, actor, f"arrears:{what}_{status.value}", "room", one.room_id, before={"status": "running"}, after={"status": status.value})
    if status is PromiseStatus.broken:
        body = msg("What was agreed did not arrive in time. Please pay, or call us to agree anew.")
        _tell(uow, one.room_id, msg("An agreed payment is late"), body)
    _notify(uow, one.room_id)


def _tell(uow: UnitOfWork, room_id: int, title: Message, body: Message) -> None:
    people = accounts_of_rooms(uow.session, [room_id], business_date(uow.now)).get(room_id, [])
    tell(uow, people, event="arrears", title=title, body=body, link="/bills")


def _notify(uow: UnitOfWork, room_id: int) -> None:
    uow.notify("arrears")
    uow.notify(f"bill:{room_id}")
