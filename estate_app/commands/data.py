"""Commands on the data: `migrate`, `demo`, `import`, `export`, `quote`, `bill-run`."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import col, select

from estate_app import db, migration
from estate_app.access.actor import SYSTEM
from estate_app.analytics import extract
from estate_app.billing.issue import issue_run
from estate_app.billing.models import BillRun, FeeItem
from estate_app.billing.quote import quote_text
from estate_app.billing.run import preview_run
from estate_app.commands.output import FAILED, AsJson, Yes, bar, say, steps
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.demo.accounts import PASSWORD
from estate_app.demo.build import DemoReport, build_demo
from estate_app.demo.reconciliation import build_reconciliation
from estate_app.demo.world import SCALES
from estate_app.errors import InvalidError
from estate_app.export import export_file, find_export
from estate_app.importing.mapping import read_mapping
from estate_app.importing.report import ImportKind
from estate_app.importing.service import run_import
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.property.models import Estate
from estate_app.settings import settings


def migrate(as_json: AsJson = False) -> None:  # noqa: FBT002 -- a flag
    """Bring the database to the schema of this version."""
    migration.migrate(db.engine())
    say({"revision": migration.head_revision()}, as_json=as_json)


def demo(as_json: AsJson = False) -> None:  # noqa: FBT002 -- a flag
    """Fill an empty database with the demo company; refused where there is data already."""
    migration.migrate(db.engine())
    report = make_demo()
    say({"rows": sum(count for _, count in report.counts), "tables": len(report.counts), "password": PASSWORD}, as_json=as_json)


def make_demo() -> DemoReport:
    """Make the demo company in the size of the settings, and the extracts that its charts are drawn from."""
    with steps("Making the demo estate") as step:
        report = run_in_uow(
            build_demo,
            SYSTEM,
            scale=SCALES[settings().demo_scale],
            on_progress=lambda what, done, total: step(f"{what} ({done}/{total})"),
        )
        if settings().sandbox:
            step("statements of the channels")
            run_in_uow(build_reconciliation, folder=settings().var_dir / "sandbox")
        step("charts")
        run_in_uow(extract.refresh, SYSTEM, whole=True)
    return report


def quote(
    file: Annotated[Path, typer.Option(help="A JSON file with `tariffs` and `cases`; - reads standard input.")],
    locale: Annotated[str, typer.Option(help="The language of the refusals.")] = "en",
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Price every case of a tariff file with the functions that price real bills; a case that cannot be priced says why."""
    for answer in quote_text(_read(file), locale=locale):
        plain = f"{answer['id']}: {answer.get('error') or format_yuan(answer['total_fen'])}"
        said = json.dumps(answer, ensure_ascii=False, default=str) if as_json else plain
        # A torn surrogate of the file cannot be printed; its escape is the same text in JSON.
        typer.echo(said.encode("utf-8", "backslashreplace").decode("utf-8"))


def bill_run(
    estate: Annotated[str, typer.Argument(help="The estate's code.")],
    period: Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="The month, as 2026-11.")],
    item: Annotated[list[str] | None, typer.Option(help="A fee item's code; all active items when none is named.")] = None,
    issue: Annotated[bool, typer.Option("--issue", help="Issue the bills; without it they are only computed.")] = False,  # noqa: FBT002 -- a flag
    yes: Yes = False,  # noqa: FBT002 -- a flag
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Compute a month's bills, show what would come out, and issue them when asked; safe to repeat after a kill."""
    run = run_in_uow(_preview, estate, period.date(), item or [])
    if issue and run.bill_count:
        if not yes:
            typer.confirm(f"Issue {run.bill_count} bills over {format_yuan(run.total_fen)}?", abort=True)
        run = _issue(run)
    say(
        {
            "run": run.id,
            "status": run.status.value,
            "rooms": run.room_count,
            "bills": run.bill_count,
            "total_fen": run.total_fen,
            "skipped": dict(run.skips),
        },
        as_json=as_json,
    )


def import_(
    kind: Annotated[ImportKind, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="An XLSX or CSV file.", exists=True, dir_okay=False)],
    estate: Annotated[str | None, typer.Option(help="The estate (name or code) of rows that name none.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="A JSON file that names the columns, where the automatic choice is not enough.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,  # noqa: FBT002 -- a flag
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Take the good rows although there are bad ones.")] = False,  # noqa: FBT002 -- a flag
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Take a file over; exit code 1 when rows were refused. The same file again changes nothing."""
    chosen = read_mapping(mapping) if mapping else None
    with bar("Importing") as move:
        report = run_in_uow(
            run_import, SYSTEM, kind=kind, path=file, mapping=chosen, dry_run=dry_run, skip_bad=skip_bad, progress=move, estate=estate
        )
    problems = [{"sheet": p.sheet, "row": p.row, "cell": p.cell, "problem": str(p.message)} for p in report.problems]
    facts = {"rows": report.rows, "added": report.added, "changed": report.changed, "unchanged": report.unchanged}
    say(facts | {"written": report.is_written, "known_file": report.is_known_file, "problems": problems}, as_json=as_json)
    if problems:
        raise typer.Exit(FAILED)


def export(
    name: Annotated[str, typer.Argument(help="The list: orders, bills, payments, notices, audit.")],
    file: Annotated[Path, typer.Argument(help="The file to write; its ending, .csv or .xlsx, chooses the kind.")],
    where: Annotated[list[str] | None, typer.Option("--where", help="A filter as name=value, such as period=2026-11.")] = None,
    locale: Annotated[str, typer.Option(help="The language of the titles.")] = "zh",
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Write a whole list to a CSV or XLSX file, with the same filters as on its page."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in {"csv", "xlsx"}:
        raise typer.BadParameter("the file must end in .csv or .xlsx")
    query = dict(pair.split("=", 1) for pair in where or () if "=" in pair)
    _, content = run_in_uow(export_file, SYSTEM, find_export(name), query, kind=kind, locale=locale)
    file.write_bytes(content)
    say({"file": str(file), "bytes": len(content)}, as_json=as_json)


def _preview(uow: UnitOfWork, code: str, month: date, item_codes: list[str]) -> BillRun:
    estate_id = uow.session.exec(select(Estate.id).where(Estate.code == code)).first()
    if estate_id is None:
        raise InvalidError(msg("There is no estate with the code {code}", code=code), field="estate")
    items = dict(
        uow.session.exec(select(FeeItem.code, FeeItem.id).where(FeeItem.estate_id == estate_id, col(FeeItem.is_active).is_(True))).all()
    )
    unknown = sorted(set(item_codes) - set(items))
    if unknown:
        raise InvalidError(msg("There is no fee item with the code {code}", code=unknown[0]), field="item")
    chosen = [items[item_code] for item_code in item_codes] or list(items.values())
    return preview_run(uow, SYSTEM, estate_id=estate_id, period=month, item_ids=[key for key in chosen if key])


def _issue(run: BillRun) -> BillRun:
    with bar("Issuing") as move:
        return issue_run(SYSTEM, run_id=run.id or 0, on_progress=lambda count: move(count, run.bill_count))


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidError(msg("The file {name} cannot be read as UTF-8 text", name=file.name), field="file") from error
