"""Payments as managers list them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.channel import Channel
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import PaymentRow
from estate_app.payment.receipts import channel_name
from estate_app.ui.states import bill_badge
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import moment_text

_STATES = {
    PaymentStatus.pending: msg("Processing"),
    PaymentStatus.paid: msg("Paid"),
    PaymentStatus.failed: msg("Failed"),
    PaymentStatus.closed: msg("Closed"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the URL, and the export with the same ones."""

    text: str = ""
    status: str = ""
    channel: str = ""
    from_on: str = ""
    to_on: str = ""
    sort: str = ""
    is_narrowed: bool = False
    export: str = ""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment; `refund_href` proposes to give it back."""

    id: int
    number: str
    place: str
    payer: str
    channel: str
    amount: str
    note: str
    time: str
    badge: Badge
    receipt: str
    receipt_href: str
    refund_href: str


def filters(query: Mapping[str, str], estate_id: int) -> Filters:
    """Read the filters of the URL; what is none of theirs is left out."""
    names = ("text", "status", "channel", "from_on", "to_on")
    kept = {name: query[name] for name in names if query.get(name)}
    if kept.get("status") not in set(PaymentStatus):
        kept.pop("status", None)
    if kept.get("channel") not in set(Channel):
        kept.pop("channel", None)
    sort = query.get("sort", "")
    more = {name: str(value) for name, value in (("estate_id", estate_id), ("sort", sort)) if value}
    return Filters(**kept, sort=sort, is_narrowed=bool(kept), export=urlencode(kept | more))


def states(*, locale: str) -> list[Option]:
    """The states to narrow by."""
    return [Option(status.value, translate(name, locale)) for status, name in _STATES.items()]


def channels(*, locale: str) -> list[Option]:
    """The channels to narrow by."""
    return [Option(channel.value, translate(channel_name(channel.value), locale)) for channel in Channel]


def payment_line(row: PaymentRow, *, may_refund: bool, now: datetime, locale: str) -> PaymentLine:
    """One payment of the list."""
    is_whole = row.status is PaymentStatus.paid and row.refunded_fen >= row.amount_fen
    notes = []
    if row.prepaid_fen:
        notes.append(translate(msg("{amount} for the balance", amount=format_yuan(row.prepaid_fen, sign=True)), locale))
    if row.refunded_fen:
        notes.append(translate(msg("{amount} given back", amount=format_yuan(row.refunded_fen, sign=True)), locale))
    can_go_back = may_refund and row.status is PaymentStatus.paid and not is_whole
    return PaymentLine(
        id=row.id,
        number=row.number,
        place=row.place,
        payer=row.payer,
        channel=translate(channel_name(row.channel.value), locale),
        amount=format_yuan(row.amount_fen),
        note=" · ".join(notes),
        time=moment_text(row.paid_at or row.created_at, now=now, locale=locale),
        badge=bill_badge("refunded" if is_whole else row.status.value, locale=locale),
        receipt=row.receipt_number,
        receipt_href=f"/receipts/{row.receipt_id}.pdf" if row.receipt_id else "",
        refund_href=f"/manage/refunds?payment_id={row.id}" if can_go_back else "",
    )
