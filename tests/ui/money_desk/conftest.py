"""A settled vendor, and one opened page."""

import pytest

from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.service import start_payment
from tests.fixtures.money import event_of, vendor


@pytest.fixture
def opened(act):
    """Open a page as somebody and load it."""

    def _open(actor, state, url, locale="zh"):
        page = act(actor, state, url=url, locale=locale)
        act.run(page.load())
        return page

    return _open


@pytest.fixture
def wechat():
    """WeChat in memory."""
    with vendor() as gateway:
        yield gateway


@pytest.fixture
def online(uow, cast, wechat):
    """Let the owner pay a bill by WeChat; `changes` make the vendor's message wrong."""

    def _pay(bill, **changes):
        payment = start_payment(
            uow, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key=f"k-{bill.id}"
        )
        receive(uow, Channel.wechat, event_of(payment, **changes), b"{}")
        uow.flush()
        return payment

    return _pay
