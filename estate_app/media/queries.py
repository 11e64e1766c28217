"""The files of a thing, with links that expire. The caller has checked that the actor may see the thing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from estate_app.media.models import MediaFile, MediaKind, MediaUse
from estate_app.media.service import Variant, signed_path


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A photo or video with its links; a video has no thumbnail."""

    id: str
    kind: MediaKind
    use: MediaUse | None
    mime: str
    width: int
    height: int
    url: str
    thumbnail_url: str
    created_at: datetime


def files_of(session: Session, to: str, ids: Collection[int], *, now: datetime) -> dict[int, tuple[MediaRow, ...]]:
    """The files of several things of one kind, in one query."""
    found: dict[int, list[MediaRow]] = {}
    if not ids:
        return {}
    statement = select(MediaFile).where(MediaFile.attached_to == to, col(MediaFile.attached_id).in_(ids))
    for file in session.exec(statement.order_by(col(MediaFile.created_at), col(MediaFile.position))):
        if file.attached_id is not None:
            found.setdefault(file.attached_id, []).append(row_of(file, now))
    return {owner: tuple(rows) for owner, rows in found.items()}


def row_of(file: MediaFile, now: datetime) -> MediaRow:
    """One file with its links."""
    small = signed_path(file.id, Variant.small, now) if file.kind is MediaKind.photo else ""
    url = signed_path(file.id, Variant.full, now)
    return MediaRow(file.id, file.kind, file.use, file.mime, file.width, file.height, url, small, file.created_at)
