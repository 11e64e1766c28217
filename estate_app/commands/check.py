"""`doctor`: whether this installation is fit to serve people."""

import typer

from estate_app import db, migration
from estate_app.commands.output import FAILED, AsJson, say_rows
from estate_app.operation.doctor import Level, examine
from estate_app.settings import settings


def doctor(as_json: AsJson = False) -> None:  # noqa: FBT002 -- a flag
    """Look over keys, database, disk, port, fonts and backups; exit code 1 when something must be mended."""
    findings = examine(settings(), db.database_url, migration.head_revision())
    say_rows([{"what": f.what, "level": f.level.value, "detail": f.detail} for f in findings], as_json=as_json)
    if any(f.level is Level.error for f in findings):
        raise typer.Exit(FAILED)
