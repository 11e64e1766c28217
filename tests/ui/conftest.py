"""What tests of pages use: `act(actor, State, url=…)` opens a tab in which somebody is really signed in.

The page's own `in_uow(…)` runs in the test's transaction (each call in a savepoint, undone when it raises, its hooks run
when it does not), the cookie carries a real session, and handlers are called as the socket would:

    def test_…(act, cast):
        page = act(cast.owner, InboxState, url="/inbox?page=2")
        events = act.run(page.load())
        assert page.rows[0].title == "…"
        assert toast(events) == "…"; assert "order:5" in act.topics
"""

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest
import reflex as rx
from reflex.istate.data import RouterData

from estate_app import db
from estate_app.access import sessions
from estate_app.access.actor import Actor
from estate_app.access.models import Account, SessionKind
from estate_app.ui.guard import COOKIE
from estate_app.ui.locale import Locale
from estate_app.ui.session import Session

S = TypeVar("S", bound=rx.State)
TOKEN = "test-tab"
ORIGIN = "http://localhost:3000"


class Act:
    """Opens tabs and runs handlers; `now` may be moved, `topics` are the notices sent so far."""

    def __init__(self, uow: db.UnitOfWork) -> None:
        self._uow = uow
        self.now: datetime = uow.now
        self.topics: set[str] = set()

    def __call__(
        self,
        actor: Actor | None,
        state: type[S],
        *,
        url: str = "/",
        locale: str = "zh",
        room_id: int = 0,
        estate_id: int = 0,
        params: dict[str, Any] | None = None,
    ) -> S:
        """Open a tab at a URL; `params` are what a dynamic route takes from its path."""
        root = rx.State(_reflex_internal_init=True)
        root.router = RouterData.from_router_data(self._router(actor, url, locale, params or {}))
        self._in_language(root, locale)
        self._signed_in(root, room_id, estate_id)
        return self.run_value(root.get_state(state))

    def run(self, call: Any) -> list[Any]:
        """Run a called handler to its end and return every event that it sent to the browser, nested lists flattened."""

        async def collect() -> list[Any]:
            if inspect.isasyncgen(call):
                return [event async for event in call]
            return [await call]

        return list(_flat(asyncio.run(collect())))

    def run_value(self, call: Any) -> Any:
        """Run a coroutine and return what it returns."""
        return asyncio.run(call)

    def other(self, page: rx.State, state: type[S]) -> S:
        """Another State of the same tab."""
        return self.run_value(page.get_state(state))

    def move(self, page: rx.State, url: str, params: dict[str, Any] | None = None) -> None:
        """Change the URL of a tab, as following a link does; call the page's `load` afterwards."""
        root = page._get_root_state()
        cookie = root.router.headers.cookie
        root.router = RouterData.from_router_data(_router_data(url, cookie, "zh", params or {}))

    def _router(self, actor: Actor | None, url: str, locale: str, params: dict[str, Any]) -> dict[str, Any]:
        cookie = ""
        if actor is not None:
            account = self._uow.session.get_one(Account, actor.account_id)
            cookie = f"{COOKIE}={sessions.open_session(self._uow, account, kind=SessionKind.browser, address='10.0.0.9', agent='Chrome')}"
            self._uow.flush()
        return _router_data(url, cookie, locale, params)

    def _in_language(self, root: rx.State, locale: str) -> None:
        language = self.run_value(root.get_state(Locale))
        language.code, language._is_chosen = locale, True

    def _signed_in(self, root: rx.State, room_id: int, estate_id: int) -> None:
        session = self.run_value(root.get_state(Session))
        self.run(session.load())
        if room_id:
            session.room_id = str(room_id)
        if estate_id:
            session.estate_id = str(estate_id)

    @contextmanager
    def unit_of_work(self, now: datetime | None = None) -> Iterator[db.UnitOfWork]:
        """Stands in for `db.unit_of_work`."""
        inner = db.UnitOfWork(self._uow.session, now or self.now)
        with self._uow.session.begin_nested():
            yield inner
            inner.flush()
        self._uow.session.expire_all()
        self.topics |= inner._topics
        inner.run_hooks()


def _router_data(url: str, cookie: str, locale: str, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "pathname": urlsplit(url).path,
        "asPath": url,
        "query": dict(parse_qsl(urlsplit(url).query)) | params,
        "token": TOKEN,
        "ip": "10.0.0.9",
        "sid": "test-socket",
        "headers": {"origin": ORIGIN, "cookie": cookie, "accept_language": locale, "user_agent": "Chrome"},
    }


def _flat(events: Any) -> Iterator[Any]:
    for event in events:
        if isinstance(event, list | tuple):
            yield from _flat(event)
        elif event is not None:
            yield event


@pytest.fixture
def act(uow: db.UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Opens tabs whose pages work in the test's transaction."""
    acting = Act(uow)
    monkeypatch.setattr(db, "unit_of_work", acting.unit_of_work)
    return acting
