"""Runs an import: read, map, check every row, and only then write."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from sqlalchemy import or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import AuditEntry
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.importing.arrears import ArrearsLoader
from estate_app.importing.categories import CategoryLoader
from estate_app.importing.frame import Batch, Loader, read_records
from estate_app.importing.mapping import best_columns, find_columns
from estate_app.importing.meters import MeterLoader
from estate_app.importing.parking import ParkingLoader
from estate_app.importing.people import PeopleLoader
from estate_app.importing.readings import ReadingLoader
from estate_app.importing.repairs import RepairLoader
from estate_app.importing.report import Counts, ImportKind, ImportReport
from estate_app.importing.rooms import RoomLoader
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.spreadsheet import read_spreadsheet
from estate_app.property.models import Estate

LOADERS: Mapping[ImportKind, Callable[[], Loader]] = {
    ImportKind.rooms: RoomLoader,
    ImportKind.people: PeopleLoader,
    ImportKind.meters: MeterLoader,
    ImportKind.arrears: ArrearsLoader,
    ImportKind.parking: ParkingLoader,
    ImportKind.readings: ReadingLoader,
    ImportKind.repairs: RepairLoader,
    ImportKind.categories: CategoryLoader,
}
_SLICE = 500
Progress = Callable[[int, int], object]
"""Is told how many rows are done and how many there are."""


def run_import(
    uow: UnitOfWork,
    actor: Actor,
    *,
    kind: ImportKind,
    path: Path,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress | None = None,
    estate: str | None = None,
) -> ImportReport:
    """Take a file over: nothing is written unless every row is good, or bad ones are to be skipped.

    `mapping` names columns where the automatic choice is not enough; `estate` (name or code) holds for rows that name none.
    The same file again changes nothing: rows are matched by their natural keys.

    Raises:
        InvalidError: the file cannot be read, or a needed column is missing.
    """
    actor.require(LOADERS[kind]().permission)
    return import_content(
        uow,
        actor,
        kind=kind,
        content=_content(path),
        name=path.name,
        mapping=mapping,
        dry_run=dry_run,
        skip_bad=skip_bad,
        progress=progress,
        estate=estate,
    )


def guess_mapping(kind: ImportKind, content: bytes, mapping: Mapping[str, str] | None) -> tuple[list[str], dict[str, str]]:
    """The titles of a file's columns, and which of them hold what as far as their names tell; a needed one may be missing.

    Raises:
        InvalidError: the file cannot be read or is empty.
    """
    columns = best_columns(read_spreadsheet(content), LOADERS[kind]().fields, mapping)
    return [title for title in columns.header.cells if title], dict(columns.titles)


def import_content(  # noqa: PLR0913 -- what an import needs, with its file in memory
    uow: UnitOfWork,
    actor: Actor,
    *,
    kind: ImportKind,
    content: bytes,
    name: str,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress | None = None,
    estate: str | None = None,
) -> ImportReport:
    """The same as `run_import` for a file that is held in memory."""
    loader = LOADERS[kind]()
    actor.require(loader.permission)
    columns = find_columns(read_spreadsheet(content), loader.fields, mapping)
    batch = Batch(uow, actor, columns, [], _default_estate(uow.session, actor, loader, estate), business_date(uow.now))
    rows = columns.rows()
    for start in range(0, len(rows), _SLICE):
        read_records(batch, rows[start : start + _SLICE], loader.fields)
        _tell(progress, start * 2 // 3, len(rows))
    counts = loader.check(batch) if rows else Counts()
    digest = sha256(content).hexdigest()
    is_known = _is_known(uow.session, kind, digest)
    is_written = not dry_run and (skip_bad or not batch.problems)
    if is_written:
        loader.write(batch)
        uow.flush()
        facts: dict[str, object] = {
            "file": name,
            "sha256": digest,
            "rows": len(rows),
            "added": counts.added,
            "changed": counts.changed,
            "skipped": len(batch.bad),
        }
        record(uow, actor, f"import:{kind.value}", "import", 0, after=facts)
    _tell(progress, len(rows), len(rows))
    problems = tuple(sorted(batch.problems, key=lambda p: (p.row, p.cell)))
    return ImportReport(
        kind, digest, len(rows), counts.added, counts.changed, counts.unchanged, problems, columns.titles, is_written, is_known
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidError(msg("The file {name} cannot be read", name=path.name), field="file") from error


def _default_estate(session: Session, actor: Actor, loader: Loader, wanted: str | None) -> Estate | None:
    """The estate for the whole file: the one that is named, or the only one that the actor may change."""
    statement = select(Estate).order_by(col(Estate.id))
    if wanted is not None:
        statement = statement.where(or_(col(Estate.name) == wanted, col(Estate.code) == wanted))
    scope = actor.scope(loader.permission)
    found = [estate for estate in session.scalars(statement) if scope.covers(estate_id=estate.id)]
    if wanted is not None and not found:
        raise InvalidError(msg("The estate {name} is not in the register", name=wanted), field="estate")
    return found[0] if len(found) == 1 else None


def _is_known(session: Session, kind: ImportKind, digest: str) -> bool:
    """Whether this very file was imported before."""
    statement = select(col(AuditEntry.id)).where(
        col(AuditEntry.action) == f"import:{kind.value}", col(AuditEntry.after)["sha256"].as_string() == digest
    )
    return session.scalar(statement.limit(1)) is not None


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress(done, total)
