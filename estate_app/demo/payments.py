"""Payments of the bills, with their items, entries and gapless receipts, in the order in which the money came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from estate_app.demo.bills import Books, Due
from estate_app.demo.copying import NULL, Row
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
_KIND, _RECEIVABLE = JournalKind.payment.value, LedgerAccount.receivable.value


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
    payments, items, journals, entries = list[str](), list[str](), list[str](), list[str]()
    receipts: list[Row] = []
    copier = world.copier
    journal_id, entry_id = copier.dealer(Journal), copier.dealer(LedgerLine)
    for plan in plans:
        payment_id = copier.new_id(Payment)
        local_at = local(plan.at)
        number = f"ZF{local_at:%Y%m%d%H%M%S}{rng.randrange(10**8):08d}"
        transaction = _transaction(plan, payment_id) if plan.is_paid and plan.method != Means.cash else None
        payments.append(_payment_line(rng, plan, payment_id, number, transaction))
        items += [f"{payment_id}\t{bill_id}\t{fen}" for bill_id, fen, *_ in plan.due.bills]
        if not plan.is_paid:
            continue
        plan.due.payment_id = payment_id
        journal, home, at = journal_id(), plan.due.home, plan.at.isoformat()
        money = CLEARING.get(plan.channel) or ACCOUNTS[Means(plan.method)]
        journals.append(f"{journal}\t{_KIND}\tpayment\t{payment_id}\t{at}\t{local_at:%Y-%m-%d}\t{plan.payer_id}\t{number}")
        entries.append(f"{entry_id()}\t{journal}\t{money.value}\t{home.estate.id}\t{NULL}\t{plan.amount}")
        entries.append(f"{entry_id()}\t{journal}\t{_RECEIVABLE}\t{home.estate.id}\t{home.id}\t{-plan.amount}")
        receipts.append(_receipt_row(world, plan, payment_id, number, transaction))
    copier.write_lines(Payment, _PAYMENT_COLUMNS, payments)
    copier.write_lines(PaymentItem, "payment_id bill_id amount_fen", items)
    copier.write_lines(Journal, "id kind subject subject_id at business_on actor_id memo", journals)
    copier.write_lines(LedgerLine, "id journal_id account estate_id room_id amount_fen", entries)
    copier.write(Receipt, "id series serial number check_code payment_id issued_at content", receipts)


def _transaction(plan: Paid, payment_id: int) -> str:
    """The vendor's number in the vendor's length: UnionPay's statement has 21 places for it."""
    local_at = local(plan.at)
    if plan.channel is Channel.unionpay:
        return f"{local_at:%Y%m%d%H%M%S}{payment_id:07d}"
    return f"4200{local_at:%Y%m%d}{payment_id:010d}"


def _payment_line(rng: Random, plan: Paid, payment_id: int, number: str, transaction: str | None) -> str:
    created = plan.at - timedelta(seconds=rng.randrange(20, 240))
    status = PaymentStatus.paid if plan.is_paid else PaymentStatus.closed
    paid_at = plan.at.isoformat() if plan.is_paid else NULL
    closed_at = NULL if plan.is_paid else (plan.at + LIFE).isoformat()
    digest = sha256(number.encode()).hexdigest()
    home = plan.due.home
    return (
        f"{payment_id}\t{number}\t{plan.payer_id}\t{home.estate.id}\t{home.id}\t{plan.channel.value}\t{plan.method}\t{plan.amount}\t0\t{status.value}"
        f"\t{created.isoformat()}\t{(created + LIFE).isoformat()}\t{paid_at}\t{closed_at}\t{transaction or NULL}"
        f"\tdemo-{payment_id}\t{digest}"
    )


def _receipt_row(world: World, plan: Paid, payment_id: int, number: str, transaction: str | None) -> Row:
    """What `payment.receipts` freezes, with a check code that follows from the seed."""
    at, home = f"{local(plan.at):%Y-%m-%d %H:%M:%S}", plan.due.home
    series = f"SJ{local(plan.at):%Y}"
    serial = world.next_serial(f"receipt:{series}")
    code = sha256(f"{world.seed}:{series}:{serial}".encode()).hexdigest()[: 2 * CODE_BYTES]
    month = f"{plan.due.issued_at:%Y-%m}"
    content = {
        "number": f"{series}-{serial:06d}",
        "company": settings().company,
        "estate": home.estate.plan.name,
        "payer": world.account_names[home.resident_ids[0]] if home.resident_ids else world.account_names[plan.payer_id],
        "room": home.label,
        "lines": [{"item": name, "period": month, "note": bill, "amount_fen": fen} for _, fen, name, bill in plan.due.bills],
        "total_fen": plan.amount,
        "channel": plan.channel.value,
        "transaction_no": transaction or number,
        "paid_at": at,
        "issued_at": at,
        "issuer": world.account_names[plan.payer_id] if plan.channel is Channel.counter else settings().company,
        "check_url": f"{settings().public_url.rstrip('/')}/receipt/{code}",
        "check_code": code,
        "reverses_number": "",
        "locale": "zh",
    }
    return (world.copier.new_id(Receipt), series, serial, content["number"], code, payment_id, plan.at, content)
