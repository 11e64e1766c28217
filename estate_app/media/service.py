"""Photos and videos: taken in, attached to what they show, served through signed links that expire."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError, TooManyError
from estate_app.kit.crypto import is_signed, sign
from estate_app.kit.i18n import msg
from estate_app.media import picture
from estate_app.media.models import MediaFile, MediaKind, MediaUse
from estate_app.media.mp4 import BadVideoError, clean
from estate_app.media.store import file_path, remove, too_large, write_all
from estate_app.settings import settings

LINK_TTL = timedelta(hours=1)
UNUSED_AFTER = timedelta(days=1)
MAX_UNUSED = 60


class Variant(StrEnum):
    """The picture itself, or its thumbnail."""

    full = "full"
    small = "small"


@dataclass(frozen=True, slots=True)
class Served:
    """A file to send: where it lies and as what."""

    path: Path
    mime: str
    etag: str


def store(uow: UnitOfWork, actor: Actor, *, source: Path | bytes, kind: MediaKind) -> MediaFile:
    """Check, clean and keep an upload; the file belongs to the actor until something takes it.

    Raises:
        InvalidError: too large, another type than it claims, damaged, or more pixels than a photo has.
        TooManyError: the actor has uploaded many files and used none.
        UnavailableError: the disk is full; nothing is left behind.
    """
    actor.require(Permission.own_account)
    limit = settings().max_photo_bytes if kind is MediaKind.photo else settings().max_video_bytes
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limit:
        raise too_large(limit)
    _ensure_few_unused(uow, actor)
    return _keep_photo(uow, actor, source) if kind is MediaKind.photo else _keep_video(uow, actor, source)


def attach(
    uow: UnitOfWork, actor: Actor, *, file_ids: Sequence[str], to: str, to_id: int, use: MediaUse, max_photos: int, max_videos: int
) -> list[MediaFile]:
    """Give the actor's own unused files to a thing, in this order; what it has of this use counts towards the limits."""
    if not file_ids:
        return []
    wanted = list(dict.fromkeys(file_ids))
    statement = select(MediaFile).where(col(MediaFile.id).in_(wanted), MediaFile.account_id == actor.id).order_by(col(MediaFile.id))
    found = {f.id: f for f in uow.session.exec(statement.with_for_update())}
    if len(found) < len(wanted) or any(f.attached_to is not None for f in found.values()):
        raise InvalidError(msg("A photo is missing or already used; please add it again"), field="photo_ids")
    kinds = list(uow.session.exec(select(MediaFile.kind).where(*_of(to, to_id), MediaFile.use == use)))
    before = len(kinds)
    kinds += [found[i].kind for i in wanted]
    if kinds.count(MediaKind.photo) > max_photos or kinds.count(MediaKind.video) > max_videos:
        raise InvalidError(msg("Add at most {photos} photos and {videos} videos", photos=max_photos, videos=max_videos), field="photo_ids")
    for position, file_id in enumerate(wanted, before):
        file = found[file_id]
        file.attached_to, file.attached_id, file.use, file.position = to, to_id, use, position
    uow.flush()
    return [found[i] for i in wanted]


def discard(uow: UnitOfWork, actor: Actor, *, file_id: str) -> None:
    """Throw away an own upload that nothing has taken yet."""
    file = uow.session.get(MediaFile, file_id)
    if file is None or file.account_id != actor.id or file.attached_to is not None:
        raise NotFoundError
    drop_files(uow, [file])


def drop_unused(uow: UnitOfWork, *, limit: int = 200) -> int:
    """Delete uploads that nothing took within a day; answers how many."""
    statement = select(MediaFile).where(col(MediaFile.attached_to).is_(None), MediaFile.created_at < uow.now - UNUSED_AFTER)
    files = uow.session.exec(statement.limit(limit).with_for_update(skip_locked=True)).all()
    drop_files(uow, files)
    return len(files)


def signed_path(file_id: str, variant: Variant, now: datetime, ttl: timedelta = LINK_TTL) -> str:
    """Make a link that is good for one to two `ttl`; its end is rounded, so that browsers may keep the picture."""
    step = int(ttl.total_seconds())
    expires = (int(now.timestamp()) // step + 2) * step
    return f"/media/{file_id}/{variant}?e={expires}&s={sign(settings().secret, 'media', file_id, variant.value, expires)}"


def open_signed(session: Session, *, file_id: str, variant: str, expires: str, signature: str, now: datetime) -> Served:
    """Find the file of a link; a forged, changed or expired one leads nowhere."""
    is_known = variant in set(Variant) and expires.isascii() and expires.isdigit() and len(expires) <= 12
    if not is_known or not is_signed(settings().secret, signature, "media", file_id, variant, int(expires)):
        raise NotFoundError
    if datetime.fromtimestamp(int(expires), UTC) < now:
        raise NotFoundError(msg("This link has expired; open the page again"))
    file = session.get(MediaFile, file_id)
    if file is None or (file.kind is MediaKind.video and variant == Variant.small):
        raise NotFoundError
    path = file_path(settings().media_dir, file.id, file.kind, is_thumbnail=variant == Variant.small)
    if not path.is_file():
        raise NotFoundError
    return Served(path, file.mime, f'"{file.sha256[:32]}-{variant}"')


def _keep_photo(uow: UnitOfWork, actor: Actor, source: Path | bytes) -> MediaFile:
    try:
        made = picture.remake(source)
    except picture.HugePictureError as error:
        raise InvalidError(msg("This picture has too many pixels; choose a smaller one"), field="photo_ids") from error
    except picture.BadPictureError as error:
        text = msg("This is no readable photo; choose a JPEG, PNG or WebP file")
        raise InvalidError(text, field="photo_ids") from error
    return _keep(uow, actor, MediaKind.photo, picture.MIME, made.data, made.width, made.height, made.thumbnail)


def _keep_video(uow: UnitOfWork, actor: Actor, source: Path | bytes) -> MediaFile:
    data = bytearray(source if isinstance(source, bytes) else source.read_bytes())
    try:
        video = clean(data)
    except BadVideoError as error:
        raise InvalidError(msg("This is no video that we can check; choose an MP4 file"), field="photo_ids") from error
    return _keep(uow, actor, MediaKind.video, "video/mp4", memoryview(data), video.width, video.height)


def _keep(
    uow: UnitOfWork,
    actor: Actor,
    kind: MediaKind,
    mime: str,
    data: bytes | memoryview,
    width: int,
    height: int,
    thumbnail: bytes | None = None,
) -> MediaFile:
    file = MediaFile(
        id=secrets.token_hex(16),
        account_id=actor.id,
        kind=kind,
        mime=mime,
        size_bytes=len(data),
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
        created_at=uow.now,
    )
    files: dict[Path, bytes | memoryview] = {file_path(settings().media_dir, file.id, kind): data}
    if thumbnail is not None:
        files[file_path(settings().media_dir, file.id, kind, is_thumbnail=True)] = thumbnail
    write_all(files)
    uow.session.add(file)
    uow.flush()
    return file


def _ensure_few_unused(uow: UnitOfWork, actor: Actor) -> None:
    unused = select(func.count()).select_from(MediaFile).where(MediaFile.account_id == actor.id, col(MediaFile.attached_to).is_(None))
    if (uow.session.scalar(unused) or 0) >= MAX_UNUSED:
        raise TooManyError(msg("Too many unused photos; send your report or try again tomorrow"), retry_after=3600)


def _of(to: str, to_id: int) -> tuple[bool, bool]:
    return MediaFile.attached_to == to, MediaFile.attached_id == to_id


def drop_files(uow: UnitOfWork, files: Sequence[MediaFile]) -> None:
    """Delete files; what lies on disk goes once the transaction is committed. The caller has checked that they may go."""
    for file in files:
        uow.session.delete(file)
        paths = [file_path(settings().media_dir, file.id, file.kind, is_thumbnail=small) for small in (False, True)]
        uow.after_commit(partial(remove, *paths))
    uow.flush()
