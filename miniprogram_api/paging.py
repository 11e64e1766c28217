"""Cursors and ETags: how a phone walks through a list and learns that nothing has changed."""

import base64
import binascii
import hashlib
from typing import TypeVar

from fastapi import Response
from pydantic import BaseModel

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest

T = TypeVar("T")
_MOST = 2**63 - 1


def write_cursor(kind: str, position: int) -> str:
    """Make a cursor: opaque to the client, so that what it holds may change."""
    return base64.urlsafe_b64encode(f"{kind}:{position}".encode()).decode().rstrip("=")


def read_cursor(kind: str, text: str) -> int | None:
    """Read a cursor of one kind; None when there is none; raises InvalidError on one that we did not make."""
    if not text:
        return None
    try:
        found, _, position = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii").partition(":")
    except (ValueError, binascii.Error):
        found, position = "", ""
    if found != kind or not position.isdigit() or not 0 < int(position) <= _MOST:
        raise InvalidError(msg("This cursor is not one of ours; start the list again"), field="cursor")
    return int(position)


def page_of(cursor: str, size: int, *, sort: str = "") -> PageRequest:
    """The page that a cursor names."""
    return PageRequest(read_cursor("p", cursor) or 1, size, sort)


def next_page(page: Page[T]) -> str | None:
    """The cursor of the page after this one; None at the end."""
    is_last = page.request.number * page.request.size >= page.total
    return None if is_last else write_cursor("p", page.request.number + 1)


def created(content: BaseModel) -> Response:
    """Answer that something was made; the content is written as it is, since it was checked when it was put together."""
    return Response(content.model_dump_json(), 201, media_type="application/json")


def tagged(content: BaseModel, if_none_match: str) -> Response:
    """Answer with an ETag, or with 304 when the client has just that."""
    body = content.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "authorization, accept-language"}
    if tag in {one.strip().removeprefix("W/") for one in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
