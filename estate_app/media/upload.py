"""Takes in one file of a request without ever holding it in memory, and no more bytes than it may have."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaKind
from estate_app.media.store import spool, too_large
from estate_app.settings import settings

_CHUNK = 256 * 1024
_ENVELOPE = 64 * 1024
"""What a multipart body may weigh besides its file."""


async def read_file(request: Request) -> tuple[BinaryIO, MediaKind]:
    """Read the first file of a multipart body; the caller closes it.

    Raises:
        InvalidError: no multipart body, no file in it, a broken one, or one that is too large.
    """
    limit = max(settings().max_photo_bytes, settings().max_video_bytes)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InvalidError(msg("Send the file as multipart/form-data in the field file"), field="file")
    parser = MultiPartParser(request.headers, _capped(request, limit), max_files=1, max_fields=8, max_part_size=4096)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidError(msg("The upload is broken; please send the file again"), field="file") from error
    file = next((value for _, value in form.multi_items() if isinstance(value, UploadFile)), None)
    if file is None:
        raise InvalidError(msg("Send the file as multipart/form-data in the field file"), field="file")
    return file.file, MediaKind.video if (file.content_type or "").startswith("video/") else MediaKind.photo


@contextmanager
def spooled(file: BinaryIO, kind: MediaKind) -> Iterator[Path]:
    """Put a file where the media store can read it, for as long as it is needed."""
    limit = settings().max_photo_bytes if kind is MediaKind.photo else settings().max_video_bytes
    path = spool(settings().media_dir, iter(lambda: file.read(_CHUNK), b""), limit)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


async def _capped(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit + _ENVELOPE:
            raise too_large(limit)
        yield chunk
