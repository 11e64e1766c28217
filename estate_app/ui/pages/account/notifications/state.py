"""How one wants to be told: families by channel, and the quiet hours. Each switch is in force at once."""

from datetime import time
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.notification import preferences
from estate_app.notification.families import CHOOSABLE, NoticeFamily
from estate_app.notification.models import NoticeChannel
from estate_app.notification.preferences import Preferences
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.account.notifications.present import FamilyLine, HoursCard, family_lines, hours_card
from estate_app.ui.stage import LOADING, READY

_OWN = Permission.own_account


class NotificationsState(rx.State):
    """What reaches a person outside the app, and when not."""

    lines: list[FamilyLine] = []
    always: list[FamilyLine] = []
    hours: HoursCard = HoursCard()
    is_saving: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read one's own choices."""
        self.field_errors, self.is_saving = {}, False
        await self._refresh(me())

    @rx.event
    @requires(_OWN)
    async def toggle(self, family: str, channel: str) -> Any:
        """Want a family by a channel, or no longer."""
        line = next((one for one in self.lines if one.key == family), None)
        if line is None or channel not in set(NoticeChannel):
            raise InvalidError(msg("These messages cannot be switched off"))
        is_on = not (line.wechat if channel == NoticeChannel.wechat else line.sms)
        await in_uow(preferences.choose, me(), family=NoticeFamily(family), channel=NoticeChannel(channel), is_on=is_on)
        await self._refresh(me())
        return toast_done(await say(self, msg("Saved")))

    @rx.event
    @requires(_OWN)
    async def toggle_quiet(self) -> Any:
        """Quiet hours on or off; the times stay."""
        await in_uow(
            preferences.keep_quiet_hours,
            me(),
            is_on=not self.hours.is_on,
            starts_at=time.fromisoformat(self.hours.starts),
            ends_at=time.fromisoformat(self.hours.ends),
        )
        await self._refresh(me())
        return toast_done(await say(self, msg("Quiet hours are on") if self.hours.is_on else msg("Quiet hours are off")))

    @rx.event
    @requires(_OWN)
    async def keep_hours(self, form: dict[str, Any]) -> Any:
        """Take other times."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            times = {name: _time(str(form.get(name, "")), name) for name in ("starts_at", "ends_at")}
            await in_uow(preferences.keep_quiet_hours, me(), is_on=True, **times)
            await self._refresh(me())
            yield toast_done(await say(self, msg("Quiet hours are on")))
        finally:
            self.is_saving = False

    async def _refresh(self, actor: Actor) -> None:
        role = actor.role or Role.resident
        found = await in_uow(_read, actor)
        lines = family_lines(found, role, locale=await locale_of(self))
        count = len(CHOOSABLE[role])
        self.lines, self.always, self.hours, self.stage = lines[:count], lines[count:], hours_card(found), READY


def _read(uow: UnitOfWork, actor: Actor) -> Preferences:
    return preferences.read_preferences(uow.session, actor)


def _time(text: str, field: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise InvalidError(msg("Write a time such as 22:00"), field=field) from error
