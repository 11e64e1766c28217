"""The money of a day by channel: what has arrived, in Shanghai's day and the actor's estates."""

from datetime import date, timedelta

import pytest

from estate_app.errors import ForbiddenError
from estate_app.kit.clock import day_bounds
from estate_app.payment.channel import Channel
from estate_app.payment.models import PaymentStatus
from estate_app.payment.takings import ChannelTakings, Takings, takings
from tests.fixtures import make

TODAY = date(2026, 11, 18)


@pytest.fixture
def paid(uow, cast):
    def pay(amount_fen, channel=Channel.wechat, at=None, status=PaymentStatus.paid):
        bill = make.bill(uow, cast.home, make.fee_item(uow, cast.estate, code=f"fee{amount_fen}"), amount_fen)
        return make.payment(uow, cast.owner, bill, channel=channel, status=status, paid_at=at or uow.now)

    return pay


def test_by_channel_the_largest_first(uow, cast, paid):
    for amount, channel in ((100, Channel.wechat), (250, Channel.wechat), (400, Channel.counter)):
        paid(amount, channel)
    assert takings(uow.session, cast.cashier, on=TODAY) == Takings(
        750, 3, (ChannelTakings(Channel.counter, 400, 1), ChannelTakings(Channel.wechat, 350, 2))
    )


def test_credit_pending_money_and_other_days_are_left_out(uow, cast, paid):
    start, end = day_bounds(TODAY)
    paid(1, Channel.balance)
    paid(2, status=PaymentStatus.pending)
    paid(4, at=start - timedelta(microseconds=1))
    paid(8, at=start)
    paid(16, at=end - timedelta(microseconds=1))
    paid(32, at=end)
    assert takings(uow.session, cast.finance, on=TODAY, estate_id=cast.estate.id).amount_fen == 24


def test_another_estate_has_its_own_and_a_dispatcher_sees_none(uow, cast, paid):
    paid(100)
    assert takings(uow.session, cast.finance, on=TODAY, estate_id=cast.other_estate.id) == Takings(0, 0, ())
    with pytest.raises(ForbiddenError):
        takings(uow.session, cast.dispatcher, on=TODAY)
