"""How much one caller may ask: requests per minute and bytes per request.

The counts are kept in this process: several processes allow several times as much, which still stops a flood. What must hold exactly
(one-time codes, wrong passwords) is counted in the database by the services.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from estate_app.kit.address import client_address
from estate_app.kit.i18n import msg
from estate_app.settings import settings
from miniprogram_api.errors import locale_of, problem

WINDOW_SECONDS = 60
PER_ADDRESS = 1200
PER_CALLER = 240
SIGN_IN_PER_ADDRESS = 30
MAX_BODY = 256 * 1024
_MAX_KEYS = 50_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more is allowed, how many are left, and in how many seconds the window has moved on."""

    is_allowed: bool
    limit: int
    remaining: int
    reset: int


class SlidingWindow:
    """Counts per key over the last minute: this minute's count plus the fading share of the one before. Safe between threads."""

    def __init__(self, limit: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = Lock()
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    def take(self, key: str) -> Verdict:
        """Count one request of a key; a refused one is not counted."""
        at = self._clock()
        window = int(at // WINDOW_SECONDS)
        passed = at / WINDOW_SECONDS - window
        with self._lock:
            last, current, before = self._counts.get(key, (window, 0, 0))
            if last != window:
                current, before = 0, current if last == window - 1 else 0
            used = current + before * (1 - passed)
            is_allowed = used + 1 <= self.limit
            if is_allowed:
                current += 1
            self._counts[key] = (window, current, before)
            self._counts.move_to_end(key)
            if len(self._counts) > _MAX_KEYS:
                self._counts.popitem(last=False)
        left = max(0, int(self.limit - used - is_allowed))
        return Verdict(is_allowed, self.limit, left, max(1, int(WINDOW_SECONDS * (1 - passed))))


class RateLimit:
    """Refuses callers who ask too often, and tells everybody how much is left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._addresses = SlidingWindow(PER_ADDRESS)
        self._callers = SlidingWindow(PER_CALLER)
        self._sign_in = SlidingWindow(SIGN_IN_PER_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        verdict = self._judge(request)
        told = {
            "ratelimit-limit": str(verdict.limit),
            "ratelimit-remaining": str(verdict.remaining),
            "ratelimit-reset": str(verdict.reset),
        }
        if not verdict.is_allowed:
            wait = msg("Too many requests. Try again in {seconds} seconds", seconds=verdict.reset)
            answer = problem(locale_of(request), 429, wait, code="too_many", headers=told | {"retry-after": str(verdict.reset)})
            await answer(scope, receive, send)
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await self.app(scope, receive, tagged)

    def _judge(self, request: Request) -> Verdict:
        address = address_of(request)
        by_address = self._addresses.take(address)
        if not by_address.is_allowed:
            return by_address
        if "/auth/" in request.url.path:
            return self._sign_in.take(address)
        token = request.headers.get("authorization", "")
        return self._callers.take(hashlib.sha256(token.encode()).hexdigest() if token else address)


class BodyLimit:
    """Refuses bodies that no form can have; uploads have limits of their own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; a body without a length is counted while it comes."""
        if scope["type"] != "http" or "/media" in scope["path"]:
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > MAX_BODY:
            await self._refuse(scope, receive, send)
            return
        size, is_started, is_refused = 0, False, False

        async def counted() -> Message:
            nonlocal size, is_refused
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAX_BODY and not is_started:
                is_refused = True
                return {"type": "http.disconnect"}
            return message

        async def watched(message: Message) -> None:
            nonlocal is_started
            is_started = True
            if not is_refused:
                await send(message)

        try:
            await self.app(scope, counted, watched)
        finally:
            if is_refused:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = msg("The request is larger than {size} KB", size=MAX_BODY // 1024)
        await problem(locale_of(Request(scope)), 413, text, code="too_large")(scope, receive, send)


def address_of(request: Request) -> str:
    """The caller's address, past the trusted proxies."""
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.get("x-forwarded-for", ""), settings().trusted_proxies)
