"""The lists that can be exported; filter names in the address are those of the filters' fields, `sort` as on the page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from estate_app.access.actor import Actor
from estate_app.access.audit_queries import AuditFilter, list_audit
from estate_app.billing.arrears_models import Stage
from estate_app.billing.arrears_queries import ArrearsFilter, export_arrears
from estate_app.billing.filters import BillFilter
from estate_app.billing.models import BillStatus
from estate_app.billing.queries import export_bills
from estate_app.db import UnitOfWork
from estate_app.export import Cell, Export, Named, compact, read_filter, register
from estate_app.feedback.queries import FeedbackFilter, list_feedback
from estate_app.feedback.rules import KIND_NAMES
from estate_app.feedback.rules import STATUS_NAMES as FEEDBACK_STATES
from estate_app.kit.clock import business_date, month_start
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import MAX_SIZE, Page, PageRequest
from estate_app.kit.spreadsheet_out import ColumnKind
from estate_app.ledger.names import ACCOUNTS
from estate_app.ledger.queries import trial_balance
from estate_app.notification.models import OutboxState
from estate_app.notification.queries import OutboxFilter, list_outbox
from estate_app.payment.day_report import list_closes
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import export_payments
from estate_app.payment.receipts import channel_name
from estate_app.payment.reconciliation.models import Difference, ItemState
from estate_app.payment.reconciliation.queries import ItemFilter, export_items
from estate_app.repair.filters import OrderFilter
from estate_app.repair.models import Urgency
from estate_app.repair.queries import export_orders
from estate_app.repair.rules import STATUS_NAMES
from estate_app.repair.settlement import team_month

T = TypeVar("T")
Query = Mapping[str, str]
Rows = Iterator[Sequence[Cell]]
_K = ColumnKind
_BILL_STATES: dict[BillStatus, Message] = {
    BillStatus.unpaid: msg("Unpaid"),
    BillStatus.partly_paid: msg("Part-paid"),
    BillStatus.paid: msg("Paid"),
    BillStatus.disputed: msg("Disputed"),
    BillStatus.void: msg("Void"),
}
_STAGES: dict[Stage, Message] = {
    Stage.reminder: msg("Reminded in the app"),
    Stage.sms: msg("Reminded by SMS"),
    Stage.letter: msg("Formal notice"),
    Stage.case: msg("Case opened"),
}
_PAYMENT_STATES: dict[PaymentStatus, Message] = {
    PaymentStatus.pending: msg("Processing"),
    PaymentStatus.paid: msg("Paid"),
    PaymentStatus.failed: msg("Failed"),
    PaymentStatus.closed: msg("Closed"),
}
_OUTBOX_STATES: dict[OutboxState, Message] = {
    OutboxState.waiting: msg("Waiting to be sent"),
    OutboxState.sent: msg("Sent"),
    OutboxState.failed: msg("Not delivered"),
}
_URGENCIES: dict[Urgency, Message] = {
    Urgency.emergency: msg("Emergency"),
    Urgency.high: msg("High"),
    Urgency.normal: msg("Normal"),
}

_DIFFERENCES: dict[Difference, Message] = {
    Difference.matched: msg("Matched"),
    Difference.channel_only: msg("Channel only"),
    Difference.platform_only: msg("Platform only"),
    Difference.amount: msg("Amount differs"),
    Difference.status: msg("Status differs"),
    Difference.refund: msg("Refund differs"),
    Difference.fee: msg("Fee differs"),
}
_ITEM_STATES: dict[ItemState, Message] = {
    ItemState.matched: msg("Matched"),
    ItemState.open: msg("To resolve"),
    ItemState.carried: msg("Next day decides"),
    ItemState.proposed: msg("To approve"),
    ItemState.resolved: msg("Resolved"),
}


def _orders(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    for row in export_orders(uow.session, actor, filter=read_filter(OrderFilter, query), now=uow.now, sort=query.get("sort", "")):
        yield (
            row.number, row.estate, row.place, Named(row.category, row.category_en), STATUS_NAMES[row.status],
            _URGENCIES[row.urgency], row.description, row.contact_name, row.contact_phone, row.technician, row.submitted_at,
            row.completed_at, row.clock.due_at, row.stars_tenths / 10 if row.is_rated else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SettlementFilter:
    month: date | None = None
    estate_id: int | None = None


def _settlement(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    wanted = read_filter(_SettlementFilter, query)
    on = month_start(wanted.month or business_date(uow.now))
    for row in team_month(uow.session, actor, month_on=on, estate_id=wanted.estate_id):
        yield (
            f"{on:%Y-%m}", row.name, row.done, row.minutes, row.material_fen, row.charged, row.charged_fen, row.on_time, row.first_visit,
            row.redone, row.ratings, row.stars / 3 / row.ratings if row.ratings else None, row.score_milli / 1000, row.score_count,
            row.arrivals, row.proven,
        )  # fmt: skip


def _bills(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    on = business_date(uow.now)
    for row in export_bills(uow.session, actor, filter=read_filter(BillFilter, query), on=on, sort=query.get("sort", "")):
        yield (
            row.number, row.estate_name, row.place, Named(row.item_name, row.item_name_en), f"{row.period:%Y-%m}",
            row.due_on, msg("Overdue") if row.is_overdue else _BILL_STATES[row.status], row.amount_fen, row.paid_fen, row.owed_fen,
            row.issued_on, row.paid_on,
        )  # fmt: skip


def _arrears(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    on = business_date(uow.now)
    for row in export_arrears(uow.session, actor, filter=read_filter(ArrearsFilter, query), on=on, sort=query.get("sort", "")):
        stage = _STAGES[row.stage] if row.stage is not None else msg("Nothing done yet")
        yield (
            row.estate_name, row.place, row.owner, row.count, row.owed_fen, *row.bands_fen, row.late_fee_fen, row.days, stage, row.stage_on,
        )  # fmt: skip


def _payments(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    on = business_date(uow.now)
    for row in export_payments(uow.session, actor, filter=read_filter(PaymentFilter, query), on=on, sort=query.get("sort", "")):
        yield (
            row.number, row.estate_name, row.place, row.payer, channel_name(row.channel.value), _PAYMENT_STATES[row.status],
            row.amount_fen, row.refunded_fen, row.created_at, row.paid_at, row.transaction_id, row.receipt_number,
        )  # fmt: skip


def _reconciliation(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    for row in export_items(uow.session, actor, filter=read_filter(ItemFilter, query)):
        yield (
            row.on, channel_name(row.channel.value), _DIFFERENCES[row.kind], _ITEM_STATES[row.state], row.number, row.reference,
            row.place, row.payer, row.local_fen, row.channel_fen, row.off_fen, row.expected_fee_fen, row.channel_fee_fen,
            row.local_at, row.channel_at, row.note, row.resolved_by, row.resolved_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Span:
    """The ledger of an estate over a period; without a first day from its beginning, without a last one until today."""

    estate_id: int = 0
    since: date | None = None
    until: date | None = None


def _trial_balance(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    span = read_filter(_Span, query)
    until = span.until or business_date(uow.now)
    for row in trial_balance(uow.session, actor, estate_id=span.estate_id, until=until, since=span.since).rows:
        yield ACCOUNTS[row.account], row.opening_fen, row.debit_fen, row.credit_fen, row.balance_fen


def _closes(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    estate_id = read_filter(_Span, query).estate_id or None
    for row in _every(lambda page: list_closes(uow.session, actor, estate_id=estate_id, page=page)):
        yield (
            row.number, row.estate_name, row.cashier, row.business_on, row.expected_fen, row.counted_fen, row.difference_fen,
            row.reason, row.approver, row.closed_at,
        )  # fmt: skip


def _notices(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    filter = read_filter(OutboxFilter, query)
    for row in _every(lambda page: list_outbox(uow.session, actor, filter=filter, page=page)):
        yield (
            row.created_at, row.event, row.channel.value, row.address, _OUTBOX_STATES[row.state], row.tries, row.sent_at, row.error,
        )  # fmt: skip


def _audit(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    filter = read_filter(AuditFilter, query)
    for row in _every(lambda page: list_audit(uow.session, actor, filter=filter, page=page)):
        yield (
            row.at, row.actor_name, row.action, row.entity, row.entity_id, compact(row.before), compact(row.after), row.address,
        )  # fmt: skip


def _feedback(uow: UnitOfWork, actor: Actor, query: Query) -> Rows:
    filter = read_filter(FeedbackFilter, query)
    for row in _every(lambda page: list_feedback(uow.session, actor, filter=filter, now=uow.now, page=page)):
        yield (
            row.number, KIND_NAMES[row.kind], FEEDBACK_STATES[row.status], row.text,
            msg("Resident without a name") if row.is_anonymous else row.author, row.room, row.created_at, row.due_at, row.answered_at,
            row.satisfaction,
        )  # fmt: skip


def _every(read: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    """Read every page of a list that knows only pages."""
    number = 1
    while True:
        page = read(PageRequest(number, MAX_SIZE))
        yield from page.rows
        if number >= page.pages:
            return
        number += 1


_TEXT, _MONEY, _DAY, _AT, _COUNT = _K.text, _K.money, _K.date, _K.instant, _K.integer
register(
    Export(
        "orders",
        msg("Repair orders"),
        (
            (msg("Number"), _TEXT), (msg("Estate"), _TEXT), (msg("Place"), _TEXT), (msg("Category"), _TEXT), (msg("Status"), _TEXT),
            (msg("Urgency"), _TEXT), (msg("Description"), _TEXT), (msg("Contact"), _TEXT), (msg("Phone"), _TEXT),
            (msg("Technician"), _TEXT), (msg("Reported"), _AT), (msg("Completed"), _AT), (msg("Promised"), _AT), (msg("Stars"), _K.number),
        ),
        _orders,
    )
)  # fmt: skip
register(
    Export(
        "settlement",
        msg("Monthly settlement of the technicians"),
        (
            (msg("Month of work"), _TEXT), (msg("Technician"), _TEXT), (msg("Orders finished"), _COUNT), (msg("Work (minutes)"), _COUNT),
            (msg("Value of the material"), _MONEY), (msg("Paid orders"), _COUNT), (msg("Charged to residents"), _MONEY),
            (msg("Kept the promise"), _COUNT), (msg("Done at the first visit"), _COUNT), (msg("Came back as rework"), _COUNT),
            (msg("Ratings of the month"), _COUNT), (msg("Average stars"), _K.number), (msg("Weighted score"), _K.number),
            (msg("Ratings in the score"), _COUNT), (msg("Arrivals asked for"), _COUNT), (msg("Arrivals proven"), _COUNT),
        ),
        _settlement,
    )
)  # fmt: skip
register(
    Export(
        "bills",
        msg("Bills"),
        (
            (msg("Number"), _TEXT), (msg("Estate"), _TEXT), (msg("Room"), _TEXT), (msg("Fee item"), _TEXT), (msg("Month"), _TEXT),
            (msg("Due"), _DAY), (msg("Status"), _TEXT), (msg("Amount"), _MONEY), (msg("Paid"), _MONEY), (msg("Owed"), _MONEY),
            (msg("Issued"), _DAY), (msg("Paid on"), _DAY),
        ),
        _bills,
    )
)  # fmt: skip
register(
    Export(
        "arrears",
        msg("Arrears"),
        (
            (msg("Estate"), _TEXT), (msg("Household"), _TEXT), (msg("Owner"), _TEXT), (msg("Overdue bills"), _COUNT), (msg("Owed"), _MONEY),
            (msg("0–30 days"), _MONEY), (msg("31–60 days"), _MONEY), (msg("61–90 days"), _MONEY), (msg("Over 90 days"), _MONEY),
            (msg("Late fee"), _MONEY), (msg("Days late"), _COUNT), (msg("Stage of the ladder"), _TEXT), (msg("Since"), _DAY),
        ),
        _arrears,
    )
)  # fmt: skip
register(
    Export(
        "payments",
        msg("Payments"),
        (
            (msg("Number"), _TEXT), (msg("Estate"), _TEXT), (msg("Room"), _TEXT), (msg("Payer"), _TEXT), (msg("Channel"), _TEXT),
            (msg("Status"), _TEXT), (msg("Amount"), _MONEY), (msg("Refunded"), _MONEY), (msg("Started"), _AT), (msg("Paid at"), _AT),
            (msg("Transaction"), _TEXT), (msg("Receipt"), _TEXT),
        ),
        _payments,
    )
)  # fmt: skip
register(
    Export(
        "reconciliation",
        msg("Reconciliation"),
        (
            (msg("Business day"), _DAY), (msg("Channel"), _TEXT), (msg("Kind"), _TEXT), (msg("Status"), _TEXT), (msg("Number"), _TEXT),
            (msg("Transaction"), _TEXT), (msg("Room"), _TEXT), (msg("Payer"), _TEXT), (msg("Books (yuan)"), _MONEY),
            (msg("Statement (yuan)"), _MONEY), (msg("Difference (yuan)"), _MONEY), (msg("Fee by contract (yuan)"), _MONEY),
            (msg("Fee kept (yuan)"), _MONEY), (msg("Time in our books"), _AT), (msg("Time at the channel"), _AT),
            (msg("Reason"), _TEXT), (msg("Resolved by"), _TEXT), (msg("Resolved at"), _AT),
        ),
        _reconciliation,
    )
)  # fmt: skip
register(
    Export(
        "trial-balance",
        msg("Trial balance"),
        (
            (msg("Account"), _TEXT), (msg("Balance before"), _MONEY), (msg("Debits"), _MONEY), (msg("Credits"), _MONEY),
            (msg("Balance, debit positive"), _MONEY),
        ),
        _trial_balance,
    )
)  # fmt: skip
register(
    Export(
        "day-closes",
        msg("Day closes"),
        (
            (msg("Number"), _TEXT), (msg("Estate"), _TEXT), (msg("Cashier"), _TEXT), (msg("Business day"), _DAY),
            (msg("Cash that must be there"), _MONEY), (msg("Cash counted"), _MONEY), (msg("Cash difference"), _MONEY),
            (msg("Reason"), _TEXT), (msg("Approved by"), _TEXT), (msg("Closed at"), _AT),
        ),
        _closes,
    )
)  # fmt: skip
register(
    Export(
        "notices",
        msg("Messages sent"),
        (
            (msg("Written"), _AT), (msg("Event"), _TEXT), (msg("Channel"), _TEXT), (msg("Address"), _TEXT), (msg("Status"), _TEXT),
            (msg("Tries"), _COUNT), (msg("Sent"), _AT), (msg("Error"), _TEXT),
        ),
        _notices,
    )
)  # fmt: skip
register(
    Export(
        "audit",
        msg("Audit trail"),
        (
            (msg("At"), _AT), (msg("Who"), _TEXT), (msg("Action"), _TEXT), (msg("Thing"), _TEXT), (msg("Id"), _COUNT),
            (msg("Before"), _TEXT), (msg("After"), _TEXT), (msg("From where"), _TEXT),
        ),
        _audit,
    )
)  # fmt: skip
register(
    Export(
        "feedback",
        msg("Feedback"),
        (
            (msg("Number"), _TEXT), (msg("Kind"), _TEXT), (msg("State"), _TEXT), (msg("What was said"), _TEXT), (msg("Told by"), _TEXT),
            (msg("Room"), _TEXT), (msg("Told at"), _AT), (msg("Answer by"), _AT), (msg("Answered by"), _AT), (msg("Stars"), _COUNT),
        ),
        _feedback,
    )
)  # fmt: skip
