"""Backups: the database as of one instant with a count of every table, and the photos; restored and drilled from the same folder."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql

from estate_app.operation.envelope import EnvelopeError, seal, unseal
from estate_app.operation.postgres import run_tool, scratch_database

_DUMP = "database.dump.enc"
_FACTS = "facts.json"
_MEDIA = "media.json"
_SUMS = "SHA256SUMS"
_POOL = "media"
_UNFINISHED = "incoming"
_PREFIX = "estate-"
Progress = Callable[[str], None]


class BackupError(Exception):
    """The backup is incomplete, was changed, or does not hold what it says it holds."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database held at an instant: the rows of every table, the ledger's sum and its unbalanced entries."""

    rows: dict[str, int]
    ledger_fen: int
    unbalanced: int


@dataclass(frozen=True, slots=True)
class Drill:
    """The result of a restore into a scratch database."""

    tables: int
    rows: int
    media: int


def backup(url: str, folder: Path, *, media: Path, secret: str, keep: int, now: datetime, progress: Progress = lambda _: None) -> Path:
    """Write a backup and return its folder; older ones beyond `keep` are removed.

    It is written under another name and renamed when complete, so that a folder with its own name is whole. Photos never change:
    those that are already in the pool are not copied again.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{_PREFIX}{now:%Y%m%dT%H%M%S}Z"
    work = folder / f".{name}.partial"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        progress("database")
        facts = _dump(url, work / _DUMP, secret)
        _write(work / _FACTS, json.dumps({"taken_at": now.isoformat(), **asdict(facts)}, indent=1).encode())
        progress("media")
        _write(work / _MEDIA, json.dumps(_pool_media(media, folder / _POOL), indent=1).encode())
        _write(work / _SUMS, _sums(work).encode())
        work.rename(folder / name)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _rotate(folder, keep)
    return folder / name


def list_backups(folder: Path) -> list[Path]:
    """The complete backups of a folder, the newest first."""
    return sorted((path for path in folder.glob(f"{_PREFIX}*") if path.is_dir()), reverse=True)


def check(place: Path) -> None:
    """Compare every file of a backup with its checksum; raises BackupError."""
    sums = place / _SUMS
    if not sums.is_file():
        raise BackupError(f"{place} is not a complete backup")
    if sums.read_text() != _sums(place):
        raise BackupError("a file of the backup does not match its checksum")


def restore(place: Path, url: str, *, media: Path, secret: str, progress: Progress = lambda _: None) -> Facts:
    """Replace a database by a backup, in one transaction, and bring back the photos that are missing.

    Raises BackupError when what is restored differs from what was saved; nobody else may be connected.
    """
    check(place)
    progress("database")
    _load(place, url, secret)
    facts = _compare(place, url)
    progress("media")
    for entry in _media_entries(place):
        target = media / entry["path"]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(_pooled(place, entry), target)
    return facts


def verify(place: Path, url: str, *, secret: str, progress: Progress = lambda _: None) -> Drill:
    """Restore a backup into a scratch database beside a given one and compare it with what was saved; raises BackupError."""
    progress("checksums")
    check(place)
    progress("restore")
    with scratch_database(url) as scratch:
        _load(place, scratch, secret)
        facts = _compare(place, scratch)
    progress("media")
    entries = _media_entries(place)
    for entry in entries:
        if _sha(_pooled(place, entry)) != entry["sha256"]:
            raise BackupError("a photo of the backup does not match its checksum")
    return Drill(len(facts.rows), sum(facts.rows.values()), len(entries))


def read_facts(url: str) -> Facts:
    """Count what a database holds, in one snapshot."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _facts(connection)


def _dump(url: str, target: Path, secret: str) -> Facts:
    with psycopg.connect(url) as connection, tempfile.TemporaryDirectory(dir=target.parent) as plain:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = str(row[0]) if row else ""
        facts = _facts(connection)
        dump = Path(plain) / "dump"
        run_tool("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={dump}", url=url)
        with dump.open("rb") as source, _private(target) as sealed:
            seal(secret, source, sealed)
    return facts


def _load(place: Path, url: str, secret: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "dump"
        try:
            with (place / _DUMP).open("rb") as sealed, _private(plain) as target:
                unseal(secret, sealed, target)
        except EnvelopeError as error:
            raise BackupError(str(error)) from error
        script = Path(folder) / "script.sql"
        run_tool("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(plain), url=url)
        whole = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
        emptied = ("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public")
        run_tool("psql", *whole, *emptied, f"--file={script}", url=url)


def _compare(place: Path, url: str) -> Facts:
    saved = json.loads((place / _FACTS).read_text())
    found = read_facts(url)
    if found.rows != saved["rows"]:
        tables = sorted(name for name in {*found.rows, *saved["rows"]} if found.rows.get(name) != saved["rows"].get(name))
        raise BackupError(f"row counts differ in {', '.join(tables)}")
    if (found.ledger_fen, found.unbalanced) != (0, 0) or saved["ledger_fen"] != 0:
        raise BackupError("the ledger does not balance")
    return found


def _facts(connection: psycopg.Connection) -> Facts:
    names = [
        str(row[0])
        for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename").fetchall()
    ]
    if not names:
        return Facts({}, 0, 0)
    counts = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*) FROM public.{}").format(sql.Literal(name), sql.Identifier(name)) for name in names
    )
    rows = {str(name): int(count) for name, count in connection.execute(counts).fetchall()}
    if "ledger_line" not in rows:
        return Facts(rows, 0, 0)
    found = connection.execute(
        "SELECT coalesce(sum(fen), 0), count(*) FILTER (WHERE fen <> 0)"
        " FROM (SELECT sum(amount_fen) AS fen FROM public.ledger_line GROUP BY journal_id) AS entries"
    ).fetchone()
    total, unbalanced = found or (0, 0)
    return Facts(rows, int(total), int(unbalanced))


def _pool_media(media: Path, pool: Path) -> list[dict[str, object]]:
    """Bring new photos into the pool that all backups share, and list all that are there now."""
    entries: list[dict[str, object]] = []
    for path in sorted(p for p in media.rglob("*") if p.is_file() and not p.name.startswith(".")):
        relative = path.relative_to(media)
        if relative.parts[0] == _UNFINISHED:
            continue
        target = pool / relative
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = target.with_name(f".{target.name}")
            shutil.copyfile(path, partial)
            partial.chmod(0o600)
            partial.rename(target)
        entries.append({"path": relative.as_posix(), "size": path.stat().st_size, "sha256": _sha(target)})
    return entries


def _media_entries(place: Path) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((place / _MEDIA).read_text())
    return entries


def _pooled(place: Path, entry: dict[str, str]) -> Path:
    pool = place.parent / _POOL
    path = (pool / entry["path"]).resolve()
    if not path.is_relative_to(pool.resolve()) or not path.is_file():
        raise BackupError(f"the photo {entry['path']} is missing from the backup")
    return path


def _rotate(folder: Path, keep: int) -> None:
    for old in list_backups(folder)[max(keep, 1) :]:
        shutil.rmtree(old)


def _sums(place: Path) -> str:
    names = sorted(path.name for path in place.iterdir() if path.is_file() and path.name != _SUMS)
    return "".join(f"{_sha(place / name)}  {name}\n" for name in names)


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    with _private(path) as file:
        file.write(data)


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
