"""Photos and videos: what was checked and stored, and to what it belongs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, one_of, ref, word


class MediaKind(StrEnum):
    """What a file shows."""

    photo = "photo"
    video = "video"


class MediaUse(StrEnum):
    """At what moment it was taken."""

    report = "report"
    before = "before"
    after = "after"
    rating = "rating"
    signature = "signature"
    meter = "meter"


class MediaFile(SQLModel, table=True):
    """One stored file. It has no owner record until something takes it: `attached_to` and `attached_id` name that."""

    __tablename__ = "media_file"
    __table_args__ = (one_of("kind", MediaKind), Index("ix_media_file_attached", "attached_to", "attached_id"))
    id: str = Field(primary_key=True, max_length=32)
    account_id: int = ref("account.id")
    kind: MediaKind = word(MediaKind)
    mime: str = Field(max_length=40)
    size_bytes: int = Field(sa_type=BigInteger)
    width: int = 0
    height: int = 0
    sha256: str = Field(max_length=64)
    use: MediaUse | None = word(MediaUse, null=True)
    attached_to: str | None = Field(default=None, max_length=40)
    attached_id: int | None = None
    position: int = 0
    created_at: datetime = instant(index=True)
