"""Brings the database's schema to the version of the code."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from alembic import command

ROOT = Path(__file__).parent.parent


def _config(connection: Connection | None = None) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, *, revision: str = "head") -> None:
    """Apply every missing migration; two processes at once take turns by an advisory lock."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('estate:migrate', 0))"))
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, *, revision: str = "base") -> None:
    """Take migrations back, down to a revision."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def head_revision() -> str | None:
    """The newest migration that the code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()
