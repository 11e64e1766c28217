"""One bill as a manager reads it: what may be done with it, its ledger entries, its payments, its trail. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from estate_app.access.audit_queries import AuditRow
from estate_app.billing.detail import BillDetail
from estate_app.billing.models import BillStatus
from estate_app.billing.prices import RUN_KINDS
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ledger.names import ACCOUNTS, JOURNALS
from estate_app.ledger.queries import EntryRow
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import PaymentRow
from estate_app.payment.receipts import channel_name
from estate_app.ui.pages.common.money import AuditLine, audit_lines
from estate_app.ui.pages.resident.bills.corrected import CorrectionView, correction_views
from estate_app.ui.pages.resident.bills.explained import BillView, LineView, MeterView, explain
from estate_app.ui.states import bill_badge
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import moment_text


@dataclass(frozen=True, slots=True)
class Powers:
    """What the manager holds over the bill's room."""

    may_correct: bool = False
    may_collect: bool = False
    may_refund: bool = False
    sees_room: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done with the bill now."""

    void: bool = False
    replace: bool = False
    dispute: bool = False
    settle: bool = False
    collect_href: str = ""
    room_href: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One side of a ledger entry."""

    id: str
    kind: str
    account: str
    debit: str
    credit: str
    memo: str


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment of this bill, perhaps with others."""

    id: str
    number: str
    about: str
    amount: str
    badge: Badge
    receipt_href: str
    receipt: str
    refund_href: str


@dataclass(frozen=True, slots=True)
class ManagedBill:
    """Everything about one bill."""

    bill: BillView = field(default_factory=BillView)
    acts: Acts = field(default_factory=Acts)
    lines: list[LineView] = field(default_factory=list)
    meters: list[MeterView] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    corrections: list[CorrectionView] = field(default_factory=list)
    postings: list[EntryLine] = field(default_factory=list)
    payments: list[PaymentLine] = field(default_factory=list)
    audit: list[AuditLine] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """What the page reads of a bill in one unit of work."""

    detail: BillDetail
    entries: Sequence[EntryRow]
    payments: Sequence[PaymentRow]
    audit: Sequence[AuditRow]
    powers: Powers
    now: datetime
    on: date


def managed_bill(read: Read, *, locale: str) -> ManagedBill:
    """Present a bill to a manager."""
    paying = next((p.id for p in read.payments if p.status is PaymentStatus.pending), None)
    told = explain(read.detail, payment_id=paying, on=read.on, locale=locale)
    successor = read.detail.replaced_by_id
    return ManagedBill(
        bill=replace(told.bill, replaced_href=f"/manage/bills/{successor}" if successor else "", pay_href=""),
        acts=acts_of(read.detail, read.powers, is_paying=paying is not None),
        lines=told.lines,
        meters=told.meters,
        steps=told.steps,
        corrections=correction_views(read.detail, base="/manage/bills", locale=locale),
        postings=[entry_line(row, number, locale=locale) for number, row in enumerate(read.entries)],
        payments=[payment_line(row, may_refund=read.powers.may_refund, now=read.now, locale=locale) for row in read.payments],
        audit=audit_lines(read.audit, now=read.now, locale=locale),
        facts=_facts(read.detail, locale),
    )


def acts_of(detail: BillDetail, powers: Powers, *, is_paying: bool) -> Acts:
    """What the state of a bill and the manager's permissions allow; the services decide again."""
    row, may = detail.bill, powers.may_correct
    can_collect = powers.may_collect and row.status.is_open and row.owed_fen > 0 and not is_paying
    is_valid = row.status is not BillStatus.void
    return Acts(
        void=may and is_valid,
        replace=may and is_valid and row.kind in RUN_KINDS,
        dispute=may and row.status.is_open,
        settle=may and row.status is BillStatus.disputed,
        collect_href=f"/manage/cashier?room_id={row.room_id}" if can_collect else "",
        room_href=f"/manage/property/{row.room_id}" if powers.sees_room else "",
    )


def entry_line(row: EntryRow, number: int, *, locale: str) -> EntryLine:
    """One side of an entry: debit or credit."""
    return EntryLine(
        id=str(number),
        kind=translate(JOURNALS[row.kind], locale),
        account=translate(ACCOUNTS[row.account], locale),
        debit=format_yuan(row.amount_fen) if row.amount_fen > 0 else "",
        credit=format_yuan(-row.amount_fen) if row.amount_fen < 0 else "",
        memo=row.memo,
    )


def payment_line(row: PaymentRow, *, may_refund: bool, now: datetime, locale: str) -> PaymentLine:
    """One payment that pays this bill."""
    at = moment_text(row.paid_at or row.created_at, now=now, locale=locale)
    about = (translate(channel_name(row.channel.value), locale), row.payer, at)
    can_refund = may_refund and row.status is PaymentStatus.paid and row.channel.is_online and row.refunded_fen < row.amount_fen
    return PaymentLine(
        id=str(row.id),
        number=row.number,
        about=" · ".join(part for part in about if part),
        amount=format_yuan(row.amount_fen, sign=True),
        badge=bill_badge(row.status.value, locale=locale),
        receipt_href=f"/receipts/{row.receipt_id}.pdf" if row.receipt_id else "",
        receipt=row.receipt_number,
        refund_href=f"/manage/refunds?payment_id={row.id}" if can_refund else "",
    )


def _facts(detail: BillDetail, locale: str) -> list[Fact]:
    row = detail.bill
    facts = [
        Fact(translate(msg("Room"), locale), row.place if locale == "zh" else row.room_code),
        Fact(translate(msg("Amount"), locale), format_yuan(row.amount_fen, sign=True)),
        Fact(translate(msg("Paid already"), locale), format_yuan(row.paid_fen, sign=True)),
    ]
    if row.paid_fen:
        facts.append(Fact(translate(msg("Becomes the room's balance"), locale), format_yuan(row.paid_fen, sign=True), "orange"))
    return facts


def known_payments(rows: Iterable[PaymentRow]) -> list[PaymentRow]:
    """Payments that say something about the bill: attempts that came to nothing are left out."""
    return [row for row in rows if row.status in {PaymentStatus.pending, PaymentStatus.paid}]
