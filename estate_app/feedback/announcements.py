"""Announcements: what the estate tells its residents; publishing puts a notice into every resident's inbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.feedback.models import Announcement
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.notification.service import tell
from estate_app.property.people import accounts_of_estate
from estate_app.property.queries import ensure_estate, own_rooms, visible_estates

TAGS = ("notice", "water", "power", "lift", "safety", "activity")
"""What an announcement is about; pages say the word."""
MAX_TITLE, MAX_BODY = 80, 2000
# PostgreSQL takes 65,535 parameters in one statement.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """One announcement; without an estate it speaks to all."""

    id: int
    estate_id: int | None
    tag: str
    title: str
    body: str
    happens_at: datetime | None
    ends_at: datetime | None
    is_pinned: bool
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be announced; `happens_at` and `ends_at` say when it concerns people, such as a water cut."""

    title: str
    body: str
    tag: str = "notice"
    estate_id: int | None = None
    happens_at: datetime | None = None
    ends_at: datetime | None = None
    is_pinned: bool = False


def list_announcements(session: Session, actor: Actor, *, now: datetime, page: PageRequest, q: str = "") -> Page[AnnouncementRow]:
    """One page of what concerns the actor: pinned first, then the newest. Residents see the estates of their rooms."""
    where = [_seen_by(session, actor, now)]
    if q:
        where.append(or_(col(Announcement.title).icontains(q, autoescape=True), col(Announcement.body).icontains(q, autoescape=True)))
    total = session.scalar(select(func.count()).select_from(Announcement).where(*where)) or 0
    order = (col(Announcement.is_pinned).desc(), col(Announcement.published_at).desc(), col(Announcement.id).desc())
    found = session.exec(select(Announcement).where(*where).order_by(*order).offset(page.offset).limit(page.size))
    return Page(tuple(map(_row, found)), total, page)


def publish_announcement(uow: UnitOfWork, actor: Actor, draft: Draft) -> Announcement:
    """Publish to one estate, or to all where the actor announces everywhere, and tell every resident there."""
    actor.require(Permission.announce)
    _ensure_place(uow.session, actor, draft.estate_id)
    _ensure_good(draft)
    row = Announcement(
        estate_id=draft.estate_id,
        tag=draft.tag,
        title=draft.title.strip(),
        body=draft.body.strip(),
        happens_at=draft.happens_at,
        ends_at=draft.ends_at,
        is_pinned=draft.is_pinned,
        published_at=uow.now,
    )
    uow.session.add(row)
    uow.flush()
    readers = accounts_of_estate(uow.session, draft.estate_id, business_date(uow.now))
    for start in range(0, len(readers), _AT_ONCE):
        tell(
            uow,
            readers[start : start + _AT_ONCE],
            event="announcement",
            title=msg("{text}", text=row.title),
            body=msg("{text}", text=row.body[:200]),
            link="/notices",
            dedupe=f"announcement:{row.id}",
        )
    record(uow, actor, "announcement:publish", "announcement", row.id, after={"title": row.title, "readers": len(readers)})
    return row


def pin_announcement(uow: UnitOfWork, actor: Actor, *, announcement_id: int, is_pinned: bool) -> None:
    """Keep an announcement on top, or let it take its place again."""
    row = _own(uow, actor, announcement_id)
    if row.is_pinned != is_pinned:
        record(uow, actor, "announcement:pin", "announcement", row.id, before={"is_pinned": row.is_pinned}, after={"is_pinned": is_pinned})
        row.is_pinned = is_pinned


def withdraw_announcement(uow: UnitOfWork, actor: Actor, *, announcement_id: int) -> None:
    """Take an announcement off the board; what is in the inboxes stays there."""
    row = _own(uow, actor, announcement_id)
    record(uow, actor, "announcement:withdraw", "announcement", row.id, before={"title": row.title, "estate_id": row.estate_id})
    uow.session.delete(row)
    uow.flush()


def _seen_by(session: Session, actor: Actor, now: datetime) -> ColumnElement[bool]:
    everywhere = col(Announcement.estate_id).is_(None)
    published = col(Announcement.published_at) <= now
    if actor.role is Role.resident:
        actor.require(Permission.own_account)
        estates = {room.estate_id for room in own_rooms(session, actor, business_date(now))}
    else:
        actor.require(Permission.announce, Permission.notices_read)
        estates = {estate.id for estate in visible_estates(session, actor, Permission.announce, Permission.notices_read)}
    return published & or_(everywhere, col(Announcement.estate_id).in_(estates))


def _ensure_place(session: Session, actor: Actor, estate_id: int | None) -> None:
    if estate_id is not None:
        ensure_estate(session, actor, estate_id, Permission.announce)
    elif not actor.scope(Permission.announce).is_everywhere:
        raise InvalidError(msg("Choose an estate that you look after"), field="estate")


def _ensure_good(draft: Draft) -> None:
    if not 2 <= len(draft.title.strip()) <= MAX_TITLE:
        raise InvalidError(msg("Write a title of 2 to {count} characters", count=MAX_TITLE), field="title")
    if not 1 <= len(draft.body.strip()) <= MAX_BODY:
        raise InvalidError(msg("Write what people should know, at most {count} characters", count=MAX_BODY), field="body")
    if draft.tag not in TAGS:
        raise InvalidError(msg("Choose what it is about"), field="tag")
    if draft.ends_at is not None and (draft.happens_at is None or draft.ends_at <= draft.happens_at):
        raise InvalidError(msg("The end must be later than the beginning"), field="ends")


def _own(uow: UnitOfWork, actor: Actor, announcement_id: int) -> Announcement:
    actor.require(Permission.announce)
    row = uow.session.get(Announcement, announcement_id, with_for_update=True)
    if row is None or not actor.scope(Permission.announce).covers(estate_id=row.estate_id):
        raise NotFoundError
    return row


def _row(row: Announcement) -> AnnouncementRow:
    return AnnouncementRow(
        row.id, row.estate_id, row.tag, row.title, row.body, row.happens_at, row.ends_at, row.is_pinned, row.published_at
    )
