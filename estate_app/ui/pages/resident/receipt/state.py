"""A receipt of one's own."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.payment.receipts import ReceiptView, receipt_view
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.resident.receipt import present
from estate_app.ui.query import path_number


class ReceiptState(rx.State):
    """What the receipt says; it never changes once issued."""

    paper: present.Paper = present.Paper()
    lines: list[present.PaperLine] = []
    is_missing: bool = False
    is_loading: bool = True

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the receipt of the URL."""
        self.is_missing = False
        try:
            view = await in_uow(_read, me(), path_number(self))
            self.paper = present.paper(view, locale=await locale_of(self))
            self.lines = present.paper_lines(view.doc.lines)
        except NotFoundError:
            self.is_missing = True
        self.is_loading = False


def _read(uow: UnitOfWork, actor: Actor, receipt_id: int) -> ReceiptView:
    return receipt_view(uow.session, actor, receipt_id=receipt_id, on=business_date(uow.now))
