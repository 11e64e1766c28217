"""Files for an import: taken in behind the cookie, and given back with what is wrong marked in them."""

import re
from collections.abc import AsyncGenerator

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import InvalidError, NotFoundError
from estate_app.importing.report import ImportKind
from estate_app.importing.uploads import BROWSER_KINDS, annotated, take_file
from estate_app.kit.i18n import msg
from estate_app.web.client import cookie_actor, ensure_same_origin, locale_of
from estate_app.web.documents import XLSX_MIME, as_file

MAX_BYTES = 20 * 1024 * 1024
_NUMBER = re.compile(r"[0-9]{1,18}")


async def upload(request: Request) -> Response:
    """Take a file of the page's form in and go on to its import."""
    ensure_same_origin(request)
    await run_in_threadpool(run_in_uow, _ensure_signed_in, request)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InvalidError(msg("Send the file as multipart/form-data in the field file"), field="file")
    parser = MultiPartParser(request.headers, _capped(request), max_files=1, max_fields=4, max_part_size=4096)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidError(msg("The upload is broken; please send the file again"), field="file") from error
    file = form.get("file")
    kind, estate = str(form.get("kind") or ""), str(form.get("estate") or "")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidError(msg("Choose a file"), field="file")
    if kind not in {word.value for word in BROWSER_KINDS} or not _NUMBER.fullmatch(estate):
        raise NotFoundError
    content = await file.read(MAX_BYTES + 1)
    job = await run_in_threadpool(run_in_uow, _take, request, ImportKind(kind), int(estate), file.filename, content)
    return RedirectResponse(f"/manage/imports/{job}", 303)


async def marked(request: Request) -> Response:
    """Give the file of an import back with its wrong cells marked."""
    name, content = await run_in_threadpool(run_in_uow, _marked, request)
    return as_file(name, XLSX_MIME, content)


async def _capped(request: Request) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES + 64 * 1024:
            raise InvalidError(msg("The file is larger than {limit} MB", limit=MAX_BYTES // 1024 // 1024), field="file")
        yield chunk


def _ensure_signed_in(uow: UnitOfWork, request: Request) -> None:
    cookie_actor(uow, request).id  # noqa: B018 -- raises when nobody is signed in


def _take(uow: UnitOfWork, request: Request, kind: ImportKind, estate_id: int, name: str, content: bytes) -> int:
    actor = cookie_actor(uow, request)
    return take_file(uow, actor, kind=kind, estate_id=estate_id, name=name, content=content).id


def _marked(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    number = request.path_params["id"]
    if not _NUMBER.fullmatch(number):
        raise NotFoundError
    return annotated(uow, cookie_actor(uow, request), job_id=int(number), locale=locale_of(request))
