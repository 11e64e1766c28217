"""Photos and videos: whole, or in pieces over a bad connection."""

from typing import Annotated, BinaryIO

from fastapi import APIRouter, Path, Query, Request, status
from fastapi.concurrency import run_in_threadpool

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.media import pieces, service
from estate_app.media.models import MediaKind
from estate_app.media.pieces import CHUNK_BYTES, Upload
from estate_app.media.queries import MediaRow, row_of
from estate_app.media.upload import read_file, spooled
from miniprogram_api.deps import Caller, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.schemas.media import MediaOut, UploadStart, UploadState

router = APIRouter(tags=["media"])
UploadId = Annotated[str, Path(description="The upload.", max_length=200, pattern=r"^[0-9A-Za-z_-]+$", examples=["5f0c…"])]
_FILE = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        }
    },
}
_PIECE = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.post("/media", status_code=status.HTTP_201_CREATED, responses=problems(401, 503), openapi_extra={"requestBody": _FILE})
async def upload(request: Request, caller: SignedIn) -> MediaOut:
    """Upload one photo or video as multipart/form-data; its type is checked, a photo is made anew without its metadata."""
    await run_in_threadpool(caller.run, _ensure_may)
    file, kind = await read_file(request)
    return _media(await run_in_threadpool(_store_file, caller, file, kind))


@router.post("/media/uploads", status_code=status.HTTP_201_CREATED, responses=problems(401, 503))
def begin_upload(body: UploadStart, caller: SignedIn) -> UploadState:
    """Begin an upload in pieces."""
    return _state(caller.run(_begin, kind=MediaKind(body.kind), size_bytes=body.size_bytes))


@router.get("/media/uploads/{upload_id}", responses=problems(401, 404))
def read_upload(upload_id: UploadId, caller: SignedIn) -> UploadState:
    """Ask how far an upload is, to go on after a broken connection."""
    return _state(caller.run(_find, upload_id))


@router.put("/media/uploads/{upload_id}", responses=problems(401, 404, 409, 503), openapi_extra={"requestBody": _PIECE})
async def add_piece(
    request: Request,
    upload_id: UploadId,
    caller: SignedIn,
    offset: Annotated[int, Query(ge=0, le=2**40, description="Where this piece begins.", examples=[0])],
) -> UploadState:
    """Add the next piece as raw bytes; one that begins elsewhere is refused with 409."""
    found = await run_in_threadpool(caller.run, _find, upload_id)
    data = await _piece(request)
    await run_in_threadpool(pieces.append, found, offset=offset, data=data)
    return _state(found)


@router.post("/media/uploads/{upload_id}/complete", status_code=status.HTTP_201_CREATED, responses=problems(401, 404, 409, 503))
def complete_upload(upload_id: UploadId, caller: SignedIn) -> MediaOut:
    """Check and keep the file of a finished upload."""
    found = caller.run(_find, upload_id)
    pieces.ensure_whole(found)
    row = caller.run(_store_upload, found)
    pieces.forget(found)
    return _media(row)


async def _piece(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > CHUNK_BYTES:
            raise InvalidError(msg("A piece holds 1 to {count} bytes and ends within the file", count=CHUNK_BYTES), field="body")
    return bytes(data)


def _ensure_may(uow: UnitOfWork, actor: Actor) -> None:  # noqa: ARG001 -- the shape of a service
    actor.require(Permission.own_account)


def _begin(uow: UnitOfWork, actor: Actor, *, kind: MediaKind, size_bytes: int) -> Upload:
    return pieces.begin(actor, kind=kind, size_bytes=size_bytes, now=uow.now)


def _find(uow: UnitOfWork, actor: Actor, upload_id: str) -> Upload:
    return pieces.find(actor, upload_id=upload_id, now=uow.now)


def _store_upload(uow: UnitOfWork, actor: Actor, found: Upload) -> MediaRow:
    return row_of(service.store(uow, actor, source=found.path, kind=found.kind), uow.now)


def _store_file(caller: Caller, file: BinaryIO, kind: MediaKind) -> MediaRow:
    def keep(uow: UnitOfWork, actor: Actor) -> MediaRow:
        return row_of(service.store(uow, actor, source=path, kind=kind), uow.now)

    with file, spooled(file, kind) as path:
        return caller.run(keep)


def _state(found: Upload) -> UploadState:
    return UploadState(upload_id=found.id, received_bytes=found.received_bytes, size_bytes=found.size_bytes, chunk_bytes=CHUNK_BYTES)


def _media(row: MediaRow) -> MediaOut:
    return MediaOut(id=row.id, kind=row.kind.value, url=row.url, thumbnail_url=row.thumbnail_url, width=row.width, height=row.height)
