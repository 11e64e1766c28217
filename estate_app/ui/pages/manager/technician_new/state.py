"""Enrolling a technician: what the form offers, what was typed, and on to the person's page."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.repair import enrolment
from estate_app.repair.enrolment import EnrolFacts
from estate_app.repair.rules import TRADE_NAMES
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.technician import present, week
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_EDIT = Permission.technicians_edit


class EnrolState(rx.State):
    """The form in view; text fields belong to the browser."""

    trades: list[Option] = []
    levels: list[Option] = []
    buildings: list[Option] = []
    weekdays: list[Option] = []
    today: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_EDIT)
    async def load(self) -> None:
        """Read what the form offers in the estate in view."""
        locale = await locale_of(self)
        found, now = await in_uow(_read, me(), await chosen_estate(self))
        self.trades = [Option(trade.value, translate(name, locale)) for trade, name in TRADE_NAMES.items()]
        self.levels, self.weekdays = present.level_options(locale), week.weekday_options(locale)
        self.buildings = [Option(str(building.id), building.name) for building in found]
        self.today, self.field_errors, self.stage = business_date(now).isoformat(), {}, READY

    @rx.event
    @requires(_EDIT)
    async def submit(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Put the person on the list and go to the person's page, where certificates and single shifts are added."""
        self.field_errors, self.is_saving = {}, True
        yield None
        try:
            facts = _facts(form, await chosen_estate(self), self.buildings)
            technician_id = await in_uow(_enrol, me(), facts)
            yield toast_done(await say(self, msg("On the list now; add certificates and single shifts here")))
            yield rx.redirect(f"/manage/technicians/{technician_id}")
        finally:
            self.is_saving = False


def _facts(form: Mapping[str, object], estate_id: int, offered: list[Option]) -> EnrolFacts:
    minutes = str(form.get("daily_minutes", "")).strip()
    return EnrolFacts(
        phone=str(form.get("phone", "")),
        name=str(form.get("name", "")),
        estate_id=estate_id,
        levels=present.read_levels(form),
        building_ids=tuple(int(option.value) for option in offered if form.get(f"buildings.{option.value}")),
        daily_minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else -1,
        week=week.read_week(form) if week.ticked_weekdays(form) else None,
    )


def _enrol(uow: UnitOfWork, actor: Actor, facts: EnrolFacts) -> int:
    return enrolment.enrol(uow, actor, facts).account_id


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[list[Building], datetime]:
    return [b for b in visible_buildings(uow.session, actor, _EDIT) if b.estate_id == estate_id], uow.now
