"""Subscribe messages of the mini-program: a person agrees at a tap, and each agreement carries one message."""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import Message
from estate_app.notification.families import family_of
from estate_app.notification.models import NoticeChannel, OutboxMessage, OutboxState, SubscribeGrant, SubscribeTopic
from estate_app.notification.people import Contact, contacts
from estate_app.notification.preferences import refused
from estate_app.notification.text import pack

MOST_LEFT = 20
_MONEY = frozenset(
    {"paid", "bill_issued", "bill_due", "bill_waived", "arrears", "refunded", "refunding", "refund_failed", "invoice_issued"}
)


def topic_of(event: str) -> SubscribeTopic | None:
    """Which agreement covers a notice; None where nobody is asked for one."""
    if event.startswith("repair_"):
        return SubscribeTopic.repair
    return SubscribeTopic.money if event in _MONEY else None


def agree(uow: UnitOfWork, actor: Actor, *, topics: Collection[SubscribeTopic]) -> None:
    """Note that the person has agreed to one more message of each topic, as WeChat told the mini-program."""
    actor.require(Permission.own_account)
    if not topics:
        return
    rows = [{"account_id": actor.id, "topic": topic, "left_count": 1} for topic in sorted(set(topics))]
    statement = insert(SubscribeGrant).values(rows)
    more = func.least(col(SubscribeGrant.left_count) + 1, MOST_LEFT)
    uow.session.execute(statement.on_conflict_do_update(index_elements=["account_id", "topic"], set_={"left_count": more}))


def queue_subscribe(uow: UnitOfWork, account_ids: Collection[int], *, event: str, body: Message, dedupe: str) -> set[int]:
    """Queue a message for everybody who has agreed to one and does not refuse the family; use up that agreement; return for whom."""
    topic = topic_of(event)
    if topic is None or not account_ids:
        return set()
    used = uow.session.scalars(
        update(SubscribeGrant)
        .where(col(SubscribeGrant.account_id).in_(account_ids), col(SubscribeGrant.topic) == topic, col(SubscribeGrant.left_count) > 0)
        .where(~refused(col(SubscribeGrant.account_id), family_of(event), NoticeChannel.wechat))
        .values(left_count=col(SubscribeGrant.left_count) - 1)
        .returning(col(SubscribeGrant.account_id))
    ).all()
    people = [person for person in contacts(uow.session, used) if person.openid]
    rows = [_row(uow, person, event, body, dedupe) for person in people]
    if rows:
        uow.session.execute(insert(OutboxMessage).values(rows).on_conflict_do_nothing(index_elements=["dedupe_key"]))
    return {person.account_id for person in people}


def _row(uow: UnitOfWork, person: Contact, event: str, body: Message, dedupe: str) -> dict[str, object]:
    return {
        "account_id": person.account_id,
        "address": person.openid,
        "channel": NoticeChannel.wechat,
        "event": event,
        "body": pack(body),
        "locale": person.locale,
        "dedupe_key": f"wechat:{dedupe}:{person.account_id}" if dedupe else f"wechat:{event}:{new_token()}",
        "state": OutboxState.waiting,
        "is_urgent": False,
        "tries": 0,
        "created_at": uow.now,
        "next_try_at": uow.now,
        "external_id": "",
        "error": "",
    }
