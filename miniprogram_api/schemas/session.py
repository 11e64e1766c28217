"""Where one is signed in, and one's password."""

from datetime import datetime

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent, Text

_WHEN = "2026-11-18T02:58:00Z"


class SessionOut(Given):
    """One signed-in phone or browser."""

    id: int = Field(description="The session.", examples=[7])
    kind: str = Field(description="mini or browser.", examples=["browser"])
    device: str = Field(description="What it is, in the caller's language.", examples=["Chrome · Windows"])
    address: str = Field(description="From where it came in.", examples=["203.0.113.7"])
    created_at: datetime = Field(description="Since when.", examples=[_WHEN])
    last_seen_at: datetime = Field(description="When it was seen last, to five minutes.", examples=[_WHEN])
    is_this: bool = Field(description="Whether it is the one that asks.", examples=[True])


class SessionsOut(Given):
    """Where one is signed in."""

    items: list[SessionOut] = Field(description="The one seen last first.")


class PasswordChange(Sent):
    """A new password; every other session ends with it."""

    old_password: Text = Field(default="", max_length=128, description="The one until now; empty when there is none.", examples=[""])
    password: Text = Field(min_length=1, max_length=128, description="The new one.", examples=["correct horse"])
