"""One facility: edited, read, given plans, taken out of use."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.property.places import areas_of
from estate_app.property.queries import visible_buildings
from estate_app.repair import facilities, upkeep
from estate_app.repair.catalogue import category_tree
from estate_app.repair.facility_queries import FacilityDetail, facility_detail
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.facilities import present as register
from estate_app.ui.pages.manager.facility import present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _EDIT = Permission.technicians_read, Permission.technicians_edit
Form = dict[str, Any]


class FacilityState(rx.State):
    """The facility in view; `dialog` is edit, reading, plan or off; `plan` is what the form of a plan begins with."""

    view: present.View = present.View()
    lists: register.Lists = register.Lists()
    values: register.Values = register.Values()
    plan: present.PlanValues = present.PlanValues()
    units: list[Option] = []
    froms: list[Option] = []
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _plans: dict[str, present.PlanValues] = {}

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the facility of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        found, today, lists = await in_uow(_read, actor, path_number(self))
        self.view, self.values = present.view(found, today=today, locale=locale), register.values_of(found)
        self.lists, self.may_edit = register.lists(*lists, locale=locale), found.may_edit
        self.units, self.froms = present.options(present.UNITS, locale), present.options(present.FROM, locale)
        self._plans = {str(row.plan.id): present.plan_values(row.plan) for row in found.plans}
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str) -> None:
        """Open a form."""
        self.dialog, self.field_errors = what if what in {"edit", "reading", "plan", "off"} else "", {}
        self.plan = present.PlanValues(category_id=self.values.category_id)

    @rx.event
    @requires(_EDIT)
    async def ask_plan(self, key: str) -> None:
        """Open the form of a plan that is there."""
        known = self._plans.get(key)
        if known is not None:
            self.plan, self.dialog, self.field_errors = known, "plan", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def save(self, form: Form) -> AsyncIterator[Any]:
        """Change what is written down."""
        async for event in self._busy(_save, msg("Saved"), form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def add_reading(self, form: Form) -> AsyncIterator[Any]:
        """Write down what the counter shows."""
        async for event in self._busy(_add_reading, msg("The reading is kept"), form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def save_plan(self, form: Form) -> AsyncIterator[Any]:
        """Add a plan, or change the one in the form."""
        async for event in self._busy(_save_plan, msg("The plan is kept; its orders are made by themselves"), form, self.plan.id):
            yield event

    @rx.event
    @requires(_EDIT)
    async def switch_plan(self, key: str, rests: bool) -> AsyncIterator[Any]:
        """Let a plan rest, or go on."""
        done = msg("The plan rests") if rests else msg("The plan goes on")
        async for event in self._busy(_switch_plan, done, {}, key, not rests):
            yield event

    @rx.event
    @requires(_EDIT)
    async def switch_use(self, _form: Form) -> AsyncIterator[Any]:
        """Take the facility out of use, or back into it."""
        done = msg("It is out of use; its plans rest") if self.view.is_active else msg("It is in use again")
        async for event in self._busy(_switch_use, done, {}, not self.view.is_active):
            yield event

    async def _busy(self, command: Any, done: Message, form: Form, *more: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            typed = {name: str(value or "").strip() for name, value in form.items()}
            await in_uow(command, me(), path_number(self), typed, *more)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, key: int) -> tuple[FacilityDetail, date, tuple[Any, ...]]:
    found = facility_detail(uow.session, actor, facility_id=key, now=uow.now)
    estate_id = found.row.facility.estate_id
    buildings = [b for b in visible_buildings(uow.session, actor, _READ) if b.estate_id == estate_id]
    return found, business_date(uow.now), (buildings, areas_of(uow.session, {estate_id}), category_tree(uow.session))


def _save(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> None:
    facilities.edit_facility(uow, actor, facility_id=key, facts=register.read_facts(form))


def _add_reading(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> None:
    value = register.whole(form.get("value", ""), "value")
    facilities.add_reading(uow, actor, facility_id=key, value=-1 if value is None else value)


def _save_plan(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str], plan: str) -> None:
    facts = present.read_plan(form)
    if plan:
        upkeep.edit_plan(uow, actor, plan_id=int(plan), facts=facts)
    else:
        upkeep.add_plan(uow, actor, facility_id=key, facts=facts)


def _switch_plan(uow: UnitOfWork, actor: Actor, _key: int, _form: dict[str, str], plan: str, is_active: bool) -> None:
    upkeep.switch_plan(uow, actor, plan_id=register.number(plan) or 0, is_active=is_active)


def _switch_use(uow: UnitOfWork, actor: Actor, key: int, _form: dict[str, str], is_active: bool) -> None:
    facilities.switch_facility(uow, actor, facility_id=key, is_active=is_active)
