"""The switch by which a manager stops paying: an estate, an item, a channel."""

import pytest
from sqlmodel import func, select

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.service import start_payment
from estate_app.payment.stops import end_stop, list_stops, open_channels, stop_payments
from tests.fixtures.money import home_bill, vendor


@pytest.fixture
def memory():
    with vendor() as chosen:
        yield chosen


def start(uow, actor, bill):
    return start_payment(uow, actor, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key=f"k{bill.id}")


@pytest.mark.parametrize("what", ["estate", "item", "channel"])
def test_a_stop_of_estate_item_or_channel_takes_no_new_payment_until_it_ends(uow, cast, memory, what):
    bill = home_bill(uow, cast)
    named = {
        "estate": {"estate_id": cast.estate.id},
        "item": {"fee_item_id": bill.fee_item_id},
        "channel": {"estate_id": cast.estate.id, "channel": Channel.wechat},
    }[what]
    stop = stop_payments(uow, cast.finance, reason="系统升级", **named)
    with pytest.raises(ConflictError, match="stopped" if what != "estate" else "takes no payments"):
        start(uow, cast.owner, bill)
    assert uow.session.exec(select(func.count()).select_from(Payment)).one() == 0
    assert (Channel.wechat in open_channels(uow.session, [cast.estate.id])) is (what != "channel")
    assert [row.reason for row in list_stops(uow.session, cast.finance)] == ["系统升级"]
    with pytest.raises(ConflictError):
        stop_payments(uow, cast.finance, reason="again", **named)
    end_stop(uow, cast.finance, stop_id=stop.id)
    assert start(uow, cast.owner, bill).status is PaymentStatus.pending
    assert list_stops(uow.session, cast.finance) == []


def test_a_stop_needs_a_reason_something_named_and_a_manager_of_the_place(uow, cast):
    with pytest.raises(InvalidError):
        stop_payments(uow, cast.finance, reason=" ", estate_id=cast.estate.id)
    with pytest.raises(NotFoundError):
        stop_payments(uow, cast.finance, reason="x", fee_item_id=987_654)
    for stranger in (cast.owner, cast.stranger):
        with pytest.raises(ForbiddenError):
            stop_payments(uow, stranger, reason="x", estate_id=cast.estate.id)
        with pytest.raises(ForbiddenError):
            list_stops(uow.session, stranger)
    assert list_stops(uow.session, cast.finance) == []
