"""Own meters, readings that a resident sends, and asking for a room."""

from datetime import date

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent, Text


class OwnMeterOut(Given):
    """A meter of an own room; quantities in thousandths of its unit."""

    id: int = Field(description="The meter.", examples=[41])
    room: str = Field(description="The room.", examples=["3栋2单元1501"])
    code: str = Field(description="The meter's number.", examples=["S0001-3-2-1501"])
    kind: str = Field(description="water, electricity, gas or heat.", examples=["water"])
    digits: int = Field(description="Digits of the dial before the point.", examples=[5])
    read_on: date | None = Field(description="Day of the newest reading.", examples=["2026-11-01"])
    value_milli: int | None = Field(description="The newest reading.", examples=[1_305_000])
    sent_on: date | None = Field(description="When one's own newest reading was sent.", examples=["2026-11-18"])
    sent_milli: int | None = Field(description="What was sent.", examples=[1_312_000])
    sent_status: str = Field(description="waiting, approved, rejected, or empty.", examples=["waiting"])
    sent_reason: str = Field(description="Why it was sent back.", examples=["照片不清楚"])
    is_open: bool = Field(description="Whether readings may be sent today.", examples=[True])
    opens: str = Field(description="When they may be sent, as a sentence.", examples=["每月 15 日至 20 日可自助抄表"])


class OwnMetersOut(Given):
    """All meters of the own rooms."""

    items: list[OwnMeterOut] = Field(description="By room.")


class ReadingSent(Sent):
    """What a dial shows today."""

    value_milli: int = Field(ge=0, le=10**12, description="In thousandths of the meter's unit.", examples=[1_312_000])
    photo_id: Text = Field(
        min_length=1, max_length=32, description="The photo of the dial, from POST /media.", examples=["0f9d2c6f0c2a4c0b"]
    )


class RoomCodeSent(Sent):
    """Gain the room of a bill by the code that is printed on it."""

    bill_number: Text = Field(min_length=1, max_length=30, description="The bill's number.", examples=["ZD202611-00001"])
    code: Text = Field(min_length=1, max_length=20, description="The code beside it.", examples=["7QK2M4XA"])
    relation: Text = Field(pattern=r"^(family|tenant|payer)$", description="What one is to the room.", examples=["family"])
    to_on: date | None = Field(default=None, description="The last day; a tenant must give it.", examples=["2027-05-31"])


class RoomRequestSent(Sent):
    """Ask the estate for a room."""

    estate_id: int = Field(ge=1, le=2**63 - 1, description="The estate.", examples=[1])
    room_code: Text = Field(min_length=1, max_length=30, description="The room's code.", examples=["3-2-1501"])
    relation: Text = Field(pattern=r"^(owner|family|tenant|payer)$", description="What one is to the room.", examples=["owner"])
    from_on: date = Field(description="The first day.", examples=["2026-11-18"])
    to_on: date | None = Field(default=None, description="The last day; a tenant must give it.", examples=["2027-05-31"])
    note: Text = Field(default="", max_length=200, description="What helps the estate to know the person.", examples=["合同编号 2026-118"])


class RoomRequestOut(Given):
    """One own request for a room."""

    id: int = Field(description="The request.", examples=[7])
    room: str = Field(description="The room.", examples=["3栋2单元1501"])
    estate: str = Field(description="The estate.", examples=["翠湖花园"])
    relation: str = Field(description="What one asked to be.", examples=["owner"])
    status: str = Field(description="waiting, approved or rejected.", examples=["waiting"])
    reason: str = Field(description="Why it was refused.", examples=["请带房产证到服务中心"])


class RoomRequestsOut(Given):
    """One's newest requests."""

    items: list[RoomRequestOut] = Field(description="Newest first.")
