"""Bills are announced 7, 3 and 1 days before they fall due, once each, and not where they are held back or paid."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.billing.due_reminders import remind_due
from estate_app.billing.models import BillStatus
from estate_app.kit.clock import business_date
from estate_app.notification.models import InboxItem
from tests.fixtures import make


def bill(uow, cast, days: int, **extra):
    item = make.fee_item(uow, cast.estate, code=f"i{days}{len(extra)}")
    return make.bill(uow, cast.home, item, due_on=business_date(uow.now) + timedelta(days=days), **extra)


def told(uow) -> list[InboxItem]:
    return list(uow.session.scalars(select(InboxItem).where(InboxItem.event == "bill_due").order_by(InboxItem.id)))


@pytest.mark.parametrize("days", [7, 3, 1])
def test_everybody_of_the_room_is_told_once(uow, cast, days) -> None:
    bill(uow, cast, days)
    assert (remind_due(uow), remind_due(uow)) == (3, 3)
    assert sorted(item.account_id for item in told(uow)) == sorted([cast.owner.id, cast.tenant.id, cast.payer.id])
    assert {item.link for item in told(uow)} == {"/bills"}


@pytest.mark.parametrize("days", [0, 2, 4, 8, -1])
def test_no_other_day_reminds(uow, cast, days) -> None:
    bill(uow, cast, days)
    assert (remind_due(uow), told(uow)) == (0, [])


@pytest.mark.parametrize("status", [BillStatus.paid, BillStatus.disputed, BillStatus.void])
def test_what_asks_for_no_money_reminds_nobody(uow, cast, status) -> None:
    bill(uow, cast, 3, status=status)
    assert (remind_due(uow), told(uow)) == (0, [])


def test_a_departed_tenant_is_not_told(uow, cast) -> None:
    from estate_app.property.models import RoomMember

    member = uow.session.scalars(select(RoomMember).where(RoomMember.account_id == cast.tenant.id)).one()
    member.to_on = date(2020, 2, 1)
    uow.flush()
    bill(uow, cast, 3)
    assert remind_due(uow) == 2
