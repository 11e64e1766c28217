"""The trial balance and held money as finance reads them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ledger.names import ACCOUNTS
from estate_app.ledger.queries import TrialBalance, TrialRow
from estate_app.payment.queries import SuspenseRow
from estate_app.payment.suspense import REASONS, Resolution
from estate_app.ui.view import Option
from estate_app.ui.when import moment_text

RESOLUTIONS: Mapping[Resolution, Message] = {
    Resolution.prepaid: msg("It becomes the room's balance"),
    Resolution.returned: msg("It was given back at the channel's own desk"),
    Resolution.noted: msg("Nothing was booked; it is only noted"),
}
_SOURCES: Mapping[str, Message] = {
    "callback": msg("Message of the channel"),
    "query": msg("Answer of the channel"),
    "statement": msg("Statement of the channel"),
}


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account over the period; a balance is shown on its side, never with a sign, but for the one before the period."""

    id: str
    name: str
    opening: str
    debit: str
    credit: str
    debit_balance: str
    credit_balance: str


@dataclass(frozen=True, slots=True)
class Span:
    """The period in view, as dates of a form: from the beginning when `since` is empty; and its export."""

    since: str = ""
    until: str = ""
    csv_href: str = ""
    xlsx_href: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The four sums of the trial balance, and what debits less credits leave: zero, or the ledger is broken."""

    debit: str = ""
    credit: str = ""
    debit_balance: str = ""
    credit_balance: str = ""
    difference: str = ""
    is_balanced: bool = True


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A claim of money that is held, or was."""

    id: int = 0
    amount: str = ""
    reason: str = ""
    order: str = ""
    transaction: str = ""
    source: str = ""
    time: str = ""
    is_booked: bool = False
    resolution: str = ""


def span(since: date | None, until: date, estate_id: int) -> Span:
    """The period in view."""
    start = since.isoformat() if since else ""
    query = f"estate_id={estate_id}&until={until.isoformat()}" + (f"&since={start}" if start else "")
    return Span(start, until.isoformat(), f"/export/trial-balance.csv?{query}", f"/export/trial-balance.xlsx?{query}")


def account_line(row: TrialRow, *, locale: str) -> AccountLine:
    """One account of the trial balance."""
    balance = row.balance_fen
    return AccountLine(
        id=row.account.value,
        name=translate(ACCOUNTS[row.account], locale),
        opening=format_yuan(row.opening_fen) if row.opening_fen else "—",
        debit=format_yuan(row.debit_fen),
        credit=format_yuan(row.credit_fen),
        debit_balance=format_yuan(balance) if balance > 0 else "—",
        credit_balance=format_yuan(-balance) if balance < 0 else "—",
    )


def totals(trial: TrialBalance) -> Totals:
    """The sums, computed from the rows that are shown."""
    difference = sum(row.balance_fen for row in trial.rows)
    return Totals(
        debit=format_yuan(trial.debit_fen),
        credit=format_yuan(trial.credit_fen),
        debit_balance=format_yuan(sum(max(0, row.balance_fen) for row in trial.rows)),
        credit_balance=format_yuan(sum(max(0, -row.balance_fen) for row in trial.rows)),
        difference=format_yuan(difference, sign=True),
        is_balanced=difference == 0,
    )


def held_line(row: SuspenseRow, *, now: datetime, locale: str) -> HeldLine:
    """One held claim, and what became of it."""
    return HeldLine(
        id=row.id,
        amount=format_yuan(row.amount_fen),
        reason=translate(REASONS[row.reason], locale) if row.reason in REASONS else row.reason,
        order=row.order_number or "—",
        transaction=row.transaction_id or "—",
        source=translate(_SOURCES[row.source], locale) if row.source in _SOURCES else row.source,
        time=moment_text(row.at, now=now, locale=locale),
        is_booked=row.is_booked,
        resolution=_resolution(row.resolution, locale),
    )


def resolutions(*, is_booked: bool, locale: str) -> list[Option]:
    """What can become of a claim: booked money must go somewhere, a mere claim can only be noted."""
    return [Option(r.value, translate(name, locale)) for r, name in RESOLUTIONS.items() if is_booked != (r is Resolution.noted)]


def _resolution(stored: str, locale: str) -> str:
    """`prepaid: because …` as a sentence."""
    word, _, why = stored.partition(": ")
    name = translate(RESOLUTIONS[Resolution(word)], locale) if word in set(Resolution) else word
    return f"{name} · {why}" if why else name
