"""The outbox, every attempt to send from it, and the in-app inbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class NoticeChannel(StrEnum):
    """A way to reach a person."""

    sms = "sms"
    wechat = "wechat"


class SubscribeTopic(StrEnum):
    """What a WeChat subscribe message is about; each has a template of its own."""

    repair = "repair"
    money = "money"


class OutboxState(StrEnum):
    """Where a message stands."""

    waiting = "waiting"
    sent = "sent"
    failed = "failed"


class InboxItem(SQLModel, table=True):
    """A notice in a person's inbox: a message id with its parameters, so that it is read in either language."""

    __tablename__ = "inbox_item"
    __table_args__ = (Index("ix_inbox_item_person", "account_id", text("id DESC")),)
    id: int = key()
    account_id: int = ref("account.id", index=False)
    event: str = Field(max_length=40)
    title: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    body: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    link: str = Field(default="", max_length=200)
    dedupe_key: str | None = Field(default=None, max_length=160, unique=True)
    created_at: datetime = instant()
    read_at: datetime | None = instant(null=True)


class OutboxMessage(SQLModel, table=True):
    """A message to be sent outside, written in the transaction that causes it."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("channel", NoticeChannel),
        one_of("state", OutboxState),
        Index("ix_outbox_message_due", "next_try_at", postgresql_where=text("state = 'waiting'")),
    )
    id: int = key()
    account_id: int | None = ref("account.id", null=True)
    address: str = Field(max_length=64)
    channel: NoticeChannel = word(NoticeChannel)
    event: str = Field(max_length=40)
    body: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    locale: str = Field(default="zh", max_length=5)
    dedupe_key: str = Field(max_length=160, unique=True)
    state: OutboxState = word(OutboxState, default=OutboxState.waiting)
    is_urgent: bool = False
    tries: int = 0
    created_at: datetime = instant()
    next_try_at: datetime = instant()
    sent_at: datetime | None = instant(null=True)
    external_id: str = Field(default="", max_length=80)
    error: str = Field(default="", max_length=200)


class SubscribeGrant(SQLModel, table=True):
    """How many more subscribe messages a person has agreed to: WeChat lets one go out for each agreement."""

    __tablename__ = "subscribe_grant"
    __table_args__ = (
        one_of("topic", SubscribeTopic),
        UniqueConstraint("account_id", "topic"),
        CheckConstraint("left_count >= 0", name="not_overdrawn"),
    )
    id: int = key()
    account_id: int = ref("account.id", index=False)
    topic: SubscribeTopic = word(SubscribeTopic)
    left_count: int = 0


class Wording(SQLModel, table=True):
    """How the company says a message outside the app instead of the house's own words; every version is kept, the newest holds.

    `message_id` is the message's English sentence; an empty text goes back to the house's own words.
    """

    __table_args__ = (UniqueConstraint("message_id", "locale", "version"),)
    id: int = key()
    message_id: str = Field(max_length=300)
    locale: str = Field(max_length=5)
    version: int
    text: str = Field(default="", max_length=300)
    written_by: int = ref("account.id")
    written_at: datetime = instant()


class SendAttempt(SQLModel, table=True):
    """One attempt to send a message, and what the vendor said."""

    __tablename__ = "send_attempt"
    id: int = key()
    message_id: int = ref("outbox_message.id")
    at: datetime = instant()
    is_sent: bool
    parts: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    detail: str = Field(default="", max_length=200)
