"""Live progress: a WebSocket tells a phone that something of its own has changed; what it is, the phone reads again with its ETag.

The first message is `{"token": "…"}`; the answer is `{"type": "ready"}`, then `{"type": "changed"}` whenever the topics of the account
speak, and `{"type": "still"}` each minute. Nothing of the account itself goes over the socket, so there is nothing in it to guess.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from estate_app.access.actor import NOBODY
from estate_app.access.sessions import actor_of_token
from estate_app.db import Listener, UnitOfWork, in_uow

GREETING_SECONDS = 10
STILL_SECONDS = 60
MOST_PER_ACCOUNT = 8
"""Phones and half-dead connections of one account; a ninth is told to ask instead."""
NOT_SIGNED_IN, TOO_MANY = 4401, 4429
_GATHER_SECONDS = 0.1
_MAX_GREETING = 1000


class Sockets:
    """Which connection of this process waits for which topic. Used on the event loop only."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def changed(self, topic: str) -> None:
        """Wake every connection that waits for a topic."""
        for event in self._waiting.get(topic, ()):
            event.set()

    def count(self, topic: str) -> int:
        """How many connections wait for a topic."""
        return len(self._waiting.get(topic, ()))

    @asynccontextmanager
    async def waiting(self, topics: tuple[str, ...]) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever one of the topics speaks."""
        event = asyncio.Event()
        for topic in topics:
            self._waiting[topic].add(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._waiting[topic].discard(event)
                if not self._waiting[topic]:
                    del self._waiting[topic]


sockets = Sockets()


def changed(topic: str) -> None:
    """What the web process's listener calls for every NOTIFY, on the event loop."""
    sockets.changed(topic)


async def live(socket: WebSocket) -> None:
    """Serve one phone until it leaves, or until its token no longer holds."""
    await socket.accept()
    try:
        token = await asyncio.wait_for(_token(socket), GREETING_SECONDS)
        account_id = await in_uow(_account_of, token)
        if account_id is None:
            await socket.close(NOT_SIGNED_IN)
            return
        topics = (f"resident:{account_id}", f"inbox:{account_id}")
        if sockets.count(topics[0]) >= MOST_PER_ACCOUNT:
            await socket.close(TOO_MANY)
            return
        async with sockets.waiting(topics) as event:
            await socket.send_json({"type": "ready"})
            await _until_either_ends(_tell(socket, event, token), _leave(socket))
    except TimeoutError:
        await socket.close(NOT_SIGNED_IN)
    except WebSocketDisconnect:
        return


@asynccontextmanager
async def listening(_: Any = None) -> AsyncIterator[None]:
    """Listen for NOTIFY where the API runs alone; beside the pages the web process's own listener calls `changed`."""
    loop = asyncio.get_running_loop()

    def hear(topic: str) -> None:
        loop.call_soon_threadsafe(changed, topic)

    listener = Listener(hear)
    listener.start()
    try:
        yield
    finally:
        await asyncio.to_thread(listener.stop)


ROUTE = WebSocketRoute("/live", live, name="live")


async def _token(socket: WebSocket) -> str:
    try:
        greeting = await socket.receive_json()
    except (ValueError, KeyError):
        return ""
    token = greeting.get("token") if isinstance(greeting, dict) else None
    return token if isinstance(token, str) and len(token) <= _MAX_GREETING else ""


def _account_of(uow: UnitOfWork, token: str) -> int | None:
    actor = actor_of_token(uow, token)
    return None if actor is NOBODY else actor.id


async def _tell(socket: WebSocket, event: asyncio.Event, token: str) -> None:
    while True:
        try:
            await asyncio.wait_for(event.wait(), STILL_SECONDS)
        except TimeoutError:
            if await in_uow(_account_of, token) is None:
                await socket.close(NOT_SIGNED_IN)
                return
            await socket.send_json({"type": "still"})
            continue
        # What comes close together is one change.
        await asyncio.sleep(_GATHER_SECONDS)
        event.clear()
        await socket.send_json({"type": "changed"})


async def _leave(socket: WebSocket) -> None:
    """Read on, so that a goodbye is heard; whatever else a phone says means nothing."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _until_either_ends(*works: Any) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        task.result()
