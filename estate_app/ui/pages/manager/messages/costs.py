"""What messages outside the app cost, month by month, beside their log."""

from dataclasses import dataclass

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import translate
from estate_app.kit.money import format_yuan
from estate_app.notification.costs import MonthCost, month_costs
from estate_app.ui.components.card import card
from estate_app.ui.components.layout import words
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.manager.messages.present import CHANNELS
from estate_app.ui.text import t
from estate_app.ui.when import month_text


@dataclass(frozen=True, slots=True)
class CostLine:
    """One channel in one month."""

    key: str
    month: str
    channel: str
    messages: str
    parts: str
    cost: str


class MessageCostsState(rx.State):
    """The last six months."""

    rows: list[CostLine] = []

    @rx.event
    @requires(Permission.notices_read)
    async def load(self) -> None:
        """Read what was sent and what it cost."""
        locale = await locale_of(self)
        self.rows = [_line(one, locale) for one in await in_uow(_read, me())]


def costs() -> rx.Component:
    """A table by month and channel; nothing where nothing was sent."""
    columns = [
        Column(t("Month of work")), Column(t("Channel")), Column(t("Messages"), is_number=True), Column(t("SMS parts"), is_number=True),
        Column(t("Cost (yuan)"), is_number=True),
    ]  # fmt: skip
    table = data_table(
        columns, rx.foreach(MessageCostsState.rows, _row), label=t("Cost by month"), is_empty=MessageCostsState.rows.length() == 0,
        empty_state=rx.fragment(), testid="costs",
    )  # fmt: skip
    context = t("Counted in parts as the carrier counts, at the contract's price")
    shown = card(table, title=t("Cost by month"), context=context, flush=True)
    return rx.cond(MessageCostsState.rows.length() > 0, shown, rx.fragment())


def _row(one: rx.Var[CostLine]) -> rx.Component:
    return table_row(
        cell(words(one.month), is_main=True),
        cell(one.channel, label=t("Channel")),
        cell(one.messages, label=t("Messages"), is_number=True),
        cell(one.parts, label=t("SMS parts"), is_number=True),
        cell(one.cost, label=t("Cost (yuan)"), is_number=True),
        key=one.key,
        testid="cost",
    )


def _line(one: MonthCost, locale: str) -> CostLine:
    key, channel = f"{one.month:%Y%m}{one.channel.value}", translate(CHANNELS[one.channel], locale)
    return CostLine(key, month_text(one.month, locale=locale), channel, f"{one.messages:,}", f"{one.parts:,}", format_yuan(one.cost_fen))


def _read(uow: UnitOfWork, actor: Actor) -> list[MonthCost]:
    return month_costs(uow.session, actor, now=uow.now)
