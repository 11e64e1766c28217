"""Replaces an issued bill by a smaller one: the house way of letting a part of it go. What was paid moves along, and so does its past."""

from sqlalchemy import select, update
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.serial import next_serial
from estate_app.billing.arrears_models import BillDispute, BillMoney, InstalmentPlan, PaymentPromise, Waiver
from estate_app.billing.models import Bill, BillLine, BillReading, BillStatus
from estate_app.billing.origin import credited_account
from estate_app.bulk import copy_rows
from estate_app.db import UnitOfWork
from estate_app.kit.i18n import Message
from estate_app.kit.ids import monthly_number
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.text import pack


def reduce_bill(uow: UnitOfWork, actor: Actor, bill: Bill, by_fen: int, *, label: Message, reason: str) -> Bill | None:
    """Void a locked bill and put one in its place that is smaller by an amount, as a line of its own; None when nothing remains.

    The ledger is reversed by exactly the amount; number, due date, readings, money and disputes go over to the new bill.

    Raises:
        ValueError: the amount exceeds what the bill still asks for.
    """
    if not 0 < by_fen <= bill.amount_fen - bill.paid_fen or bill.status is BillStatus.void:
        raise ValueError(f"bill {bill.number} cannot be smaller by {by_fen} fen")
    before: dict[str, object] = {"status": bill.status.value, "amount_fen": bill.amount_fen}
    was, bill.status, bill.void_reason = bill.status, BillStatus.void, reason[:200]
    uow.flush()
    lines = (
        Entry(credited_account(uow.session, bill), by_fen, bill.estate_id, bill.room_id),
        Entry(LedgerAccount.receivable, -by_fen, bill.estate_id, bill.room_id),
    )
    post(uow, actor, kind=JournalKind.bill_adjusted, subject="bill", subject_id=bill.id or 0, lines=lines, memo=reason)
    rest = bill.amount_fen - by_fen
    fresh = _successor(uow, bill, rest, was) if rest else None
    if fresh is not None:
        _carry_lines(uow, bill, fresh, by_fen, label)
        _carry_past(uow, bill, fresh)
    after: dict[str, object] = {"amount_fen": rest, "number": fresh.number if fresh else "", "reason": reason}
    record(uow, actor, "bill:reduce", "bill", bill.id or 0, before=before, after=after)
    uow.notify(f"bill:{bill.room_id}")
    return fresh


def _successor(uow: UnitOfWork, bill: Bill, amount_fen: int, was: BillStatus) -> Bill:
    is_paid = bill.paid_fen == amount_fen
    fresh = Bill(
        number=monthly_number("ZD", bill.period, next_serial(uow.session, f"bill:{bill.period:%Y%m}")),
        estate_id=bill.estate_id,
        room_id=bill.room_id,
        fee_item_id=bill.fee_item_id,
        run_id=bill.run_id,
        period=bill.period,
        due_on=bill.due_on,
        status=BillStatus.paid if is_paid else was,
        amount_fen=amount_fen,
        paid_fen=bill.paid_fen,
        issued_at=uow.now,
        paid_at=uow.now if is_paid else None,
        replaces_id=bill.id,
        for_bill_id=bill.for_bill_id,
        charged_until=bill.charged_until,
    )
    uow.session.add(fresh)
    uow.flush()
    return fresh


def _carry_lines(uow: UnitOfWork, bill: Bill, fresh: Bill, by_fen: int, label: Message) -> None:
    lines = list(uow.session.scalars(select(BillLine).where(col(BillLine.bill_id) == bill.id).order_by(col(BillLine.position))))
    rows = [line.model_dump(exclude={"id"}) | {"bill_id": fresh.id} for line in lines]
    rows.append(
        {
            "bill_id": fresh.id,
            "position": len(lines) + 1,
            "label": str(label)[:80],
            "quantity_milli": 1_000,
            "unit": "",
            "price_e4": -by_fen * 100,
            "amount_fen": -by_fen,
            "inputs": {"label": pack(label)},
        }
    )
    copy_rows(uow.session, BillLine, rows)


def _carry_past(uow: UnitOfWork, bill: Bill, fresh: Bill) -> None:
    """Give the new bill whatever decides on later days: readings, money, disputes, and the late fees of the old one."""
    readings = list(uow.session.scalars(select(BillReading).where(col(BillReading.bill_id) == bill.id)))
    copy_rows(uow.session, BillReading, [reading.model_dump() | {"bill_id": fresh.id} for reading in readings])
    for model in (BillMoney, BillDispute):
        uow.session.execute(update(model).where(col(model.bill_id) == bill.id).values(bill_id=fresh.id))
    uow.session.execute(update(Bill).where(col(Bill.for_bill_id) == bill.id).values(for_bill_id=fresh.id))
    uow.session.execute(update(Waiver).where(col(Waiver.for_bill_id) == bill.id).values(for_bill_id=fresh.id))
    running = [
        *uow.session.scalars(select(PaymentPromise).where(col(PaymentPromise.bill_ids).contains([bill.id]))),
        *uow.session.scalars(select(InstalmentPlan).where(col(InstalmentPlan.bill_ids).contains([bill.id]))),
    ]
    for one in running:
        one.bill_ids = [(fresh.id or 0) if bill_id == bill.id else bill_id for bill_id in one.bill_ids]
