"""Late fees (滞纳金): previewed and posted by the same function. What is posted is a bill of its own for the bill that was late.

A posting charges the days after the last one and, where a dispute or a payment came to light later, the difference on the days
before: so no day is ever charged twice, and neither the rhythm nor a repetition changes the sum.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.serial import next_serial
from estate_app.billing.arrears_models import LateFeePolicy
from estate_app.billing.charges import ONE_DAY
from estate_app.billing.filters import visible_bills
from estate_app.billing.late_fee_facts import Accrual, accruals
from estate_app.billing.late_fee_text import line_step, rate_percent
from estate_app.billing.models import OPEN_STATUSES, Bill, BillLine, BillStatus, FeeItem, FeeKind
from estate_app.billing.reduction import reduce_bill
from estate_app.billing.rules.late_fee import LateFee, LateFeeLine
from estate_app.bulk import copy_rows, new_ids
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.ids import monthly_number
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, Posting, post_all
from estate_app.notification.text import pack

CHUNK = 500
PAYERS = (Permission.bills_read, Permission.cashier)
DUE_DAYS = 10
LATE_FEE_CODE = "late_fee"


@dataclass(frozen=True, slots=True)
class LateFeePreview:
    """The late fee of one bill until a day, in fen: the whole, what of it is charged, and what would be charged now."""

    bill_id: int
    bill_number: str
    days_late: int
    until_on: date
    fee: LateFee
    charged_fen: int
    due_fen: int


def preview_late_fees(session: Session, actor: Actor, bill_ids: Collection[int], until_on: date) -> list[LateFeePreview]:
    """What the late fees of these bills come to until a day (included), by bill; those without any are left out."""
    actor.require(Permission.own_bills, *PAYERS)
    wanted = set(bill_ids)
    statement = select(Bill).where(col(Bill.id).in_(wanted), visible_bills(actor, until_on, *PAYERS)).order_by(col(Bill.id))
    bills = list(session.scalars(statement))
    if len(bills) != len(wanted):
        raise NotFoundError
    return [_preview(accrual) for accrual in accruals(session, bills, until_on) if accrual.fee.amount_fen or accrual.charged_fen]


def post_late_fees(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], until_on: date) -> list[int]:
    """Post what has accrued on overdue bills up to a day (today at the latest); returns the ids of their open late fees.

    The bills are locked in the order of their ids. Late fees among them are passed over: a late fee bears none itself.
    """
    actor.require(Permission.own_bills, *PAYERS)
    today, wanted = business_date(uow.now), set(bill_ids)
    statement = select(col(Bill.id)).where(col(Bill.id).in_(wanted), visible_bills(actor, today, *PAYERS))
    if set(uow.session.scalars(statement)) != wanted:
        raise NotFoundError
    _post(uow, actor, wanted, min(until_on, today))
    uow.flush()
    open_fees = select(col(Bill.id)).where(col(Bill.for_bill_id).in_(wanted), col(Bill.status).in_(OPEN_STATUSES))
    return [bill_id for bill_id in uow.session.scalars(open_fees.order_by(col(Bill.id))) if bill_id]


def post_due_late_fees(now: datetime | None = None, *, chunk: int = CHUNK) -> int:
    """Post the late fees of the months that are over, in chunks that commit by themselves; returns how many bills came of it.

    A repetition, or another start after a kill, finds only what is not charged yet.
    """
    posted = last = 0
    while True:
        with unit_of_work(now) as uow:
            until_on = business_date(uow.now).replace(day=1) - ONE_DAY
            ids = _candidates(uow.session, until_on, after_id=last, size=chunk)
            posted += _post(uow, SYSTEM, ids, until_on)
        if len(ids) < chunk:
            return posted
        last = ids[-1]


def post_all_until(uow: UnitOfWork, actor: Actor, until_on: date) -> int:
    """Post what has accrued on every late bill up to a day, in one transaction; for the demo."""
    posted = last = 0
    while ids := _candidates(uow.session, until_on, after_id=last, size=CHUNK):
        posted += _post(uow, actor, ids, until_on)
        last = ids[-1]
    return posted


def _candidates(session: Session, until_on: date, *, after_id: int, size: int) -> list[int]:
    """Bills that were late by a day and are not charged up to it; of those paid since, the ones of the last two months."""
    fee = aliased(Bill)
    charged = exists().where(col(fee.for_bill_id) == col(Bill.id), col(fee.charged_until) >= until_on)
    was_late = or_(
        col(Bill.status).in_((*OPEN_STATUSES, BillStatus.disputed)),
        and_(
            col(Bill.status) == BillStatus.paid,
            func.date(func.timezone("Asia/Shanghai", col(Bill.paid_at))) > col(Bill.due_on),
            func.date(func.timezone("Asia/Shanghai", col(Bill.paid_at))) > until_on - timedelta(days=62),
        ),
    )
    has_policy = exists().where(col(LateFeePolicy.estate_id) == col(Bill.estate_id))
    statement = select(col(Bill.id)).where(
        col(Bill.id) > after_id, col(Bill.due_on) < until_on, col(Bill.for_bill_id).is_(None), was_late, has_policy, ~charged
    )
    return [bill_id for bill_id in session.scalars(statement.order_by(col(Bill.id)).limit(size)) if bill_id]


def _post(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], until_on: date) -> int:
    """Charge what is due and give back what was charged too much; returns how many late fees were made."""
    locked = select(Bill).where(col(Bill.id).in_(bill_ids), col(Bill.for_bill_id).is_(None)).order_by(col(Bill.id)).with_for_update()
    bills = list(uow.session.scalars(locked.execution_options(populate_existing=True))) if bill_ids else []
    found = accruals(uow.session, bills, until_on)
    due = [accrual for accrual in found if accrual.due_fen > 0]
    if due:
        _insert(uow, actor, due, until_on)
    for accrual in found:
        if accrual.due_fen < 0:
            _give_back(uow, actor, accrual)
    return len(due)


def _insert(uow: UnitOfWork, actor: Actor, due: Sequence[Accrual], until_on: date) -> None:
    month = until_on.replace(day=1)
    items = {estate_id: late_fee_item(uow.session, estate_id) for estate_id in sorted({accrual.bill.estate_id for accrual in due})}
    ids = new_ids(uow.session, Bill, len(due))
    first = next_serial(uow.session, f"bill:{month:%Y%m}", count=len(due))
    numbers = [monthly_number("ZD", month, first + index) for index in range(len(due))]
    made = list(zip(ids, numbers, due, strict=True))
    copy_rows(uow.session, Bill, [_bill(uow, items, *one) for one in made])
    copy_rows(uow.session, BillLine, [row for key, _, accrual in made for row in _lines(key, accrual)])
    post_all(uow, actor, [_posting(*one) for one in made])
    for key, number, accrual in made:
        fact: dict[str, object] = {"number": number, "amount_fen": accrual.due_fen, "until": until_on.isoformat()}
        record(uow, actor, "bill:late_fee", "bill", key, after=fact | {"for": accrual.bill.number})
        uow.notify(f"bill:{accrual.bill.room_id}")


def late_fee_item(session: Session, estate_id: int) -> int:
    """The fee item under which an estate charges late fees; made when it is first needed."""
    known = select(col(FeeItem.id)).where(col(FeeItem.estate_id) == estate_id, col(FeeItem.kind) == FeeKind.late_fee)
    found = session.scalar(known.order_by(col(FeeItem.id)).limit(1))
    if found is not None:
        return found
    values = {
        "estate_id": estate_id, "code": LATE_FEE_CODE, "name": "滞纳金", "name_en": "Late fee", "kind": FeeKind.late_fee,
        "due_days": DUE_DAYS, "is_active": True, "is_automatic": False,
    }  # fmt: skip
    session.execute(insert(FeeItem).values(values).on_conflict_do_nothing(index_elements=["estate_id", "code"]))
    return int(session.scalar(known.order_by(col(FeeItem.id)).limit(1)) or 0)


def _bill(uow: UnitOfWork, items: Mapping[int, int], key: int, number: str, accrual: Accrual) -> dict[str, object]:
    bill = accrual.bill
    first = bill.due_on if accrual.charged_until is None else accrual.charged_until
    return {
        "id": key,
        "number": number,
        "estate_id": bill.estate_id,
        "room_id": bill.room_id,
        "fee_item_id": items[bill.estate_id],
        "period": accrual.until_on.replace(day=1),
        "due_on": business_date(uow.now) + timedelta(days=DUE_DAYS),
        "status": BillStatus.unpaid,
        "amount_fen": accrual.due_fen,
        "issued_at": uow.now,
        "for_bill_id": bill.id,
        "charged_until": accrual.until_on,
        # A posting begins on the day after the last one: that day can be charged once only, whatever becomes of the bill.
        "charge_key": f"late:{bill.id}:{first.isoformat()}",
    }


def _lines(key: int, accrual: Accrual) -> list[dict[str, object]]:
    rows = [_line(key, line, accrual.bill) for line in accrual.lines if line.amount_fen]
    if accrual.correction_fen:
        rows.append(_correction(key, accrual))
    return [row | {"position": position} for position, row in enumerate(rows, start=1)]


def _line(key: int, line: LateFeeLine, bill: Bill) -> dict[str, object]:
    rate = rate_percent(line.dated.policy.rate_ppb)
    label = msg("Late fee on bill {number}", number=bill.number)
    inputs: dict[str, object] = {
        "label": pack(label),
        "formula": f"{format_yuan(line.principal_fen)} × {rate}% × {line.days}",
        "steps": [pack(line_step(line))],
        "from_on": line.from_on.isoformat(),
        "to_on": line.to_on.isoformat(),
        "days": line.days,
        "principal_fen": line.principal_fen,
        "rate_ppb": line.dated.policy.rate_ppb,
        "policy_on": line.dated.starts_on.isoformat(),
    }
    return _row(key, label, line.days * 1000, line.amount_fen, inputs)


def _correction(key: int, accrual: Accrual) -> dict[str, object]:
    label = msg("Difference on the days charged before")
    inputs: dict[str, object] = {"label": pack(label), "to_on": accrual.charged_until.isoformat() if accrual.charged_until else None}
    return _row(key, label, 1000, accrual.correction_fen, inputs)


def _row(key: int, label: Message, quantity_milli: int, amount_fen: int, inputs: dict[str, object]) -> dict[str, object]:
    return {
        "bill_id": key,
        "position": 0,
        "label": str(label)[:80],
        "quantity_milli": quantity_milli,
        "unit": "",
        "price_e4": 0,
        "amount_fen": amount_fen,
        "inputs": inputs,
    }


def _posting(key: int, number: str, accrual: Accrual) -> Posting:
    bill = accrual.bill
    lines = (
        Entry(LedgerAccount.receivable, accrual.due_fen, bill.estate_id, bill.room_id),
        Entry(LedgerAccount.income, -accrual.due_fen, bill.estate_id, bill.room_id),
    )
    return Posting(JournalKind.bill_issued, "bill", key, lines, number)


def _give_back(uow: UnitOfWork, actor: Actor, accrual: Accrual) -> None:
    """Take what was charged too much off the open late fees, newest first; what is paid already stays for the next posting."""
    left = -accrual.due_fen
    fees = select(Bill).where(col(Bill.for_bill_id) == accrual.bill.id, col(Bill.status).in_(OPEN_STATUSES))
    for fee in list(uow.session.scalars(fees.order_by(col(Bill.id).desc()).with_for_update())):
        part = min(left, fee.amount_fen - fee.paid_fen)
        if part:
            reduce_bill(uow, actor, fee, part, label=msg("Difference on the days charged before"), reason=accrual.bill.number)
            left -= part


def _preview(accrual: Accrual) -> LateFeePreview:
    return LateFeePreview(
        bill_id=accrual.bill.id or 0,
        bill_number=accrual.bill.number,
        days_late=(accrual.until_on - accrual.bill.due_on).days,
        until_on=accrual.until_on,
        fee=accrual.fee,
        charged_fen=accrual.charged_fen,
        due_fen=max(0, accrual.due_fen),
    )
