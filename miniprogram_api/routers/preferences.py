"""How the signed-in person wants to be told."""

from datetime import time

from fastapi import APIRouter, Response

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.notification.preferences import Preferences, choose, keep_quiet_hours, read_preferences
from miniprogram_api.deps import IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.preference import FamilyOut, NotificationPreferencesOut, NotificationPreferencesSent, QuietHoursOut

router = APIRouter(tags=["account"])


@router.get("/me/notification-preferences", response_model=NotificationPreferencesOut, responses=problems(401))
def read_notification_preferences(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read the quiet hours, and what WeChat and SMS carry."""
    return tagged(_out(caller.run(_read)), if_none_match)


@router.patch("/me/notification-preferences", responses=problems(401))
def save_notification_preferences(body: NotificationPreferencesSent, caller: SignedIn) -> NotificationPreferencesOut:
    """Change the quiet hours, or switch families by channel."""
    return _out(caller.run(_save, body))


def _read(uow: UnitOfWork, actor: Actor) -> Preferences:
    return read_preferences(uow.session, actor)


def _save(uow: UnitOfWork, actor: Actor, body: NotificationPreferencesSent) -> Preferences:
    if body.quiet_hours is not None:
        hours = body.quiet_hours
        starts_at, ends_at = time.fromisoformat(hours.starts_at), time.fromisoformat(hours.ends_at)
        keep_quiet_hours(uow, actor, is_on=hours.is_on, starts_at=starts_at, ends_at=ends_at)
    for one in body.choices:
        choose(uow, actor, family=one.family, channel=one.channel, is_on=one.is_on)
    return read_preferences(uow.session, actor)


def _out(found: Preferences) -> NotificationPreferencesOut:
    return NotificationPreferencesOut(
        quiet_hours=QuietHoursOut(is_on=found.is_quiet, starts_at=f"{found.starts_at:%H:%M}", ends_at=f"{found.ends_at:%H:%M}"),
        families=[FamilyOut(family=one.family, wechat=one.wechat, sms=one.sms) for one in found.families],
        always=list(found.always),
    )
