"""How the signed-in person wants to be told."""

from typing import Annotated

from pydantic import Field

from estate_app.notification.families import NoticeFamily
from estate_app.notification.models import NoticeChannel
from miniprogram_api.schemas.common import Given, Sent

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day as `22:30`, Shanghai's."""


class QuietHoursOut(Given):
    """When nothing that can wait is sent."""

    is_on: bool = Field(description="Whether there are quiet hours.", examples=[True])
    starts_at: Clock = Field(description="Their start, Shanghai's time.", examples=["22:00"])
    ends_at: Clock = Field(description="Their end, Shanghai's time; before the start it lies on the next day.", examples=["08:00"])


class FamilyOut(Given):
    """One family of notices and what carries it; the inbox keeps them all."""

    family: NoticeFamily = Field(description="What the notices are about.", examples=["bill"])
    wechat: bool | None = Field(description="Whether WeChat carries it while agreements last; null: never.", examples=[True])
    sms: bool = Field(description="Whether an SMS comes where WeChat does not carry it.", examples=[False])


class NotificationPreferencesOut(Given):
    """Everything that was chosen, or that holds without a choice."""

    quiet_hours: QuietHoursOut = Field(description="The quiet hours.")
    families: list[FamilyOut] = Field(description="What can be switched, in the order of the page.")
    always: list[NoticeFamily] = Field(description="What is always told.", examples=[["overdue", "account"]])


class QuietHoursSent(Sent):
    """Other quiet hours."""

    is_on: bool = Field(description="Whether there shall be quiet hours.", examples=[True])
    starts_at: Clock = Field(description="Their start, Shanghai's time.", examples=["22:30"])
    ends_at: Clock = Field(description="Their end, Shanghai's time.", examples=["07:30"])


class ChoiceSent(Sent):
    """One switch."""

    family: NoticeFamily = Field(description="What the notices are about.", examples=["bill"])
    channel: NoticeChannel = Field(description="What carries them.", examples=["sms"])
    is_on: bool = Field(description="Wanted, or refused.", examples=[True])


class NotificationPreferencesSent(Sent):
    """What shall change; what is left out stays."""

    quiet_hours: QuietHoursSent | None = Field(default=None, description="Other quiet hours.")
    choices: list[ChoiceSent] = Field(default=[], max_length=20, description="Switches to set; all of them or, on a refusal, none.")
