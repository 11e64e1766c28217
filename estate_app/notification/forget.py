"""Gives up what was told to a person and how he wished to be told."""

from collections.abc import Collection

from sqlalchemy import delete, or_, select
from sqlmodel import col

from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork
from estate_app.notification.models import InboxItem, OutboxMessage, SendAttempt, SubscribeGrant
from estate_app.notification.preference_models import NoticeChoice, QuietHours


def forget(uow: UnitOfWork, who: Forgotten, links: Collection[str]) -> None:
    """Delete the inbox, the messages sent outside and every choice.

    The name goes out of what the staff was told of the person: requests for rooms, and everything that leads to one of `links`.
    """
    session, own = uow.session, who.account_id
    sent = or_(col(OutboxMessage.account_id) == own, col(OutboxMessage.address).in_(who.numbers))
    messages = select(col(OutboxMessage.id)).where(sent)
    session.execute(delete(SendAttempt).where(col(SendAttempt.message_id).in_(messages)))
    session.execute(delete(OutboxMessage).where(sent))
    for model in (InboxItem, SubscribeGrant, NoticeChoice, QuietHours):
        session.execute(delete(model).where(col(model.account_id) == own))
    told = or_(col(InboxItem.event) == "room_claimed", col(InboxItem.link).in_(links))
    blot(session, InboxItem, ("title", "body"), who.words, told)
    session.expire_all()
