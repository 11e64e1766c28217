"""The certificates of a technician: noted, removed, and shown with how long they are still good."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair import certificates
from estate_app.repair.certificates import WARN_BEFORE, CertificateRow
from estate_app.repair.rules import TRADE_NAMES
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, icon_button
from estate_app.ui.components.card import card
from estate_app.ui.components.form import date_field, form, select_field, text_field
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.item_rooms.present import read_day
from estate_app.ui.query import path_number
from estate_app.ui.text import t
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import full_day

_READ, _EDIT = Permission.technicians_read, Permission.technicians_edit


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One certificate."""

    id: str
    name: str
    note: str
    badge: Badge


class CertificatesState(rx.State):
    """The certificates of the technician in view."""

    lines: list[CertificateLine] = []
    trades: list[Option] = []
    is_open: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the certificates of the technician of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        self.lines = [line(row, locale=locale) for row in await in_uow(_read, actor, path_number(self))]
        self.trades = [Option(trade.value, translate(name, locale)) for trade, name in TRADE_NAMES.items()]

    @rx.event
    @requires(_EDIT)
    async def ask(self) -> None:
        """Open the form of a new certificate."""
        self.is_open, self.field_errors = True, {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.is_open = False

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Note a certificate."""
        typed = {name: str(value or "").strip() for name, value in form.items()}
        async for event in self._busy(_add, msg("The certificate is noted"), path_number(self), typed):
            yield event

    @rx.event
    @requires(_EDIT)
    async def remove(self, key: str) -> AsyncIterator[Any]:
        """Take a certificate away that was noted by mistake."""
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
        async for event in self._busy(_remove, msg("The certificate is removed"), number):
            yield event

    async def _busy(self, command: Any, done: Message, *given: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), *given)
            self.is_open = False
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def line(found: CertificateRow, *, locale: str) -> CertificateLine:
    """One certificate with how long it is good."""
    if found.days_left < 0:
        badge = Badge(translate(msg("Certificate ended"), locale), "red", "soft", "triangle-alert")
    elif found.days_left <= WARN_BEFORE.days:
        badge = Badge(translate(msg("{days} days left", days=found.days_left), locale), "orange", "soft", "clock")
    else:
        badge = Badge(translate(msg("Certificate is good"), locale), "green", "soft", "check")
    until = translate(msg("until {day}", day=full_day(found.ends_on, locale=locale)), locale)
    parts = (translate(TRADE_NAMES[found.trade], locale), found.number, until)
    return CertificateLine(str(found.id), found.name, " · ".join(part for part in parts if part), badge)


def certificates_card(*, may_edit: Var[bool]) -> rx.Component:
    """The list with its form."""
    state = CertificatesState
    add = button(t("Add certificate"), kind="secondary", size="small", icon_name="plus", on_click=state.ask, testid="add-certificate")
    none = words(t("No certificates noted"), soft=True)
    lines = rx.cond(state.lines.length() > 0, stack(rx.foreach(state.lines, lambda found: _line(found, may_edit)), gap="2"), none)
    return rx.fragment(
        card(lines, title=t("Certificates"), actions=rx.cond(may_edit, add, rx.fragment()), extra="stack gap-2", testid="certificates"),
        _form(),
    )


def _line(found: Var[CertificateLine], may_edit: Var[bool]) -> rx.Component:
    away = icon_button(
        "x", label=t("Remove {name}", name=found.name), on_click=CertificatesState.remove(found.id), testid="remove-certificate"
    )
    about = stack(words(found.name, strong=True), words(found.note, size="1", soft=True), gap="1", extra="grow")
    return row(about, state_badge(found.badge), rx.cond(may_edit, away, rx.fragment()), extra="between", key=found.id)


def _form() -> rx.Component:
    state, errors = CertificatesState, CertificatesState.field_errors
    fields = grid(
        text_field("name", t("Name of the certificate"), errors=errors, required=True, max_length=60),
        select_field("trade", t("Trade"), state.trades, errors=errors, required=True),
        text_field("number", t("Number of the certificate"), errors=errors, max_length=60),
        date_field("ends_on", t("Good until"), errors=errors, required=True),
        columns="2",
    )
    save = button(t("Add"), submit=True, busy=state.is_saving, busy_label=t("Saving"), testid="certificate-save")
    return sheet(
        form(fields, save, on_submit=state.add, errors=errors, testid="certificate-form"),
        is_open=state.is_open,
        title=t("Add certificate"),
        on_close=state.keep,
        testid="certificate",
    )


def _read(uow: UnitOfWork, actor: Actor, technician_id: int) -> list[CertificateRow]:
    return certificates.list_certificates(uow.session, actor, technician_id=technician_id, today=business_date(uow.now))


def _add(uow: UnitOfWork, actor: Actor, technician_id: int, form: dict[str, str]) -> None:
    certificates.add_certificate(
        uow,
        actor,
        technician_id=technician_id,
        trade=form.get("trade", ""),
        name=form.get("name", ""),
        number=form.get("number", ""),
        ends_on=read_day(form.get("ends_on", ""), "ends_on"),
    )


def _remove(uow: UnitOfWork, actor: Actor, key: int) -> None:
    certificates.remove_certificate(uow, actor, certificate_id=key)
