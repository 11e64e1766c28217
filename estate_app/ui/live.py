"""Live pages: what a NOTIFY says has changed is read again for every browser that watches it.

A page's State has `async def _refresh(self, actor)` and calls `watch(self, topic, …)` when it loads. One page per tab is in
view, so a new watch replaces the tab's old one; the shell's own (`keep=True`) stays.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import reflex as rx
import structlog

from estate_app.db import Listener
from estate_app.errors import EstateError
from estate_app.ui.guard import actor_of

log = structlog.get_logger(__name__)
_GATHER_SECONDS = 0.03
Key = tuple[str, type[rx.State]]


class Watchers:
    """Which tab watches which topic through which State."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Key]] = defaultdict(set)
        self._of: dict[Key, tuple[str, ...]] = {}
        self._page: dict[str, Key] = {}
        self._pending: set[Key] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.app: rx.App | None = None

    def watch(self, token: str, cls: type[rx.State], topics: tuple[str, ...], *, keep: bool = False) -> None:
        """Watch topics for a tab, instead of what its last page watched."""
        key = (token, cls)
        if not keep:
            old = self._page.get(token)
            if old is not None and old != key:
                self.drop(old)
            self._page[token] = key
        self.drop(key)
        self._of[key] = topics
        for topic in topics:
            self._topics[topic].add(key)

    def drop(self, key: Key) -> None:
        """Stop watching."""
        for topic in self._of.pop(key, ()):
            self._topics[topic].discard(key)
            if not self._topics[topic]:
                del self._topics[topic]

    def changed(self, topic: str) -> None:
        """Refresh whoever watches a topic; notices that come close together become one refresh."""
        for key in self._topics.get(topic, ()):
            if key in self._pending:
                continue
            self._pending.add(key)
            task = asyncio.create_task(self._refresh(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _refresh(self, key: Key) -> None:
        await asyncio.sleep(_GATHER_SECONDS)
        self._pending.discard(key)
        token, cls = key
        app = self.app
        if app is None or app.event_namespace is None or token not in app.event_namespace.token_to_sid:
            self.drop(key)
            return
        try:
            async with app.modify_state(rx.BaseStateToken(ident=token, cls=cls)) as root:
                state = await root.get_state(cls)
                await state._refresh(await actor_of(state))
        except EstateError:
            self.drop(key)


watchers = Watchers()
hearers: list[Callable[[str], None]] = [watchers.changed]
"""Who hears of every topic, on the event loop; the app file adds the mini-program's sockets."""


def watch(state: rx.State, *topics: str, keep: bool = False) -> None:
    """Refresh this State of this tab whenever one of the topics changes."""
    from reflex_base.registry import RegistrationContext

    # Notices come from a thread, where Reflex's context is not set: the app is remembered here, inside a handler.
    watchers.app = RegistrationContext.get()._app
    watchers.watch(state.router.session.client_token, type(state), topics, keep=keep)


@asynccontextmanager
async def listening() -> AsyncIterator[None]:
    """Listen for as long as the web process lives; a Reflex lifespan task, safe to run once per worker."""
    loop = asyncio.get_running_loop()
    listener = Listener(lambda topic: loop.call_soon_threadsafe(_hear, topic))
    listener.start()
    try:
        yield
    finally:
        await asyncio.to_thread(listener.stop)


def _hear(topic: str) -> None:
    for hear in hearers:
        hear(topic)
