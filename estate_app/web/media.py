"""Photos and videos over HTTP: taken in behind the cookie, given out behind signed links."""

from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.media import service as media
from estate_app.media.models import MediaKind
from estate_app.media.queries import MediaRow, row_of
from estate_app.media.upload import read_file, spooled
from estate_app.web.client import cookie_actor, ensure_same_origin


async def upload(request: Request) -> Response:
    """Keep one photo or video of the person behind the cookie and answer with its id and links."""
    ensure_same_origin(request)
    await run_in_threadpool(run_in_uow, _ensure_signed_in, request)
    file, kind = await read_file(request)
    row = await run_in_threadpool(_store, request, file, kind)
    return JSONResponse(
        {
            "id": row.id,
            "kind": row.kind.value,
            "url": row.url,
            "thumbnail_url": row.thumbnail_url,
            "width": row.width,
            "height": row.height,
        },
        201,
        {"cache-control": "no-store"},
    )


async def serve(request: Request) -> Response:
    """Give out the file of a signed link; it may be kept by this browser only, and never runs as a page."""
    served = await run_in_threadpool(run_in_uow, _open, request)
    headers = {
        "etag": served.etag,
        "cache-control": "private, max-age=3600, immutable",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-site",
    }
    if served.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(served.path, media_type=served.mime, headers=headers, content_disposition_type="inline")


def _ensure_signed_in(uow: UnitOfWork, request: Request) -> None:
    cookie_actor(uow, request).require(Permission.own_account)


def _store(request: Request, file: BinaryIO, kind: MediaKind) -> MediaRow:
    def keep(uow: UnitOfWork) -> MediaRow:
        return row_of(media.store(uow, cookie_actor(uow, request), source=path, kind=kind), uow.now)

    with file, spooled(file, kind) as path:
        return run_in_uow(keep)


def _open(uow: UnitOfWork, request: Request) -> media.Served:
    return media.open_signed(
        uow.session,
        file_id=request.path_params["id"],
        variant=request.path_params["variant"],
        expires=request.query_params.get("e", ""),
        signature=request.query_params.get("s", ""),
        now=uow.now,
    )
