"""A room's prepaid balance: what is on it, what moved, topping it up, and paying by itself."""

from datetime import datetime

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent

_WHEN = "2026-11-18T02:58:00Z"


class BalanceOut(Given):
    """The balance of an own room, in fen."""

    room_id: int = Field(description="The room.", examples=[12])
    amount_fen: int = Field(description="What is on it.", examples=[20_000])
    is_automatic: bool = Field(description="Whether new bills are paid from it by themselves, the oldest first.", examples=[False])
    by_name: str = Field(description="Who of the home wants it so.", examples=[""])
    since: datetime | None = Field(description="Since when it is as it is.", examples=[None])


class MovementOut(Given):
    """What came onto a balance (positive) or left it, in fen."""

    id: int = Field(description="The movement.", examples=[901])
    kind: str = Field(description="payment, refund, bill_voided, bill_adjusted, suspense or opening.", examples=["payment"])
    memo: str = Field(description="The number of what moved it.", examples=["ZF20261118105800a1b2c3d4"])
    at: datetime = Field(description="When.", examples=[_WHEN])
    amount_fen: int = Field(description="How much.", examples=[20_000])
    balance_fen: int = Field(description="What was on it afterwards.", examples=[20_000])


class TopUpStart(Sent):
    """Pay money in advance for an own room."""

    amount_fen: int = Field(ge=100, le=5_000_000, description="How much, between 1 and 50,000 yuan.", examples=[20_000])


class AutomaticWish(Sent):
    """Whether the balance pays the room's bills by itself."""

    is_on: bool = Field(description="On or off.", examples=[True])
