"""The files of a thing, with links that expire. The caller has checked that the actor may see the thing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, any_, bindparam
from sqlmodel import Session, col, select

from estate_app.media.models import MediaFile, MediaKind, MediaUse
from estate_app.media.service import Variant, signed_path
from estate_app.prepared import Prepared


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
    for owner, key, kind, use, mime, width, height, created_at in _FILES.rows(session, to=to, ids=list(ids)):
        word = MediaKind(kind)
        row = MediaRow(key, word, MediaUse(use) if use else None, mime, width, height, *_links(key, word, now), created_at)
        found.setdefault(owner, []).append(row)
    return {owner: tuple(rows) for owner, rows in found.items()}


_FILES = Prepared(
    select(  # type: ignore[call-overload]
        MediaFile.attached_id,
        MediaFile.id,
        MediaFile.kind,
        MediaFile.use,
        MediaFile.mime,
        MediaFile.width,
        MediaFile.height,
        MediaFile.created_at,
    )
    .where(MediaFile.attached_to == bindparam("to"), col(MediaFile.attached_id) == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    .order_by(col(MediaFile.created_at), col(MediaFile.position))
)


def row_of(file: MediaFile, now: datetime) -> MediaRow:
    """One file with its links."""
    return MediaRow(file.id, file.kind, file.use, file.mime, file.width, file.height, *_links(file.id, file.kind, now), file.created_at)


def _links(file_id: str, kind: MediaKind, now: datetime) -> tuple[str, str]:
    small = signed_path(file_id, Variant.small, now) if kind is MediaKind.photo else ""
    return signed_path(file_id, Variant.full, now), small
