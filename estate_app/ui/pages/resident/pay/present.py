"""A payment as the one who pays sees it: the cashier while it is open, then what became of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import PaymentRow, PaymentView
from estate_app.payment.receipts import channel_name
from estate_app.ui.pages.resident.bills.present import bill_title
from estate_app.ui.qr import qr_path
from estate_app.ui.states import bill_badge
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import exact_text, moment_text

_TITLES = {
    "paid": msg("Paid successfully"),
    "pending": msg("Confirming the payment"),
    "held": msg("We are looking into this payment"),
    "failed": msg("Payment did not go through"),
    "closed": msg("This payment is closed"),
}
_SENTENCES = {
    "paid": msg("It is booked on your bills"),
    "pending": msg("It usually arrives within 30 seconds; this page changes by itself"),
    "held": msg("Do not pay again. Finance will check it and tell you"),
    "failed": msg("Nothing was charged; the bills are unchanged"),
    "closed": msg("Nothing was charged; the bills can be paid again"),
}
_ON_BALANCE = msg("It is on your room's balance")
_MARKS = {"wechat", "alipay", "unionpay"}


@dataclass(frozen=True, slots=True)
class PayView:
    """The payment in view. `standing` is its status, or held while finance looks into it; `left` are seconds."""

    id: int = 0
    number: str = ""
    standing: str = ""
    title: str = ""
    sentence: str = ""
    reason: str = ""
    amount: str = "0.00"
    channel: str = ""
    mark: str = ""
    place: str = ""
    paid_at: str = ""
    transaction: str = ""
    refunded: str = ""
    left: int = 0
    is_own: bool = True
    is_opened: bool = False
    qr: str = ""
    qr_side: int = 0
    link: str = ""
    receipt_href: str = ""
    receipt_number: str = ""
    may_retry: bool = False


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """One payment of the list."""

    id: int
    title: str
    about: str
    amount: str
    badge: Badge
    href: str
    receipt_href: str
    receipt_number: str


def pay_view(found: PaymentView, *, now: datetime, locale: str) -> PayView:
    """Turn a payment into its page."""
    row = found.row
    standing = "held" if found.is_held else row.status.value
    qr, side = qr_path(found.code_url) if found.code_url and standing == "pending" else ("", 0)
    return PayView(
        id=row.id,
        number=row.number,
        standing=standing,
        title=translate(_TITLES[standing], locale),
        sentence=translate(_ON_BALANCE if standing == "paid" and not found.items else _SENTENCES[standing], locale),
        reason=found.fail_reason if standing in {"failed", "closed"} else "",
        amount=format_yuan(row.amount_fen),
        channel=translate(channel_name(row.channel.value), locale),
        mark=_mark(row),
        place=f"{row.estate_name} {row.place}",
        paid_at=exact_text(row.paid_at) if row.paid_at else "",
        transaction=row.transaction_id,
        refunded=_refunded(row, locale),
        left=max(0, int((found.expires_at - now).total_seconds())),
        is_own=found.is_own,
        is_opened=found.is_opened,
        qr=qr,
        qr_side=side,
        link=_link(found),
        receipt_href=f"/receipts/{row.receipt_id}" if row.receipt_id else "",
        receipt_number=row.receipt_number,
        may_retry=found.is_own
        and row.status in {PaymentStatus.failed, PaymentStatus.closed}
        and row.channel.is_online
        and any(bill.owed_fen > 0 and bill.status.is_open for bill, _ in found.items),
    )


def item_facts(found: PaymentView, *, locale: str) -> list[Fact]:
    """The bills of a payment with what it pays of each, and what it puts on the room's balance."""
    facts = [Fact(bill_title(bill, locale=locale), format_yuan(fen, sign=True)) for bill, fen in found.items]
    if found.row.prepaid_fen:
        facts.append(Fact(translate(channel_name("balance"), locale), format_yuan(found.row.prepaid_fen, sign=True)))
    return facts


def payment_card(row: PaymentRow, *, now: datetime, locale: str) -> PaymentCard:
    """Present a payment of the list."""
    about = msg(
        "{channel} · {time}",
        channel=channel_name(row.channel.value),
        time=moment_text(row.paid_at or row.created_at, now=now, locale=locale),
    )
    return PaymentCard(
        id=row.id,
        title=f"{row.estate_name} {row.place}",
        about=translate(about, locale),
        amount=format_yuan(row.amount_fen, sign=True),
        badge=_badge(row, locale),
        href=f"/pay/{row.id}" if row.status is PaymentStatus.pending else f"/pay/{row.id}/result",
        receipt_href=f"/receipts/{row.receipt_id}" if row.receipt_id else "",
        receipt_number=row.receipt_number,
    )


def _badge(row: PaymentRow, locale: str) -> Badge:
    is_refunded = row.status is PaymentStatus.paid and row.refunded_fen >= row.amount_fen
    return bill_badge("refunded" if is_refunded else row.status.value, locale=locale)


def _link(found: PaymentView) -> str:
    """Where the payer's browser reaches the cashier; a code that no browser opens has no link."""
    if found.redirect_url or found.code_url.startswith(("http://", "https://")):
        return f"/go/pay/{found.row.id}"
    return ""


def _mark(row: PaymentRow) -> str:
    return row.channel.value if row.channel.value in _MARKS else "cash"


def _refunded(row: PaymentRow, locale: str) -> str:
    if not row.refunded_fen:
        return ""
    said = msg("{amount} refunded or on its way back", amount=format_yuan(row.refunded_fen, sign=True))
    return translate(said, locale)
