"""Payments of the bills, with their items, entries and gapless receipts, in the order in which the money came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from estate_app.demo.books import Books, Due
from estate_app.demo.copying import NULL
from estate_app.demo.copying import field as copied
from estate_app.demo.habits import METHODS
from estate_app.demo.world import World
from estate_app.kit.clock import local
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.payment.booking import ACCOUNTS, CLEARING
from estate_app.payment.channel import Channel, Means
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus, Receipt
from estate_app.payment.receipts import CODE_BYTES
from estate_app.payment.service import LIFE
from estate_app.settings import settings

_WAYS = {Channel.wechat: ("native", "jsapi", "h5"), Channel.alipay: ("page", "wap"), Channel.unionpay: ("gateway",)}
_CLOSED_SHARE = 0.006
_SLICE = 20_000
_PAYMENT_COLUMNS = (
    "id number payer_id estate_id room_id channel method amount_fen prepaid_fen status created_at expires_at paid_at closed_at "
    "transaction_id idempotency_key request_sha"
)
WRITTEN_BY_PAYMENTS = (Payment, PaymentItem, Receipt, Journal, LedgerLine)
"""The tables that are complete once the payments are written."""
_KIND, _RECEIVABLE = JournalKind.payment.value, LedgerAccount.receivable.value
_PAID, _CLOSED = PaymentStatus.paid.value, PaymentStatus.closed.value


@dataclass(slots=True)
class Paid:
    """One payment as it will be written."""

    due: Due
    at: datetime
    channel: Channel
    method: str
    payer_id: int
    amount: int
    is_paid: bool = True


def build_payments(world: World, books: Books) -> int:
    """Write every payment in the order of time; returns how many there are."""
    rng = world.rng("payments")
    plans = sorted(_plans(world, books, rng), key=lambda plan: plan.at)
    for start in range(0, len(plans), _SLICE):
        _write(world, rng, plans[start : start + _SLICE])
    return len(plans)


def _plans(world: World, books: Books, rng: Random) -> Iterator[Paid]:
    for due in books.dues:
        if due.at is None or not due.bills:
            continue
        home, channel = due.home, due.payer.channel
        if rng.random() < 0.08 and home.resident_ids:
            channel = rng.choice((Channel.wechat, Channel.alipay))
        at_counter = channel is Channel.counter or not home.resident_ids
        channel = Channel.counter if at_counter else channel
        method = rng.choices(METHODS, (5, 3, 2))[0] if at_counter else rng.choice(_WAYS[channel])
        payer = world.accounts["cashier"] if at_counter else home.resident_ids[0]
        amount = sum(fen for _, fen, *_ in due.bills)
        if not at_counter and rng.random() < _CLOSED_SHARE:
            yield Paid(due, due.at - timedelta(hours=1), channel, method, payer, amount, is_paid=False)
        yield Paid(due, due.at, channel, method, payer, amount)


def _write(world: World, rng: Random, plans: list[Paid]) -> None:
    payments, items, journals, entries, receipts = list[str](), list[str](), list[str](), list[str](), list[str]()
    copier = world.copier
    payment_key, receipt_id, journal_id, entry_id = (copier.dealer(table) for table in (Payment, Receipt, Journal, LedgerLine))
    for plan in plans:
        payment_id, local_at, due = payment_key(), local(plan.at), plan.due
        stamp = f"{local_at:%Y%m%d%H%M%S}"
        number = f"ZF{stamp}{rng.randrange(10**8):08d}"
        transaction = _transaction(plan, payment_id, stamp) if plan.is_paid and plan.method != Means.cash else None
        payments.append(_payment_line(rng, plan, payment_id, number, transaction))
        items += [f"{payment_id}\t{bill_id}\t{fen}" for bill_id, fen, *_ in due.bills]
        if not plan.is_paid:
            continue
        due.payment_id = payment_id
        journal, estate_id = journal_id(), due.home.estate.id
        money = CLEARING.get(plan.channel) or ACCOUNTS[Means(plan.method)]
        booked = f"{due.paid_at}\t{due.paid_on}\t{plan.payer_id}\t{number}"
        journals.append(f"{journal}\t{_KIND}\tpayment\t{payment_id}\t{booked}")
        entries.append(f"{entry_id()}\t{journal}\t{money}\t{estate_id}\t{NULL}\t{plan.amount}")
        entries.append(f"{entry_id()}\t{journal}\t{_RECEIVABLE}\t{estate_id}\t{due.home.id}\t{-plan.amount}")
        receipts.append(f"{receipt_id()}\t{_receipt_line(world, plan, payment_id, local_at, transaction or number)}")
    copier.write_lines(Payment, _PAYMENT_COLUMNS, payments)
    copier.write_lines(PaymentItem, "payment_id bill_id amount_fen", items)
    copier.write_lines(Journal, "id kind subject subject_id at business_on actor_id memo", journals)
    copier.write_lines(LedgerLine, "id journal_id account estate_id room_id amount_fen", entries)
    copier.write_lines(Receipt, "id series serial number check_code payment_id issued_at content", receipts)


def _transaction(plan: Paid, payment_id: int, stamp: str) -> str:
    """The vendor's number in the vendor's length: UnionPay's statement has 21 places for it."""
    if plan.channel is Channel.unionpay:
        return f"{stamp}{payment_id:07d}"
    return f"4200{stamp[:8]}{payment_id:010d}"


def _payment_line(rng: Random, plan: Paid, payment_id: int, number: str, transaction: str | None) -> str:
    created = plan.at - timedelta(seconds=rng.randrange(20, 240))
    status = _PAID if plan.is_paid else _CLOSED
    paid_at = plan.due.paid_at if plan.is_paid else NULL
    closed_at = NULL if plan.is_paid else (plan.at + LIFE).isoformat()
    digest = sha256(number.encode()).hexdigest()
    home = plan.due.home
    return (
        f"{payment_id}\t{number}\t{plan.payer_id}\t{home.estate.id}\t{home.id}\t{plan.channel}\t{plan.method}\t{plan.amount}\t0\t{status}"
        f"\t{created.isoformat()}\t{(created + LIFE).isoformat()}\t{paid_at}\t{closed_at}\t{transaction or NULL}"
        f"\tdemo-{payment_id}\t{digest}"
    )


def _receipt_line(world: World, plan: Paid, payment_id: int, local_at: datetime, transaction: str) -> str:
    """What `payment.receipts` freezes, with a check code that follows from the seed."""
    at, due, company = local_at.isoformat(" ", "seconds")[:19], plan.due, settings().company
    home, payer = due.home, world.account_names[plan.payer_id]
    series = f"SJ{at[:4]}"
    serial = world.next_serial(f"receipt:{series}")
    number = f"{series}-{serial:06d}"
    code = sha256(f"{world.seed}:{series}:{serial}".encode()).hexdigest()[: 2 * CODE_BYTES]
    month = f"{due.issued_at:%Y-%m}"
    content = {
        "number": number,
        "company": company,
        "estate": home.estate.plan.name,
        "payer": world.account_names[home.resident_ids[0]] if home.resident_ids else payer,
        "room": home.label,
        "lines": [{"item": name, "period": month, "note": bill, "amount_fen": fen} for _, fen, name, bill in due.bills],
        "total_fen": plan.amount,
        "channel": plan.channel,
        "transaction_no": transaction,
        "paid_at": at,
        "issued_at": at,
        "issuer": payer if plan.channel is Channel.counter else company,
        "check_url": f"{settings().public_url.rstrip('/')}/receipt/{code}",
        "check_code": code,
        "reverses_number": "",
        "locale": "zh",
    }
    return f"{series}\t{serial}\t{number}\t{code}\t{payment_id}\t{due.paid_at}\t{copied(content)}"
