"""Feedback to the estate, and the thread below it."""

from datetime import datetime

from pydantic import Field

from estate_app.feedback.models import FeedbackKind, FeedbackStatus
from estate_app.feedback.rules import MAX_PHOTOS, MAX_TEXT
from miniprogram_api.schemas.common import Given, Id, Sent, Text


class FeedbackSent(Sent):
    """What a resident tells the estate."""

    room_id: Id = Field(description="The own room from which it comes.", examples=[12])
    kind: FeedbackKind = Field(description="What it is.", examples=["complaint"])
    text: Text = Field(description="What is said.", max_length=MAX_TEXT, examples=["楼道灯坏了三天没有人修"])
    is_anonymous: bool = Field(default=False, description="Whether name and room are kept from the staff.", examples=[False])
    order_id: Id | None = Field(default=None, description="The repair order that it is about; not with `is_anonymous`.", examples=[None])
    bill_id: Id | None = Field(default=None, description="The bill that it is about; not with `is_anonymous`.", examples=[None])
    photo_ids: list[Text] = Field(default_factory=list, max_length=MAX_PHOTOS, description="Uploaded photos.", examples=[[]])


class ReplySent(Sent):
    """One more message to the estate."""

    text: Text = Field(description="What is said.", min_length=1, max_length=MAX_TEXT, examples=["还是没有修好"])


class FeedbackEnd(Sent):
    """The end of a thread."""

    satisfaction: int | None = Field(default=None, ge=1, le=5, description="How content one is, in stars.", examples=[5])


class FeedbackOut(Given):
    """One feedback of the caller."""

    id: int = Field(description="The feedback.", examples=[7])
    number: str = Field(description="Its number for people.", examples=["FK202611-0001"])
    kind: FeedbackKind = Field(description="What it is.", examples=["complaint"])
    status: FeedbackStatus = Field(description="Where it stands.", examples=["answered"])
    text: str = Field(description="What was said.", examples=["楼道灯坏了三天没有人修"])
    is_anonymous: bool = Field(description="Whether the staff sees no name.", examples=[False])
    order_id: int | None = Field(description="The repair order that it is about.", examples=[None])
    bill_id: int | None = Field(description="The bill that it is about.", examples=[None])
    created_at: datetime = Field(description="When it was said.", examples=["2026-11-18T02:58:00Z"])
    due_at: datetime = Field(description="Until when the estate answers.", examples=["2026-11-19T02:58:00Z"])
    satisfaction: int | None = Field(description="The stars that were given.", examples=[None])


class MessageOut(Given):
    """One message of the thread."""

    is_staff: bool = Field(description="Whether the estate wrote it.", examples=[True])
    name: str = Field(description="Who wrote it.", examples=["李娜"])
    text: str = Field(description="What is said.", examples=["已安排电工今天上门"])
    at: datetime = Field(description="When.", examples=["2026-11-18T05:00:00Z"])


class PictureOut(Given):
    """One photo by its signed links, which expire."""

    url: str = Field(description="The picture.", examples=["/media/abc/full?e=1&s=x"])
    thumbnail_url: str = Field(description="A small one.", examples=["/media/abc/small?e=1&s=x"])


class FeedbackThreadOut(FeedbackOut):
    """A feedback with its photos and the messages below it, the oldest first."""

    photos: list[PictureOut] = Field(description="What was shown.", examples=[[]])
    messages: list[MessageOut] = Field(description="What was said below.", examples=[[]])
