"""A statement as the vendor would give it, and payments of the owner that it speaks of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from estate_app.kit.clock import business_date
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Statement, StatementKind, StatementRow
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.settle import settle
from tests.conftest import NOW
from tests.fixtures import make
from tests.fixtures.money import MERCHANT_ID

YESTERDAY = business_date(NOW) - timedelta(days=1)
PAID_AT = NOW - timedelta(hours=22)


def line(payment: Payment, **changes) -> StatementRow:
    """The statement's line of a payment, with the contract's fee."""
    fee = (payment.amount_fen * 60 + 5_000) // 10_000
    row = StatementRow(
        StatementKind.payment,
        payment.number,
        f"42{payment.number[2:]}",
        payment.amount_fen,
        fee,
        PAID_AT,
        "SUCCESS",
        merchant_id=MERCHANT_ID,
    )
    return replace(row, **changes)


def statement(*rows: StatementRow, day=YESTERDAY, channel=Channel.wechat) -> Statement:
    return Statement(channel, day, rows, b"file of the day")


def pay(uow, cast, *, amount=10_000, paid_at=PAID_AT, code="property", is_settled=True) -> Payment:
    """A WeChat payment of a fresh bill of the owner's home, settled like a callback's unless told otherwise."""
    bill = make.bill(uow, cast.home, fee_item(uow, cast, code), amount)
    payment = make.payment(uow, cast.owner, bill, merchant_id=MERCHANT_ID)
    if is_settled:
        settle(
            uow, channel=Channel.wechat, number=payment.number, transaction_id=f"42{payment.number[2:]}", amount_fen=amount,
            currency="CNY", merchant=MERCHANT_ID, paid_at=paid_at, source="callback",
        )  # fmt: skip
        assert payment.status is PaymentStatus.paid
    uow.flush()
    return payment


def fee_item(uow, cast, code):
    from sqlmodel import select

    from estate_app.billing.models import FeeItem

    known = uow.session.exec(select(FeeItem).where(FeeItem.code == code)).first()
    return known or make.fee_item(uow, cast.estate, code)


@pytest.fixture
def anyone(uow, cast):
    """Finance of all estates."""
    from estate_app.access.permission import PermissionSet

    return make.manager(uow, "财务", "13800000040", PermissionSet.finance, None)
