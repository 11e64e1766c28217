"""Sends what the outbox holds. A message is claimed, sent outside any transaction, and its outcome written.

A process that dies in between leaves its claim to run out, and the message goes out once more: a person may rarely get a
message twice, but never not at all.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from sqlmodel import col, select

from estate_app.db import UnitOfWork, run_in_uow
from estate_app.kit.i18n import Message
from estate_app.notification.families import passes_quiet_hours
from estate_app.notification.models import NoticeChannel, OutboxMessage, OutboxState, SendAttempt
from estate_app.notification.preferences import quiet_ends
from estate_app.notification.rules import LEASE, MAX_TRIES, SECRET_EVENTS, retry_delay
from estate_app.notification.text import pack, unpack
from estate_app.notification.wordings import current_wordings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message; `tries` is the number of this try and fences a claim that ran out."""

    id: int
    channel: NoticeChannel
    address: str
    event: str
    body: Message
    locale: str
    dedupe_key: str
    tries: int
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. `is_permanent`: repeating cannot help."""

    is_sent: bool
    external_id: str = ""
    detail: str = ""
    is_permanent: bool = False
    parts: int = 1


Transport = Callable[[Outgoing], Outcome]
"""Sends one message by its channel; it never raises for what a vendor says."""


def claim_due(uow: UnitOfWork, *, limit: int = 20) -> list[Outgoing]:
    """Claim messages that are due, urgent ones first; in the receiver's quiet hours the others are put off until these end.

    What became of a payment and what guards an account goes out at any hour. Rows that another process holds are passed over.
    Each claim is a lease: it ends by itself.
    """
    due = uow.session.exec(
        select(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.waiting, col(OutboxMessage.next_try_at) <= uow.now)
        .order_by(col(OutboxMessage.is_urgent).desc(), col(OutboxMessage.next_try_at), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    calm = [message for message in due if not message.is_urgent and not passes_quiet_hours(message.event)]
    ends = quiet_ends(uow.session, {message.account_id for message in calm}, uow.now)
    held = {message.id: end for message in calm if (end := ends[message.account_id]) is not None}
    claimed = []
    for message in due:
        if message.id in held:
            message.next_try_at = held[message.id]
            continue
        message.tries += 1
        message.next_try_at = uow.now + LEASE
        claimed.append(_outgoing(message))
    words = current_wordings(uow.session, {(one.body.id, one.locale) for one in claimed})
    return [replace(one, wording=words.get((one.body.id, one.locale), "")) for one in claimed]


def settle(uow: UnitOfWork, outgoing: Outgoing, outcome: Outcome, *, chance: float) -> None:
    """Write what became of a try. A failure that comes after the claim ran out is logged and decides nothing."""
    message = uow.session.exec(select(OutboxMessage).where(OutboxMessage.id == outgoing.id).with_for_update()).one()
    detail = outcome.detail[:200]
    uow.session.add(SendAttempt(message_id=outgoing.id, at=uow.now, is_sent=outcome.is_sent, detail=detail, parts=outcome.parts))
    if message.state is OutboxState.sent or (not outcome.is_sent and message.tries != outgoing.tries):
        return
    if outcome.is_sent:
        message.state, message.sent_at, message.error = OutboxState.sent, uow.now, ""
        message.external_id = outcome.external_id[:80]
    elif outcome.is_permanent or message.tries >= MAX_TRIES:
        message.state, message.error = OutboxState.failed, detail
    else:
        message.error, message.next_try_at = detail, uow.now + retry_delay(message.tries, chance)
    if message.state is not OutboxState.waiting and message.event in SECRET_EVENTS:
        message.body = pack(Message(""))


def send_due(transport: Transport, *, limit: int = 20) -> int:
    """Send what is due, each message in its own transactions, and return how many went out."""
    sent = 0
    for outgoing in run_in_uow(claim_due, limit=limit):
        outcome = transport(outgoing)
        run_in_uow(settle, outgoing, outcome, chance=random.random())  # noqa: S311 -- spreads retries, keeps no secret
        sent += outcome.is_sent
        if not outcome.is_sent:
            log.warning("send_failed", message_id=outgoing.id, event_name=outgoing.event, permanent=outcome.is_permanent)
    return sent


def _outgoing(message: OutboxMessage) -> Outgoing:
    return Outgoing(
        message.id or 0,
        message.channel,
        message.address,
        message.event,
        unpack(message.body),
        message.locale,
        message.dedupe_key,
        message.tries,
    )
