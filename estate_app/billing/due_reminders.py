"""Reminders of bills that will fall due: 7, 3 and 1 days before. They name no amount, which stands behind the sign-in."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import col

from estate_app.billing.arrears_models import InstalmentPlan, PaymentPromise, PromiseStatus
from estate_app.billing.models import Bill, BillStatus
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.property.people import accounts_of_rooms

DAYS = (7, 3, 1)
_ROOMS_AT_ONCE = 5_000
_PEOPLE_AT_ONCE = 2_000


def remind_due(uow: UnitOfWork) -> int:
    """Remind everybody whose bills fall due in 7, 3 or 1 days, once for each day; answers how many people.

    A disputed bill, one with a running promise and one of a running plan are left in peace, as on the ladder of arrears.
    """
    today = business_date(uow.now)
    return sum(_remind(uow, today, days) for days in DAYS)


def _remind(uow: UnitOfWork, today: date, days: int) -> int:
    due_on = today + timedelta(days=days)
    people = _people(uow, due_on, today)
    title = msg("You have bills that fall due tomorrow") if days == 1 else msg("You have bills that fall due in {days} days", days=days)
    for start in range(0, len(people), _PEOPLE_AT_ONCE):
        tell(
            uow,
            people[start : start + _PEOPLE_AT_ONCE],
            event="bill_due",
            title=title,
            body=msg("Pay by {day} and nothing is added. Look at your bills", day=f"{due_on:%Y-%m-%d}"),
            link="/bills",
            dedupe=f"bill_due:{due_on.isoformat()}:{days}",
        )
    return len(people)


def _people(uow: UnitOfWork, due_on: date, today: date) -> list[int]:
    held = {
        bill_id
        for model in (PaymentPromise, InstalmentPlan)
        for ids in uow.session.scalars(select(col(model.bill_ids)).where(col(model.status) == PromiseStatus.running))
        for bill_id in ids
    }
    open_bills = select(col(Bill.id), col(Bill.room_id)).where(
        col(Bill.due_on) == due_on,
        col(Bill.status).in_((BillStatus.unpaid, BillStatus.partly_paid)),
        col(Bill.amount_fen) > col(Bill.paid_fen),
    )
    rooms = sorted({room_id for bill_id, room_id in uow.session.execute(open_bills) if bill_id not in held})
    people: set[int] = set()
    for start in range(0, len(rooms), _ROOMS_AT_ONCE):
        for ids in accounts_of_rooms(uow.session, rooms[start : start + _ROOMS_AT_ONCE], today).values():
            people.update(ids)
    return sorted(people)
