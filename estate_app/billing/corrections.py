"""Commands on issued bills: void with a reason, replace, charge singly, dispute. An issued bill itself is never edited."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.access.serial import next_serial
from estate_app.billing.arrears_models import BillDispute
from estate_app.billing.charges import Charge, MeterFacts, charge_month
from estate_app.billing.discounts import discounted
from estate_app.billing.filters import visible_bills
from estate_app.billing.models import Bill, BillAdjustment, BillLine, BillReading, BillStatus, FeeItem, FeeKind
from estate_app.billing.origin import credited_account
from estate_app.billing.prices import RUN_KINDS
from estate_app.billing.rules.values import priced_line
from estate_app.billing.run import hold_estate
from estate_app.billing.run_inputs import load_frame, load_inputs
from estate_app.billing.stored import line_row, pack_lines, pack_readings
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.ids import monthly_number
from estate_app.kit.money import MAX_FEN, format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.property.models import Room
from estate_app.property.people import accounts_of_rooms
from estate_app.property.queries import ensure_estate

MAX_REASON = 200


def void_bill(uow: UnitOfWork, actor: Actor, *, bill_id: int, reason: str) -> Bill:
    """Void a bill with a reason, and the late fees on it. What was paid becomes the room's prepaid balance; the ledger is reversed."""
    actor.require(Permission.bills_void)
    bill = _bill(uow, actor, bill_id, Permission.bills_void)
    ensure_fresh(uow, actor)
    why = _reason(reason)
    if bill.status is BillStatus.void:
        raise ConflictError(msg("This bill is void already"))
    _ensure_uncorrected(uow, bill_id)
    if bill.for_bill_id is not None:
        raise ConflictError(msg("A late fee is waived with a second person's approval, not voided"))
    fees = select(Bill).where(col(Bill.for_bill_id) == bill_id, col(Bill.status) != BillStatus.void).order_by(col(Bill.id))
    for one in (bill, *uow.session.scalars(fees.with_for_update().execution_options(populate_existing=True))):
        _void(uow, actor, one, why)
    tell_room(uow, bill, "bill_voided", msg("Bill {number} was withdrawn", number=bill.number), msg("Reason: {reason}", reason=why))
    uow.flush()
    return bill


def _ensure_uncorrected(uow: UnitOfWork, bill_id: int) -> None:
    """A bill whose correction was charged or credited cannot be voided beside it: the room would be paid back twice."""
    settled: Any = aliased(Bill)
    found = uow.session.execute(
        select(col(BillAdjustment.amount_fen), settled.number)
        .outerjoin(settled, settled.id == col(BillAdjustment.settled_bill_id))
        .where(col(BillAdjustment.bill_id) == bill_id, or_(settled.id.is_(None), settled.status != BillStatus.void))
        .limit(1)
    ).first()
    if found is None:
        return
    if found[1] is not None:
        raise ConflictError(msg("This bill was corrected by bill {number}; void that one first", number=found[1]))
    raise ConflictError(msg("The correction of this bill was credited to the room; charge the difference singly instead"))


def _void(uow: UnitOfWork, actor: Actor, bill: Bill, why: str) -> None:
    before: dict[str, object] = {"status": bill.status.value, "paid_fen": bill.paid_fen}
    post(
        uow,
        actor,
        kind=JournalKind.bill_voided,
        subject="bill",
        subject_id=bill.id or 0,
        lines=(
            Entry(credited_account(uow.session, bill), bill.amount_fen, bill.estate_id, bill.room_id),
            Entry(LedgerAccount.receivable, bill.paid_fen - bill.amount_fen, bill.estate_id, bill.room_id),
            Entry(LedgerAccount.prepaid, -bill.paid_fen, bill.estate_id, bill.room_id),
        ),
        memo=why,
    )
    bill.status, bill.void_reason = BillStatus.void, why
    record(uow, actor, "bill:void", "bill", bill.id or 0, before=before, after={"reason": why, "prepaid_fen": bill.paid_fen})


def replace_bill(uow: UnitOfWork, actor: Actor, *, bill_id: int, reason: str) -> Bill:
    """Void a bill and issue a new one in its place from today's readings and prices of the same month."""
    actor.require(Permission.bills_void)
    hold_estate(uow.session, _bill(uow, actor, bill_id, Permission.bills_void).estate_id)
    old = void_bill(uow, actor, bill_id=bill_id, reason=reason)
    item = uow.session.get_one(FeeItem, old.fee_item_id)
    if item.kind not in RUN_KINDS:
        raise ConflictError(msg("A single bill is replaced by charging it anew"))
    inputs = load_inputs(uow.session, load_frame(uow.session, [item], old.period), (old.room_id, old.room_id))
    key = (old.fee_item_id, old.room_id)
    if key not in inputs.standings:
        raise ConflictError(msg("The item is no longer attached to this room; void the bill instead"))
    meters = inputs.meters.get(key, MeterFacts())
    room, prices = inputs.rooms[old.room_id], inputs.prices.get(key[0], [])
    result = charge_month(item.name, prices, inputs.standings[key], room, meters, old.period, inputs.beside(key))
    if not isinstance(result, Charge):
        raise ConflictError(msg("There is nothing to charge any more; void the bill instead"))
    result = discounted(result, inputs.discounts.get(key, ()), old.period)
    if result.total_fen <= 0:
        raise ConflictError(msg("There is nothing to charge any more; void the bill instead"))
    due_on = max(old.due_on, business_date(uow.now) + timedelta(days=item.due_days))
    bill = issue_singly(uow, actor, item, old.room_id, old.period, due_on, result, run_id=old.run_id, replaces_id=bill_id)
    record(uow, actor, "bill:replace", "bill", bill.id or 0, before={"number": old.number}, after={"number": bill.number})
    return bill


def charge_once(
    uow: UnitOfWork,
    actor: Actor,
    *,
    item_id: int,
    room_id: int,
    amount_fen: int,
    label: str | Message,
    due_on: date | None = None,
    charge_key: str | None = None,
) -> Bill:
    """Bill a room once, for a repair or another single charge; the item must be of such a kind.

    Raises:
        ConflictError: what `charge_key` names has been charged before.
    """
    actor.require(Permission.billing_run)
    item, room = uow.session.get(FeeItem, item_id), uow.session.get(Room, room_id)
    if item is None or room is None or item.estate_id != room.estate_id:
        raise NotFoundError
    ensure_estate(uow.session, actor, item.estate_id, Permission.billing_run)
    if item.kind not in {FeeKind.one_off, FeeKind.repair}:
        raise InvalidError(msg("{item} is billed by a run, not singly", item=item.name), field="item_id")
    if not 0 < amount_fen <= MAX_FEN:
        raise InvalidError(msg("Write an amount above zero"), field="amount")
    what = label if isinstance(label, Message) else msg("{name}", name=label.strip())
    if not str(what):
        raise InvalidError(msg("Say what is charged"), field="label")
    if charge_key is not None and uow.session.scalar(select(col(Bill.id)).where(col(Bill.charge_key) == charge_key)) is not None:
        raise ConflictError(msg("This has been charged already"))
    today = business_date(uow.now)
    line = priced_line(what, 1_000, amount_fen * 100)
    charge = Charge((line,), (), "", 1_000)
    due = due_on or today + timedelta(days=item.due_days)
    bill = issue_singly(uow, actor, item, room_id, today.replace(day=1), due, charge)
    bill.charge_key = charge_key
    uow.flush()
    record(uow, actor, "bill:charge", "bill", bill.id or 0, after={"amount_fen": amount_fen, "label": str(what)})
    title = msg("New bill {number}", number=bill.number)
    body = msg("{label}: ¥{amount}, due on {day}", label=what, amount=format_yuan(amount_fen), day=bill.due_on.isoformat())
    tell_room(uow, bill, "bill_issued", title, body)
    return bill


def dispute_bill(uow: UnitOfWork, actor: Actor, *, bill_id: int, reason: str) -> Bill:
    """Dispute a bill of one's own, or note a dispute for a resident: reminders stop and it cannot be paid until it is settled."""
    actor.require(Permission.own_bills, Permission.bills_void)
    bill = _bill(uow, actor, bill_id, Permission.bills_void)
    why = _reason(reason)
    if not bill.status.is_open:
        raise ConflictError(msg("Only a bill that asks to be paid can be disputed"))
    before: dict[str, object] = {"status": bill.status.value}
    bill.status = BillStatus.disputed
    uow.session.add(BillDispute(bill_id=bill_id, from_on=business_date(uow.now), reason=why, opened_by=actor.account_id))
    record(uow, actor, "bill:dispute", "bill", bill_id, before=before, after={"status": "disputed", "reason": why})
    uow.notify(f"bill:{bill.room_id}")
    return bill


def settle_dispute(uow: UnitOfWork, actor: Actor, *, bill_id: int, answer: str) -> Bill:
    """End a dispute: the bill stands and asks to be paid again. A wrong bill is voided or replaced instead."""
    actor.require(Permission.bills_void)
    bill = _bill(uow, actor, bill_id, Permission.bills_void)
    why = _reason(answer)
    if bill.status is not BillStatus.disputed:
        raise ConflictError(msg("This bill is not disputed"))
    bill.status = BillStatus.partly_paid if bill.paid_fen else BillStatus.unpaid
    ended = {"to_on": business_date(uow.now), "answer": why, "closed_by": actor.account_id}
    uow.session.execute(update(BillDispute).where(col(BillDispute.bill_id) == bill_id, col(BillDispute.to_on).is_(None)).values(ended))
    after: dict[str, object] = {"status": bill.status.value, "answer": why}
    record(uow, actor, "bill:settle", "bill", bill_id, before={"status": "disputed"}, after=after)
    title = msg("Your question about bill {number} is answered", number=bill.number)
    tell_room(uow, bill, "bill_answered", title, msg("{name}", name=why))
    return bill


def _bill(uow: UnitOfWork, actor: Actor, bill_id: int, permission: Permission) -> Bill:
    statement = (
        select(Bill)
        .where(col(Bill.id) == bill_id, visible_bills(actor, business_date(uow.now), permission))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    bill = uow.session.scalar(statement)
    if bill is None:
        raise NotFoundError
    return bill


def _reason(text: str) -> str:
    why = text.strip()
    if not why:
        raise InvalidError(msg("Give a reason"), field="reason")
    if len(why) > MAX_REASON:
        raise InvalidError(msg("Write at most {count} characters", count=MAX_REASON), field="reason")
    return why


def issue_singly(
    uow: UnitOfWork,
    actor: Actor,
    item: FeeItem,
    room_id: int,
    month: date,
    due_on: date,
    charge: Charge,
    *,
    run_id: int | None = None,
    replaces_id: int | None = None,
) -> Bill:
    """Write one bill with its lines, readings and ledger entry; the caller has checked the actor."""
    bill = Bill(
        number=monthly_number("ZD", month, next_serial(uow.session, f"bill:{month:%Y%m}")),
        estate_id=item.estate_id,
        room_id=room_id,
        fee_item_id=item.id or 0,
        run_id=run_id,
        period=month,
        due_on=due_on,
        amount_fen=charge.total_fen,
        issued_at=uow.now,
        replaces_id=replaces_id,
    )
    uow.session.add(bill)
    uow.flush()
    key = bill.id or 0
    uow.session.execute(insert(BillLine), [line_row(key, position, line) for position, line in enumerate(pack_lines(charge), start=1)])
    uow.session.add_all(BillReading(bill_id=key, **reading) for reading in pack_readings(charge))
    lines = (
        Entry(LedgerAccount.receivable, bill.amount_fen, item.estate_id, room_id),
        Entry(LedgerAccount.income, -bill.amount_fen, item.estate_id, room_id),
    )
    post(uow, actor, kind=JournalKind.bill_issued, subject="bill", subject_id=key, lines=lines, memo=bill.number)
    uow.notify(f"bill:{room_id}")
    return bill


def tell_room(uow: UnitOfWork, bill: Bill, event: str, title: Message, body: Message) -> None:
    """Tell the people of a bill's room something about it."""
    people = accounts_of_rooms(uow.session, [bill.room_id], business_date(uow.now)).get(bill.room_id, [])
    tell(uow, people, event=event, title=title, body=body, link=f"/bills/{bill.id}")
    for person in people:
        uow.notify(f"resident:{person}")
    uow.notify(f"bill:{bill.room_id}")
