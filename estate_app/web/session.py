"""The cookie's coming and going: a single-use ticket becomes an HttpOnly cookie, and signing out ends it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from estate_app.access.rules import SESSION_LIFE
from estate_app.access.sessions import end_session, redeem_ticket
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import ForbiddenError
from estate_app.kit.i18n import msg
from estate_app.settings import settings
from estate_app.web.client import COOKIE, client_address, cookie_actor, ensure_same_origin, local_path


async def begin(request: Request) -> Response:
    """Redeem a ticket, set the cookie and go on to a path of this site; a used or old ticket leads to the sign-in page.

    Another site may not send a visitor here: it could sign the visitor in as somebody else.
    """
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise ForbiddenError(msg("This request did not come from our own page. Open the page again"))
    token = await run_in_threadpool(
        run_in_uow,
        redeem_ticket,
        ticket=request.path_params["ticket"],
        address=client_address(request.scope),
        agent=request.headers.get("user-agent", ""),
    )
    if token is None:
        return _go("/login")
    response = _go(local_path(request.query_params.get("next")))
    response.set_cookie(
        COOKIE, token, max_age=int(SESSION_LIFE.total_seconds()), httponly=True, secure=settings().is_https, samesite="lax", path="/"
    )
    return response


async def end(request: Request) -> Response:
    """End the session behind the cookie and take the cookie away."""
    ensure_same_origin(request)
    await run_in_threadpool(run_in_uow, _end, request)
    response = _go("/login")
    response.delete_cookie(COOKIE, httponly=True, secure=settings().is_https, samesite="lax", path="/")
    return response


def _end(uow: UnitOfWork, request: Request) -> None:
    actor = cookie_actor(uow, request)
    if actor.session_id is not None:
        end_session(uow, actor, session_id=actor.session_id)


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"})
