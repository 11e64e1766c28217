"""A file of everything that the house keeps of a person: asked for, made beside the page, given out through a link that expires."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.access.sessions import actor_of_account
from estate_app.db import UnitOfWork, exclusive, run_in_uow
from estate_app.errors import NotFoundError, TooManyError
from estate_app.kit.clock import local
from estate_app.kit.crypto import is_signed, new_token, sign
from estate_app.kit.i18n import LOCALES, msg, translate
from estate_app.kit.spreadsheet_out import Column, Table, Value, write_xlsx
from estate_app.media.store import remove, write_all
from estate_app.notification.service import tell
from estate_app.personal.collect import SHEETS, Sheet, named
from estate_app.personal.models import DataExport, ExportStatus
from estate_app.personal.rules import EXPORTS_PER_DAY, FILE_LIFE, LINK_LIFE
from estate_app.personal.words import Coded
from estate_app.settings import settings

_OPEN = (ExportStatus.waiting, ExportStatus.working)
Collected = list[tuple[Sheet, list[Sequence[object]]]]


def ask_export(uow: UnitOfWork, actor: Actor, *, locale: str = "zh") -> DataExport:
    """Ask for the file; one that is being made is given back as it is.

    Raises:
        TooManyError: three were asked for within a day.
    """
    actor.require(Permission.own_account)
    uow.session.get_one(Account, actor.id, with_for_update=True)
    own = DataExport.account_id == actor.id
    running = uow.session.exec(select(DataExport).where(own, col(DataExport.status).in_(_OPEN))).first()
    if running is not None:
        return running
    today = select(func.count()).select_from(DataExport).where(own, DataExport.created_at > uow.now - timedelta(days=1))
    if (uow.session.scalar(today) or 0) >= EXPORTS_PER_DAY:
        raise TooManyError(msg("You have asked for {count} files today. Ask again tomorrow", count=EXPORTS_PER_DAY), retry_after=86_400)
    row = DataExport(account_id=actor.id, locale=locale if locale in LOCALES else "zh", created_at=uow.now)
    uow.session.add(row)
    uow.flush()
    record(uow, actor, "account:ask_export", "account", actor.id)
    _notify(uow, row)
    return row


def latest_export(session: Session, actor: Actor) -> DataExport | None:
    """The actor's last file, whatever became of it."""
    actor.require(Permission.own_account)
    own = select(DataExport).where(DataExport.account_id == actor.id)
    return session.exec(own.order_by(col(DataExport.id).desc()).limit(1)).first()


def make_exports() -> int:
    """Make every file that waits, or that a kill left half made; answers how many."""
    return sum(make_export(export_id) for export_id in run_in_uow(_waiting))


def make_export(export_id: int) -> bool:
    """Make one file, sheet by sheet with its progress kept; a second process that tries does nothing."""
    with exclusive(f"data_export:{export_id}") as got:
        if not got or not run_in_uow(_take_up, export_id):
            return False
        try:
            collected = [(sheet, run_in_uow(_read, export_id, sheet, number)) for number, sheet in enumerate(SHEETS, 1)]
            run_in_uow(_finish, export_id, collected)
        except Exception:
            run_in_uow(_fail, export_id)
            raise
    return True


def drop_old_exports(uow: UnitOfWork) -> int:
    """Delete files whose days are over; answers how many."""
    old = select(DataExport).where(DataExport.status == ExportStatus.ready, col(DataExport.expires_at) < uow.now)
    rows = uow.session.exec(old.with_for_update(skip_locked=True)).all()
    for row in rows:
        _drop(uow, row)
    return len(rows)


def drop_exports(uow: UnitOfWork, account_id: int) -> None:
    """Delete every file of an account, as when it is given up."""
    for row in uow.session.exec(select(DataExport).where(DataExport.account_id == account_id).with_for_update()):
        _drop(uow, row)


def signed_link(row: DataExport, now: datetime) -> str:
    """A link to a file that is ready, good for an hour."""
    expires = int((now + LINK_LIFE).timestamp())
    return f"/personal/{row.id}.zip?e={expires}&s={sign(settings().secret, 'personal', row.id, expires)}"


def open_link(session: Session, *, export_id: int, expires: str, signature: str, now: datetime) -> tuple[str, bytes]:
    """The name and the bytes of the file of a link; a forged or expired one, and a file that is gone, lead nowhere."""
    is_number = expires.isascii() and expires.isdigit() and len(expires) <= 12
    if not is_number or not is_signed(settings().secret, signature, "personal", export_id, int(expires)):
        raise NotFoundError
    row = session.get(DataExport, export_id)
    is_over = datetime.fromtimestamp(int(expires), UTC) < now or (row is not None and row.expires_at is not None and row.expires_at < now)
    if row is None or row.status is not ExportStatus.ready or is_over or not _path(row).is_file():
        raise NotFoundError(msg("This link has expired; open the page again"))
    return f"{local(row.created_at):%Y-%m-%d}-{row.id}.zip", _path(row).read_bytes()


def _waiting(uow: UnitOfWork) -> list[int]:
    return list(uow.session.exec(select(DataExport.id).where(col(DataExport.status).in_(_OPEN)).order_by(col(DataExport.id)).limit(20)))


def _take_up(uow: UnitOfWork, export_id: int) -> bool:
    row = uow.session.get(DataExport, export_id, with_for_update=True)
    if row is None or row.status not in _OPEN:
        return False
    row.status, row.percent = ExportStatus.working, 0
    _notify(uow, row)
    return True


def _read(uow: UnitOfWork, export_id: int, sheet: Sheet, number: int) -> list[Sequence[object]]:
    row = uow.session.get_one(DataExport, export_id)
    actor = actor_of_account(uow, uow.session.get_one(Account, row.account_id))
    rows = list(sheet.read(uow, actor, row.locale)) if sheet.is_for(actor) else []
    row.percent = number * 90 // len(SHEETS)
    _notify(uow, row)
    return rows


def _finish(uow: UnitOfWork, export_id: int, collected: Collected) -> None:
    row = uow.session.get_one(DataExport, export_id, with_for_update=True)
    content = _zip(collected, row.locale, uow.now)
    row.file_name, row.size_bytes = f"{row.id}-{new_token()[:24]}.zip", len(content)
    write_all({_path(row): content})
    row.status, row.percent, row.ready_at, row.expires_at = ExportStatus.ready, 100, uow.now, uow.now + FILE_LIFE
    body = msg("Take it within {days} days", days=FILE_LIFE.days)
    tell(uow, [row.account_id], event="export_ready", title=msg("The file of your data is ready"), body=body, link="/me/data")
    _notify(uow, row)


def _fail(uow: UnitOfWork, export_id: int) -> None:
    row = uow.session.get_one(DataExport, export_id, with_for_update=True)
    row.status = ExportStatus.failed
    _notify(uow, row)


def _drop(uow: UnitOfWork, row: DataExport) -> None:
    if row.file_name:
        uow.after_commit(partial(remove, _path(row)))
    row.status, row.file_name, row.size_bytes = ExportStatus.expired, "", 0
    _notify(uow, row)


def _zip(collected: Collected, locale: str, now: datetime) -> bytes:
    """The same content twice: a spreadsheet to read, and JSON for programs (codes, fen, UTC)."""
    data = {sheet.name: [{name: _code(value) for name, value in named(sheet, row).items()} for row in rows] for sheet, rows in collected}
    tables = [
        Table(
            translate(sheet.title, locale),
            [Column(translate(title, locale), kind) for _, title, kind in sheet.columns],
            [[_said(value, locale) for value in row] for row in rows],
        )
        for sheet, rows in collected
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.xlsx", write_xlsx(tables, made_at=now))
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
    return out.getvalue()


def _code(value: object) -> object:
    if isinstance(value, Coded):
        return value.code
    return value.isoformat() if isinstance(value, datetime | date) else value


def _said(value: object, locale: str) -> Value:
    return translate(value.text, locale) if isinstance(value, Coded) else value  # type: ignore[return-value]  # sheets hold values


def _path(row: DataExport) -> Path:
    return settings().var_dir / "personal" / row.file_name


def _notify(uow: UnitOfWork, row: DataExport) -> None:
    uow.notify(f"data_export:{row.account_id}")
