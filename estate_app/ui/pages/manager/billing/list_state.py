"""The list of bill runs, and the form that previews a new one."""

from dataclasses import dataclass
from datetime import date

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing import run, run_queries, tariff_queries
from estate_app.billing.prices import RUN_KINDS
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.billing.present import RunCard, name_of, run_card
from estate_app.ui.query import page_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager


@dataclass(frozen=True, slots=True)
class _Read:
    found: Page[run_queries.RunRow]
    items: list[tariff_queries.ItemRow]
    today: date


class BillRunsState(rx.State):
    """Runs of the estate in view."""

    rows: list[RunCard] = []
    pager: Pager = Pager()
    items: list[Option] = []
    month: str = ""
    stage: str = LOADING
    is_open: bool = False
    is_saving: bool = False
    may_run: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.billing_read)
    async def load(self) -> None:
        """Read the page of the URL and stay live."""
        await self._refresh(me())
        watch(self, "runs")

    async def _refresh(self, actor: Actor) -> None:
        locale, estate_id = await locale_of(self), await chosen_estate(self)
        number = page_of(read_query(self))
        seen = await in_uow(_read, actor, estate_id, number)
        names = {item.id: name_of(item.name, item.name_en, locale) for item in seen.items}
        self.rows = [run_card(row, names, locale=locale) for row in seen.found.rows]
        self.pager = make_pager(page=number, page_size=seen.found.request.size, total=seen.found.total, locale=locale)
        self.items = [Option(str(i.id), names[i.id]) for i in seen.items if i.is_active and i.kind in RUN_KINDS]
        self.month = f"{seen.today:%Y-%m}"
        self.may_run = actor.scope(Permission.billing_run).covers(estate_id=estate_id)
        self.stage = READY

    @rx.event
    @requires(Permission.billing_run)
    async def open_form(self) -> None:
        """Ask what to bill."""
        self.field_errors = {}
        self.is_open = True

    @rx.event
    @requires(Permission.billing_run)
    async def close_form(self) -> None:
        """Put the form away."""
        self.is_open = False

    @rx.event
    @requires(Permission.billing_run)
    async def preview(self, form: dict) -> rx.event.EventSpec:
        """Compute a draft and open it."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            month, item_ids = _month(str(form.get("period", ""))), _items(form)
            run_id = await in_uow(_preview, me(), await chosen_estate(self), month, item_ids)
            self.is_open = False
            yield rx.redirect(f"/manage/billing/{run_id}")
        finally:
            self.is_saving = False


def _month(typed: str) -> date:
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise InvalidError(msg("Choose a month, such as 2026-11"), field="period") from None


def _items(form: dict) -> list[int]:
    chosen = [name.removeprefix("item-") for name, value in form.items() if name.startswith("item-") and value]
    return [int(number) for number in chosen if number.isdigit()]


def _preview(uow: UnitOfWork, actor: Actor, estate_id: int, month: date, item_ids: list[int]) -> int:
    return run.preview_run(uow, actor, estate_id=estate_id, period=month, item_ids=item_ids).id


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, number: int) -> _Read:
    found = run_queries.list_runs(uow.session, actor, page=PageRequest(number), estate_id=estate_id)
    today = business_date(uow.now)
    return _Read(found, tariff_queries.list_items(uow.session, actor, estate_id=estate_id, on=today), today)
