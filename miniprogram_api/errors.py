"""Refusals as RFC 9457 problem details, in the caller's language; never a trace, never a library's own words."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from estate_app.errors import EstateError, TooManyError
from estate_app.kit.i18n import Message, choose_locale, msg, translate
from miniprogram_api.schemas.common import Problem

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, Message] = {
    400: msg("The request cannot be read"),
    401: msg("Please sign in first"),
    403: msg("You do not have the permission for this"),
    404: msg("This does not exist or is not yours"),
    405: msg("This is not possible here"),
    409: msg("The state does not allow it"),
    413: msg("The request is too large"),
    415: msg("The request cannot be read"),
    422: msg("Something that was sent cannot be taken"),
    429: msg("Too many requests"),
    500: msg("Something went wrong on our side. Nothing was lost; please try again"),
    503: msg("A service that we need does not answer"),
}
_BROKEN = 500
# What pydantic found, in words of our own.
_REASONS: Mapping[str, Message] = {
    "missing": msg("This is missing"),
    "string_too_short": msg("This is too short"),
    "string_too_long": msg("This is too long"),
    "string_pattern_mismatch": msg("This is not written as it must be"),
    "greater_than_equal": msg("This number is too small"),
    "less_than_equal": msg("This number is too large"),
    "too_long": msg("There are too many of these"),
    "too_short": msg("There are too few of these"),
    "enum": msg("Choose one of the known values"),
    "literal_error": msg("Choose one of the known values"),
    "json_invalid": msg("The request is no valid JSON"),
    "timezone_aware": msg("Give the time with its zone"),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of the refusals of a route."""
    return {
        status: {"model": Problem, "description": TITLES[status].id, "content": {MEDIA_TYPE: {"example": _example(status)}}}
        for status in sorted({*statuses, 422, 429})
    }


def install(app: FastAPI) -> None:
    """Answer every kind of failure as a problem."""
    app.add_exception_handler(EstateError, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_broken)


def problem(
    locale: str, status: int, detail: Message, *, code: str, field: str | None = None, headers: Mapping[str, str] | None = None,
    errors: Sequence[tuple[str, Message]] = (),
) -> JSONResponse:  # fmt: skip
    """Write one problem."""
    body = {
        "type": f"urn:estate:problem:{code}",
        "title": translate(TITLES.get(status, TITLES[400]), locale),
        "status": status,
        "detail": translate(detail, locale),
        "code": code,
        "field": field,
        "errors": [{"field": name, "detail": translate(reason, locale)} for name, reason in errors],
    }
    fixed = {"content-language": locale, "cache-control": "no-store"}
    return JSONResponse(body, status, fixed | dict(headers or {}), MEDIA_TYPE)


def locale_of(request: Request) -> str:
    """The language that the caller asks for."""
    return choose_locale(request.headers.get("accept-language"))


async def _on_refusal(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, EstateError):
        raise error
    headers = {"retry-after": str(error.retry_after)} if isinstance(error, TooManyError) else {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return problem(locale_of(request), error.status, error.message, code=error.code, field=error.field, headers=headers)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    found = [(_field(one["loc"]), _REASONS.get(one["type"], msg("This value cannot be taken"))) for one in error.errors()]
    field, reason = found[0] if found else ("", msg("This value cannot be taken"))
    return problem(locale_of(request), 422, reason, code="invalid", field=field or None, errors=found)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    title = TITLES.get(error.status_code, TITLES[400])
    return problem(locale_of(request), error.status_code, title, code=f"http_{error.status_code}", headers=error.headers)


async def _on_broken(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", exc_info=error)
    return problem(locale_of(request), _BROKEN, TITLES[_BROKEN], code="broken")


def _field(place: Sequence[int | str]) -> str:
    """`visit_from_at` or `photo_ids.3`: the place without the part of the request that holds it."""
    return ".".join(str(part) for part in place[1:])


def _example(status: int) -> dict[str, Any]:
    return {
        "type": "urn:estate:problem:invalid",
        "title": TITLES[status].id,
        "status": status,
        "detail": TITLES[status].id,
        "code": "invalid",
        "field": "description" if status == 422 else None,
        "errors": [],
    }
