"""The inbox and the announcements."""

from datetime import datetime

from pydantic import Field

from miniprogram_api.schemas.common import Given


class NoticeOut(Given):
    """One notice."""

    id: int = Field(description="The notice.", examples=[31])
    event: str = Field(description="What it is about, for the icon.", examples=["paid"])
    title: str = Field(description="In the caller's language.", examples=["Paid"])
    body: str = Field(description="In the caller's language.", examples=["Your bill of ¥250.88 is paid"])
    link: str = Field(description="The page that it leads to, as a local path; may be empty.", examples=["/bills/12"])
    at: datetime = Field(description="When it was told.", examples=["2026-11-18T02:58:00Z"])
    is_read: bool = Field(description="Whether it was read.", examples=[False])


class UnreadOut(Given):
    """How many notices are not read."""

    unread_count: int = Field(description="Notices not read yet.", examples=[3])


class AnnouncementOut(Given):
    """What the estate tells its residents."""

    id: int = Field(description="The announcement.", examples=[4])
    tag: str = Field(description="Its kind in a word.", examples=["停水"])
    title: str = Field(description="The headline.", examples=["3 栋明日停水检修"])
    body: str = Field(description="The text.", examples=["11 月 19 日 9:00–12:00 停水。"])
    happens_at: datetime | None = Field(description="When it takes place.", examples=["2026-11-19T01:00:00Z"])
    ends_at: datetime | None = Field(description="When that is over.", examples=["2026-11-19T04:00:00Z"])
    is_pinned: bool = Field(description="Whether it stays on top.", examples=[True])
    published_at: datetime = Field(description="Since when it can be read.", examples=["2026-11-18T02:00:00Z"])
