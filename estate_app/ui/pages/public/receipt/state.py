"""The check of a receipt by its code, for anybody."""

import reflex as rx

from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.payment.receipts import ReceiptCheck, check_receipt
from estate_app.ui.guard import public
from estate_app.ui.pages.resident.receipt import present
from estate_app.ui.query import path_text


class ReceiptCheckState(rx.State):
    """What a checker may compare with the paper."""

    paper: present.Paper = present.Paper()
    lines: list[present.PaperLine] = []
    is_known: bool = False
    is_loading: bool = True

    @rx.event
    @public
    async def load(self) -> None:
        """Look the code of the URL up."""
        self.is_known, self.paper, self.lines = False, present.Paper(), []
        try:
            found = await in_uow(_check, path_text(self))
            self.paper, self.lines = present.checked(found), present.paper_lines(found.lines)
            self.is_known = True
        except NotFoundError:
            self.is_known = False
        self.is_loading = False


def _check(uow: UnitOfWork, code: str) -> ReceiptCheck:
    return check_receipt(uow.session, code=code)
