"""Tells people things: an inbox item and, where asked, a message to be sent outside, in the transaction that causes them."""

from collections.abc import Iterable

from psycopg.types.json import Jsonb
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, NotFoundError
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import DEFAULT_LOCALE, Message, msg
from estate_app.notification.models import InboxItem, NoticeChannel, OutboxMessage, OutboxState
from estate_app.notification.people import Contact, contacts
from estate_app.notification.preferences import sms_wanted
from estate_app.notification.rules import SECRET_EVENTS
from estate_app.notification.subscribe import queue_subscribe, topic_of
from estate_app.notification.text import pack
from estate_app.prepared import Prepared, Row

SENDER_TOPIC = "outbox"
"""The live topic that says that something waits to be sent."""
_TELL = Prepared(
    text(
        "WITH told AS ("
        " INSERT INTO inbox_item (account_id, event, title, body, link, dedupe_key, created_at)"
        " SELECT id, :event, CAST(:title AS jsonb), CAST(:body AS jsonb), :link, CAST(:dedupe AS text) || ':' || id,"
        " CAST(:at AS timestamptz)"
        " FROM account WHERE id = ANY(:ids) AND is_active ORDER BY id"
        " ON CONFLICT (dedupe_key) DO NOTHING RETURNING account_id)"
        " SELECT account_id, EXISTS (SELECT 1 FROM subscribe_grant g WHERE g.account_id = told.account_id)"
        " OR EXISTS (SELECT 1 FROM notice_choice c WHERE c.account_id = told.account_id AND c.is_on AND c.channel = 'sms') FROM told"
    )
)
"""Finds out who is active and tells them in one statement, since nearly every change runs it; and says who may want it elsewhere too."""


def tell(
    uow: UnitOfWork,
    account_ids: Iterable[int],
    *,
    event: str,
    title: Message,
    body: Message,
    link: str = "",
    sms: bool = False,
    urgent: bool = False,
    dedupe: str = "",
) -> None:
    """Put a notice into people's inboxes and, as each person wishes, into the outbox; the same `dedupe` reaches a person once.

    The notices are written with what the session has waiting, those of a transaction in one round trip.
    With `sms` everybody gets an SMS whatever he wishes: for what must reach people. `link` is a local path. `urgent` passes the
    quiet hours. Whoever is not active any more is left out.
    """
    ids = sorted(set(account_ids))
    if not ids:
        return
    item = {"event": event, "title": Jsonb(pack(title)), "body": Jsonb(pack(body)), "link": link, "dedupe": dedupe or None, "at": uow.now}

    def outside(rows: list[Row]) -> None:
        _tell_outside(uow, rows, event=event, body=body, sms=sms, urgent=urgent, dedupe=dedupe)

    uow.session.append_statement(_TELL.asked(ids=ids, **item), outside)
    if sms:
        # What must reach people goes to the number that they have at this moment: it may tell of a new one.
        uow.flush()


def _tell_outside(uow: UnitOfWork, rows: list[Row], *, event: str, body: Message, sms: bool, urgent: bool, dedupe: str) -> None:
    """Refresh the inboxes of who was told, and queue what is to leave the house."""
    told, choosers = [account_id for account_id, _ in rows], [account_id for account_id, has_chosen in rows if has_chosen]
    for account_id in told:
        uow.notify(f"inbox:{account_id}")
    carried = queue_subscribe(uow, choosers, event=event, body=body, dedupe=dedupe)
    if carried:
        uow.notify(SENDER_TOPIC)
    by_sms = told if sms else sms_wanted(uow.session, set(choosers) - carried, event=event, topic=topic_of(event))
    if by_sms:
        _queue_sms(uow, contacts(uow.session, by_sms), event=event, body=body, urgent=urgent, dedupe=dedupe)


def send_sms(
    uow: UnitOfWork, *, phone: str, event: str, body: Message, locale: str = DEFAULT_LOCALE, dedupe: str = "", urgent: bool = True
) -> None:
    """Queue an SMS to a number that need not belong to an account, such as a one-time code."""
    person = Contact(0, "", phone, locale)
    _queue_sms(uow, [person], event=event, body=body, urgent=urgent, dedupe=dedupe)


def _queue_sms(uow: UnitOfWork, people: list[Contact], *, event: str, body: Message, urgent: bool, dedupe: str) -> None:
    rows = [
        {
            "account_id": person.account_id or None,
            "address": person.phone,
            "channel": NoticeChannel.sms,
            "event": event,
            "body": pack(body),
            "locale": person.locale,
            "dedupe_key": f"sms:{dedupe}:{person.account_id or person.phone}" if dedupe else f"sms:{event}:{new_token()}",
            "state": OutboxState.waiting,
            "is_urgent": urgent,
            "tries": 0,
            "created_at": uow.now,
            "next_try_at": uow.now,
            "external_id": "",
            "error": "",
        }
        for person in people
        if person.phone
    ]
    if rows:
        uow.session.execute(insert(OutboxMessage).values(rows).on_conflict_do_nothing(index_elements=["dedupe_key"]))
        uow.notify(SENDER_TOPIC)


def mark_read(uow: UnitOfWork, actor: Actor, *, item_id: int) -> None:
    """Mark one notice of one's own as read; a second time changes nothing."""
    actor.require(Permission.own_account)
    item = uow.session.get(InboxItem, item_id)
    if item is None or item.account_id != actor.id:
        raise NotFoundError
    if item.read_at is None:
        item.read_at = uow.now
        uow.notify(f"inbox:{actor.id}")


def mark_all_read(uow: UnitOfWork, actor: Actor) -> int:
    """Mark every notice of one's own as read; returns how many were new."""
    actor.require(Permission.own_account)
    result = uow.session.connection().execute(
        update(InboxItem).where(col(InboxItem.account_id) == actor.id, col(InboxItem.read_at).is_(None)).values(read_at=uow.now)
    )
    if result.rowcount:
        uow.notify(f"inbox:{actor.id}")
    uow.session.expire_all()
    return int(result.rowcount)


def retry_message(uow: UnitOfWork, actor: Actor, *, message_id: int) -> None:
    """Send a message that was given up once more; one-time codes are never repeated."""
    actor.require(Permission.announce)
    message = uow.session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None:
        raise NotFoundError
    if message.state is not OutboxState.failed or message.event in SECRET_EVENTS:
        raise ConflictError(msg("Only a message that could not be sent can be sent again"))
    message.state, message.tries, message.next_try_at, message.error = OutboxState.waiting, 0, uow.now, ""
    record(uow, actor, "notice:retry", "outbox_message", message_id)
    uow.notify(SENDER_TOPIC)
