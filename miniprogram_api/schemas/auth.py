"""Signing in, and who one is."""

from typing import Literal

from pydantic import Field

from estate_app.notification.models import SubscribeTopic
from miniprogram_api.schemas.common import Given, Sent, Text

_SAMPLE = "k3J9…"
_PHONE = "13800000001"


class WechatLogin(Sent):
    """Sign in with what `wx.login` gave."""

    code: Text = Field(min_length=1, max_length=200, description="The code of `wx.login`; it works once.", examples=["0a3bc1Ga1..."])


class PasswordLogin(Sent):
    """Sign in with phone and password."""

    phone: Text = Field(min_length=1, max_length=30, description="The mobile number.", examples=[_PHONE])
    password: Text = Field(min_length=1, max_length=128, description="The password.", examples=["correct horse"])


class CodeLogin(Sent):
    """Sign in with phone and a one-time code (purpose `login`)."""

    phone: Text = Field(min_length=1, max_length=30, description="The mobile number.", examples=[_PHONE])
    code: Text = Field(min_length=1, max_length=10, description="The code that was sent to it.", examples=["048213"])


class CodeRequest(Sent):
    """Ask for a one-time code by SMS."""

    phone: Text = Field(min_length=1, max_length=30, description="The mobile number.", examples=[_PHONE])
    purpose: Literal["login", "bind"] = Field(description="What the code shall prove.", examples=["bind"])


class CodeSent(Given):
    """A code is on its way, if the number can get one; whether it is known here is not told."""

    valid_seconds: int = Field(description="How long the code works.", examples=[300])
    again_seconds: int = Field(description="When another one may be asked for.", examples=[60])
    demo_code: str | None = Field(description="The code itself, in the demo only.", examples=[None])


class Bind(Sent):
    """Tie the WeChat identity of a ticket to a phone: by WeChat's own phone code, or by a one-time code (purpose `bind`)."""

    ticket: Text = Field(
        min_length=1, max_length=300, description="The ticket of the sign-in that found no account.", examples=["b3Blbml..."]
    )
    phone_code: Text | None = Field(default=None, max_length=200, description="The code of `getPhoneNumber`.", examples=["f3a9..."])
    phone: Text | None = Field(default=None, max_length=30, description="The mobile number, with `code`.", examples=[_PHONE])
    code: Text | None = Field(default=None, max_length=10, description="The one-time code, with `phone`.", examples=["048213"])
    name: Text = Field(default="", max_length=40, description="How the person wants to be called.", examples=["林晓"])


class Token(Given):
    """Signed in: send the token as `Authorization: Bearer …`."""

    status: Literal["signed_in"] = Field(default="signed_in", description="There is an account.", examples=["signed_in"])
    token: str = Field(description="Opaque; shown this once, revocable, good for 30 days.", examples=[_SAMPLE])
    expires_in: int = Field(description="For how many seconds it is good.", examples=[2_592_000])


class BindNeeded(Given):
    """No account is tied to this WeChat identity yet: bind a phone with the ticket."""

    status: Literal["bind"] = Field(default="bind", description="A phone must be bound first.", examples=["bind"])
    ticket: str = Field(description="Send it to `/auth/bind` within ten minutes.", examples=["b3Blbml..."])


class Me(Given):
    """The signed-in person."""

    id: int = Field(description="The account.", examples=[7])
    name: str = Field(description="The name.", examples=["林晓"])
    phone: str = Field(description="The own number, masked.", examples=["138 **** 0001"])
    role: str = Field(description="resident, technician or manager.", examples=["resident"])
    locale: str | None = Field(description="The chosen language; null follows the phone.", examples=["zh"])
    is_elder: bool = Field(description="Large type.", examples=[False])
    allows_behaviour: bool = Field(description="Consent to statistics of use.", examples=[True])
    has_password: bool = Field(description="Whether there is a password; without one the first is taken without the old.", examples=[True])
    has_wechat: bool = Field(description="Whether WeChat is tied to the account.", examples=[True])
    unread_count: int = Field(description="Notices not read yet.", examples=[3])


class PhoneChange(Sent):
    """Move the account to another phone, proved by a one-time code (purpose `bind`)."""

    phone: Text = Field(min_length=1, max_length=30, description="The new mobile number.", examples=["13900000001"])
    code: Text = Field(min_length=1, max_length=10, description="The code that was sent to it.", examples=["048213"])


class Subscriptions(Sent):
    """To which messages the person has just agreed in WeChat."""

    topics: list[SubscribeTopic] = Field(max_length=2, description="The accepted ones.", examples=[["repair"]])


class Preferences(Sent):
    """What to change; a field left out stays."""

    locale: Literal["zh", "en"] | None = Field(default=None, description="The language.", examples=["en"])
    is_elder: bool | None = Field(default=None, description="Large type.", examples=[True])
    allows_behaviour: bool | None = Field(default=None, description="Consent to statistics of use.", examples=[False])
