"""Late fee policies by date, and the days after which each estate climbs the ladder."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.arrears_models import Stage
from estate_app.billing.arrears_schedule import LadderRow, keep_ladder, list_ladders
from estate_app.billing.late_fee_policies import PolicyRow, add_policy, list_policies, parse_rate
from estate_app.billing.models import FeeKind
from estate_app.billing.rules.values import parse_milli
from estate_app.billing.tariff_queries import ItemRow, list_items
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.late_fees import present
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _EDIT = Permission.tariffs_read, Permission.tariffs_edit


@dataclass(frozen=True, slots=True)
class _Seen:
    policies: list[PolicyRow]
    ladders: list[LadderRow]
    items: list[ItemRow]
    on: date


class LateFeesState(rx.State):
    """Policies and ladders; `ladder` is the estate that the open dialog is about."""

    policies: list[present.PolicyLine] = []
    ladders: list[present.LadderLine] = []
    ladder: present.LadderLine = present.LadderLine()
    fee_items: list[Option] = []
    today: str = ""
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read every policy and ladder within the manager's scope."""
        self.dialog, self.field_errors = "", {}
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, self.ladder.estate_id)
        self.policies = [present.policy_line(row, on=seen.on, locale=locale) for row in seen.policies]
        self.ladders = [present.ladder_line(row, locale=locale) for row in seen.ladders]
        kept = [item for item in seen.items if item.kind is not FeeKind.late_fee]
        self.fee_items = [Option(str(item.id), named(item.name, item.name_en, locale)) for item in kept]
        self.today = seen.on.isoformat()
        self.may_edit = actor.can(_EDIT)
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def ask(self, dialog: str, estate_id: int) -> None:
        """Open the form of an estate's policy or ladder."""
        ladder = next((one for one in self.ladders if one.estate_id == estate_id), None)
        if dialog in {"policy", "ladder"} and ladder is not None:
            self.ladder, self.field_errors = ladder, {}
            await self._refresh(me())
            self.dialog = dialog

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Change nothing."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def save_policy(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Let a new version hold from its day on."""
        async for event in self._busy(_add, form, msg("The late fee changes on its day")):
            yield event

    @rx.event
    @requires(_EDIT)
    async def save_ladder(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Keep an estate's days."""
        async for event in self._busy(_keep, form, msg("The ladder is kept")):
            yield event

    async def _busy(self, command: Callable[..., None], form: dict[str, Any], done: Message) -> AsyncIterator[Any]:
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(command, me(), self.ladder.estate_id, {name: str(value) for name, value in form.items()})
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> _Seen:
    on = business_date(uow.now)
    return _Seen(
        policies=list_policies(uow.session, actor, on=on),
        ladders=list_ladders(uow.session, actor),
        items=list_items(uow.session, actor, estate_id=estate_id, on=on) if estate_id else [],
        on=on,
    )


def _add(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, str]) -> None:
    cap, item = form.get("cap", "").strip(), form.get("fee_item_id", "")
    try:
        starts_on = date.fromisoformat(form.get("starts_on", ""))
    except ValueError:
        raise InvalidError(msg("Choose a day"), field="starts_on") from None
    add_policy(
        uow,
        actor,
        estate_id=estate_id,
        starts_on=starts_on,
        rate_ppb=parse_rate(form.get("rate", "")),
        grace_days=_count(form, "grace_days"),
        cap_bp=_percent(cap) if cap else None,
        fee_item_id=int(item) if item.isascii() and item.isdigit() and len(item) < 19 else None,
        pauses_for_plans="pauses_for_plans" in form,
        note=form.get("note", ""),
    )


def _keep(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, str]) -> None:
    keep_ladder(uow, actor, estate_id=estate_id, days={stage: _count(form, stage.value) for stage in Stage})


def _count(form: dict[str, str], name: str) -> int:
    text = form.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InvalidError(msg("Write a number of days"), field=name)
    return int(text)


def _percent(text: str) -> int:
    milli = parse_milli(text, field="cap")
    if milli % 10 or milli > 100_000:
        raise InvalidError(msg("Write at most 100 percent, with at most two decimals"), field="cap")
    return milli // 10
