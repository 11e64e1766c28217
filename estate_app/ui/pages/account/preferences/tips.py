"""Whether a resident wants the tips for the home; in force at once."""

from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.advice.queries import wants_tips
from estate_app.advice.service import choose_tips
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.ui.components.form import switch
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import me, requires, say
from estate_app.ui.text import t


class TipChoiceState(rx.State):
    """Whether tips are shown."""

    is_on: bool = True

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read the choice."""
        self.is_on = await in_uow(_read, me())

    @rx.event
    @requires(Permission.own_account)
    async def toggle(self) -> Any:
        """Show the tips, or no longer."""
        await in_uow(choose_tips, me(), is_on=not self.is_on)
        self.is_on = not self.is_on
        return toast_done(await say(self, msg("Tips for your home are shown") if self.is_on else msg("Tips are no longer shown")))


def tips_switch() -> rx.Component:
    """The switch."""
    return switch(t("Tips for your home"), checked=TipChoiceState.is_on, on_change=TipChoiceState.toggle, testid="tips-switch")


def _read(uow: UnitOfWork, actor: Actor) -> bool:
    return wants_tips(uow.session, actor)
