"""Public income as managers keep it: every version of every quarter, and a new draft."""

from datetime import date, datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.feedback.disclosure_queries import DisclosureRow, list_disclosures
from estate_app.feedback.disclosures import open_draft, quarter_start
from estate_app.kit.clock import add_months, business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.queries import visible_estates
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.common.disclosure import QuarterCard, quarter_card, quarter_word
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ = (Permission.announce, Permission.notices_read)
_DO = Permission.announce
_QUARTERS = 8


class DisclosuresState(rx.State):
    """The list of the estate in view."""

    rows: list[QuarterCard] = []
    pager: Pager = Pager()
    estates: list[Option] = []
    quarters: list[Option] = []
    can_draft: bool = False
    is_open: bool = False
    is_saving: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(*_READ)
    async def load(self) -> None:
        """Read the page of the address and stay live."""
        self.is_open, self.is_saving, self.field_errors = False, False, {}
        await self._refresh(me())
        watch(self, "disclosures")

    @rx.event
    @requires(_DO)
    async def show_form(self, is_open: bool) -> None:
        """Open or close the choice of a quarter."""
        self.is_open, self.field_errors = bool(is_open), {}

    @rx.event
    @requires(_DO)
    async def begin(self, form: dict[str, Any]) -> Any:
        """Open the draft of a quarter and go there."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            draft_id = await in_uow(_open, me(), _estate(str(form.get("estate", ""))), _day(str(form.get("quarter", ""))))
            yield rx.redirect(f"/manage/income/{draft_id}")
        finally:
            self.is_saving = False

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        request = PageRequest(page_of(query), page_size_of(query))
        found, estates, now = await in_uow(_look, actor, request, estate_id)
        self.rows = [quarter_card(row, now=now, locale=locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        this = quarter_start(business_date(now))
        recent = [add_months(this, -3 * back) for back in range(_QUARTERS)]
        self.quarters = [Option(day.isoformat(), quarter_word(day, locale=locale)) for day in recent]
        self.estates, self.can_draft, self.stage = estates, actor.can(_DO), READY


def _look(uow: UnitOfWork, actor: Actor, request: PageRequest, estate_id: int) -> tuple[Page[DisclosureRow], list[Option], datetime]:
    found = list_disclosures(uow.session, actor, page=request, now=uow.now, estate_id=estate_id or None)
    estates = visible_estates(uow.session, actor, _DO) if actor.can(_DO) else []
    return found, [Option(str(one.id), one.name) for one in estates], uow.now


def _open(uow: UnitOfWork, actor: Actor, estate_id: int, quarter_on: date) -> int:
    return open_draft(uow, actor, estate_id=estate_id, quarter_on=quarter_on).id


def _estate(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidError(msg("Choose an estate that you look after"), field="estate")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidError(msg("Choose a quarter"), field="quarter") from error
