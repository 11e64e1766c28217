"""Backups for the administrator: what is kept, and running a backup or a restore drill now, with its steps told."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, database_url, run_in_uow
from estate_app.errors import NotFoundError
from estate_app.jobs.registry import Job, find_job, run_job
from estate_app.kit.clock import utc_now
from estate_app.operation import backup as backups
from estate_app.settings import settings

TOPIC = "backups"
Tell = Callable[[str], None]


class BackupWork(StrEnum):
    """What can be run by hand; the values are the jobs' names."""

    backup = "backup"
    backup_drill = "backup_drill"


@dataclass(frozen=True, slots=True)
class Kept:
    """One complete backup: when it was taken, how large its own files are, and what it holds."""

    name: str
    taken_at: datetime
    size: int
    tables: int
    rows: int
    photos: int


def list_kept(actor: Actor) -> tuple[Kept, ...]:
    """The complete backups, the newest first."""
    actor.require(Permission.system)
    return tuple(_kept(place) for place in backups.list_backups(settings().backup_dir))


def note_run(uow: UnitOfWork, actor: Actor, *, work: BackupWork) -> None:
    """Write down who asks for a backup or a drill, before it runs."""
    actor.require(Permission.system)
    record(uow, actor, f"backup:{work.value}", "backup", 0)


def run_now(work: BackupWork, tell: Tell) -> str | None:
    """Run a backup or a drill at once under its job's lock; None when it is running already. Its outcome is kept as a run of the job."""
    job = find_job(work.value)
    if job is None:
        raise NotFoundError
    bodies = {BackupWork.backup: save, BackupWork.backup_drill: drill}
    detail = run_job(Job(job.name, lambda: bodies[work](tell), at=job.at), force=True)
    run_in_uow(_announce)
    return detail


def save(tell: Tell = lambda _: None) -> str:
    """Save the database and the photos; returns the backup's name."""
    place = backups.backup(
        database_url(),
        settings().backup_dir,
        media=settings().media_dir,
        secret=settings().secret,
        keep=settings().backup_keep,
        now=utc_now(),
        progress=tell,
    )
    return place.name


def drill(tell: Tell = lambda _: None) -> str:
    """Restore the newest backup into a scratch database and compare; returns what was compared."""
    newest = next(iter(backups.list_backups(settings().backup_dir)), None)
    if newest is None:
        return "no backup yet"
    result = backups.verify(newest, database_url(), secret=settings().secret, progress=tell)
    return f"{newest.name}: {result.tables} tables, {result.rows} rows, {result.media} photos"


def announce() -> None:
    """Tell every open page that a backup has moved on."""
    run_in_uow(_announce)


def _announce(uow: UnitOfWork) -> None:
    uow.notify(TOPIC)


def _kept(place: Path) -> Kept:
    facts = json.loads((place / "facts.json").read_text("utf-8"))
    return Kept(
        name=place.name,
        taken_at=datetime.fromisoformat(facts["taken_at"]),
        size=sum(file.stat().st_size for file in place.iterdir() if file.is_file()),
        tables=len(facts["rows"]),
        rows=sum(facts["rows"].values()),
        photos=len(json.loads((place / "media.json").read_text("utf-8"))),
    )
