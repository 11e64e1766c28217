"""Where files lie: `<media>/ab/cd/<id>.webp`, written beside their place, synced and renamed, so that none is ever half there."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from estate_app.errors import InvalidError, UnavailableError
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaKind

_MEGABYTE = 1024 * 1024
_SUFFIX = {MediaKind.photo: ".webp", MediaKind.video: ".mp4"}


def file_path(root: Path, file_id: str, kind: MediaKind, *, is_thumbnail: bool = False) -> Path:
    """The place of a file, or of its thumbnail."""
    mark = "-s" if is_thumbnail else ""
    return root / file_id[:2] / file_id[2:4] / f"{file_id}{mark}{_SUFFIX[kind]}"


def spool(root: Path, chunks: Iterable[bytes], limit: int) -> Path:
    """Collect an upload in a temporary file; the caller deletes it.

    Raises:
        InvalidError: it grows past the limit; nothing is left behind.
        UnavailableError: the disk is full; nothing is left behind.
    """
    path = root / "incoming" / new_token()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_whole = _collect(path, chunks, limit)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise no_space() from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not is_whole:
        path.unlink()
        raise too_large(limit)
    return path


def write_all(files: dict[Path, bytes | memoryview]) -> None:
    """Write files so that all of them are there, or none."""
    written: list[Path] = []
    try:
        for path, data in files.items():
            written.append(path)
            _write(path, data)
    except OSError as error:
        for path in written:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise no_space() from error


def remove(*paths: Path) -> None:
    """Delete files; one that is gone already is no error."""
    for path in paths:
        path.unlink(missing_ok=True)


def too_large(limit: int) -> InvalidError:
    """The refusal of a file that is over its limit."""
    return InvalidError(msg("This file is too large; choose one of at most {size} MB", size=limit // _MEGABYTE), field="photo_ids")


def no_space() -> UnavailableError:
    """The refusal when the disk takes no more."""
    return UnavailableError(msg("The file could not be saved just now. What you typed is kept; please try again shortly"))


def _collect(path: Path, chunks: Iterable[bytes], limit: int) -> bool:
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                return False
            file.write(chunk)
    return True


def _write(path: Path, data: bytes | memoryview) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.part")
    try:
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise
