"""Disclosing an estate's public income: drafted by one manager, published by another, corrected by a new version, never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.feedback.disclosure_models import Disclosure, DisclosureLine, DisclosureStatus, Side
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaUse
from estate_app.media.service import attach
from estate_app.notification.service import tell
from estate_app.property.people import accounts_of_estate
from estate_app.property.queries import ensure_estate

ENTITY = "disclosure"
MAX_LINES, MAX_NAME, MAX_NOTE, MAX_REMARK, MAX_PHOTOS = 40, 60, 500, 200, 9
MAX_FEN = 100_000_000_000
# PostgreSQL takes 65,535 parameters in one statement.
_AT_ONCE = 2000
_DO = Permission.announce


@dataclass(frozen=True, slots=True)
class Line:
    """One item of income or spending, in fen."""

    side: Side
    name: str
    amount_fen: int
    note: str = ""


def quarter_start(day: date) -> date:
    """The first day of the quarter of a date."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def open_draft(uow: UnitOfWork, actor: Actor, *, estate_id: int, quarter_on: date) -> Disclosure:
    """The draft of a quarter: the one there is, or a new one, which corrects what is published by starting from its lines.

    Raises:
        InvalidError: the quarter has not begun yet.
        NotFoundError: the estate is out of scope.
    """
    actor.require(_DO)
    ensure_estate(uow.session, actor, estate_id, _DO)
    quarter = quarter_start(quarter_on)
    if quarter > business_date(uow.now):
        raise InvalidError(msg("This quarter has not begun yet"), field="quarter")
    of_quarter = (Disclosure.estate_id == estate_id, Disclosure.quarter_on == quarter)
    known = uow.session.exec(select(Disclosure).where(*of_quarter, Disclosure.status == DisclosureStatus.draft)).first()
    if known is not None:
        return known
    newest = uow.session.exec(select(Disclosure).where(*of_quarter).order_by(col(Disclosure.version).desc()).limit(1)).first()
    row = Disclosure(
        estate_id=estate_id, quarter_on=quarter, version=newest.version + 1 if newest else 1, drafted_by=actor.id, drafted_at=uow.now
    )
    uow.session.add(row)
    uow.flush()
    if newest is not None:
        _write(uow, row, _lines(uow, newest))
    record(uow, actor, "disclosure:draft", ENTITY, row.id, after={"quarter": quarter.isoformat(), "version": row.version})
    uow.notify("disclosures")
    return row


def save_draft(
    uow: UnitOfWork, actor: Actor, *, disclosure_id: int, lines: Sequence[Line], note: str = "", photo_ids: Sequence[str] = ()
) -> Disclosure:
    """Write the lines of a draft anew; whoever writes them last is its drafter, and another has to publish it.

    Raises:
        ConflictError: it is published; correct it by a new version.
        InvalidError: too many lines, a line without a name or with an amount that is none.
    """
    row = _own_draft(uow, actor, disclosure_id)
    if len(lines) > MAX_LINES:
        raise InvalidError(msg("Write at most {count} items", count=MAX_LINES), field="lines")
    if len(note.strip()) > MAX_NOTE:
        raise InvalidError(msg("Write at most {count} characters", count=MAX_NOTE), field="note")
    for line in lines:
        _ensure_good(line)
    uow.session.execute(delete(DisclosureLine).where(col(DisclosureLine.disclosure_id) == row.id))
    _write(uow, row, lines)
    row.note, row.drafted_by, row.drafted_at = note.strip(), actor.id, uow.now
    attach(uow, actor, file_ids=photo_ids, to=ENTITY, to_id=row.id, use=MediaUse.report, max_photos=MAX_PHOTOS, max_videos=0)
    totals: dict[str, object] = {f"{side.value}_fen": sum(line.amount_fen for line in lines if line.side is side) for side in Side}
    record(uow, actor, "disclosure:save", ENTITY, row.id, after=totals | {"lines": len(lines)})
    uow.notify("disclosures")
    uow.flush()
    return row


def put_line(uow: UnitOfWork, actor: Actor, *, disclosure_id: int, line: Line, position: int | None = None) -> None:
    """Add an item to a draft, or change the one at a position; the others stay."""
    row = _own_draft(uow, actor, disclosure_id)
    lines = _lines(uow, row)
    if position is None:
        lines.append(line)
    elif 1 <= position <= len(lines):
        lines[position - 1] = line
    else:
        raise NotFoundError
    save_draft(uow, actor, disclosure_id=disclosure_id, lines=lines, note=row.note)


def remove_line(uow: UnitOfWork, actor: Actor, *, disclosure_id: int, position: int) -> None:
    """Take an item out of a draft."""
    row = _own_draft(uow, actor, disclosure_id)
    lines = _lines(uow, row)
    if not 1 <= position <= len(lines):
        raise NotFoundError
    del lines[position - 1]
    save_draft(uow, actor, disclosure_id=disclosure_id, lines=lines, note=row.note)


def save_note(uow: UnitOfWork, actor: Actor, *, disclosure_id: int, note: str, photo_ids: Sequence[str] = ()) -> None:
    """Keep the remarks of a draft, and add documents."""
    row = _own_draft(uow, actor, disclosure_id)
    save_draft(uow, actor, disclosure_id=disclosure_id, lines=_lines(uow, row), note=note, photo_ids=photo_ids)


def publish_disclosure(uow: UnitOfWork, actor: Actor, *, disclosure_id: int) -> Disclosure:
    """Publish what another has drafted; the version before it is kept as replaced, and every resident of the estate is told.

    Raises:
        ConflictError: the actor drafted it, it is published already, or it has no line.
    """
    row = _own_draft(uow, actor, disclosure_id)
    if row.drafted_by == actor.id:
        raise ConflictError(msg("You wrote this draft. Another person has to check and publish it"))
    count = uow.session.scalar(select(func.count()).select_from(DisclosureLine).where(DisclosureLine.disclosure_id == row.id))
    if not count:
        raise ConflictError(msg("The draft has no items yet"))
    published = (
        Disclosure.estate_id == row.estate_id,
        Disclosure.quarter_on == row.quarter_on,
        Disclosure.status == DisclosureStatus.published,
    )
    before = uow.session.exec(select(Disclosure).where(*published).with_for_update()).first()
    if before is not None:
        before.status = DisclosureStatus.replaced
        uow.flush()
    row.status, row.published_by, row.published_at = DisclosureStatus.published, actor.id, uow.now
    uow.flush()
    fact: dict[str, object] = {"version": row.version, "replaces": before.id if before else None}
    record(uow, actor, "disclosure:publish", ENTITY, row.id, after=fact)
    _tell(uow, row)
    uow.notify("disclosures")
    return row


def discard_draft(uow: UnitOfWork, actor: Actor, *, disclosure_id: int) -> None:
    """Throw a draft away; what is published stays."""
    row = _own_draft(uow, actor, disclosure_id)
    record(uow, actor, "disclosure:discard", ENTITY, row.id, before={"quarter": row.quarter_on.isoformat(), "version": row.version})
    uow.session.execute(delete(DisclosureLine).where(col(DisclosureLine.disclosure_id) == row.id))
    uow.session.delete(row)
    uow.flush()
    uow.notify("disclosures")


def _own_draft(uow: UnitOfWork, actor: Actor, disclosure_id: int) -> Disclosure:
    actor.require(_DO)
    row = uow.session.get(Disclosure, disclosure_id, with_for_update=True, populate_existing=True)
    if row is None or not actor.scope(_DO).covers(estate_id=row.estate_id):
        raise NotFoundError
    if row.status is not DisclosureStatus.draft:
        raise ConflictError(msg("This is published. Correct it by a new version"))
    return row


def _lines(uow: UnitOfWork, row: Disclosure) -> list[Line]:
    of_version = select(DisclosureLine).where(DisclosureLine.disclosure_id == row.id).order_by(col(DisclosureLine.position))
    return [Line(one.side, one.name, one.amount_fen, one.note) for one in uow.session.exec(of_version)]


def _write(uow: UnitOfWork, row: Disclosure, lines: Sequence[Line]) -> None:
    for position, line in enumerate(lines, 1):
        name, note = line.name.strip(), line.note.strip()
        written = DisclosureLine(
            disclosure_id=row.id, position=position, side=line.side, name=name, amount_fen=line.amount_fen, note=note
        )  # fmt: skip
        uow.session.add(written)
    uow.flush()


def _ensure_good(line: Line) -> None:
    if not 1 <= len(line.name.strip()) <= MAX_NAME:
        raise InvalidError(msg("Write what it is, at most {count} characters", count=MAX_NAME), field="name")
    if not 0 < line.amount_fen <= MAX_FEN:
        raise InvalidError(msg("Write an amount above zero"), field="amount")
    if len(line.note.strip()) > MAX_REMARK:
        raise InvalidError(msg("Write at most {count} characters", count=MAX_REMARK), field="note")


def _tell(uow: UnitOfWork, row: Disclosure) -> None:
    readers = accounts_of_estate(uow.session, row.estate_id, business_date(uow.now))
    quarter = {"year": row.quarter_on.year, "quarter": (row.quarter_on.month + 2) // 3}
    title = msg("Public income of quarter {quarter} of {year} is published", **quarter)
    body = msg("See what the common ground brought in and what was spent") if row.version == 1 else msg("The figures were corrected")
    for start in range(0, len(readers), _AT_ONCE):
        some = readers[start : start + _AT_ONCE]
        tell(uow, some, event="disclosure", title=title, body=body, link=f"/income/{row.id}", dedupe=f"disclosure:{row.id}")
