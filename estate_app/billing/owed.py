"""Which rooms owe exactly an amount: by one bill, or by all of theirs together."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from estate_app.billing.models import Bill, BillStatus


@dataclass(frozen=True, slots=True)
class OwedBills:
    """Open bills of a room that together ask for an amount, in fen."""

    room_id: int
    bill_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    owed_fen: int


def bills_owing(session: Session, *, estate_id: int, amounts: Collection[int]) -> list[OwedBills]:
    """Single bills, and all the open bills of a room, that ask for one of these amounts. The caller has checked the estate."""
    if not amounts:
        return []
    owed = col(Bill.amount_fen) - col(Bill.paid_fen)
    rooms = session.execute(
        select(col(Bill.room_id), func.array_agg(col(Bill.id)), func.array_agg(col(Bill.number)), func.array_agg(owed), func.sum(owed))
        .where(col(Bill.estate_id) == estate_id, col(Bill.status).in_((BillStatus.unpaid, BillStatus.partly_paid)), owed > 0)
        .group_by(col(Bill.room_id))
        .having(or_(func.sum(owed).in_(amounts), func.bool_or(owed.in_(amounts))))
    )
    found: list[OwedBills] = []
    for room_id, ids, numbers, each, total in rooms:
        found += [
            OwedBills(room_id, (bill_id,), (number,), int(fen))
            for bill_id, number, fen in zip(ids, numbers, each, strict=True)
            if fen in amounts
        ]
        if len(ids) > 1 and int(total) in amounts:
            found.append(OwedBills(room_id, tuple(ids), tuple(numbers), int(total)))
    return found
