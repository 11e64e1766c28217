"""Payments: started for some bills, paid in WeChat, confirmed by the server."""

from datetime import datetime

from pydantic import Field

from miniprogram_api.schemas.bill import BillOut
from miniprogram_api.schemas.common import Given, Id, Sent

_WHEN = "2026-11-18T02:58:00Z"


class PaymentStart(Sent):
    """Pay some own bills of one estate in one payment, with the late fees that have accrued on them."""

    bill_ids: list[Id] = Field(min_length=1, max_length=100, description="The bills.", examples=[[305, 306]])
    amount_fen: int | None = Field(
        default=None,
        ge=1,
        le=10**12,
        description="Only so much of what they ask for; the oldest bill is met first, in the estate's written order. Null: all of it.",
        examples=[10_000],
    )


class PaymentAsked(Sent):
    """Some own bills of one estate."""

    bill_ids: list[Id] = Field(min_length=1, max_length=100, description="The bills.", examples=[[305, 306]])


class PaymentQuoteOut(Given):
    """What some bills ask for today; amounts in fen."""

    bills: list[BillOut] = Field(description="The bills, and the late fees that are bills already.")
    accrued_fen: int = Field(description="Late fees up to today that are charged when the payment starts.", examples=[226])
    total_fen: int = Field(description="What a payment of all that no other payment is about to bring comes to.", examples=[25_314])
    paying_ids: list[int] = Field(description="Payments under way for some of the bills; look at them first.", examples=[[]])
    balance_fen: int = Field(description="The prepaid balance of the one room to which they belong; 0 for several.", examples=[0])


class PaymentChannelOut(Given):
    """A way to pay that takes payments now."""

    channel: str = Field(description="wechat, alipay or unionpay.", examples=["wechat"])
    name: str = Field(description="Its name, in the caller's language.", examples=["微信支付"])
    is_here: bool = Field(description="Whether the mini-program pays by it; the others are open in the browser.", examples=[True])


class JsapiOut(Given):
    """Hand this to `wx.requestPayment` as it is."""

    timeStamp: str = Field(description="Seconds, as text.", examples=["1763434680"])  # noqa: N815 -- WeChat's own names
    nonceStr: str = Field(description="Random text.", examples=["5K8264ILTKCH16CQ2502SI8ZNMTM67VS"])  # noqa: N815
    package: str = Field(description="The prepared order.", examples=["prepay_id=wx201410272009395522657a690389285100"])
    signType: str = Field(description="How it is signed.", examples=["RSA"])  # noqa: N815
    paySign: str = Field(description="The signature.", examples=["oR9d8PuhnIc+YZ8c…"])  # noqa: N815


class PaymentOut(Given):
    """One payment in a list; amounts in fen."""

    id: int = Field(description="The payment.", examples=[88])
    number: str = Field(description="What people call it.", examples=["ZF20261118105800a1b2c3d4"])
    place: str = Field(description="The room.", examples=["3栋2单元1501"])
    channel: str = Field(description="wechat, alipay, unionpay, counter or balance.", examples=["wechat"])
    status: str = Field(description="pending, paid, failed or closed; pending also means that nobody knows yet.", examples=["pending"])
    amount_fen: int = Field(description="How much.", examples=[25_088])
    prepaid_fen: int = Field(description="What of it goes to the room's balance.", examples=[0])
    refunded_fen: int = Field(description="What has gone back or is on its way.", examples=[0])
    created_at: datetime = Field(description="When it was started.", examples=[_WHEN])
    paid_at: datetime | None = Field(description="When it was paid.", examples=[None])
    receipt_number: str = Field(description="The receipt, once it is paid.", examples=[""])


class PaidBillOut(Given):
    """A bill and what this payment pays of it."""

    bill: BillOut = Field(description="The bill.")
    amount_fen: int = Field(description="How much of it.", examples=[25_088])


class PaymentDetailOut(Given):
    """One payment whole."""

    payment: PaymentOut = Field(description="The payment.")
    expires_at: datetime = Field(description="Until when it can be paid.", examples=[_WHEN])
    is_held: bool = Field(description="Whether finance looks into it.", examples=[False])
    jsapi: JsapiOut | None = Field(description="What `wx.requestPayment` needs, while it can be paid by the caller.")
    bills: list[PaidBillOut] = Field(description="What it pays.")
    fail_reason: str = Field(description="Why it failed.", examples=[""])
