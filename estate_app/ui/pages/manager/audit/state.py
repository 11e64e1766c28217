"""The audit trail: searched, filtered, a page at a time; every filter is in the URL."""

from datetime import date, datetime

import reflex as rx

from estate_app.access import audit_queries
from estate_app.access.actor import Actor
from estate_app.access.audit_queries import AuditFilter, AuditRow
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import day_bounds
from estate_app.kit.pagination import PageRequest
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.common.audit import area_word
from estate_app.ui.pages.manager.audit.present import Change, EntryRow, changes_of, present_entry
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ = Permission.audit_read


class AuditState(rx.State):
    """The searchable trail."""

    rows: list[EntryRow] = []
    pager: Pager = Pager()
    areas: list[Option] = []
    q: str = ""
    area: str = ""
    since: str = ""
    until: str = ""
    opened: EntryRow | None = None
    changes: list[Change] = []
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for."""
        query = read_query(self)
        self.q, self.area = query.get("q", ""), query.get("area", "")
        self.since, self.until = _day_text(query.get("since", "")), _day_text(query.get("until", ""))
        await self._refresh(me())

    @rx.event
    @requires(_READ)
    async def open_entry(self, entry_id: int) -> None:
        """Show one entry with everything before and after."""
        self.opened, self.changes = await in_uow(_read_one, me(), entry_id, await locale_of(self))

    @rx.event
    @requires(_READ)
    async def close_entry(self) -> None:
        """Close it."""
        self.opened = None

    async def _refresh(self, actor: Actor) -> None:
        query, locale = read_query(self), await locale_of(self)
        request = PageRequest(page_of(query), page_size_of(query))
        self.rows, total, areas = await in_uow(_read, actor, self._wanted(query), request, locale)
        self.areas = [Option(area, area_word(area, locale=locale)) for area in areas]
        self.pager = make_pager(page=request.number, page_size=request.size, total=total, locale=locale)
        self.stage = READY

    def _wanted(self, query: dict[str, str]) -> AuditFilter:
        number = query.get("entity_id", "")
        return AuditFilter(
            q=self.q,
            area=self.area,
            entity=query.get("entity", ""),
            entity_id=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
            since=_bound(self.since, 0),
            until=_bound(self.until, 1),
        )


def _read(uow: UnitOfWork, actor: Actor, wanted: AuditFilter, request: PageRequest, locale: str) -> tuple[list[EntryRow], int, list[str]]:
    page = audit_queries.list_audit(uow.session, actor, filter=wanted, page=request)
    rows = [present_entry(row, now=uow.now, locale=locale) for row in page.rows]
    return rows, page.total, audit_queries.list_areas(uow.session, actor)


def _read_one(uow: UnitOfWork, actor: Actor, entry_id: int, locale: str) -> tuple[EntryRow, list[Change]]:
    row: AuditRow = audit_queries.get_entry(uow.session, actor, entry_id)
    return present_entry(row, now=uow.now, locale=locale), changes_of(row, locale=locale)


def _day_text(text: str) -> str:
    """A date of the URL as it is; anything odd is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _bound(day: str, end: int) -> datetime | None:
    """The instant at which a day begins (0) or ends (1)."""
    return day_bounds(date.fromisoformat(day))[end] if day else None
