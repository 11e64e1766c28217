"""Files for reconciliation, posted by the page's own form: a channel's statement, a bank's list. The answer is the page again."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import InvalidError
from estate_app.importing.arrivals import import_arrivals, refuse_problems
from estate_app.kit.i18n import msg
from estate_app.payment.channel import Channel
from estate_app.payment.reconciliation.files import MAX_UPLOAD
from estate_app.payment.reconciliation.service import Upload, reconcile
from estate_app.web.client import cookie_actor, ensure_same_origin

T = TypeVar("T")
_ENVELOPE = 64 * 1024
_MAX_ID = 2**63 - 1


async def statement(request: Request) -> Response:
    """Compare a day with an uploaded statement. A refused file is kept with its reason, and the sentence is said."""
    actor = await _enter(request)
    form, upload = await _read(request)
    channel, day = _channel(form), _day(form)
    await run_in_threadpool(reconcile, actor, channel, day, upload=upload)
    return _back("/manage/reconciliation", on=day.isoformat(), channel=channel.value)


async def arrivals(request: Request) -> Response:
    """Import a bank's list of what has come in."""
    actor = await _enter(request)
    form, upload = await _read(request)
    estate = str(form.get("estate", ""))
    if not (estate.isascii() and estate.isdigit() and int(estate) <= _MAX_ID):
        raise InvalidError(msg("Choose an estate"), field="estate")
    await run_in_threadpool(run_in_uow, _import, actor, int(estate), upload.content)
    return _back("/manage/reconciliation/bank")


def _import(uow: UnitOfWork, actor: Actor, estate_id: int, content: bytes) -> None:
    refuse_problems(import_arrivals(uow, actor, estate_id=estate_id, content=content))


async def _enter(request: Request) -> Actor:
    ensure_same_origin(request)
    actor = await run_in_threadpool(run_in_uow, cookie_actor, request)
    actor.require(Permission.reconcile)
    return actor


async def _read(request: Request) -> tuple[FormData, Upload]:
    """Read the form and its file; more bytes than a statement may have are refused before they are read."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_UPLOAD + _ENVELOPE:
        raise InvalidError(msg("The file is larger than {limit} MB", limit=MAX_UPLOAD // 1024 // 1024), field="file")
    try:
        form = await request.form(max_files=1, max_fields=8)
    except MultiPartException as error:
        raise InvalidError(msg("The upload is broken; please send the file again"), field="file") from error
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidError(msg("Choose a file"), field="file")
    return form, Upload(file.filename, await file.read())


def _channel(form: FormData) -> Channel:
    return _parsed(form, "channel", Channel)


def _day(form: FormData) -> date:
    return _parsed(form, "day", date.fromisoformat)


def _parsed(form: FormData, name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(str(form.get(name, "")))
    except ValueError as error:
        raise InvalidError(msg("Choose a channel and a day"), field=name) from error


def _back(path: str, **query: str) -> RedirectResponse:
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303, {"cache-control": "no-store"})
