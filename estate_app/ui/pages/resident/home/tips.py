"""Tips for the home in view: what to do before something breaks, each with what it rests on; they can be switched off."""

from dataclasses import dataclass

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.advice.queries import tips_for
from estate_app.advice.rules import Tip
from estate_app.advice.service import choose_tips
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.i18n import msg, translate
from estate_app.ui.components.button import icon_button
from estate_app.ui.components.card import card
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.common.repair import named
from estate_app.ui.session import chosen_room
from estate_app.ui.text import t

_HOME = Permission.own_repairs


@dataclass(frozen=True, slots=True)
class TipCard:
    """One tip in words."""

    id: str
    icon: str
    title: str
    body: str
    reason: str


class TipsState(rx.State):
    """The tips for the home in view."""

    tips: list[TipCard] = []

    @rx.event
    @requires(_HOME)
    async def load(self) -> None:
        """Read the tips."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        room_id, locale = await chosen_room(self), await locale_of(self)
        try:
            found = await in_uow(_read, actor, room_id) if room_id else ()
        except NotFoundError:  # whoever only pays for the room sees nothing of its repairs
            found = ()
        self.tips = [present(tip, locale=locale) for tip in found]

    @rx.event
    @requires(_HOME)
    async def switch_off(self) -> rx.event.EventSpec:
        """Show no tips any more; they come back with undo or in the preferences."""
        await in_uow(choose_tips, me(), is_on=False)
        self.tips = []
        return toast_done(
            await say(self, msg("No more tips. You can switch them on again in the preferences")),
            undo_label=await say(self, msg("Undo")),
            on_undo=TipsState.switch_on,
        )

    @rx.event
    @requires(_HOME)
    async def switch_on(self) -> None:
        """Show the tips again."""
        await in_uow(choose_tips, me(), is_on=True)
        await self._refresh(me())


def present(tip: Tip, *, locale: str) -> TipCard:
    """A tip in words; the kind of fault that it is about stands before its title."""
    about, title = named(*tip.subject, locale), translate(tip.title, locale)
    headline = translate(msg("{about}: {title}", about=about, title=title), locale) if about else title
    return TipCard(tip.code, tip.icon, headline, translate(tip.body, locale), translate(tip.reason, locale))


def tips_card() -> rx.Component:
    """The tips; nothing where there are none."""
    off = icon_button("x", label=t("No more tips"), on_click=TipsState.switch_off, testid="tips-off")
    shown = card(
        rx.el.ul(rx.foreach(TipsState.tips, _tip), class_name="stack gap-3 plain-list"),
        title=t("Tips for your home"),
        actions=off,
        testid="tips",
    )
    return rx.cond(TipsState.tips.length() > 0, shown, rx.fragment())


def _tip(tip: rx.Var[TipCard]) -> rx.Component:
    text = stack(words(tip.title, strong=True), words(tip.body), words(tip.reason, size="1", soft=True), gap="1", extra="grow")
    return rx.el.li(row(tile(tip.icon, small=True), text, gap="3", extra="top"), key=tip.id, data_testid="tip")


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> tuple[Tip, ...]:
    return tips_for(uow.session, actor, room_id=room_id, now=uow.now)
