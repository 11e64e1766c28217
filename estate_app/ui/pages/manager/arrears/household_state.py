"""One household that owes: the next step, a promise, instalments, a waiver, the delivery of a notice."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.arrears_detail import Household, household
from estate_app.billing.arrears_ladder import climb, record_delivery
from estate_app.billing.arrears_models import Delivery, Stage
from estate_app.billing.arrears_promises import cancel_plan, cancel_promise, make_plan, make_promise
from estate_app.billing.waivers import request_waiver
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import parse_yuan
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.arrears import household_present as present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY

_READ, _CHASE, _WAIVE = Permission.bills_read, Permission.arrears_chase, Permission.waivers_request
DIALOGS = frozenset({"reminder", "sms", "letter", "case", "promise", "plan", "delivery", "cancel_promise", "cancel_plan"})


@dataclass(frozen=True, slots=True)
class _Seen:
    found: Household
    now: datetime


class HouseholdState(rx.State):
    """The household of the URL; `asked_id` is the bill, step or agreement that the open dialog is about."""

    view: present.HouseholdView = present.HouseholdView()
    debts: list[present.DebtView] = []
    steps: list[present.StepView] = []
    agreed: list[present.AgreedView] = []
    dialog: str = ""
    asked_id: int = 0
    may_chase: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the household of the URL and stay live."""
        self.dialog, self.field_errors = "", {}
        await self._refresh(me())
        watch(self, "arrears", f"bill:{self.view.id}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, path_number(self))
        found, on = seen.found, business_date(seen.now)
        may_waive = actor.can(_WAIVE)
        self.view = present.head(found, on=on, locale=locale)
        self.debts = [present.debt(bill, found.late_fees.get(bill.id), on=on, may_waive=may_waive, locale=locale) for bill in found.bills]
        self.steps = [present.step(row, now=seen.now, on=on, locale=locale) for row in found.steps]
        plans = [present.plan(row, on=on, locale=locale) for row in found.plans]
        self.agreed = [*plans, *(present.promise(row, on=on, locale=locale) for row in found.promises)]
        self.may_chase = actor.can(_CHASE)
        self.stage = READY

    @rx.event
    @requires(_CHASE)
    async def ask(self, dialog: str, about: int) -> None:
        """Open a dialog about the household, or about one of its notices or agreements."""
        if dialog in DIALOGS:
            self.dialog, self.asked_id, self.field_errors = dialog, int(about), {}

    @rx.event
    @requires(_WAIVE)
    async def ask_waiver(self, bill_id: int) -> None:
        """Ask how much of a bill shall be let go."""
        self.dialog, self.asked_id, self.field_errors = "waiver", int(bill_id), {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close whatever is open."""
        self.dialog = ""

    @rx.event
    @requires(_CHASE)
    async def act(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Do what the open dialog is about."""
        command, done = _COMMANDS.get(self.dialog, (None, None))
        if command is not None and done is not None:
            async for event in self._busy(command, self.view.id if self.asked_id == 0 else self.asked_id, form, done):
                yield event

    @rx.event
    @requires(_WAIVE)
    async def waive(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Ask for a waiver; another person decides."""
        async for event in self._busy(_waive, self.asked_id, form, msg("Requested. Another person must approve it")):
            yield event

    async def _busy(self, command: Callable[..., None], about: int, form: dict[str, Any], done: Message) -> AsyncIterator[Any]:
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(command, me(), about, {name: str(value) for name, value in form.items()})
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> _Seen:
    return _Seen(household(uow.session, actor, room_id=room_id, on=business_date(uow.now)), uow.now)


def _climber(stage: Stage) -> Callable[..., None]:
    def climb_one(uow: UnitOfWork, actor: Actor, room_id: int, form: dict[str, str]) -> None:
        if not climb(uow, actor, room_ids=[room_id], stage=stage, note=form.get("note", "")).done:
            raise ConflictError(msg("Nothing to do: the bills are held back, or this step was taken today"))

    return climb_one


def _promise(uow: UnitOfWork, actor: Actor, room_id: int, form: dict[str, str]) -> None:
    amount = parse_yuan(form.get("amount", ""), field="amount")
    make_promise(uow, actor, room_id=room_id, amount_fen=amount, due_on=_day(form, "due_on"), note=form.get("note", ""))


def _plan(uow: UnitOfWork, actor: Actor, room_id: int, form: dict[str, str]) -> None:
    count = form.get("count", "")
    if not (count.isascii() and count.isdigit() and len(count) < 4):
        raise InvalidError(msg("Write how many parts"), field="count")
    make_plan(uow, actor, room_id=room_id, count=int(count), first_due_on=_day(form, "first_due_on"), note=form.get("note", ""))


def _deliver(uow: UnitOfWork, actor: Actor, step_id: int, form: dict[str, str]) -> None:
    if form.get("delivery") not in set(Delivery):
        raise InvalidError(msg("Choose how it was delivered"), field="delivery")
    delivery, day = Delivery(form["delivery"]), _day(form, "delivered_on")
    record_delivery(uow, actor, step_id=step_id, delivery=delivery, delivered_on=day, proof=form.get("proof", ""))


def _end_promise(uow: UnitOfWork, actor: Actor, promise_id: int, _form: dict[str, str]) -> None:
    cancel_promise(uow, actor, promise_id=promise_id)


def _end_plan(uow: UnitOfWork, actor: Actor, plan_id: int, _form: dict[str, str]) -> None:
    cancel_plan(uow, actor, plan_id=plan_id)


def _waive(uow: UnitOfWork, actor: Actor, bill_id: int, form: dict[str, str]) -> None:
    request_waiver(
        uow, actor, bill_id=bill_id, amount_fen=parse_yuan(form.get("amount", ""), field="amount"), reason=form.get("reason", "")
    )


def _day(form: dict[str, str], name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError:
        raise InvalidError(msg("Choose a day"), field=name) from None


_COMMANDS: dict[str, tuple[Callable[..., None], Message]] = {
    "reminder": (_climber(Stage.reminder), msg("The household was reminded in the app")),
    "sms": (_climber(Stage.sms), msg("The SMS is on its way")),
    "letter": (_climber(Stage.letter), msg("The notice is ready to be printed and delivered")),
    "case": (_climber(Stage.case), msg("The case is noted")),
    "promise": (_promise, msg("The promise is noted; the ladder rests until its day")),
    "plan": (_plan, msg("The instalments are agreed; the household was told")),
    "delivery": (_deliver, msg("The delivery is noted")),
    "cancel_promise": (_end_promise, msg("The promise is cancelled")),
    "cancel_plan": (_end_plan, msg("The plan is cancelled")),
}
