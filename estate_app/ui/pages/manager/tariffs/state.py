"""Fee items and their prices: add an item, edit it, price it from a day on, and try a price before it is kept."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing import tariffs
from estate_app.billing.common import CommonMeter, common_meters
from estate_app.billing.models import FeeKind, MeterKind
from estate_app.billing.prices import Price, read_price, write_price
from estate_app.billing.tariff_queries import ItemRow, list_items
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import add_months, business_date, month_start
from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.tariffs import present
from estate_app.ui.pages.manager.tariffs.pricing import MAX_TIERS, PriceDraft, draft_of, read_draft
from estate_app.ui.query import read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _EDIT = Permission.tariffs_read, Permission.tariffs_edit


class TariffsState(rx.State):
    """The items of the estate and the one of the URL; `dialog` is add, edit or price."""

    rows: list[present.ItemLine] = []
    item: present.ItemView = present.ItemView()
    versions: list[present.VersionLine] = []
    dialog: str = ""
    draft: PriceDraft = PriceDraft()
    tier_count: int = 1
    starts_on: str = ""
    result: present.Calculation = present.Calculation()
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _typed: dict[str, str] = {}
    _rule: str = ""  # the price in force, as JSON: a nested dict would come back as a proxy that the rules cannot read
    _newest: str = ""
    _shown: str = ""

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the items, and the one of the URL."""
        wanted = read_query(self).get("item", "")
        if wanted != self._shown:
            self._shown, self.dialog, self.field_errors, self._typed = wanted, "", {}, {}
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, estate_id = await locale_of(self), await chosen_estate(self)
        items, common, on = await in_uow(_read, actor, estate_id)
        self.rows = [present.item_line(item, on=on, locale=locale) for item in items]
        self.may_edit = actor.scope(_EDIT).covers(estate_id=estate_id)
        self.starts_on = add_months(month_start(on), 1).isoformat()
        wanted = read_query(self).get("item", "")
        item = next((i for i in items if str(i.id) == wanted), items[0] if items else None)
        self._show(item, on, locale)
        self.item = replace(self.item, meters=[Option(str(row.meter_id), f"{row.code} {row.building}".strip()) for row in common])
        self.stage = READY

    def _show(self, item: ItemRow | None, on: date, locale: str) -> None:
        if item is None:
            self.item, self.versions, self._rule, self._newest = present.ItemView(), [], "", ""
            return
        current = present.in_force(item.prices, on)
        self.item = present.item_view(item, on=on, locale=locale)
        self.versions = [present.version_line(row, current, on=on, locale=locale) for row in item.prices]
        self._rule = json.dumps(write_price(item.kind, current.price)) if current else ""
        self._newest = json.dumps(write_price(item.kind, item.prices[0].price)) if item.prices else ""
        if "quantity" not in self._typed:
            self._typed = {"quantity": present.FIRST_TRY.get(item.kind, "1"), "persons": "3", "month": str(on.month)}
        self._calculate(locale)

    def _calculate(self, locale: str) -> None:
        """Try the price that is being typed, else the one in force."""
        kind = FeeKind(self.item.kind)
        try:
            if self.dialog == "price":
                price = read_draft(kind, self._typed, tier_count=self.tier_count, base=self._base())
            elif self._rule:
                price = read_price(kind, json.loads(self._rule))
            else:
                self.result = present.Calculation()
                return
        except InvalidError as error:
            self.result = present.Calculation(error=translate(error.message, locale))
            return
        self.result = present.calculate(price, self._typed, locale=locale)

    def _base(self) -> Price | None:
        return read_price(FeeKind(self.item.kind), json.loads(self._newest)) if self._newest else None

    @rx.event
    @requires(_READ)
    async def type_in(self, name: str, value: str) -> None:
        """Follow what is typed into the price form or the calculator."""
        self._typed = {**self._typed, name: value}
        self._calculate(await locale_of(self))

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str) -> None:
        """Open a form."""
        self.dialog, self.field_errors = what if what in {"add", "edit", "price"} else "", {}
        if self.dialog == "price":
            self.draft, self.tier_count = draft_of(FeeKind(self.item.kind), self._base())
            self._typed = {**self._typed, **_as_typed(self.draft)}
        if self.item.id:
            self._calculate(await locale_of(self))

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""
        if self.item.id:
            self._calculate(await locale_of(self))

    @rx.event
    @requires(_EDIT)
    async def change_tiers(self, by: int) -> None:
        """One tier more or less; what is typed stays."""
        self.tier_count = max(1, min(MAX_TIERS, self.tier_count + (1 if by > 0 else -1)))
        # A tier that comes back is drawn anew, as the form began.
        began = _as_typed(self.draft)
        hidden = {k: v for k, v in began.items() if k.startswith("tiers.") and int(k.split(".")[1]) > self.tier_count}
        self._typed = {**self._typed, **hidden}
        self._calculate(await locale_of(self))

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Make an item and open it."""
        async for event in self._busy(_add, msg("The item is made. Give it a price"), await chosen_estate(self), _texts(form)):
            yield event

    @rx.event
    @requires(_EDIT)
    async def edit(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Change the item in view."""
        async for event in self._busy(_edit, msg("Saved"), self.item.id, _texts(form)):
            yield event

    @rx.event
    @requires(_EDIT)
    async def price(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Keep the price that was typed, from its day on."""
        kind, texts = FeeKind(self.item.kind), _texts(form)
        async for event in self._busy(_price, msg("The new price is kept"), self.item.id, kind, texts, self.tier_count, self._base()):
            yield event

    async def _busy(self, command: Any, done: Message, *args: Any) -> AsyncIterator[Any]:
        """Run a command while its button is busy; a new item is opened."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            item_id = await in_uow(command, me(), *args)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
            if item_id != self.item.id:
                yield rx.redirect(f"/manage/tariffs?item={item_id}")
        finally:
            self.is_saving = False


def _as_typed(draft: PriceDraft) -> dict[str, str]:
    typed = {name: str(getattr(draft, name)) for name in ("price", "area", "unit", "cycle", "minimum", "rule", "spaces", "by", "meter")}
    for number, tier in enumerate(draft.tiers, start=1):
        typed |= {f"tiers.{number}.upto": tier.upto, f"tiers.{number}.price": tier.price}
    return typed


def _texts(form: Mapping[str, Any]) -> dict[str, str]:
    """A form's values as texts; a ticked box is `true`."""
    return {name: "true" if value is True else str(value or "") for name, value in form.items()}


def _ticked(form: Mapping[str, str], name: str) -> bool:
    return form.get(name, "") in {"true", "on"}


def _days(form: Mapping[str, str]) -> int:
    text = form.get("due_days", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise InvalidError(msg("Write a number of days"), field="due_days")
    return int(text)


def _add(uow: UnitOfWork, actor: Actor, estate_id: int, form: Mapping[str, str]) -> int:
    kind, meter = form.get("kind", ""), form.get("meter_kind", "")
    if kind not in set(FeeKind):
        raise InvalidError(msg("Choose how it is charged"), field="kind")
    item = tariffs.add_item(
        uow,
        actor,
        estate_id=estate_id,
        code=form.get("code", ""),
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        kind=FeeKind(kind),
        meter_kind=MeterKind(meter) if meter in set(MeterKind) else None,
        due_days=_days(form),
        is_automatic=_ticked(form, "is_automatic"),
    )
    return item.id


def _edit(uow: UnitOfWork, actor: Actor, item_id: int, form: Mapping[str, str]) -> int:
    tariffs.edit_item(
        uow,
        actor,
        item_id=item_id,
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        due_days=_days(form),
        is_active=_ticked(form, "is_active"),
        is_automatic=_ticked(form, "is_automatic"),
    )
    return item_id


def _price(uow: UnitOfWork, actor: Actor, item_id: int, kind: FeeKind, form: Mapping[str, str], tier_count: int, base: Price | None) -> int:
    try:
        starts_on = date.fromisoformat(form.get("starts_on", ""))
    except ValueError:
        raise InvalidError(msg("Choose the first day of the new price"), field="starts_on") from None
    price = read_draft(kind, form, tier_count=tier_count, base=base)
    tariffs.add_price(uow, actor, item_id=item_id, starts_on=starts_on, rule=write_price(kind, price), note=form.get("note", ""))
    return item_id


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[list[ItemRow], list[CommonMeter], date]:
    on = business_date(uow.now)
    return list_items(uow.session, actor, estate_id=estate_id, on=on), common_meters(uow.session, actor, estate_id=estate_id), on
