"""Bills as their resident reads them: rows of the list, and what is chosen to be paid. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from estate_app.billing.models import BillStatus
from estate_app.billing.queries import BillRow
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.channel import Channel
from estate_app.payment.receipts import channel_name
from estate_app.ui.pages.common.repair import named
from estate_app.ui.states import bill_badge
from estate_app.ui.view import Badge, Fact, Option
from estate_app.ui.when import day_text, month_text


@dataclass(frozen=True, slots=True)
class BillCard:
    """One bill of the list; `pay_href` leads to the payment that is paying it."""

    id: int
    title: str
    sub: str
    tone: str
    amount: str
    badge: Badge
    href: str
    pay_href: str
    is_payable: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen to be paid, in one payment; `late` says how much of the total no bill of the list names yet."""

    lines: list[Fact]
    total: str
    ids: list[int]
    late: str = ""


def bill_title(row: BillRow, *, today: date | None = None, locale: str) -> str:
    """`11月 · 物业服务费`."""
    return f"{month_text(row.period, today=today, locale=locale)} · {named(row.item_name, row.item_name_en, locale)}"


def place_text(row: BillRow, locale: str) -> str:
    """`3栋2单元1501`; English the short code."""
    return row.place if locale == "zh" else row.room_code


def status_badge(row: BillRow, *, is_paying: bool, locale: str) -> Badge:
    """The badge of a bill, overdue and being paid told apart."""
    status = "paying" if is_paying else "overdue" if row.is_overdue else row.status.value
    return bill_badge(status, locale=locale)


def bill_card(row: BillRow, *, payment_id: int | None, query: str, on: date, locale: str) -> BillCard:
    """Present a bill of the list; `query` keeps the list's filter in the link."""
    sub, tone = _when(row, on, locale)
    return BillCard(
        id=row.id,
        title=bill_title(row, today=on, locale=locale),
        sub=sub,
        tone=tone,
        amount=format_yuan(row.owed_fen if row.status is BillStatus.partly_paid else row.amount_fen, sign=True),
        badge=status_badge(row, is_paying=payment_id is not None, locale=locale),
        href=f"/bills/{row.id}{query}",
        pay_href=f"/pay/{payment_id}" if payment_id else "",
        is_payable=is_payable(row, payment_id),
    )


def is_payable(row: BillRow, payment_id: int | None) -> bool:
    """Whether a bill asks for money that no payment is about to bring."""
    return row.status.is_open and row.owed_fen > 0 and payment_id is None


def chosen(rows: Collection[BillRow], paying: Mapping[int, int], *, on: date, locale: str, accrued_fen: int = 0) -> Chosen:
    """What of the chosen bills can be paid now, with the late fee that has accrued; anything else drops out."""
    kept = [row for row in rows if is_payable(row, paying.get(row.id))]
    lines = [Fact(bill_title(row, today=on, locale=locale), format_yuan(row.owed_fen, sign=True)) for row in kept]
    late = ""
    if accrued_fen and kept:
        late = translate(msg("with {amount} of late fee until today", amount=format_yuan(accrued_fen, sign=True)), locale)
        lines.append(Fact(translate(msg("Late fee until today"), locale), format_yuan(accrued_fen, sign=True)))
    total = sum(row.owed_fen for row in kept) + (accrued_fen if kept else 0)
    return Chosen(lines, format_yuan(total), [row.id for row in kept], late)


def channel_options(channels: Collection[Channel], *, locale: str) -> list[Option]:
    """The ways to pay by their names."""
    return [Option(channel.value, translate(channel_name(channel.value), locale)) for channel in channels]


def _when(row: BillRow, on: date, locale: str) -> tuple[str, str]:
    match row.status:
        case BillStatus.void:
            return translate(msg("Withdrawn"), locale), "gray"
        case BillStatus.disputed:
            return translate(msg("Being checked, nothing to pay for now"), locale), "gray"
        case BillStatus.paid:
            day = day_text(row.paid_on or row.due_on, today=on, locale=locale)
            return translate(msg("Paid on {day}", day=day), locale), "gray"
        case _ if row.is_overdue:
            return translate(msg("{count} days overdue", count=(on - row.due_on).days), locale), "red"
        case _:
            return translate(msg("Due by {day}", day=day_text(row.due_on, today=on, locale=locale)), locale), "gray"
