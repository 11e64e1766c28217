"""A room's prepaid balance as its resident reads it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind
from estate_app.ledger.queries import Movement
from estate_app.payment.balance import BalanceView
from estate_app.ui.when import moment_text

_CAME: Mapping[JournalKind, Message] = {
    JournalKind.payment: msg("Paid in advance"),
    JournalKind.bill_voided: msg("Back from a withdrawn bill"),
    JournalKind.refund: msg("Back from a refund"),
    JournalKind.suspense: msg("Credited by finance"),
    JournalKind.adjustment: msg("Credited by finance"),
    JournalKind.opening: msg("Balance brought forward"),
}
_WENT: Mapping[JournalKind, Message] = {
    JournalKind.payment: msg("Bills paid"),
    JournalKind.refund: msg("Given back"),
}
_OTHER = msg("Corrected")


@dataclass(frozen=True, slots=True)
class Purse:
    """The balance in view; `by` says who wants it to pay by itself, and since when."""

    amount: str = "0.00"
    is_automatic: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One movement with the balance after it."""

    id: str
    title: str
    about: str
    amount: str
    tone: str
    after: str
    href: str


def purse(view: BalanceView, *, now: datetime, locale: str) -> Purse:
    """The balance and its wish."""
    by = ""
    if view.is_automatic and view.since:
        by = translate(
            msg("Switched on by {name}, {time}", name=view.by_name, time=moment_text(view.since, now=now, locale=locale)), locale
        )
    return Purse(format_yuan(view.amount_fen), view.is_automatic, by)


def move_line(row: Movement, *, now: datetime, locale: str) -> MoveLine:
    """One movement; a payment can be opened."""
    names = _CAME if row.amount_fen > 0 else _WENT
    after = msg("Balance {amount}", amount=format_yuan(row.balance_fen, sign=True))
    return MoveLine(
        id=str(row.id),
        title=translate(names.get(row.kind, _OTHER), locale),
        about=f"{moment_text(row.at, now=now, locale=locale)} · {row.memo}" if row.memo else moment_text(row.at, now=now, locale=locale),
        amount=("+" if row.amount_fen > 0 else "") + format_yuan(row.amount_fen, sign=True),
        tone="green" if row.amount_fen > 0 else "gray",
        after=translate(after, locale),
        href=f"/pay/{row.subject_id}/result" if row.subject == "payment" else "",
    )
