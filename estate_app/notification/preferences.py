"""How a person wants to be told: read and kept by that person, and asked before anything leaves the house."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ColumnElement, exists, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.notification.families import ALWAYS_TOLD, CHOOSABLE, NoticeFamily, family_of, is_switchable
from estate_app.notification.models import NoticeChannel, OutboxMessage, OutboxState, SubscribeGrant, SubscribeTopic
from estate_app.notification.preference_models import NoticeChoice, QuietHours
from estate_app.notification.rules import QUIET_FROM, QUIET_UNTIL, quiet_until
from estate_app.prepared import Prepared

_TOPICS = {
    NoticeFamily.repair: SubscribeTopic.repair,
    NoticeFamily.bill: SubscribeTopic.money,
    NoticeFamily.payment: SubscribeTopic.money,
}
_SMS_WANTED = Prepared(
    text(
        "SELECT a.id FROM account a WHERE a.id = ANY(:ids) AND a.phone IS NOT NULL AND COALESCE("
        " (SELECT c.is_on FROM notice_choice c WHERE c.account_id = a.id AND c.family = :family AND c.channel = 'sms'),"
        " EXISTS (SELECT 1 FROM subscribe_grant g WHERE g.account_id = a.id AND g.topic = CAST(:topic AS text) AND g.left_count = 0)"
        ") ORDER BY a.id"
    )
)
"""Who has chosen SMS, and who has chosen nothing but has used up every agreement to WeChat messages: SMS stands in for these."""


@dataclass(frozen=True, slots=True)
class FamilyChoice:
    """One family and its channels; `wechat` is None where the mini-program never speaks of it."""

    family: NoticeFamily
    wechat: bool | None
    sms: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything that a person has chosen, or that holds without a choice."""

    is_quiet: bool
    starts_at: time
    ends_at: time
    families: tuple[FamilyChoice, ...]
    always: tuple[NoticeFamily, ...]


def read_preferences(session: Session, actor: Actor) -> Preferences:
    """How the actor wants to be told."""
    actor.require(Permission.own_account)
    hours = session.get(QuietHours, actor.id)
    chosen = {(row.family, row.channel): row.is_on for row in session.exec(select(NoticeChoice).where(NoticeChoice.account_id == actor.id))}
    spent = set(
        session.exec(select(SubscribeGrant.topic).where(SubscribeGrant.account_id == actor.id, SubscribeGrant.left_count == 0)).all()
    )
    role = actor.role or Role.resident
    families = tuple(
        FamilyChoice(
            family,
            chosen.get((family, NoticeChannel.wechat), True) if has_wechat(role, family) else None,
            chosen.get((family, NoticeChannel.sms), _TOPICS.get(family) in spent),
        )
        for family in CHOOSABLE[role]
    )
    starts_at, ends_at = (hours.starts_at, hours.ends_at) if hours else (QUIET_FROM, QUIET_UNTIL)
    return Preferences(hours.is_on if hours else True, starts_at, ends_at, families, ALWAYS_TOLD[role])


def has_wechat(role: Role, family: NoticeFamily) -> bool:
    """Whether the mini-program speaks of a family: it is the residents', and asks them for two kinds of agreement."""
    return role is Role.resident and family in _TOPICS


def choose(uow: UnitOfWork, actor: Actor, *, family: NoticeFamily, channel: NoticeChannel, is_on: bool) -> None:
    """Want a family of notices by a channel, or refuse it; the inbox in the app keeps them all.

    Raises:
        InvalidError: the family cannot be refused, is not the role's, or the channel never carries it.
    """
    actor.require(Permission.own_account)
    role = actor.role or Role.resident
    if family not in CHOOSABLE[role]:
        raise InvalidError(msg("These messages cannot be switched off"), field="family")
    if channel is NoticeChannel.wechat and not has_wechat(role, family):
        raise InvalidError(msg("WeChat does not carry these messages"), field="channel")
    row = {"account_id": actor.id, "family": family, "channel": channel, "is_on": is_on}
    statement = insert(NoticeChoice).values(row)
    uow.session.execute(
        statement.on_conflict_do_update(index_elements=["account_id", "family", "channel"], set_={"is_on": is_on})
    )  # fmt: skip
    uow.session.expire_all()


def keep_quiet_hours(uow: UnitOfWork, actor: Actor, *, is_on: bool, starts_at: time, ends_at: time) -> None:
    """Set one's own quiet hours, or have none; what waits for the old ones is looked at anew.

    Raises:
        InvalidError: the hours would start and end at the same time.
    """
    actor.require(Permission.own_account)
    starts_at, ends_at = (one.replace(second=0, microsecond=0, tzinfo=None) for one in (starts_at, ends_at))
    if starts_at == ends_at:
        raise InvalidError(msg("Quiet hours need an end that differs from their start"), field="ends_at")
    row = {"account_id": actor.id, "is_on": is_on, "starts_at": starts_at, "ends_at": ends_at}
    kept = {name: row[name] for name in ("is_on", "starts_at", "ends_at")}
    uow.session.execute(insert(QuietHours).values(row).on_conflict_do_update(index_elements=["account_id"], set_=kept))
    uow.session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.account_id) == actor.id,
            col(OutboxMessage.state) == OutboxState.waiting,
            col(OutboxMessage.tries) == 0,
            col(OutboxMessage.next_try_at) > uow.now,
        )
        .values(next_try_at=uow.now)
    )
    uow.session.expire_all()


def quiet_ends(session: Session, account_ids: Collection[int | None], now: datetime) -> dict[int | None, datetime | None]:
    """When the quiet hours of each of these people end, None for whom they do not hold; a number without an account has the usual ones."""
    own = session.exec(select(QuietHours).where(col(QuietHours.account_id).in_([i for i in account_ids if i is not None]))).all()
    usual = quiet_until(now)
    ends: dict[int | None, datetime | None] = dict.fromkeys(account_ids, usual)
    for hours in own:
        ends[hours.account_id] = quiet_until(now, hours.starts_at, hours.ends_at) if hours.is_on else None
    return ends


def sms_wanted(session: Session, account_ids: Collection[int], *, event: str, topic: SubscribeTopic | None) -> list[int]:
    """Who of these people wants an event by SMS because nothing else carries it out of the app."""
    family = family_of(event)
    if not account_ids or not is_switchable(family):
        return []
    values = {"ids": sorted(account_ids), "family": family.value, "topic": topic.value if topic else None}
    return [account_id for (account_id,) in _SMS_WANTED.rows(session, **values)]


def refused(account_id: ColumnElement[int] | Mapped[int], family: NoticeFamily, channel: NoticeChannel) -> ColumnElement[bool]:
    """Whether a person of a statement has refused a family by a channel."""
    return exists().where(
        col(NoticeChoice.account_id) == account_id,
        col(NoticeChoice.family) == family,
        col(NoticeChoice.channel) == channel,
        col(NoticeChoice.is_on).is_(False),
    )
