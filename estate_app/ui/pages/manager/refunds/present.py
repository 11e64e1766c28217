"""Refunds as managers decide them, and the payments that can be refunded. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.channel import Channel
from estate_app.payment.models import PaymentStatus, RefundStatus
from estate_app.payment.queries import PaymentRow, RefundRow
from estate_app.payment.receipts import channel_name
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import moment_text

LOOKS: Mapping[RefundStatus, tuple[Message, str, str, str]] = {
    RefundStatus.proposed: (msg("To approve"), "orange", "soft", "clock"),
    RefundStatus.rejected: (msg("Rejected"), "gray", "surface", "ban"),
    RefundStatus.requested: (msg("Asked of the channel"), "indigo", "soft", "send"),
    RefundStatus.processing: (msg("Refunding"), "indigo", "soft", "undo-2"),
    RefundStatus.done: (msg("Refunded"), "green", "soft", "check"),
    RefundStatus.failed: (msg("Refund failed"), "red", "soft", "x"),
}
_AT_COUNTER = (msg("To hand out at the counter"), "orange", "soft", "banknote")
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class RefundLine:
    """A refund; `may_decide` is false for one's own proposal."""

    id: int = 0
    number: str = ""
    payment: str = ""
    amount: str = ""
    reason: str = ""
    proposer: str = ""
    time: str = ""
    badge: Badge = NO_BADGE
    is_proposed: bool = False
    may_decide: bool = False


@dataclass(frozen=True, slots=True)
class PaymentHit:
    """A payment that can be refunded."""

    id: int = 0
    number: str = ""
    about: str = ""
    amount: str = ""
    left: str = ""


def refund_line(row: RefundRow, *, my_id: int, may_approve: bool, now: datetime, locale: str) -> RefundLine:
    """One refund of the list."""
    is_proposed = row.status is RefundStatus.proposed
    automatic = translate(msg("Automatic"), locale)
    return RefundLine(
        id=row.id,
        number=row.number,
        payment=row.payment_number,
        amount=format_yuan(row.amount_fen),
        reason=translate(msg("Paid twice"), locale) if row.is_automatic else row.reason,
        proposer=automatic if row.is_automatic else row.proposer,
        time=moment_text(row.created_at, now=now, locale=locale),
        badge=badge(row.status, row.channel, locale=locale),
        is_proposed=is_proposed,
        may_decide=is_proposed and may_approve and row.proposed_by != my_id,
    )


def badge(status: RefundStatus, channel: Channel, *, locale: str) -> Badge:
    """The badge of a refund's state; what the counter or nobody but it can give waits there."""
    waits = status is (RefundStatus.failed if channel.is_online else RefundStatus.requested)
    label, tone, variant, icon = _AT_COUNTER if waits else LOOKS[status]
    return Badge(translate(label, locale), tone, variant, icon)


def is_refundable(row: PaymentRow) -> bool:
    """Whether a payment still has money to give back."""
    return row.status is PaymentStatus.paid and row.refunded_fen < row.amount_fen


def payment_hit(row: PaymentRow, *, now: datetime, locale: str) -> PaymentHit:
    """A payment among those found."""
    place = row.place
    paid = moment_text(row.paid_at or row.created_at, now=now, locale=locale)
    return PaymentHit(
        id=row.id,
        number=row.number,
        about=" · ".join((place, row.payer, translate(channel_name(row.channel.value), locale), paid)),
        amount=format_yuan(row.amount_fen, sign=True),
        left=format_yuan(row.amount_fen - row.refunded_fen),
    )


def facts(line: RefundLine, *, locale: str) -> list[Fact]:
    """What is decided about."""
    return [
        Fact(translate(msg("Amount"), locale), f"¥{line.amount}"),
        Fact(translate(msg("Payment"), locale), line.payment),
        Fact(translate(msg("Proposed by"), locale), line.proposer),
        Fact(translate(msg("Reason"), locale), line.reason),
    ]
