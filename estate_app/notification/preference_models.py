"""How a person wants to be told: the quiet hours, and what is refused or wanted outside the app."""

from datetime import time

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from estate_app.notification.families import NoticeFamily
from estate_app.notification.models import NoticeChannel
from estate_app.tables import key, one_of, ref, word


class QuietHours(SQLModel, table=True):
    """A person's own quiet hours, in Shanghai's time; without a row they are from 22:00 to 8:00."""

    __tablename__ = "quiet_hours"
    __table_args__ = (CheckConstraint("starts_at <> ends_at", name="not_empty"),)
    account_id: int = ref("account.id", primary=True)
    is_on: bool = True
    starts_at: time = Field()
    ends_at: time = Field()


class NoticeChoice(SQLModel, table=True):
    """One choice that a person made: a family by a channel, on or off; without a row the house's own rule holds."""

    __tablename__ = "notice_choice"
    __table_args__ = (one_of("family", NoticeFamily), one_of("channel", NoticeChannel), UniqueConstraint("account_id", "family", "channel"))
    id: int = key()
    account_id: int = ref("account.id", index=False)
    family: NoticeFamily = word(NoticeFamily)
    channel: NoticeChannel = word(NoticeChannel)
    is_on: bool
