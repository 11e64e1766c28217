"""The estate's imports, newest first, and what may be imported."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.importing.models import ImportJob
from estate_app.importing.uploads import BROWSER_KINDS, list_jobs, permission_of
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.imports import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

MAY = (Permission.property_edit, Permission.meters_edit, Permission.billing_run)


class ImportsState(rx.State):
    """One page of imports."""

    rows: list[present.JobLine] = []
    pager: Pager = Pager()
    kinds: list[Option] = []
    estate: str = ""
    stage: str = LOADING

    @rx.event
    @requires(*MAY)
    async def load(self) -> None:
        """Read the list and stay live."""
        await self._refresh(me())
        watch(self, "imports")

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        request = PageRequest(page_of(query), page_size_of(query))
        found = await in_uow(_read, actor, estate_id, request)
        self.rows = [present.job_line(job, locale=locale) for job in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        kinds = tuple(kind for kind in BROWSER_KINDS if actor.scope(permission_of(kind)).covers(estate_id=estate_id))
        self.kinds, self.estate = present.kind_options(kinds, locale), str(estate_id)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, request: PageRequest) -> Page[ImportJob]:
    return list_jobs(uow.session, actor, estate_id=estate_id, page=request)
