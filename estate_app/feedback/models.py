"""Announcements; feedback joins them here."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, ref


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
