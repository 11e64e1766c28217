"""Uploads in pieces: a signed name holds who, what and how large; the file on disk holds how far it is."""

import fcntl
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.crypto import is_signed, sign
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaKind
from estate_app.media.store import no_space, too_large
from estate_app.settings import settings

CHUNK_BYTES = 1024 * 1024
_LIFE = timedelta(days=1)
_FOLDER = "incoming"
_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way."""

    id: str
    name: str
    account_id: int
    kind: MediaKind
    size_bytes: int

    @property
    def path(self) -> Path:
        """Where its pieces are collected."""
        return settings().media_dir / _FOLDER / self.name

    @property
    def received_bytes(self) -> int:
        """How much has come."""
        return self.path.stat().st_size


def begin(actor: Actor, *, kind: MediaKind, size_bytes: int, now: datetime) -> Upload:
    """Begin an upload; raises InvalidError when the file is larger than its kind may be."""
    actor.require(Permission.own_account)
    limit = settings().max_photo_bytes if kind is MediaKind.photo else settings().max_video_bytes
    if size_bytes > limit:
        raise too_large(limit)
    facts = (secrets.token_hex(16), actor.id, kind.value, size_bytes, int((now + _LIFE).timestamp()))
    upload = _read("-".join(map(str, (*facts, sign(settings().secret, "upload", *facts)))))
    try:
        upload.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        upload.path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise no_space() from error
    return upload


def find(actor: Actor, *, upload_id: str, now: datetime) -> Upload:
    """An own upload that is still under way; anybody else's, a forged or an old one does not exist."""
    actor.require(Permission.own_account)
    upload = _read(upload_id)
    if upload.account_id != actor.id or _expiry(upload_id) < now.timestamp() or not upload.path.is_file():
        raise NotFoundError
    return upload


def append(upload: Upload, *, offset: int, data: bytes) -> int:
    """Add a piece where the last one ended and return how much has come.

    Raises:
        ConflictError: it begins somewhere else; ask how far the upload is and go on there.
        InvalidError: it is empty, too large, or goes past the end.
        UnavailableError: the disk is full.
    """
    if not 0 < len(data) <= CHUNK_BYTES or offset + len(data) > upload.size_bytes:
        raise InvalidError(msg("A piece holds 1 to {count} bytes and ends within the file", count=CHUNK_BYTES), field="body")
    try:
        with upload.path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            received = file.seek(0, os.SEEK_END)
            if received != offset:
                raise ConflictError(msg("The upload stands at {count} bytes; go on there", count=received))
            file.write(data)
            return received + len(data)
    except FileNotFoundError as error:
        raise NotFoundError from error
    except OSError as error:
        raise no_space() from error


def ensure_whole(upload: Upload) -> None:
    """Refuse to finish an upload of which pieces are missing."""
    received = upload.received_bytes
    if received != upload.size_bytes:
        raise ConflictError(msg("The upload stands at {count} bytes; go on there", count=received))


def forget(upload: Upload) -> None:
    """Drop the pieces once the file is stored."""
    upload.path.unlink(missing_ok=True)


def drop_abandoned(now: datetime) -> int:
    """Delete what nobody finished within a day; answers how many files."""
    folder = settings().media_dir / _FOLDER
    before = now.timestamp() - _LIFE.total_seconds()
    old = [path for path in folder.glob("*") if path.is_file() and path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _read(upload_id: str) -> Upload:
    parts = upload_id.split("-", _FIELDS - 1)
    if len(parts) != _FIELDS or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (parts[1], parts[3], parts[4])):
        raise NotFoundError
    facts = (parts[0], int(parts[1]), parts[2], int(parts[3]), int(parts[4]))
    if not is_signed(settings().secret, parts[5], "upload", *facts):
        raise NotFoundError
    return Upload(upload_id, facts[0], facts[1], MediaKind(facts[2]), facts[3])


def _expiry(upload_id: str) -> int:
    return int(upload_id.split("-", _FIELDS - 1)[4])
