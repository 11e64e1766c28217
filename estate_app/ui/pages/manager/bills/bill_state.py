"""One bill of the manager's: live, explained, and corrected by voiding, replacing, disputing or settling."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.audit_queries import entries_of
from estate_app.access.permission import Permission
from estate_app.billing.corrections import dispute_bill, replace_bill, settle_dispute, void_bill
from estate_app.billing.detail import bill_detail
from estate_app.billing.models import Bill
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.queries import entries_about
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.queries import list_payments
from estate_app.property.places import room_place
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.bills import bill_present as present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY

_READ, _CORRECT = Permission.bills_read, Permission.bills_void
_TRAIL = 12


@dataclass(frozen=True, slots=True)
class _Command:
    """A correction: the service with its reason, and what is said when it is done."""

    run: Callable[[UnitOfWork, Actor, int, str], Bill]
    done: Message


COMMANDS: Mapping[str, _Command] = {
    "void": _Command(lambda uow, actor, key, why: void_bill(uow, actor, bill_id=key, reason=why), msg("The bill is void")),
    "replace": _Command(
        lambda uow, actor, key, why: replace_bill(uow, actor, bill_id=key, reason=why), msg("A new bill stands in its place")
    ),
    "dispute": _Command(lambda uow, actor, key, why: dispute_bill(uow, actor, bill_id=key, reason=why), msg("The dispute is noted")),
    "settle": _Command(lambda uow, actor, key, why: settle_dispute(uow, actor, bill_id=key, answer=why), msg("The dispute is settled")),
}


class ManagedBillState(rx.State):
    """The bill in view."""

    view: present.ManagedBill = present.ManagedBill()
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _shown: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the bill of the URL and stay live."""
        if self._shown != path_number(self):
            self._shown, self.stage, self.dialog, self.field_errors = path_number(self), LOADING, "", {}
        room_id = await self._refresh(me())
        watch(self, f"bill:{room_id}")

    async def _refresh(self, actor: Actor) -> int:
        """Read the bill again; gives the room, whose bills are watched."""
        found = await in_uow(_read, actor, path_number(self))
        self.view = present.managed_bill(found, locale=await locale_of(self))
        self.stage = READY
        return found.detail.bill.room_id

    @rx.event
    @requires(_CORRECT)
    async def ask(self, what: str) -> None:
        """Open the dialog that asks for the reason."""
        self.field_errors = {}
        self.dialog = what if what in COMMANDS else ""

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the dialog; nothing happens."""
        self.dialog = ""

    @rx.event
    @requires(_CORRECT)
    async def correct(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Do what the open dialog asks about."""
        command = COMMANDS.get(self.dialog)
        if command is None:
            return
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            bill_id = await in_uow(_correct, me(), command, path_number(self), str(form.get("reason", "")))
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, command.done))
            if bill_id != path_number(self):
                yield rx.redirect(f"/manage/bills/{bill_id}")
        finally:
            self.is_saving = False


def _correct(uow: UnitOfWork, actor: Actor, command: _Command, bill_id: int, reason: str) -> int:
    return command.run(uow, actor, bill_id, reason).id


def _read(uow: UnitOfWork, actor: Actor, bill_id: int) -> present.Read:
    session, on = uow.session, business_date(uow.now)
    detail = bill_detail(session, actor, bill_id=bill_id, on=on)
    place = room_place(session, detail.bill.room_id)
    building_id = place.building_id if place else None

    def holds(permission: Permission) -> bool:
        return actor.scope(permission).covers(estate_id=detail.bill.estate_id, building_id=building_id)

    payments = ()
    if actor.can(Permission.payments_read):
        payments = list_payments(session, actor, filter=PaymentFilter(bill_id=bill_id), page=PageRequest(size=50), on=on).rows
    return present.Read(
        detail=detail,
        entries=entries_about(session, "bill", bill_id) if holds(Permission.ledger_read) else [],
        payments=present.known_payments(payments),
        audit=entries_of(session, actor, entity="bill", entity_id=bill_id, limit=_TRAIL),
        powers=present.Powers(
            holds(_CORRECT), holds(Permission.cashier), holds(Permission.refunds_request), holds(Permission.property_read)
        ),
        now=uow.now,
        on=on,
    )
