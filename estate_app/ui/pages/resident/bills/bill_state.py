"""The bill in view: that of the URL, or beside the list its first one."""

from datetime import date

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.detail import BillDetail, bill_detail, open_bill
from estate_app.billing.late_fees import LateFeePreview, preview_late_fees
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.payment.queries import being_paid
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.resident.bills import explained
from estate_app.ui.pages.resident.bills.corrected import CorrectionView, correction_views
from estate_app.ui.query import path_number
from estate_app.ui.view import Bar


class BillState(rx.State):
    """What the bill says; the list's State watches for both."""

    bill: explained.BillView = explained.BillView()
    lines: list[explained.LineView] = []
    tiers: list[Bar] = []
    meters: list[explained.MeterView] = []
    steps: list[str] = []
    corrections: list[CorrectionView] = []
    past: list[explained.PastView] = []
    is_missing: bool = False
    is_loading: bool = True

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Open the bill of the URL, and note that it was read."""
        self.is_missing = False
        bill_id = 0
        try:
            bill_id = path_number(self)
            await in_uow(_open, me(), bill_id)
        except NotFoundError:
            self.is_missing = True
        await self._show(me(), 0 if self.is_missing else bill_id)

    async def _refresh(self, actor: Actor) -> None:
        await self._show(actor, self.bill.id)

    async def _show(self, actor: Actor, bill_id: int) -> None:
        """Put a bill into view; 0 is none."""
        if bill_id:
            detail, payment_id, late, on = await in_uow(_read, actor, bill_id)
            locale = await locale_of(self)
            view = explained.explain(detail, payment_id=payment_id, on=on, locale=locale, late=late)
            self.bill, self.lines, self.tiers, self.meters = view.bill, view.lines, view.tiers, view.meters
            self.steps, self.past = view.steps, view.past
            self.corrections = correction_views(detail, base="/bills", locale=locale)
        else:
            self.bill = explained.BillView()
            self.lines, self.tiers, self.meters, self.steps, self.past = [], [], [], [], []
            self.corrections = []
        self.is_loading = False


def _open(uow: UnitOfWork, actor: Actor, bill_id: int) -> None:
    open_bill(uow, actor, bill_id=bill_id)


def _read(uow: UnitOfWork, actor: Actor, bill_id: int) -> tuple[BillDetail, int | None, LateFeePreview | None, date]:
    on = business_date(uow.now)
    detail = bill_detail(uow.session, actor, bill_id=bill_id, on=on)
    late = preview_late_fees(uow.session, actor, [bill_id], on) if detail.bill.is_overdue else []
    return detail, being_paid(uow.session, actor, [bill_id], on=on).get(bill_id), next(iter(late), None), on
