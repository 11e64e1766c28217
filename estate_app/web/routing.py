"""How a browser's HTTP route is written: a sync function in a worker thread, refusals turned into an answer, its template in the log."""

import html
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from estate_app.errors import EstateError, TooManyError
from estate_app.kit.i18n import msg, translate
from estate_app.web.client import locale_of

log = structlog.get_logger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]
WENT_WRONG = msg("Something went wrong on our side. Nothing was lost; please try again")
_HOME = msg("Back to the start page")
_PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>{status}</title><body style="font:16px/1.6 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem">'
    '<p>{text}</p><p><a href="/">{home}</a></p>'
)


def route(path: str, endpoint: Endpoint, *, methods: tuple[str, ...] = ("GET",)) -> Route:
    """Make a route whose refusals become sentences."""

    async def guarded(request: Request) -> Response:
        request.scope["estate_route"] = path
        try:
            return await endpoint(request)
        except EstateError as error:
            return refusal(request, error)
        except Exception:  # logged with its trace under the request's id; the caller gets a sentence
            log.exception("request_failed")
            return refusal(request, BrokenError(WENT_WRONG))

    return Route(path, guarded, methods=list(methods), name=path)


def refusal(request: Request, error: EstateError) -> Response:
    """Say a refusal: as a page to somebody who navigates, as problem details to a script."""
    locale = locale_of(request)
    text = translate(error.message, locale)
    headers = {"cache-control": "no-store", "content-language": locale}
    if isinstance(error, TooManyError):
        headers["retry-after"] = str(error.retry_after)
    if request.headers.get("sec-fetch-mode") == "navigate" or "text/html" in request.headers.get("accept", ""):
        page = _PAGE.format(
            lang="zh-Hans" if locale == "zh" else locale,
            status=error.status,
            text=html.escape(text),
            home=html.escape(translate(_HOME, locale)),
        )
        return HTMLResponse(page, error.status, headers)
    body = {"type": f"urn:estate:{error.code}", "title": text, "status": error.status, "code": error.code, "field": error.field}
    return JSONResponse(body, error.status, headers, "application/problem+json")


class BrokenError(EstateError):
    """Something that nobody foresaw; logged with its trace, told without it."""

    status = 500
    code = "broken"
