"""Every payment of one's rooms, newest first."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import PaymentRow, list_payments
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.pay.present import PaymentCard, payment_card
from estate_app.ui.query import go, page_of, read_query
from estate_app.ui.session import chosen_room
from estate_app.ui.view import Pager, make_pager

_SHOWN = {"": None, "paid": PaymentStatus.paid, "pending": PaymentStatus.pending}
_PAGE = 20


class PaymentsState(rx.State):
    """The list of payments."""

    rows: list[PaymentCard] = []
    pager: Pager = Pager()
    show: str = ""
    is_loading: bool = True

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the page of the URL and stay live."""
        show = read_query(self).get("show", "")
        self.show = show if show in _SHOWN else ""
        await self._refresh(me())
        watch(self, f"resident:{me().id}", f"bill:{await chosen_room(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, page = await locale_of(self), PageRequest(page_of(read_query(self)), _PAGE)
        found, now = await in_uow(_read, actor, _SHOWN[self.show], page)
        self.rows = [payment_card(row, now=now, locale=locale) for row in found.rows]
        self.pager = make_pager(page=page.number, page_size=_PAGE, total=found.total, locale=locale)
        self.is_loading = False

    @rx.event
    @requires(Permission.own_bills)
    async def filter_show(self, value: str) -> rx.event.EventSpec:
        """Show all, what is paid, or what is still open."""
        return go(self, show=value)


def _read(uow: UnitOfWork, actor: Actor, status: PaymentStatus | None, page: PageRequest) -> tuple[Page[PaymentRow], datetime]:
    found = list_payments(uow.session, actor, filter=PaymentFilter(status=status), page=page, on=business_date(uow.now))
    return found, uow.now
