"""Receipts: numbered without gaps per year, frozen when issued, printed and checked from what was frozen."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.serial import next_serial
from estate_app.billing.settlement import LockedBill, bill_numbers
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import Message, msg, translate
from estate_app.payment.filters import visible_payments
from estate_app.payment.models import Payment, Receipt, Refund, RefundItem
from estate_app.payment.receipt_pdf import ReceiptDoc, ReceiptLine, render_receipt
from estate_app.property.queries import place_labels
from estate_app.settings import settings

_DOC = TypeAdapter(ReceiptDoc)
CODE_BYTES = 10
_BALANCE = msg("Prepaid balance")


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
    reverses_number: str = ""
    reversed_fen: int = 0


@dataclass(frozen=True, slots=True)
class Reversal:
    """The receipt that has taken back a part or all of another; the amount is positive."""

    id: int
    number: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt for its page: what it says, the payment it is of, and what has been taken back of it."""

    id: int
    payment_id: int
    doc: ReceiptDoc
    reversals: tuple[Reversal, ...] = ()

    @property
    def reversed_fen(self) -> int:
        """What has been taken back, in fen."""
        return sum(reversal.amount_fen for reversal in self.reversals)


def issue_receipt(
    uow: UnitOfWork,
    payment: Payment,
    *,
    split: Mapping[int, int],
    prepaid: Mapping[int, int],
    bills: Mapping[int, LockedBill],
    issuer: Actor,
    payer_name: str = "",
) -> None:
    """Issue the receipt of a paid payment: the next number of its year, with the content as it is said now."""
    labels, _ = place_labels(uow.session, {payment.room_id, *(bills[bill_id].room_id for bill_id in split)})
    place = labels[payment.room_id]
    lines = [ReceiptLine(bills[i].item_name, f"{bills[i].period:%Y-%m}", bills[i].number, fen) for i, fen in split.items()]
    lines += [ReceiptLine(translate(_BALANCE, "zh"), "", "", fen) for fen in prepaid.values()]
    doc = ReceiptDoc(
        number="",
        company=settings().company,
        estate=place.estate,
        payer=payer_name or people(uow.session, [payment.payer_id])[payment.payer_id].name,
        room=place.place,
        lines=tuple(lines),
        total_fen=sum(line.amount_fen for line in lines),
        channel=payment.channel.value,
        transaction_no=payment.transaction_id or payment.number,
        paid_at=_moment(payment.paid_at or uow.now),
        issued_at="",
        issuer=_issuer(issuer),
        check_url="",
        check_code="",
    )
    _issue(uow, payment, doc)


def reverse_receipt(uow: UnitOfWork, payment: Payment, refund: Refund, *, issuer: Actor) -> None:
    """Issue the reversing receipt of a refund that is done: a number of its own, negative lines, the original named.

    A payment that has no receipt needs none, nor does what was given back at once because it was paid twice.
    """
    of_payment = select(Receipt).where(col(Receipt.payment_id) == payment.id, col(Receipt.reverses_id).is_(None))
    original = uow.session.scalar(of_payment)
    if original is None or refund.is_automatic:
        return
    said = document(original)
    items = select(RefundItem).where(col(RefundItem.refund_id) == refund.id).order_by(col(RefundItem.bill_id))
    shares = {item.bill_id: item.amount_fen for item in uow.session.scalars(items)}
    numbers = bill_numbers(uow.session, shares)
    by_number = {line.note: line for line in said.lines if line.note}
    lines = [replace(by_number[numbers[bill_id]], amount_fen=-fen) for bill_id, fen in shares.items() if numbers[bill_id] in by_number]
    rest = refund.amount_fen + sum(line.amount_fen for line in lines)
    if rest:
        lines.append(ReceiptLine(translate(_BALANCE, "zh"), "", "", -rest))
    doc = replace(
        said,
        lines=tuple(lines),
        total_fen=-refund.amount_fen,
        transaction_no=refund.refund_id or refund.number,
        paid_at=_moment(uow.now),
        issuer=_issuer(issuer),
        reverses_number=original.number,
    )
    _issue(uow, payment, doc, reverses_id=original.id, refund_id=refund.id)


def _issue(uow: UnitOfWork, payment: Payment, doc: ReceiptDoc, *, reverses_id: int | None = None, refund_id: int | None = None) -> None:
    """Give a receipt the next number of its year, so that the series has no gap, and freeze it."""
    series = f"SJ{business_date(uow.now).year}"
    serial = next_serial(uow.session, f"receipt:{series}")
    number, code = f"{series}-{serial:06d}", secrets.token_hex(CODE_BYTES)
    check_url = f"{settings().public_url.rstrip('/')}/receipt/{code}"
    doc = replace(doc, number=number, issued_at=_moment(uow.now), check_url=check_url, check_code=code)
    receipt = {
        "series": series,
        "serial": serial,
        "number": number,
        "check_code": code,
        "payment_id": payment.id,
        "reverses_id": reverses_id,
        "refund_id": refund_id,
        "issued_at": uow.now,
        "content": asdict(doc),
    }
    uow.append(Receipt, receipt)


def _moment(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M:%S}"


def _issuer(actor: Actor) -> str:
    return actor.name if actor.account_id else settings().company


def receipt_pdf(session: Session, actor: Actor, *, receipt_id: int, on: date, locale: str = "zh") -> tuple[str, bytes]:
    """The file name and the PDF of a receipt; the same receipt gives the same bytes. A stranger gets a 404."""
    receipt = _visible(session, actor, receipt_id, on)
    doc = document(receipt)
    channel = translate(channel_name(doc.channel), locale)
    return f"{doc.number}.pdf", render_receipt(replace(doc, locale=locale, channel=channel))


def receipt_view(session: Session, actor: Actor, *, receipt_id: int, on: date) -> ReceiptView:
    """A receipt for its page, for whoever sees its payment; a stranger gets a 404."""
    receipt = _visible(session, actor, receipt_id, on)
    return ReceiptView(receipt.id, receipt.payment_id, document(receipt), _reversals(session, receipt))


def check_receipt(session: Session, *, code: str) -> ReceiptCheck:
    """What a receipt says, for whoever holds its code; anybody may ask. An unknown code gives a 404."""
    receipt = session.scalar(select(Receipt).where(col(Receipt.check_code) == code.strip().lower()))
    if receipt is None:
        raise NotFoundError(msg("No receipt has this code"))
    doc = document(receipt)
    masked = f"{doc.payer[:1]}{'*' * max(1, len(doc.payer) - 1)}"
    back = sum(reversal.amount_fen for reversal in _reversals(session, receipt))
    return ReceiptCheck(
        doc.number, doc.company, doc.estate, doc.room, masked, doc.total_fen, doc.paid_at, doc.lines, doc.reverses_number, back
    )


def _reversals(session: Session, receipt: Receipt) -> tuple[Reversal, ...]:
    found = session.scalars(select(Receipt).where(col(Receipt.reverses_id) == receipt.id).order_by(col(Receipt.id)))
    return tuple(Reversal(one.id, one.number, -document(one).total_fen) for one in found)


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
    "balance": _BALANCE,
}


def channel_name(channel: str) -> Message:
    """How a channel is called."""
    return _CHANNELS[channel]
