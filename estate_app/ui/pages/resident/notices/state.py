"""What the estate announces to a resident."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.feedback.announcements import list_announcements
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import PageRequest
from estate_app.property.queries import own_rooms
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.common.announcement import AnnouncementCard, present_announcement
from estate_app.ui.query import page_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_SIZE = 10


class NoticesState(rx.State):
    """The board of one's estates: pinned first, then the newest."""

    rows: list[AnnouncementCard] = []
    pager: Pager = Pager()
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the page of the URL; a new announcement arrives by itself, with its notice in the inbox."""
        await self._refresh(me())
        watch(self, f"inbox:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        locale, number = await locale_of(self), page_of(read_query(self))
        self.rows, total = await in_uow(_read, actor, PageRequest(number, _SIZE), locale)
        self.pager = make_pager(page=number, page_size=_SIZE, total=total, locale=locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest, locale: str) -> tuple[list[AnnouncementCard], int]:
    page = list_announcements(uow.session, actor, now=uow.now, page=request)
    estates = {room.estate_id: room.estate_name for room in own_rooms(uow.session, actor, business_date(uow.now))}
    return [present_announcement(row, estates=estates, now=uow.now, locale=locale) for row in page.rows], page.total
