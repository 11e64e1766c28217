"""Backups by hand: really made, really proved, told step by step, kept as runs of the jobs, one at a time."""

import pytest
from sqlmodel import select

from estate_app.access.actor import SYSTEM
from estate_app.access.models import AuditEntry
from estate_app.db import exclusive
from estate_app.errors import ForbiddenError
from estate_app.jobs import backups, tasks  # noqa: F401 -- registers the jobs
from estate_app.jobs.backups import BackupWork, list_kept, note_run, run_now
from estate_app.jobs.models import JobRun
from estate_app.settings import settings


@pytest.fixture
def place(committed, tmp_path, monkeypatch):
    """A folder of its own, and the address of the committed database."""
    chosen = settings().model_copy(update={"var_dir": tmp_path})
    monkeypatch.setattr(backups, "settings", lambda: chosen)
    url = committed.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setattr(backups, "database_url", lambda: url)
    return tmp_path


def runs(uow):
    return [(run.name, run.is_ok, run.detail) for run in uow.session.scalars(select(JobRun).order_by(JobRun.id))]


def test_a_backup_and_its_drill(committed, place):
    committed.cast()
    steps: list[str] = []
    name = run_now(BackupWork.backup, steps.append)
    assert steps == ["database", "media"]
    (kept,) = list_kept(SYSTEM)
    assert (kept.name, kept.photos) == (name, 0)
    assert kept.size > 1000
    proved = run_now(BackupWork.backup_drill, steps.append)
    assert steps[2:] == ["checksums", "restore", "media"]
    assert proved == f"{name}: {kept.tables} tables, {kept.rows} rows, 0 photos"
    assert committed.run(runs) == [("backup", True, name), ("backup_drill", True, proved)]


def test_a_failure_is_kept_and_leaves_no_backup(committed, place, monkeypatch):
    monkeypatch.setattr(backups, "database_url", lambda: "postgresql://nobody@127.0.0.1:1/none")
    assert run_now(BackupWork.backup, lambda _: None) == "OperationalError"
    assert (committed.run(runs), list_kept(SYSTEM)) == ([("backup", False, "OperationalError")], ())


def test_never_two_at_once(committed, place):
    with exclusive("job:backup") as got:
        assert got
        assert run_now(BackupWork.backup, lambda _: None) is None
    assert (committed.run(runs), list_kept(SYSTEM)) == ([], ())


@pytest.mark.parametrize("name", ["supervisor", "auditor", "owner"])
def test_only_administrators(uow, cast, name):
    actor = getattr(cast, name)
    for refused in (lambda: note_run(uow, actor, work=BackupWork.backup), lambda: list_kept(actor)):
        with pytest.raises(ForbiddenError):
            refused()
    assert uow.session.scalars(select(AuditEntry).where(AuditEntry.entity == "backup")).all() == []
