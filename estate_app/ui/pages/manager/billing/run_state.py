"""One bill run: check, confirm by typing the count, issue with live progress, recompute or discard."""

from collections.abc import AsyncIterator

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing import run, run_queries
from estate_app.billing.models import RunStatus
from estate_app.billing.run_queries import DraftKind, DraftRow, RunDetail
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.billing import present
from estate_app.ui.pages.manager.billing.issuing import issue_in_background
from estate_app.ui.query import go, page_of, path_number, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Fact, Kpi, Pager, make_pager


class BillRunState(rx.State):
    """The run in view. The facts of the dialog are those of the side panel."""

    head: present.RunHead = present.RunHead()
    kind: str = "all"
    kpis: list[Kpi] = []
    items: list[present.ItemLine] = []
    facts: list[Fact] = []
    checks: list[Fact] = []
    drafts: list[present.DraftLine] = []
    pager: Pager = Pager()
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _count: int = 0
    _shown: int = 0

    @rx.event
    @requires(Permission.billing_read)
    async def load(self) -> None:
        """Read the run of the URL and stay live while it is issued."""
        if self._shown != path_number(self):
            self._shown, self.stage, self.dialog = path_number(self), LOADING, ""
        await self._refresh(me())
        watch(self, f"run:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        kind = DraftKind(query["kind"]) if query.get("kind") in set(DraftKind) else DraftKind.all
        detail, found = await in_uow(_read, actor, path_number(self), kind, page_of(query))
        self.kind = kind.value
        self.kpis = present.kpis(detail, locale=locale)
        self.items = [present.item_line(item, locale=locale) for item in detail.items]
        self.facts = present.setting_facts(detail, locale=locale)
        self.checks = present.skip_facts(detail, locale=locale)
        self.drafts = [present.draft_line(row, locale=locale) for row in found.rows]
        self.pager = make_pager(page=found.request.number, page_size=found.request.size, total=found.total, locale=locale)
        self._count = detail.run.bill_count
        may_run = actor.scope(Permission.billing_run).covers(estate_id=detail.run.estate_id)
        self.head = present.run_head(detail.run, may_run=may_run, locale=locale)
        self.stage = READY

    @rx.event
    @requires(Permission.billing_read)
    async def show(self, kind: str) -> rx.event.EventSpec:
        """Show all rooms, those left out, those to confirm, or those billed."""
        return go(self, kind="" if kind == "all" else kind)

    @rx.event
    @requires(Permission.billing_run)
    async def ask(self, what: str) -> None:
        """Open the dialog that asks before issuing or discarding."""
        self.field_errors = {}
        self.dialog = what if what in {"issue", "discard"} and self.head.status == RunStatus.draft else ""

    @rx.event
    @requires(Permission.billing_run)
    async def keep(self) -> None:
        """Close the dialog; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(Permission.billing_run)
    async def issue(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Issue the run when the typed count is its own; the work goes on when the page is left."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            yield await self._issue(form)
        finally:
            self.is_saving = False

    async def _issue(self, form: dict) -> rx.event.EventSpec:
        typed = str(form.get("expected_count", "")).strip().replace(",", "")
        if not typed.isdigit():
            raise InvalidError(msg("Type the number of bills, {count}, to confirm", count=self._count), field="expected_count")
        await issue_in_background(me(), run_id=path_number(self), expected_count=int(typed))
        self.dialog = ""
        await self._refresh(me())
        return toast_done(await say(self, msg("Bills are being issued. You may leave this page")))

    @rx.event
    @requires(Permission.billing_run)
    async def recompute(self) -> AsyncIterator[rx.event.EventSpec | None]:
        """Compute the draft anew."""
        self.is_saving = True
        yield
        try:
            await in_uow(run.recompute_run, me(), run_id=path_number(self))
            await self._refresh(me())
            yield toast_done(await say(self, msg("Computed anew")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(Permission.billing_run)
    async def discard(self, _form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Throw the draft away."""
        self.is_saving = True
        yield
        try:
            await in_uow(run.discard_run, me(), run_id=path_number(self))
            self.dialog = ""
            yield rx.redirect("/manage/billing")
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, run_id: int, kind: DraftKind, number: int) -> tuple[RunDetail, Page[DraftRow]]:
    return run_queries.run_detail(uow.session, actor, run_id=run_id), run_queries.list_drafts(
        uow.session, actor, run_id=run_id, page=PageRequest(number, 10), kind=kind
    )
