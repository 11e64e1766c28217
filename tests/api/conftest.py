"""Clients against a database of their own: the API and the browser's routes, without a network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from estate_app import db
from estate_app.access.models import Account, SessionKind
from estate_app.access.sessions import open_session
from estate_app.kit.clock import utc_now
from estate_app.web.app import own_routes
from estate_app.web.middleware import RequestLog, SecurityHeaders
from miniprogram_api.app import create_app
from tests.conftest import NOW, Databases
from tests.fixtures.cast import Cast, make_cast
from tests.fixtures.committed import Committed


@dataclass(frozen=True, slots=True)
class World:
    """A committed cast and the ways in."""

    committed: Committed
    cast: Cast
    api: TestClient
    web: TestClient

    def token(self, name: str, kind: SessionKind = SessionKind.mini) -> str:
        """Sign somebody of the cast in."""
        account_id = getattr(self.cast, name).id
        return self.committed.run(lambda uow: open_session(uow, uow.session.get(Account, account_id), kind=kind), now=utc_now())

    def signed_in(self, name: str) -> dict[str, str]:
        """The header of somebody of the cast."""
        return {"authorization": f"Bearer {self.token(name)}", "accept-language": "en"}

    def do(self, service: Callable[..., object], *args: object, **kwargs: object) -> object:
        """Run a service now and commit."""
        return self.committed.run(service, *args, now=utc_now(), **kwargs)


@pytest.fixture
def world(committed: Committed) -> Iterator[World]:
    """A world of one test's own."""
    yield from _open(committed)


@pytest.fixture(scope="module")
def shared_world(databases: Databases) -> Iterator[World]:
    """A world that the tests of a module share: they only read, or write what no other test looks at."""
    with pytest.MonkeyPatch.context() as patch:
        url = databases.borrow()
        engine = create_engine(db.sqlalchemy_url(url), pool_size=20, connect_args={"options": "-c timezone=UTC"})
        patch.setattr(db, "database_url", lambda: url)
        patch.setattr(db, "engine", lambda: engine)
        yield from _open(Committed(engine, NOW))
        engine.dispose()
        databases.give_back(url)


def _open(committed: Committed) -> Iterator[World]:
    cast = committed.run(make_cast, now=utc_now())
    web = Starlette(routes=own_routes())
    web.add_middleware(SecurityHeaders)
    web.add_middleware(RequestLog)
    with (
        TestClient(create_app(), raise_server_exceptions=False) as api,
        TestClient(web, base_url="http://localhost:3000", follow_redirects=False, raise_server_exceptions=False) as site,
    ):
        yield World(committed, cast, api, site)
