"""Reads of the inbox (one's own) and of the outbox's log (managers)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.errors import NotFoundError
from estate_app.kit.i18n import Message
from estate_app.kit.pagination import Page, PageRequest
from estate_app.notification.models import InboxItem, NoticeChannel, OutboxMessage, OutboxState, SendAttempt
from estate_app.notification.text import unpack


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One notice."""

    id: int
    event: str
    title: Message
    body: Message
    link: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message of the log, without its text: codes and names stay with the receiver."""

    id: int
    event: str
    channel: NoticeChannel
    address: str
    state: OutboxState
    tries: int
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to send."""

    at: datetime
    is_sent: bool
    detail: str


@dataclass(frozen=True, slots=True)
class OutboxFilter:
    """What the log is narrowed to."""

    state: OutboxState | None = None
    channel: NoticeChannel | None = None
    event: str = ""


def list_inbox(session: Session, actor: Actor, *, page: PageRequest, unread_only: bool = False) -> Page[InboxRow]:
    """One page of the actor's notices, newest first."""
    actor.require(Permission.own_account)
    where = [col(InboxItem.account_id) == actor.id]
    if unread_only:
        where.append(col(InboxItem.read_at).is_(None))
    total = session.scalar(select(func.count()).select_from(InboxItem).where(*where)) or 0
    found = session.exec(select(InboxItem).where(*where).order_by(col(InboxItem.id).desc()).offset(page.offset).limit(page.size))
    return Page(tuple(map(_inbox_row, found)), total, page)


def inbox_before(session: Session, actor: Actor, *, before: int | None, size: int, unread_only: bool = False) -> list[InboxRow]:
    """At most `size` of the actor's notices that are older than a given one, newest first."""
    actor.require(Permission.own_account)
    query = select(InboxItem).where(col(InboxItem.account_id) == actor.id)
    if before is not None:
        query = query.where(col(InboxItem.id) < before)
    if unread_only:
        query = query.where(col(InboxItem.read_at).is_(None))
    return [_inbox_row(item) for item in session.exec(query.order_by(col(InboxItem.id).desc()).limit(size))]


def count_unread(session: Session, actor: Actor) -> int:
    """How many notices the actor has not read."""
    actor.require(Permission.own_account)
    query = select(func.count()).select_from(InboxItem).where(col(InboxItem.account_id) == actor.id, col(InboxItem.read_at).is_(None))
    return session.scalar(query) or 0


def list_outbox(session: Session, actor: Actor, *, filter: OutboxFilter, page: PageRequest) -> Page[OutboxRow]:
    """One page of the sending log, newest first; numbers are masked without `phone:read`."""
    actor.require(Permission.notices_read)
    where = [
        column == value
        for column, value in (
            (col(OutboxMessage.state), filter.state),
            (col(OutboxMessage.channel), filter.channel),
            (col(OutboxMessage.event), filter.event or None),
        )
        if value is not None
    ]
    total = session.scalar(select(func.count()).select_from(OutboxMessage).where(*where)) or 0
    found = session.exec(select(OutboxMessage).where(*where).order_by(col(OutboxMessage.id).desc()).offset(page.offset).limit(page.size))
    is_open = actor.can(Permission.phones_read)
    return Page(tuple(_outbox_row(message, is_open=is_open) for message in found), total, page)


def list_attempts(session: Session, actor: Actor, *, message_id: int) -> list[AttemptRow]:
    """Every attempt to send one message, oldest first."""
    actor.require(Permission.notices_read)
    if session.get(OutboxMessage, message_id) is None:
        raise NotFoundError
    found = session.exec(select(SendAttempt).where(col(SendAttempt.message_id) == message_id).order_by(col(SendAttempt.id)))
    return [AttemptRow(attempt.at, attempt.is_sent, attempt.detail) for attempt in found]


def _inbox_row(item: InboxItem) -> InboxRow:
    return InboxRow(item.id or 0, item.event, unpack(item.title), unpack(item.body), item.link, item.created_at, item.read_at is not None)


def _outbox_row(message: OutboxMessage, *, is_open: bool) -> OutboxRow:
    return OutboxRow(
        message.id or 0,
        message.event,
        message.channel,
        message.address if is_open else masked_phone(message.address),
        message.state,
        message.tries,
        message.created_at,
        message.sent_at,
        message.next_try_at,
        message.error,
    )


@dataclass(frozen=True, slots=True)
class ToldState:
    """What became of one notice to one person: read in the app or not, and where its SMS stands (None: there was none)."""

    is_read: bool
    sms: OutboxState | None


def told_states(session: Session, keys: Collection[str]) -> dict[str, ToldState]:
    """What became of notices, by `dedupe:account` as `tell` wrote them; the caller has checked who may ask."""
    read = dict(
        session.execute(select(InboxItem.dedupe_key, col(InboxItem.read_at).is_not(None)).where(col(InboxItem.dedupe_key).in_(keys))).all()
    )
    wanted = {f"sms:{key}": key for key in keys}
    sent = session.execute(select(OutboxMessage.dedupe_key, OutboxMessage.state).where(col(OutboxMessage.dedupe_key).in_(wanted))).all()
    sms = {wanted[key]: state for key, state in sent}
    return {key: ToldState(bool(read[key]), sms.get(key)) for key in keys if key in read}
