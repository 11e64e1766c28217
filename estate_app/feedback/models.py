"""Announcements, and what residents tell the estate."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class FeedbackKind(StrEnum):
    """What a resident wants to say."""

    complaint = "complaint"
    suggestion = "suggestion"
    question = "question"
    praise = "praise"


class FeedbackStatus(StrEnum):
    """Where a thread stands: it waits for the estate, or for the resident, or is over."""

    open = "open"
    answered = "answered"
    closed = "closed"


class Announcement(SQLModel, table=True):
    """What the estate tells its residents; without an estate it speaks to all."""

    id: int = key()
    estate_id: int | None = ref("estate.id", null=True)
    tag: str = Field(max_length=10)
    title: str = Field(max_length=80)
    body: str = Field(default="", max_length=2000)
    happens_at: datetime | None = instant(null=True)
    ends_at: datetime | None = instant(null=True)
    is_pinned: bool = False
    published_at: datetime = instant(index=True)


class Feedback(SQLModel, table=True):
    """What a resident told the estate. With `is_anonymous` no query of the staff may give the author or the room."""

    __table_args__ = (
        one_of("kind", FeedbackKind),
        one_of("status", FeedbackStatus),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_in_range"),
        Index("ix_feedback_estate", "estate_id", "status", "due_at"),
        UniqueConstraint("author_id", "client_key"),
    )
    id: int = key()
    number: str = Field(max_length=20, unique=True)
    estate_id: int = ref("estate.id", index=False)
    author_id: int = ref("account.id")
    room_id: int | None = ref("room.id", null=True, index=False)
    is_anonymous: bool = False
    kind: FeedbackKind = word(FeedbackKind)
    text: str = Field(max_length=1000)
    order_id: int | None = ref("repair_order.id", null=True, index=False)
    bill_id: int | None = ref("bill.id", null=True, index=False)
    status: FeedbackStatus = word(FeedbackStatus, default=FeedbackStatus.open)
    created_at: datetime = instant(index=True)
    due_at: datetime = instant()
    reminded_at: datetime | None = instant(null=True)
    answered_at: datetime | None = instant(null=True)
    closed_at: datetime | None = instant(null=True)
    satisfaction: int | None = None
    client_key: str | None = Field(default=None, max_length=64)


class FeedbackReply(SQLModel, table=True):
    """One message of the thread below a feedback."""

    __tablename__ = "feedback_reply"
    __table_args__ = (UniqueConstraint("author_id", "client_key"),)
    id: int = key()
    feedback_id: int = ref("feedback.id")
    author_id: int = ref("account.id", index=False)
    is_staff: bool
    text: str = Field(max_length=1000)
    created_at: datetime = instant()
    client_key: str | None = Field(default=None, max_length=64)
