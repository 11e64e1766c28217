"""`backup`, `restore` and `verify-backup`."""

from pathlib import Path
from typing import Annotated

import typer

from estate_app import db, migration
from estate_app.commands.output import AsJson, Yes, say, steps
from estate_app.kit.clock import utc_now
from estate_app.operation import backup as backups
from estate_app.operation.backup import BackupError
from estate_app.settings import settings

Folder = Annotated[Path | None, typer.Argument(help="The backup's folder; the newest one when none is named.")]


def backup(
    folder: Annotated[Path | None, typer.Option(help="Where backups are kept.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Save the database and the photos, encrypted and with checksums, and drop what is older than ESTATE_BACKUP_KEEP."""
    with steps("Backup") as step:
        place = backups.backup(
            db.database_url(),
            folder or settings().backup_dir,
            media=settings().media_dir,
            secret=settings().secret,
            keep=settings().backup_keep,
            now=utc_now(),
            progress=step,
        )
    size = sum(path.stat().st_size for path in place.iterdir())
    say({"backup": str(place), "bytes": size}, as_json=as_json)


def restore(place: Folder = None, yes: Yes = False, as_json: AsJson = False) -> None:  # noqa: FBT002 -- flags
    """Replace the database by a backup; stop the product first."""
    place = place or _newest()
    if not yes:
        typer.confirm(f"Replace everything by {place.name}?", abort=True)
    with steps("Restore") as step:
        facts = backups.restore(place, db.database_url(), media=settings().media_dir, secret=settings().secret, progress=step)
        step("migrations")
        migration.migrate(db.engine())
    say({"restored": str(place), "tables": len(facts.rows), "rows": sum(facts.rows.values())}, as_json=as_json)


def verify_backup(place: Folder = None, as_json: AsJson = False) -> None:  # noqa: FBT002 -- a flag
    """Restore a backup into a scratch database and compare every row count and the ledger."""
    place = place or _newest()
    with steps("Drill") as step:
        drill = backups.verify(place, db.database_url(), secret=settings().secret, progress=step)
    say({"verified": str(place), "tables": drill.tables, "rows": drill.rows, "photos": drill.media}, as_json=as_json)


def _newest() -> Path:
    found = backups.list_backups(settings().backup_dir)
    if not found:
        raise BackupError(f"there is no backup in {settings().backup_dir}")
    return found[0]
