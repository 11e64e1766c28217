"""The cashier's day as it is counted and closed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.day_close import DayFigures, DayLine
from estate_app.payment.day_report import MEANS_NAMES, CloseRow
from estate_app.payment.desk_models import CloseStatus
from estate_app.payment.queries import RefundRow
from estate_app.ui.view import Badge, Fact, Kpi, Option
from estate_app.ui.when import moment_text

NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class Day:
    """The day in view: its cash that must be there, and what it is called."""

    on: str = ""
    title: str = ""
    expected: str = "0.00"
    is_future: bool = False


@dataclass(frozen=True, slots=True)
class TillLine:
    """One taking or handing back."""

    id: str
    number: str
    time: str
    means: str
    amount: str


@dataclass(frozen=True, slots=True)
class WaitLine:
    """A refund that waits to be handed out."""

    id: int = 0
    number: str = ""
    about: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class CloseLine:
    """A closed day; `may_approve` is false for one's own."""

    id: int = 0
    day: str = ""
    cashier: str = ""
    expected: str = ""
    counted: str = ""
    difference: str = ""
    tone: str = "gray"
    reason: str = ""
    badge: Badge = NO_BADGE
    report_href: str = ""
    may_approve: bool = False


def day_options(days: Iterable[date], *, today: date, locale: str) -> list[Option]:
    """The days that can be shown; today by name."""
    return [Option(day.isoformat(), translate(msg("Today"), locale) if day == today else day.isoformat()) for day in days]


def day_view(figures: DayFigures, *, today: date, locale: str) -> Day:
    """The day in view."""
    on = figures.business_on
    title = translate(msg("Today"), locale) if on == today else on.isoformat()
    return Day(on.isoformat(), title, format_yuan(figures.expected_fen), is_future=on > today)


def day_kpis(figures: DayFigures, *, locale: str) -> list[Kpi]:
    """What was taken each way, less what was handed back."""
    found = []
    for one in figures.sums:
        told = msg("{count} taken", count=one.taken_count)
        if one.returned_count:
            told = msg("{count} taken, {amount} handed back", count=one.taken_count, amount=format_yuan(one.returned_fen, sign=True))
        label, value = translate(MEANS_NAMES[one.means], locale), format_yuan(one.taken_fen - one.returned_fen)
        found.append(Kpi(label=label, value=value, unit=translate(msg("yuan"), locale), note=translate(told, locale)))
    return found


def till_lines(lines: Iterable[DayLine], *, locale: str) -> list[TillLine]:
    """The day's entries, newest first."""
    found = [
        TillLine(str(number), line.number, line.at, translate(MEANS_NAMES[line.means], locale), format_yuan(line.amount_fen))
        for number, line in enumerate(lines)
    ]
    return found[::-1]


def wait_line(row: RefundRow, *, now: datetime, locale: str) -> WaitLine:
    """A refund that waits at the counter."""
    about = " · ".join((row.payment_number, row.reason, moment_text(row.created_at, now=now, locale=locale)))
    return WaitLine(row.id, row.number, about, format_yuan(row.amount_fen))


def wait_facts(line: WaitLine, *, locale: str) -> list[Fact]:
    """What is handed out."""
    return [Fact(translate(msg("Amount"), locale), f"¥{line.amount}"), Fact(translate(msg("Payment"), locale), line.about)]


def close_line(row: CloseRow, *, my_id: int, may_approve: bool, locale: str) -> CloseLine:
    """A closed day of the list."""
    waits = row.status is CloseStatus.to_approve
    look = (msg("Difference to approve"), "orange", "soft", "clock") if waits else (msg("Counted and closed"), "green", "soft", "lock")
    return CloseLine(
        id=row.id,
        day=row.business_on.isoformat(),
        cashier=row.cashier,
        expected=format_yuan(row.expected_fen),
        counted=format_yuan(row.counted_fen),
        difference=format_yuan(row.difference_fen),
        tone="red" if row.difference_fen < 0 else "orange" if row.difference_fen else "gray",
        reason=row.reason,
        badge=Badge(translate(look[0], locale), *look[1:]),
        report_href=f"/day-reports/{row.id}.pdf",
        may_approve=waits and may_approve and row.cashier_id != my_id,
    )
