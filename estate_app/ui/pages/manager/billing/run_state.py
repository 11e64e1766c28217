"""One bill run: check, confirm by typing the count, issue with live progress, recompute or discard."""

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
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.billing import present
from estate_app.ui.pages.manager.billing.issuing import issue_in_background
from estate_app.ui.query import go, page_of, path_number, read_query
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
    field_errors: dict[str, str] = {}
    _count: int = 0

    @rx.var
    def is_loading(self) -> bool:
        """Whether nothing has been read yet."""
        return not self.head.status

    @rx.event
    @requires(Permission.billing_read)
    async def load(self) -> None:
        """Read the run of the URL and stay live while it is issued."""
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
        self.head = present.run_head(detail.run, locale=locale)

    @rx.event
    @requires(Permission.billing_read)
    async def show(self, kind: str) -> rx.event.EventSpec:
        """Show all rooms, those left out, those to confirm, or those billed."""
        return go(self, kind="" if kind == "all" else kind)

    @rx.event
    @requires(Permission.billing_read)
    async def go_to(self, page: int) -> rx.event.EventSpec:
        """Turn to a page of rooms."""
        return go(self, page=page)

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
        self.dialog = ""

    @rx.event
    @requires(Permission.billing_run)
    async def issue(self, form: dict) -> rx.event.EventSpec:
        """Issue the run when the typed count is its own; the work goes on when the page is left."""
        self.field_errors = {}
        typed = str(form.get("expected_count", "")).strip().replace(",", "")
        if not typed.isdigit():
            raise InvalidError(msg("Type the number of bills, {count}, to confirm", count=self._count), field="expected_count")
        await issue_in_background(me(), run_id=path_number(self), expected_count=int(typed))
        self.dialog = ""
        return rx.toast.success(await say(self, msg("Bills are being issued. You may leave this page")), duration=4000)

    @rx.event
    @requires(Permission.billing_run)
    async def recompute(self) -> rx.event.EventSpec:
        """Compute the draft anew."""
        await in_uow(run.recompute_run, me(), run_id=path_number(self))
        await self._refresh(me())
        return rx.toast.success(await say(self, msg("Computed anew")), duration=4000)

    @rx.event
    @requires(Permission.billing_run)
    async def discard(self, _form: dict) -> rx.event.EventSpec:
        """Throw the draft away."""
        await in_uow(run.discard_run, me(), run_id=path_number(self))
        self.dialog = ""
        return rx.redirect("/manage/billing")


def _read(uow: UnitOfWork, actor: Actor, run_id: int, kind: DraftKind, number: int) -> tuple[RunDetail, Page[DraftRow]]:
    return run_queries.run_detail(uow.session, actor, run_id=run_id), run_queries.list_drafts(
        uow.session, actor, run_id=run_id, page=PageRequest(number, 10), kind=kind
    )
