"""Puts the commands together and turns refusals into one line and an exit code (1 failed, 2 wrong use, 3 refused)."""

import sys
from collections.abc import Callable

import typer
from sqlalchemy.exc import OperationalError

import estate_app.schema  # noqa: F401 -- tables refer to each other: all of them are known before the first statement
from estate_app.commands import check, data, keep, people, reconciliation, serve
from estate_app.commands.output import FAILED, REFUSED, errors
from estate_app.errors import EstateError
from estate_app.kit.i18n import translate
from estate_app.operation.backup import BackupError
from estate_app.operation.postgres import ToolError

app = typer.Typer(
    name="estate_app", help="Repairs and fee payments for residential estates.", no_args_is_help=True, pretty_exceptions_enable=False
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "run": serve.run,
    "api": serve.api,
    "jobs": serve.jobs,
    "sandbox": serve.sandbox,
    "migrate": data.migrate,
    "demo": data.demo,
    "import": data.import_,
    "export": data.export,
    "quote": data.quote,
    "bill-run": data.bill_run,
    "reconcile": reconciliation.reconcile,
    "backup": keep.backup,
    "restore": keep.restore,
    "verify-backup": keep.verify_backup,
    "create-admin": people.create_admin,
    "reset-second-factor": people.reset_second_factor,
    "doctor": check.doctor,
}
for name, command in _COMMANDS.items():
    app.command(name)(command)


def main() -> None:
    """Run a command; a refusal is a sentence on stderr, never a trace."""
    try:
        app()
    except EstateError as error:
        errors.print(translate(error.message, "en"), style="red")
        sys.exit(REFUSED)
    except (BackupError, ToolError, OperationalError) as error:
        errors.print(str(error).splitlines()[0], style="red")
        sys.exit(FAILED)
