"""What the chosen bills ask for today: themselves, their late fees, and what the room's balance could pay."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from estate_app.access.actor import Actor
from estate_app.billing.late_fees import preview_late_fees
from estate_app.billing.queries import BillRow, bill_rows
from estate_app.billing.settlement import open_late_fees
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.allocation import ORDERS, allocation_order
from estate_app.payment.queries import being_paid


@dataclass(frozen=True, slots=True)
class Asked:
    """The bills with their late fees; `accrued_fen` is what of late fees is charged when the payment starts.

    `balance_fen` is the balance of the one room to which they belong, zero for several.
    """

    rows: list[BillRow]
    paying: dict[int, int]
    accrued_fen: int
    balance_fen: int
    policy: Message | None
    on: date


def asked(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int]) -> Asked:
    """Read what bills ask for, as far as the actor sees them."""
    on = business_date(uow.now)
    rows = bill_rows(uow.session, actor, tuple(bill_ids), on=on)
    known = {row.id for row in rows}
    fees = [bill_id for bill_id in open_late_fees(uow.session, known) if bill_id not in known]
    rows += bill_rows(uow.session, actor, tuple(fees), on=on)
    paying = being_paid(uow.session, actor, [row.id for row in rows], on=on)
    late = [row.id for row in rows if row.is_overdue and row.id not in paying]
    accrued = sum(one.due_fen for one in preview_late_fees(uow.session, actor, late, on)) if late else 0
    rooms = {row.room_id for row in rows}
    balance = room_prepaid(uow.session, rooms.pop()) if len(rooms) == 1 else 0
    policy = ORDERS[allocation_order(uow.session, rows[0].estate_id)] if rows else None
    return Asked(rows, paying, accrued, max(0, balance), policy, on)
