"""Language, large type and the consent to statistics; the appearance is the browser's own."""

from typing import Any

import reflex as rx

from estate_app.access import service as access
from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import me, requires, say
from estate_app.ui.locale import Locale
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING, READY


class PreferencesState(rx.State):
    """What a person prefers."""

    is_elder: bool = False
    allows_statistics: bool = True
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read one's preferences."""
        self.is_elder, self.allows_statistics = await in_uow(_read, me())
        self.stage = READY

    @rx.event
    @requires(Permission.own_account)
    async def choose_language(self, code: str) -> Any:
        """Speak another language, here and in messages."""
        await in_uow(access.save_preferences, me(), locale=code)
        return Locale.switch(code)

    @rx.event
    @requires(Permission.own_account)
    async def toggle_elder(self) -> rx.event.EventSpec:
        """Large type on or off, in force at once."""
        await in_uow(access.save_preferences, me(), is_elder=not self.is_elder)
        self.is_elder = not self.is_elder
        (await self.get_state(Session)).is_elder = self.is_elder
        return toast_done(await say(self, msg("Large type is on") if self.is_elder else msg("Large type is off")))

    @rx.event
    @requires(Permission.own_account)
    async def toggle_statistics(self) -> rx.event.EventSpec:
        """Agree that one's visits are counted, or not."""
        await in_uow(access.save_preferences, me(), allows_behaviour=not self.allows_statistics)
        self.allows_statistics = not self.allows_statistics
        done = msg("Your visits are counted again") if self.allows_statistics else msg("Your visits are no longer counted")
        return toast_done(await say(self, done))


def _read(uow: UnitOfWork, actor: Actor) -> tuple[bool, bool]:
    account = access.own_account(uow, actor)
    return account.is_elder, account.allows_behaviour
