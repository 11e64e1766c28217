"""Reads of the audit trail: the searchable list, and the last entries of one thing."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from estate_app.access.actor import Actor
from estate_app.access.models import AuditEntry
from estate_app.access.permission import Permission, Role
from estate_app.errors import ForbiddenError, NotFoundError
from estate_app.kit.pagination import Page, PageRequest


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to which thing, when and from where, and what it was before and after."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    entity: str
    entity_id: int
    address: str
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the list is narrowed to: `area` is what stands before the colon of an action; `until` is exclusive.

    `q` finds a person, an action, an address or, as a number, the id of a thing.
    """

    q: str = ""
    area: str = ""
    entity: str = ""
    entity_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_audit(session: Session, actor: Actor, *, filter: AuditFilter, page: PageRequest) -> Page[AuditRow]:
    """One page of the trail, newest first. Entries have no place, so only who reads everywhere may search them."""
    _require(actor)
    where = _where(filter)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*where)) or 0
    found = session.exec(select(AuditEntry).where(*where).order_by(col(AuditEntry.id).desc()).offset(page.offset).limit(page.size))
    return Page(tuple(map(_row, found)), total, page)


def get_entry(session: Session, actor: Actor, entry_id: int) -> AuditRow:
    """One entry."""
    _require(actor)
    entry = session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFoundError
    return _row(entry)


def list_areas(session: Session, actor: Actor) -> list[str]:
    """The areas that occur in the trail, for the filter."""
    _require(actor)
    area = func.split_part(col(AuditEntry.action), ":", 1)
    return list(session.exec(select(area).group_by(area).order_by(area)))


def entries_of(session: Session, actor: Actor, *, entity: str, entity_id: int, limit: int = 3) -> list[AuditRow]:
    """The last entries of one thing, for the strip at its foot; the caller has read the thing within the actor's scope."""
    if actor.role is not Role.manager and not actor.is_system:
        raise ForbiddenError
    found = session.exec(
        select(AuditEntry)
        .where(AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    )
    return [_row(entry) for entry in found]


def _require(actor: Actor) -> None:
    actor.require(Permission.audit_read)
    if not actor.scope(Permission.audit_read).is_everywhere:
        raise ForbiddenError


def _where(filter: AuditFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.q:
        q = filter.q
        named = [col(column).icontains(q, autoescape=True) for column in (AuditEntry.actor_name, AuditEntry.action, AuditEntry.address)]
        number = [col(AuditEntry.entity_id) == int(q)] if q.isascii() and q.isdigit() and len(q) < 19 else []
        where.append(or_(*named, *number))
    if filter.area:
        where.append(col(AuditEntry.action).startswith(f"{filter.area}:", autoescape=True))
    if filter.entity:
        where.append(col(AuditEntry.entity) == filter.entity)
    if filter.entity_id is not None:
        where.append(col(AuditEntry.entity_id) == filter.entity_id)
    if filter.since is not None:
        where.append(col(AuditEntry.at) >= filter.since)
    if filter.until is not None:
        where.append(col(AuditEntry.at) < filter.until)
    return where


def _row(entry: AuditEntry) -> AuditRow:
    return AuditRow(
        id=entry.id,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        action=entry.action,
        entity=entry.entity,
        entity_id=entry.entity_id,
        address=entry.address,
        before=entry.before,
        after=entry.after,
    )
