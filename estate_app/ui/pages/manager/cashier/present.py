"""The counter: the room's open bills, what is chosen, the change, and what was taken. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from estate_app.billing.queries import BillRow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan, parse_yuan
from estate_app.payment.channel import Means
from estate_app.payment.counter import change_fen
from estate_app.payment.models import Payment
from estate_app.payment.queries import PaymentRow
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.resident.bills.present import is_payable, status_badge
from estate_app.ui.view import Badge
from estate_app.ui.when import month_text

BALANCE = "balance"
WAYS = (*(means.value for means in Means), BALANCE)


@dataclass(frozen=True, slots=True)
class RoomView:
    """The room at the counter and what it has paid in advance."""

    id: int = 0
    label: str = ""
    prepaid: str = "0.00"
    has_prepaid: bool = False
    may_collect: bool = False
    is_cut: bool = False
    policy: str = ""


@dataclass(frozen=True, slots=True)
class OpenBill:
    """One open bill; one that is being paid online cannot be chosen."""

    id: str
    title: str
    number: str
    href: str
    due: str
    tone: str
    owed: str
    badge: Badge
    is_payable: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """What is chosen: in fen for arithmetic, and as text; `is_covered` tells whether the balance would pay it.

    `taken_fen` is what the cashier takes, by the amount that was typed or else all of it; `note` says what becomes of a
    part, or of what is beyond the bills.
    """

    fen: int = 0
    text: str = "0.00"
    count: int = 0
    is_covered: bool = False
    taken_fen: int = 0
    taken: str = "0.00"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What goes back of the cash that was typed, or what is missing."""

    text: str = ""
    tone: str = "gray"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken, with its receipt; `kept` went to the room's balance."""

    amount: str = ""
    change: str = ""
    number: str = ""
    receipt: str = ""
    receipt_href: str = ""
    kept: str = ""


def open_bill(row: BillRow, paying: Mapping[int, int], *, locale: str) -> OpenBill:
    """Present an open bill at the counter."""
    payment_id = paying.get(row.id)
    return OpenBill(
        id=str(row.id),
        title=f"{month_text(row.period, locale=locale)} · {named(row.item_name, row.item_name_en, locale)}",
        number=row.number,
        href=f"/manage/bills/{row.id}",
        due=translate(msg("due {day}", day=row.due_on.isoformat()), locale),
        tone="red" if row.is_overdue else "gray",
        owed=format_yuan(row.owed_fen),
        badge=status_badge(row, is_paying=payment_id is not None, locale=locale),
        is_payable=is_payable(row, payment_id),
    )


def sum_of(owed_fen: Mapping[str, int], chosen: Collection[str], prepaid_fen: int, typed: str, policy: str, *, locale: str) -> Sum:
    """What the chosen bills ask for together, and what is taken of it or beyond it."""
    fen = sum(owed_fen[key] for key in chosen)
    taken = _amount(typed, fen)
    note = ""
    if taken > fen:
        note = translate(msg("{amount} of it goes to the room's balance", amount=format_yuan(taken - fen, sign=True)), locale)
    elif taken < fen:
        note = policy
    return Sum(fen, format_yuan(fen), len(chosen), 0 < taken <= prepaid_fen and taken <= fen, taken, format_yuan(taken), note)


def _amount(typed: str, otherwise: int) -> int:
    """The amount that was typed, as far as it is one."""
    try:
        return max(0, parse_yuan(typed)) if typed.strip() else otherwise
    except InvalidError:
        return otherwise


def change_of(typed: str, total_fen: int, *, locale: str) -> Change:
    """The change for the cash typed so far; nothing while it is no amount yet."""
    try:
        given = parse_yuan(typed)
    except InvalidError:
        return Change()
    if given < total_fen:
        return Change(translate(msg("{amount} are missing", amount=format_yuan(total_fen - given, sign=True)), locale), "red")
    return Change(translate(msg("Change: {amount}", amount=format_yuan(given - total_fen, sign=True)), locale), "green")


def taken(payment: Payment, row: PaymentRow) -> Taken:
    """What was taken."""
    change = change_fen(payment)
    return Taken(
        amount=format_yuan(payment.amount_fen),
        change=format_yuan(change) if change else "",
        number=payment.number,
        receipt=row.receipt_number,
        receipt_href=f"/receipts/{row.receipt_id}.pdf" if row.receipt_id else "",
        kept=format_yuan(payment.prepaid_fen) if payment.prepaid_fen else "",
    )


def kept(chosen: Iterable[str], bills: Collection[OpenBill]) -> list[str]:
    """The choice as far as its bills can still be paid, in the order of the list."""
    wanted = set(chosen)
    return [bill.id for bill in bills if bill.is_payable and bill.id in wanted]
