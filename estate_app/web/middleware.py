"""What surrounds every request, pages and sockets included: an id, one log line, a metric, and the browser's protections."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from estate_app.settings import settings
from estate_app.web.metrics import REQUESTS, SECONDS
from estate_app.web.policy import content_policy

log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_QUIET = ("/healthz", "/readyz", "/metrics", "/ping", "/_health")


class RequestLog:
    """Gives each request an id, logs its route, status and time without personal data, and counts it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; the path's template is logged, never its query."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        started, status = time.perf_counter(), 500

        async def tagged(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        with bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, tagged)
            finally:
                seconds = time.perf_counter() - started
                self._note(scope, status, seconds)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        REQUESTS.labels(_method(scope), route, str(status)).inc()
        SECONDS.labels(route).observe(seconds)
        if route not in _QUIET and route != "page":
            log.info("request", method=_method(scope), route=route, status=status, ms=round(seconds * 1000))


class SecurityHeaders:
    """Adds the protections that browsers offer to every answer that has not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                _protect(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, protected)


def route_of(scope: Scope) -> str:
    """The template of the route that answered (`/media/{id}/{variant}`), so that no id becomes a label; pages are one."""
    return str(scope.get("estate_route") or "page")


def _protect(headers: MutableHeaders) -> None:
    headers.setdefault("x-content-type-options", "nosniff")
    headers.setdefault("x-frame-options", "DENY")
    headers.setdefault("referrer-policy", "strict-origin-when-cross-origin")
    headers.setdefault("cross-origin-opener-policy", "same-origin")
    headers.setdefault("permissions-policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
    if headers.get("content-type", "").startswith("text/html"):
        headers.setdefault("content-security-policy", content_policy())
    if settings().is_https:
        headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"


def _request_id(scope: Scope) -> str:
    """Take over a proxy's id when there is one in front of us, else make one."""
    if settings().trusted_proxies > 0:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _REQUEST_ID.fullmatch(value.decode("latin-1")):
                return str(value.decode("latin-1"))
    return uuid4().hex
