"""The people of an own room."""

from datetime import date

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent, Text


class HousemateOut(Given):
    """Somebody on the contact list of an own room, now or from a coming day on."""

    id: int = Field(description="The entry.", examples=[31])
    name: str = Field(description="The name.", examples=["林建华"])
    phone: str = Field(description="The number, masked.", examples=["138 **** 0007"])
    relation: str = Field(description="owner, family, tenant or payer; a payer pays and sees no repairs.", examples=["family"])
    from_on: date = Field(description="The first day.", examples=["2026-11-18"])
    to_on: date | None = Field(description="The last day, if there is one.", examples=["2027-05-31"])
    has_account: bool = Field(description="Whether the phone has an account; without one the room is seen on registering.", examples=[True])
    is_self: bool = Field(description="Whether that is the caller.", examples=[False])
    can_end: bool = Field(description="Whether the caller may end this membership.", examples=[True])


class HouseholdOut(Given):
    """The contact list of an own room."""

    may_invite: bool = Field(description="Whether the caller may invite somebody: owners may.", examples=[True])
    items: list[HousemateOut] = Field(description="Owners first.")


class InvitationSent(Sent):
    """Put somebody on the list of an own room."""

    name: Text = Field(min_length=1, max_length=40, description="The person's name.", examples=["林小禾"])
    phone: Text = Field(min_length=1, max_length=20, description="The person's phone.", examples=["13900000021"])
    relation: Text = Field(pattern=r"^(family|tenant|payer)$", description="What the person is to the room.", examples=["family"])
    from_on: date = Field(description="The first day, today at the earliest.", examples=["2026-12-01"])
    to_on: date | None = Field(default=None, description="The last day; a tenant must have one.", examples=["2027-05-31"])


class EndingSent(Sent):
    """The last day of a membership."""

    last_on: date = Field(description="From the day after, the person sees nothing of the room.", examples=["2026-12-31"])
