"""The last three days of the demo compared with the sandbox's own statements; a few things went wrong on the last of them.

The sandbox is told of the payments that it should know, so that its statements, fetched again over the wire, say the same.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Select, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor, Held
from estate_app.access.models import Account
from estate_app.access.permission import PermissionSet
from estate_app.billing.models import Bill, BillStatus
from estate_app.db import UnitOfWork
from estate_app.demo.accounts import ACCOUNTS, HOME_BUILDING, HOME_DOOR, HOME_FLOOR, HOME_UNIT
from estate_app.kit.clock import business_date, utc_now
from estate_app.payment.channel import Channel, Means
from estate_app.payment.gateway_registry import channels, merchant
from estate_app.payment.gateways.contract import Statement
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus
from estate_app.payment.numbers import new_number
from estate_app.payment.reconciliation.arrivals import NewArrival, keep_arrivals
from estate_app.payment.reconciliation.books import statement_bounds
from estate_app.payment.reconciliation.comparing import compare
from estate_app.payment.reconciliation.files import read_upload
from estate_app.payment.reconciliation.service import close_day
from estate_app.payment.service import LIFE
from estate_app.property.models import Room
from estate_app.property.people import names_of_rooms
from estate_app.property.queries import place_labels
from estate_app.sandbox.alipay_bill import write_alipay_bill
from estate_app.sandbox.book import Order, OrderBook, new_token
from estate_app.sandbox.store import DocumentStore
from estate_app.sandbox.unionpay_bill import write_settlement_zip
from estate_app.sandbox.wechat_bill import write_trade_bill

DAYS = 3
_WRITERS = {Channel.wechat: write_trade_bill, Channel.alipay: write_alipay_bill, Channel.unionpay: write_settlement_zip}
_SHORT_FEN = 226
_ENOUGH = 3
_WORTH_FEN = 5_000


def build_reconciliation(uow: UnitOfWork, *, folder: Path) -> int:
    """Fill the sandbox's book in a folder, compare the last days, close all but the last; answers how many days were compared."""
    finance = _finance(uow.session)
    yesterday = business_date(uow.now) - timedelta(days=1)
    store = DocumentStore(folder)
    try:
        book = OrderBook(store, utc_now)
        with store.lock:
            store._connection.execute("BEGIN")  # noqa: SLF001 -- one commit instead of some hundred
            _fill(uow, book, yesterday)
            store._connection.execute("COMMIT")  # noqa: SLF001
        for back in range(DAYS - 1, -1, -1):
            day = yesterday - timedelta(days=back)
            for channel in channels():
                compare(uow, finance, _statement(book, channel, day))
            if back:
                close_day(uow, finance, day=day)
    finally:
        store.close()
    _arrivals(uow, finance)
    return DAYS


def _finance(session: Session) -> Actor:
    phone = next(account.phone for account in ACCOUNTS if account.key == "finance")
    person = session.scalars(select(Account).where(col(Account.phone) == phone)).one()
    return Actor.of(account_id=person.id, name=person.name, role=person.role, held=(Held(PermissionSet.finance),))


def _fill(uow: UnitOfWork, book: OrderBook, yesterday: date) -> None:
    """Tell the sandbox of the payments of these days; on the last day one is short, one is lost, and two were never told to us."""
    for back in range(DAYS, 0, -1):
        for payment in _paid_on(uow.session, yesterday - timedelta(days=back)):
            book.import_paid(_order(payment, amount=payment.amount_fen))
    last = _paid_on(uow.session, yesterday)
    # The channels take turns, so that the differences do not all lie with one of them.
    rare = sorted(last, key=lambda payment: (payment.channel is Channel.wechat, payment.channel is Channel.alipay, payment.id))
    lost, short = (rare[0].id, rare[-2].id) if len(rare) > _ENOUGH else (None, rare[0].id if rare else None)
    for payment in last:
        if payment.id != lost:
            book.import_paid(_order(payment, amount=payment.amount_fen - (_SHORT_FEN if payment.id == short else 0)))
    for order in _unheard(uow, yesterday):
        book.import_paid(order)


def _paid_on(session: Session, day: date) -> list[Payment]:
    return [payment for channel in channels() for payment in _paid(session, channel, day)]


def _paid(session: Session, channel: Channel, day: date) -> list[Payment]:
    starts, ends = statement_bounds(channel, day)
    where = (col(Payment.channel) == channel, col(Payment.status) == PaymentStatus.paid)
    found = select(Payment).where(*where, col(Payment.paid_at) >= starts, col(Payment.paid_at) < ends)
    return list(session.scalars(found.order_by(col(Payment.id))))


def _order(payment: Payment, *, amount: int) -> Order:
    paid_at = payment.paid_at or payment.created_at
    return Order(
        channel=payment.channel.value,
        order_no=payment.number,
        amount_fen=amount,
        description="物业费",
        way=payment.method,
        notify_url="",
        created_at=payment.created_at.isoformat(),
        token=new_token(),
        transaction_id=payment.transaction_id or "",
        paid_at=paid_at.isoformat(),
    )


def _unheard(uow: UnitOfWork, yesterday: date) -> Iterator[Order]:
    """A payment whose callback never came, and one whose order nobody here knows."""
    starts, ends = statement_bounds(Channel.wechat, yesterday)
    noon = starts + (ends - starts) * 4 // 5
    bill = uow.session.scalars(
        select(Bill)
        .where(col(Bill.status) == BillStatus.unpaid, col(Bill.amount_fen) >= _WORTH_FEN, col(Bill.room_id).not_in(_home()))
        .where(col(Bill.room_id).not_in(select(col(Payment.room_id)).where(col(Payment.created_at) > starts)))
        .order_by(col(Bill.id).desc())
        .limit(1)
    ).first()  # fmt: skip
    payer = uow.session.scalars(select(Payment).where(col(Payment.channel) == Channel.wechat).order_by(col(Payment.id)).limit(1)).first()
    if bill is None or payer is None:
        return
    payment = Payment(
        number=new_number("ZF", noon),
        payer_id=payer.payer_id,
        estate_id=bill.estate_id,
        room_id=bill.room_id,
        channel=Channel.wechat,
        method="native",
        amount_fen=bill.amount_fen - bill.paid_fen,
        created_at=noon,
        expires_at=noon + LIFE,
        idempotency_key=f"demo-unheard-{bill.id}",
        request_sha="0" * 64,
        merchant_id=merchant(Channel.wechat).merchant_id,
    )
    uow.session.add(payment)
    uow.flush()
    uow.session.add(PaymentItem(payment_id=payment.id, bill_id=bill.id, amount_fen=payment.amount_fen))
    uow.flush()
    told = _order(payment, amount=payment.amount_fen)
    told.transaction_id, told.paid_at = f"4200{noon:%Y%m%d}0009999901", (noon + timedelta(seconds=25)).isoformat()
    yield told
    stray = _order(payment, amount=30_000)
    stray.order_no, stray.transaction_id = new_number("ZF", noon - timedelta(hours=5)), f"4200{noon:%Y%m%d}0009999902"
    stray.paid_at = (noon - timedelta(hours=5)).isoformat()
    yield stray


def _home() -> Select[int]:
    """The room of the demo's own resident, whose bills visitors pay: it is left alone."""
    code = f"{HOME_BUILDING}-{HOME_UNIT}-{HOME_FLOOR:02d}{HOME_DOOR:02d}"
    return select(col(Room.id)).where(col(Room.code) == code)


def _statement(book: OrderBook, channel: Channel, day: date) -> Statement:
    content = _WRITERS[channel](book, day)
    return Statement(channel, day, ()) if content is None else read_upload(channel, day, content)


def _arrivals(uow: UnitOfWork, finance: Actor) -> None:
    """What the bank says of the first estate: transfers that the counter took, transfers for open bills, and one that nobody knows."""
    estate_id = uow.session.scalars(select(col(Room.estate_id)).order_by(col(Room.id)).limit(1)).one()
    transfers = uow.session.scalars(
        select(Payment)
        .where(col(Payment.estate_id) == estate_id, col(Payment.channel) == Channel.counter, col(Payment.method) == Means.transfer.value)
        .where(col(Payment.status) == PaymentStatus.paid)
        .order_by(col(Payment.id).desc())
        .limit(2)
    ).all()
    open_bills = uow.session.scalars(
        select(Bill)
        .where(col(Bill.estate_id) == estate_id, col(Bill.status) == BillStatus.unpaid, col(Bill.amount_fen) >= _WORTH_FEN)
        .order_by(col(Bill.id))
        .limit(2)
    ).all()
    rooms = {payment.room_id for payment in transfers} | {bill.room_id for bill in open_bills}
    labels, _ = place_labels(uow.session, rooms)
    names = names_of_rooms(uow.session, rooms, business_date(uow.now))
    at = uow.now - timedelta(hours=20)
    rows = [
        NewArrival(p.transaction_id or p.number, p.paid_at or at, p.amount_fen, next(iter(names.get(p.room_id, [])), ""), "", "物业费")
        for p in transfers
    ]
    rows += [
        NewArrival(f"{at:%Y%m%d}88{bill.id:06d}", at, bill.amount_fen - bill.paid_fen, next(iter(names.get(bill.room_id, [])), ""), "",
                   f"{labels[bill.room_id].place} 物业费")
        for bill in open_bills
    ]  # fmt: skip
    rows.append(NewArrival(f"{at:%Y%m%d}88999999", at, 50_000, "武汉安居装饰工程有限公司", "", "装修保证金"))
    keep_arrivals(uow, finance, estate_id=estate_id, rows=rows)
