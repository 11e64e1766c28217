"""The inbox: live, a page at a time, read one by one or all at once."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import PageRequest
from estate_app.notification import queries, service
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.account.inbox.present import NoticeCard, present_notice
from estate_app.ui.query import go, page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager


class InboxState(rx.State):
    """One's notices, newest first."""

    rows: list[NoticeCard] = []
    pager: Pager = Pager()
    view: str = "all"
    has_unread: bool = False
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read the page of the URL, and stay live."""
        await self._refresh(me())
        watch(self, f"inbox:{me().id}")

    @rx.event
    @requires(Permission.own_account)
    async def choose_view(self, view: str) -> rx.event.EventSpec:
        """All notices, or those not yet read."""
        return go(self, view="unread" if view == "unread" else "")

    @rx.event
    @requires(Permission.own_account)
    async def read(self, item_id: int) -> None:
        """Mark one notice as read; its link is followed by the browser."""
        await in_uow(service.mark_read, me(), item_id=item_id)
        await self._refresh(me())

    @rx.event
    @requires(Permission.own_account)
    async def read_all(self) -> rx.event.EventSpec:
        """Mark every notice as read."""
        count = await in_uow(service.mark_all_read, me())
        await self._refresh(me())
        return toast_done(await say(self, msg("{count} notices marked as read", count=count)))

    async def _refresh(self, actor: Actor) -> None:
        query, locale = read_query(self), await locale_of(self)
        self.view = "unread" if query.get("view") == "unread" else "all"
        request = PageRequest(page_of(query), page_size_of(query))
        self.rows, total, self.has_unread = await in_uow(_read, actor, request, self.view == "unread", locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=total, locale=locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest, unread_only: bool, locale: str) -> tuple[list[NoticeCard], int, bool]:
    page = queries.list_inbox(uow.session, actor, page=request, unread_only=unread_only)
    cards = [present_notice(row, now=uow.now, locale=locale) for row in page.rows]
    return cards, page.total, queries.count_unread(uow.session, actor) > 0
