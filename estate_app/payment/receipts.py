"""Receipts: numbered without gaps per year, frozen when issued, printed and checked from what was frozen."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.serial import next_serial
from estate_app.billing.settlement import LockedBill
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import Message, msg, translate
from estate_app.payment.filters import visible_payments
from estate_app.payment.models import Payment, Receipt
from estate_app.payment.receipt_pdf import ReceiptDoc, ReceiptLine, render_receipt
from estate_app.property.queries import place_labels
from estate_app.settings import settings

_DOC = TypeAdapter(ReceiptDoc)
CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What anybody with a receipt in hand may compare with it; the payer's name is masked."""

    number: str
    company: str
    estate: str
    room: str
    payer: str
    total_fen: int
    paid_at: str
    lines: tuple[ReceiptLine, ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt for its page: what it says, and the payment it is of."""

    id: int
    payment_id: int
    doc: ReceiptDoc


def issue_receipt(
    uow: UnitOfWork,
    payment: Payment,
    *,
    split: Mapping[int, int],
    prepaid: Mapping[int, int],
    bills: Mapping[int, LockedBill],
    issuer: Actor,
    payer_name: str = "",
) -> Receipt:
    """Issue the receipt of a paid payment: the next number of its year, with the content as it is said now."""
    year = business_date(uow.now).year
    series = f"SJ{year}"
    serial = next_serial(uow.session, f"receipt:{series}")
    number = f"{series}-{serial:06d}"
    code = secrets.token_hex(CODE_BYTES)
    labels, _ = place_labels(uow.session, {payment.room_id, *(bills[bill_id].room_id for bill_id in split)})
    place = labels[payment.room_id]
    payer = uow.session.get_one(Account, payment.payer_id)
    lines = [ReceiptLine(bills[i].item_name, f"{bills[i].period:%Y-%m}", bills[i].number, fen) for i, fen in split.items()]
    balance = translate(msg("Prepaid balance"), "zh")
    lines += [ReceiptLine(balance, "", "", fen) for fen in prepaid.values()]
    doc = ReceiptDoc(
        number=number,
        company=settings().company,
        estate=place.estate,
        payer=payer_name or payer.name,
        room=place.place,
        lines=tuple(lines),
        total_fen=sum(line.amount_fen for line in lines),
        channel=payment.channel.value,
        transaction_no=payment.transaction_id or payment.number,
        paid_at=f"{local(payment.paid_at or uow.now):%Y-%m-%d %H:%M:%S}",
        issued_at=f"{local(uow.now):%Y-%m-%d %H:%M:%S}",
        issuer=issuer.name if issuer.account_id else settings().company,
        check_url=f"{settings().public_url.rstrip('/')}/receipt/{code}",
        check_code=code,
    )
    receipt = Receipt(
        series=series,
        serial=serial,
        number=number,
        check_code=code,
        payment_id=payment.id or 0,
        issued_at=uow.now,
        content=asdict(doc) | {"lines": [asdict(line) for line in lines]},
    )
    uow.session.add(receipt)
    uow.flush()
    return receipt


def receipt_pdf(session: Session, actor: Actor, *, receipt_id: int, on: date, locale: str = "zh") -> tuple[str, bytes]:
    """The file name and the PDF of a receipt; the same receipt gives the same bytes. A stranger gets a 404."""
    receipt = _visible(session, actor, receipt_id, on)
    doc = document(receipt)
    channel = translate(channel_name(doc.channel), locale)
    return f"{doc.number}.pdf", render_receipt(replace(doc, locale=locale, channel=channel))


def receipt_view(session: Session, actor: Actor, *, receipt_id: int, on: date) -> ReceiptView:
    """A receipt for its page, for whoever sees its payment; a stranger gets a 404."""
    receipt = _visible(session, actor, receipt_id, on)
    return ReceiptView(receipt.id, receipt.payment_id, document(receipt))


def check_receipt(session: Session, *, code: str) -> ReceiptCheck:
    """What a receipt says, for whoever holds its code; anybody may ask. An unknown code gives a 404."""
    receipt = session.scalar(select(Receipt).where(col(Receipt.check_code) == code.strip().lower()))
    if receipt is None:
        raise NotFoundError(msg("No receipt has this code"))
    doc = document(receipt)
    masked = f"{doc.payer[:1]}{'*' * max(1, len(doc.payer) - 1)}"
    return ReceiptCheck(doc.number, doc.company, doc.estate, doc.room, masked, doc.total_fen, doc.paid_at, doc.lines)


def _visible(session: Session, actor: Actor, receipt_id: int, on: date) -> Receipt:
    receipt = session.scalar(
        select(Receipt)
        .join(Payment, col(Payment.id) == col(Receipt.payment_id))
        .where(col(Receipt.id) == receipt_id, visible_payments(actor, on))
    )
    if receipt is None:
        raise NotFoundError
    return receipt


def document(receipt: Receipt) -> ReceiptDoc:
    """What a receipt says, as it was frozen."""
    return _DOC.validate_python(receipt.content)


_CHANNELS = {
    "wechat": msg("WeChat Pay"),
    "alipay": msg("Alipay"),
    "unionpay": msg("UnionPay"),
    "counter": msg("Counter"),
    "balance": msg("Prepaid balance"),
}


def channel_name(channel: str) -> Message:
    """How a channel is called."""
    return _CHANNELS[channel]
