"""Reads of own data's page, and of the deletions that are coming for managers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission, Role
from estate_app.access.rules import masked_phone
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.personal.blockers import Blocker, blockers
from estate_app.personal.export import latest_export, signed_link
from estate_app.personal.models import Erasure, ErasureStatus, ExportStatus
from estate_app.property.forget import accounts_within


@dataclass(frozen=True, slots=True)
class ExportView:
    """The last file of own data; `link` is good for an hour, and empty unless the file is ready."""

    id: int
    status: ExportStatus
    percent: int
    size_bytes: int
    created_at: datetime
    expires_at: datetime | None
    link: str


@dataclass(frozen=True, slots=True)
class ErasureView:
    """Where one's wish to be forgotten stands, and what is in the way of it; `can_ask` is false for staff."""

    can_ask: bool
    status: ErasureStatus | None
    asked_at: datetime | None
    due_at: datetime | None
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One wish as managers see it; of somebody who is gone the name is gone, too."""

    id: int
    name: str
    phone: str
    status: ErasureStatus
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None


def own_export(session: Session, actor: Actor, *, now: datetime) -> ExportView | None:
    """The actor's last file of own data."""
    row = latest_export(session, actor)
    if row is None:
        return None
    is_ready = row.status is ExportStatus.ready and row.expires_at is not None and row.expires_at > now
    status = ExportStatus.expired if row.status is ExportStatus.ready and not is_ready else row.status
    link = signed_link(row, now) if is_ready else ""
    return ExportView(row.id, status, row.percent, row.size_bytes, row.created_at, row.expires_at, link)


def own_erasure(session: Session, actor: Actor, *, now: datetime) -> ErasureView:
    """Where the actor's own wish stands."""
    actor.require(Permission.own_account)
    if actor.role is not Role.resident:
        return ErasureView(can_ask=False, status=None, asked_at=None, due_at=None, blockers=())
    newest = select(Erasure).where(Erasure.account_id == actor.id).order_by(col(Erasure.id).desc()).limit(1)
    row = session.exec(newest).first()
    in_the_way = tuple(blockers(session, actor, business_date(now)))
    if row is None:
        return ErasureView(can_ask=True, status=None, asked_at=None, due_at=None, blockers=in_the_way)
    return ErasureView(can_ask=True, status=row.status, asked_at=row.asked_at, due_at=row.due_at, blockers=in_the_way)


def list_erasures(session: Session, actor: Actor, *, page: PageRequest) -> Page[ErasureRow]:
    """One page of deletions in the actor's estates: what is coming first, by its day, then what is over."""
    actor.require(Permission.property_edit)
    scope = actor.scope(Permission.property_edit)
    where = [] if scope.is_everywhere else [col(Erasure.account_id).in_(accounts_within(actor, Permission.property_edit))]
    total = session.scalar(select(func.count()).select_from(Erasure).where(*where)) or 0
    order = ((col(Erasure.status) == ErasureStatus.cooling).desc(), col(Erasure.due_at).desc(), col(Erasure.id).desc())
    rows = session.exec(select(Erasure).where(*where).order_by(*order).offset(page.offset).limit(page.size)).all()
    known = people(session, [row.account_id for row in rows])
    is_open = actor.can(Permission.phones_read)
    return Page(tuple(_row(row, known[row.account_id].name, known[row.account_id].phone, is_open) for row in rows), total, page)


def _row(row: Erasure, name: str, phone: str, is_open: bool) -> ErasureRow:  # noqa: FBT001
    shown = phone if is_open or not phone else masked_phone(phone)
    return ErasureRow(row.id, name, shown, row.status, row.asked_at, row.due_at, row.ended_at)
