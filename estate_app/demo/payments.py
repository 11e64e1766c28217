"""Payments of the bills, with their items, entries and gapless receipts, in the order in which the money came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from estate_app.demo.bills import Books, Due
from estate_app.demo.copying import Row
from estate_app.demo.habits import METHODS
from estate_app.demo.world import World
from estate_app.kit.clock import business_date, local
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.payment.booking import CLEARING
from estate_app.payment.channel import Channel
from estate_app.payment.counter import ACCOUNTS, Means
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus, Receipt
from estate_app.payment.receipts import CODE_BYTES
from estate_app.payment.service import LIFE
from estate_app.settings import settings

_WAYS = {Channel.wechat: ("native", "jsapi", "h5"), Channel.alipay: ("page", "wap"), Channel.unionpay: ("gateway",)}
_CLOSED_SHARE = 0.006
_SLICE = 20_000
_PAYMENT_COLUMNS = (
    "id number payer_id estate_id room_id channel method amount_fen status created_at expires_at paid_at closed_at transaction_id idempotency_key "
    "request_sha query_count merchant_id openid cashier code_url fail_reason"
)


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
    payments: list[Row] = []
    items: list[Row] = []
    journals: list[Row] = []
    entries: list[Row] = []
    receipts: list[Row] = []
    for plan in plans:
        payment_id = world.copier.new_id(Payment)
        number = f"ZF{local(plan.at):%Y%m%d%H%M%S}{rng.randrange(10**8):08d}"
        transaction = f"4200{local(plan.at):%Y%m%d}{payment_id:010d}" if plan.is_paid and plan.method != Means.cash else None
        payments.append(_payment_row(rng, plan, payment_id, number, transaction))
        items += [(payment_id, bill_id, fen) for bill_id, fen, *_ in plan.due.bills]
        if plan.is_paid:
            plan.due.payment_id = payment_id
            _post(world, plan, payment_id, number, journals, entries)
            receipts.append(_receipt_row(world, plan, payment_id, number, transaction))
    copier = world.copier
    copier.write(Payment, _PAYMENT_COLUMNS, payments)
    copier.write(PaymentItem, "payment_id bill_id amount_fen", items)
    copier.write(Journal, "id kind subject subject_id at business_on actor_id memo", journals)
    copier.write(LedgerLine, "id journal_id account estate_id room_id amount_fen", entries)
    copier.write(Receipt, "id series serial number check_code payment_id issued_at content", receipts)


def _payment_row(rng: Random, plan: Paid, payment_id: int, number: str, transaction: str | None) -> Row:
    created = plan.at - timedelta(seconds=rng.randrange(20, 240))
    status = PaymentStatus.paid if plan.is_paid else PaymentStatus.closed
    digest = sha256(number.encode()).hexdigest()
    return (
        payment_id, number, plan.payer_id, plan.due.home.estate.id, plan.due.home.id, plan.channel, plan.method, plan.amount, status, created,
        created + LIFE, plan.at if plan.is_paid else None, None if plan.is_paid else plan.at + LIFE, transaction, f"demo-{payment_id}",
        digest, 0, "", "", {}, "", "",
    )  # fmt: skip


def _post(world: World, plan: Paid, payment_id: int, number: str, journals: list[Row], entries: list[Row]) -> None:
    journal = world.copier.new_id(Journal)
    home = plan.due.home
    money = CLEARING.get(plan.channel) or ACCOUNTS[Means(plan.method)]
    journals.append((journal, JournalKind.payment, "payment", payment_id, plan.at, business_date(plan.at), plan.payer_id, number))
    for account, room_id, fen in ((money, None, plan.amount), (LedgerAccount.receivable, home.id, -plan.amount)):
        entries.append((world.copier.new_id(LedgerLine), journal, account, home.estate.id, room_id, fen))


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
