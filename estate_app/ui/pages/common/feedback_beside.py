"""Feedback beside the order or the bill that it speaks of: what was told, and the way to tell more."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork, in_uow
from estate_app.feedback.queries import FeedbackRow, feedback_about
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.common.feedback import FeedbackCard, feedback_card
from estate_app.ui.query import path_text
from estate_app.ui.text import t


class FeedbackBesideState(rx.State):
    """What was told of the order or the bill of the address, as far as the reader may see it."""

    cards: list[FeedbackCard] = []
    base: str = "/feedback/"
    ask_href: str = ""

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read what was told of the thing of the address."""
        actor, number = me(), path_text(self)
        self.base = "/feedback/" if actor.role is Role.resident else "/manage/feedback/"
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            self.cards, self.ask_href = [], ""
            return
        is_bill = "/bills/" in self.router.url.path
        found, now = await in_uow(_read, actor, int(number), is_bill)
        self.ask_href = f"/feedback?{'bill' if is_bill else 'order'}={number}"
        locale, for_staff = await locale_of(self), actor.role is not Role.resident
        self.cards = [feedback_card(one, now=now, locale=locale, for_staff=for_staff) for one in found]


def feedback_beside() -> rx.Component:
    """What was told, for the staff; nothing where nobody told anything."""
    listing = card(rows(rx.foreach(FeedbackBesideState.cards, _line)), title=t("Feedback"), flush=True, testid="feedback-beside")
    return rx.cond(FeedbackBesideState.cards.length() > 0, listing, rx.fragment())


def feedback_asked() -> rx.Component:
    """What the resident told of it, and the way to tell the estate more, with the thing named already."""
    ask = link_button(
        t("Tell the estate about this"), href=FeedbackBesideState.ask_href, kind="ghost", size="small", icon_name="message-square",
        testid="tell-about",
    )  # fmt: skip
    return rx.cond(FeedbackBesideState.ask_href != "", stack(feedback_beside(), row(ask), gap="2"), rx.fragment())


def _line(one: rx.Var[FeedbackCard]) -> rx.Component:
    return list_row(
        stack(
            row(tag(one.kind, tone=one.tone), state_badge(one.badge), extra="wrap"),
            rx.el.p(one.text, class_name="break clamp-2"),
            words(one.number + " · " + one.time, size="1", soft=True),
            gap="1",
            extra="grow",
        ),
        href=FeedbackBesideState.base + one.id.to_string(),
        testid="told",
        key=one.id,
    )


def _read(uow: UnitOfWork, actor: Actor, number: int, is_bill: bool) -> tuple[list[FeedbackRow], datetime]:
    thing = {"bill_id": number} if is_bill else {"order_id": number}
    return feedback_about(uow.session, actor, now=uow.now, **thing), uow.now
