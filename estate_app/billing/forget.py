"""Takes a person's words out of what goes with bills; the bills themselves name rooms, and stay as they are."""

from collections.abc import Collection

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from estate_app.billing.arrears_models import ArrearsStep, BillDispute, Discount, InstalmentPlan, PaymentPromise, Waiver
from estate_app.billing.models import Bill, BillStatus
from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork

_ASKING = (BillStatus.unpaid, BillStatus.partly_paid, BillStatus.disputed)


def debts(session: Session, room_ids: Collection[int]) -> tuple[int, int]:
    """How many bills of rooms ask for money, disputed ones included, and for how much, in fen."""
    owed = col(Bill.amount_fen) - col(Bill.paid_fen)
    statement = select(func.count(), func.coalesce(func.sum(owed), 0)).where(
        col(Bill.room_id).in_(room_ids), col(Bill.status).in_(_ASKING), owed > 0
    )
    count, fen = session.exec(statement).one() if room_ids else (0, 0)
    return int(count), int(fen)


def forget(uow: UnitOfWork, who: Forgotten, room_ids: Collection[int]) -> None:
    """Unname notices, agreements and reasons of the rooms in which the person lived."""
    session, words = uow.session, who.words
    bills = sa_select(col(Bill.id)).where(col(Bill.room_id).in_(room_ids))
    blot(session, ArrearsStep, ("content", "note", "proof"), words, col(ArrearsStep.room_id).in_(room_ids))
    blot(session, PaymentPromise, ("note",), words, col(PaymentPromise.room_id).in_(room_ids))
    blot(session, InstalmentPlan, ("note",), words, col(InstalmentPlan.room_id).in_(room_ids))
    blot(session, Discount, ("reason", "answer"), words, col(Discount.room_id).in_(room_ids))
    blot(session, Waiver, ("reason", "answer"), words, col(Waiver.bill_id).in_(bills))
    blot(session, BillDispute, ("reason", "answer"), words, col(BillDispute.bill_id).in_(bills))
    session.expire_all()
