"""What watches over the product asks here: is it alive, is it ready, how is it doing."""

import ipaddress
import secrets

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import NotFoundError
from estate_app.migration import head_revision
from estate_app.settings import settings
from estate_app.web.client import client_address
from estate_app.web.metrics import exposition

log = structlog.get_logger(__name__)
_HOPS = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


async def alive(_: Request) -> Response:
    """Answer as long as the process runs."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


async def ready(_: Request) -> Response:
    """Answer 200 when the database answers and its schema is the code's; else 503."""
    try:
        is_current = await run_in_threadpool(run_in_uow, _is_current)
    except SQLAlchemyError as error:
        log.warning("not_ready", reason=type(error).__name__)
        return JSONResponse({"status": "database"}, 503, {"cache-control": "no-store"})
    status = "ok" if is_current else "migrations"
    return JSONResponse({"status": status}, 200 if is_current else 503, {"cache-control": "no-store"})


async def metrics(request: Request) -> Response:
    """Give the metrics to this machine or to whoever holds the token; nobody else learns that they are here."""
    if not _may_read(request):
        raise NotFoundError
    return Response(await run_in_threadpool(exposition), media_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: Request) -> bool:
    token = settings().metrics_token.get_secret_value()
    if token:
        return secrets.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    # A proxy on this machine makes every visitor look local, so that any sign of one closes the door.
    if any(name in request.headers for name in _HOPS):
        return False
    try:
        return ipaddress.ip_address(client_address(request.scope)).is_loopback
    except ValueError:
        return False


def _is_current(uow: UnitOfWork) -> bool:
    current = uow.session.connection().scalar(text("SELECT version_num FROM alembic_version"))
    return bool(current == head_revision())
