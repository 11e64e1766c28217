"""Imports behind a page: a file is taken in, checked beside the page, and written in one piece when somebody says so.

A killed process leaves a job where it stood: checking begins anew, and writing either happened as a whole or not at all, so that
taking the job up again changes nothing twice.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import select, update
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.access.sessions import actor_of_account
from estate_app.db import UnitOfWork, exclusive, run_in_uow
from estate_app.errors import ConflictError, EstateError, InvalidError, NotFoundError
from estate_app.importing.mapping import plain
from estate_app.importing.models import ImportJob, ImportMapping, ImportStatus
from estate_app.importing.report import CellProblem, ImportKind, ImportReport
from estate_app.importing.service import LOADERS, guess_mapping, import_content
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.kit.spreadsheet import read_spreadsheet
from estate_app.kit.spreadsheet_marks import write_marked
from estate_app.notification.text import pack, unpack
from estate_app.property.models import Estate
from estate_app.property.queries import ensure_estate, in_scope

KEPT_PROBLEMS = 2_000
PROGRESS_EVERY = 2_000
OPEN = (ImportStatus.waiting, ImportStatus.checking, ImportStatus.writing)
BROWSER_KINDS = (
    ImportKind.rooms,
    ImportKind.people,
    ImportKind.meters,
    ImportKind.readings,
    ImportKind.arrears,
    ImportKind.parking,
)


def permission_of(kind: ImportKind) -> Permission:
    """What may be needed to import a kind."""
    return LOADERS[kind]().permission


def take_file(uow: UnitOfWork, actor: Actor, *, kind: ImportKind, estate_id: int, name: str, content: bytes) -> ImportJob:
    """Take a file in; one that cannot be read at all is kept as failed with the reason, so that the page can say it."""
    actor.require(permission_of(kind))
    ensure_estate(uow.session, actor, estate_id, permission_of(kind))
    job = ImportJob(
        kind=kind,
        estate_id=estate_id,
        file_name=name.strip()[-120:] or "?",
        content=content,
        sha256=sha256(content).hexdigest(),
        created_by=actor.id,
        created_at=uow.now,
    )
    try:
        titles, mapping = guess_mapping(kind, content, None)
        job.titles = titles
        known = uow.session.scalar(
            select(ImportMapping).where(col(ImportMapping.kind) == kind, col(ImportMapping.header_sha256) == _digest(titles))
        )
        job.mapping = dict(known.mapping) if known else mapping
    except InvalidError as error:
        job.status, job.failure, job.ended_at, job.content = ImportStatus.failed, pack(error.message), uow.now, b""
    uow.session.add(job)
    uow.flush()
    uow.notify("imports")
    return job


def choose_columns(uow: UnitOfWork, actor: Actor, *, job_id: int, mapping: Mapping[str, str]) -> ImportJob:
    """Say which column holds what, remember it for files with these titles, and check anew."""
    job = own_job(uow, actor, job_id)
    if job.status is not ImportStatus.checked:
        raise ConflictError(msg("This import is not waiting for a decision"))
    known = {plan.name for plan in LOADERS[job.kind]().fields}
    clean = {name: title for name, title in mapping.items() if name in known and title in job.titles}
    doubled = [title for title in clean.values() if list(clean.values()).count(title) > 1]
    if doubled:
        raise InvalidError(
            msg("The column {title} is chosen twice", title=doubled[0]), field=next(n for n, t in clean.items() if t == doubled[0])
        )
    digest = _digest(job.titles)
    known_row = uow.session.scalar(
        select(ImportMapping).where(col(ImportMapping.kind) == job.kind, col(ImportMapping.header_sha256) == digest)
    )
    if known_row is None:
        known_row = ImportMapping(kind=job.kind, header_sha256=digest, updated_at=uow.now)
        uow.session.add(known_row)
    known_row.mapping, known_row.updated_at = clean, uow.now
    job.mapping, job.status = clean, ImportStatus.waiting
    uow.flush()
    _tell(uow, job)
    return job


def begin_writing(uow: UnitOfWork, actor: Actor, *, job_id: int, skip_bad: bool) -> ImportJob:
    """Let a checked file be written: all of it, or its good rows only."""
    job = own_job(uow, actor, job_id)
    if job.status is not ImportStatus.checked:
        raise ConflictError(msg("This import is not waiting for a decision"))
    if job.bad_rows and not skip_bad:
        raise InvalidError(
            msg("{count} rows have errors; correct the file, or import the good rows only", count=job.bad_rows), field="skip_bad"
        )
    if job.bad_rows >= job.row_count:
        raise InvalidError(msg("No row can be taken; correct the file and upload it again"), field="skip_bad")
    job.status, job.is_skipping_bad, job.done_count = ImportStatus.writing, skip_bad, 0
    uow.flush()
    _tell(uow, job)
    return job


def discard_job(uow: UnitOfWork, actor: Actor, *, job_id: int) -> ImportJob:
    """Put a file aside before it is written."""
    job = own_job(uow, actor, job_id)
    if job.status not in {ImportStatus.checked, ImportStatus.waiting}:
        raise ConflictError(msg("This import is not waiting for a decision"))
    job.status, job.ended_at, job.content = ImportStatus.discarded, uow.now, b""
    _tell(uow, job)
    return job


def run_job(job_id: int) -> None:
    """Check or write a job outside any transaction of the caller's; a second process that runs it does nothing."""
    with exclusive(f"import:{job_id}") as got:
        if not got:
            return
        status = run_in_uow(_take_up, job_id)
        if status is None:
            return
        try:
            run_in_uow(_check if status is ImportStatus.checking else _write, job_id)
        except EstateError as error:
            run_in_uow(_fail, job_id, error.message)


def resume_imports() -> int:
    """Go on with jobs that a kill interrupted; returns how many there were."""
    found = run_in_uow(_open_jobs)
    for job_id in found:
        run_job(job_id)
    return len(found)


def own_job(uow: UnitOfWork, actor: Actor, job_id: int) -> ImportJob:
    """Lock a job within the actor's scope; a stranger gets a 404."""
    job = uow.session.get(ImportJob, job_id, with_for_update=True)
    if job is None:
        actor.require(Permission.property_edit, Permission.meters_edit, Permission.billing_run)
        raise NotFoundError
    actor.require(permission_of(job.kind))
    ensure_estate(uow.session, actor, job.estate_id, permission_of(job.kind))
    return job


def list_jobs(session: Session, actor: Actor, *, estate_id: int, page: PageRequest) -> Page[ImportJob]:
    """One page of an estate's imports that the actor may see, the newest first; without their contents."""
    actor.require(Permission.property_edit, Permission.meters_edit, Permission.billing_run)
    kinds = [kind for kind in BROWSER_KINDS if actor.can(permission_of(kind))]
    rights = [permission_of(kind) for kind in kinds]
    where = (
        col(ImportJob.estate_id) == estate_id,
        col(ImportJob.kind).in_(kinds),
        in_scope(actor, *rights, estate=col(ImportJob.estate_id)),
    )
    ids = list(session.scalars(select(col(ImportJob.id)).where(*where).order_by(col(ImportJob.id).desc())))
    wanted = ids[page.offset : page.offset + page.size]
    columns = [column for name, column in ImportJob.__table__.c.items() if name not in {"content", "problems"}]  # type: ignore[attr-defined]
    rows = session.execute(select(*columns).where(col(ImportJob.id).in_(wanted)).order_by(col(ImportJob.id).desc())).mappings()
    return Page(tuple(ImportJob(**dict(row), content=b"", problems=[]) for row in rows), len(ids), page)


def annotated(uow: UnitOfWork, actor: Actor, *, job_id: int, locale: str) -> tuple[str, bytes]:
    """The uploaded file as XLSX with every cell marked that could not be taken."""
    job = own_job(uow, actor, job_id)
    if not job.problems or not job.content:
        raise NotFoundError
    marks: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for problem in job.problems:
        message = problem["message"]
        text = translate(unpack(message), locale) if isinstance(message, dict) else ""
        marks.setdefault((str(problem["sheet"]), int(str(problem["row"]))), []).append((int(str(problem["column"])), text))
    title = translate(msg("What is wrong"), locale)
    name = job.file_name.rsplit(".", 1)[0]
    return f"{name}-{title}.xlsx", write_marked(read_spreadsheet(job.content), marks, title=title)


def _open_jobs(uow: UnitOfWork) -> list[int]:
    statement = select(col(ImportJob.id)).where(col(ImportJob.status).in_(OPEN)).order_by(col(ImportJob.id))
    return [job_id for job_id in uow.session.scalars(statement) if job_id]


def _take_up(uow: UnitOfWork, job_id: int) -> ImportStatus | None:
    job = uow.session.get(ImportJob, job_id, with_for_update=True)
    if job is None or job.status not in OPEN:
        return None
    if job.status is ImportStatus.waiting:
        job.status, job.done_count = ImportStatus.checking, 0
    _tell(uow, job)
    return job.status


def _check(uow: UnitOfWork, job_id: int) -> None:
    job, report = _run(uow, job_id, dry_run=True)
    job.problems = [_packed(problem) for problem in report.problems[:KEPT_PROBLEMS]]
    _count(job, report)
    job.status, job.is_known_file = ImportStatus.checked, report.is_known_file
    if not job.mapping:
        job.mapping = dict(report.mapping)
    _tell(uow, job)


def _write(uow: UnitOfWork, job_id: int) -> None:
    """Write and end in one transaction: there is no moment at which a part of the file is in."""
    job, report = _run(uow, job_id, dry_run=False)
    _count(job, report)
    if not report.is_written:
        # Something has changed since the check, so that rows are bad now: nobody agreed to leave those out.
        job.problems = [_packed(problem) for problem in report.problems[:KEPT_PROBLEMS]]
        job.status = ImportStatus.checked
    else:
        job.status, job.ended_at = ImportStatus.done, uow.now
    _tell(uow, job)


def _run(uow: UnitOfWork, job_id: int, *, dry_run: bool) -> tuple[ImportJob, ImportReport]:
    job = uow.session.get_one(ImportJob, job_id)
    actor = actor_of_account(uow, uow.session.get_one(Account, job.created_by))
    estate = uow.session.get_one(Estate, job.estate_id)
    shown = 0

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if done - shown >= PROGRESS_EVERY or done == total:
            shown = done
            run_in_uow(_progress, job_id, done, total)

    report = import_content(
        uow,
        actor,
        kind=job.kind,
        content=job.content,
        name=job.file_name,
        mapping=job.mapping or None,
        dry_run=dry_run,
        skip_bad=job.is_skipping_bad and not dry_run,
        progress=progress,
        estate=estate.code,
    )
    locked = uow.session.get_one(ImportJob, job_id, with_for_update=True, populate_existing=True)
    return locked, report


def _progress(uow: UnitOfWork, job_id: int, done: int, total: int) -> None:
    uow.session.execute(update(ImportJob).where(col(ImportJob.id) == job_id).values(done_count=done, row_count=total))
    uow.notify(f"import:{job_id}")


def _count(job: ImportJob, report: ImportReport) -> None:
    job.row_count, job.done_count = report.rows, report.rows
    job.added, job.changed, job.unchanged, job.bad_rows = report.added, report.changed, report.unchanged, report.bad_rows


def _fail(uow: UnitOfWork, job_id: int, message: Message) -> None:
    job = uow.session.get_one(ImportJob, job_id, with_for_update=True)
    job.status, job.failure, job.ended_at = ImportStatus.failed, pack(message), uow.now
    _tell(uow, job)


def _packed(problem: CellProblem) -> dict[str, object]:
    letters = "".join(char for char in problem.cell if char.isalpha())
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return {"sheet": problem.sheet, "row": problem.row, "cell": problem.cell, "column": column - 1, "message": pack(problem.message)}


def _digest(titles: Sequence[str]) -> str:
    return sha256("\n".join(sorted(plain(title) for title in titles if title)).encode()).hexdigest()


def _tell(uow: UnitOfWork, job: ImportJob) -> None:
    uow.notify(f"import:{job.id}")
    uow.notify("imports")
