"""Announcements: listed, published, pinned, withdrawn."""

from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.feedback import announcements as service
from estate_app.kit.clock import SHANGHAI
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import PageRequest
from estate_app.property.queries import visible_estates
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.common.announcement import TAG_WORDS, AnnouncementCard, present_announcement
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_EDIT = Permission.announce


class AnnouncementsState(rx.State):
    """What the estate has told its residents."""

    rows: list[AnnouncementCard] = []
    pager: Pager = Pager()
    q: str = ""
    estates: list[Option] = []
    tags: list[Option] = []
    is_open: bool = False
    asked: int = 0
    is_saving: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(_EDIT)
    async def load(self) -> None:
        """Read what the URL asks for."""
        await self._refresh(me())

    @rx.event
    @requires(_EDIT)
    async def show_form(self, is_open: bool) -> None:
        """Open or close the form of a new announcement."""
        self.is_open, self.field_errors = is_open, {}

    @rx.event
    @requires(_EDIT)
    async def publish(self, form: dict[str, Any]) -> Any:
        """Publish, and tell every resident whom it concerns."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(service.publish_announcement, me(), read_draft({name: str(value) for name, value in form.items()}))
            self.is_open = False
            await self._refresh(me())
            yield toast_done(await say(self, msg("Published. Residents find it in their inbox")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_EDIT)
    async def pin(self, announcement_id: int, is_pinned: bool) -> None:
        """Keep one on top, or no longer."""
        await in_uow(service.pin_announcement, me(), announcement_id=announcement_id, is_pinned=is_pinned)
        await self._refresh(me())

    @rx.event
    @requires(_EDIT)
    async def ask_withdraw(self, announcement_id: int) -> None:
        """Ask before one is withdrawn; 0 closes the question."""
        self.asked = announcement_id

    @rx.event
    @requires(_EDIT)
    async def withdraw(self) -> Any:
        """Take the announcement in question off the board."""
        self.is_saving = True
        yield
        try:
            await in_uow(service.withdraw_announcement, me(), announcement_id=self.asked)
            await self._refresh(me())
            yield toast_done(await say(self, msg("Withdrawn from the board")))
        finally:
            self.asked, self.is_saving = 0, False

    async def _refresh(self, actor: Actor) -> None:
        query, locale = read_query(self), await locale_of(self)
        self.q = query.get("q", "")
        request = PageRequest(page_of(query), page_size_of(query))
        self.rows, total, self.estates = await in_uow(_read, actor, self.q, request, locale)
        self.tags = [Option(tag, translate(word, locale)) for tag, word in TAG_WORDS.items()]
        self.pager = make_pager(page=request.number, page_size=request.size, total=total, locale=locale)
        self.stage = READY


def read_draft(form: dict[str, str]) -> service.Draft:
    """Read the form; the times are Shanghai's."""
    estate = form.get("estate", "")
    if estate != "all" and not (estate.isascii() and estate.isdigit() and len(estate) < 19):
        raise InvalidError(msg("Choose whom it concerns"), field="estate")
    return service.Draft(
        title=form.get("title", ""),
        body=form.get("body", ""),
        tag=form.get("tag", ""),
        estate_id=None if estate == "all" else int(estate),
        happens_at=_instant(form.get("happens", ""), "happens"),
        ends_at=_instant(form.get("ends", ""), "ends"),
        is_pinned=form.get("pinned", "") in {"on", "true", "True"},
    )


def _instant(text: str, field: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise InvalidError(msg("Write a date and a time"), field=field) from None


def _read(uow: UnitOfWork, actor: Actor, q: str, request: PageRequest, locale: str) -> tuple[list[AnnouncementCard], int, list[Option]]:
    page = service.list_announcements(uow.session, actor, now=uow.now, page=request, q=q)
    estates = {estate.id: estate.name for estate in visible_estates(uow.session, actor, _EDIT)}
    everywhere = [Option("all", translate(msg("All estates"), locale))] if actor.scope(_EDIT).is_everywhere else []
    choices = everywhere + [Option(str(key), name) for key, name in estates.items()]
    return [present_announcement(row, estates=estates, now=uow.now, locale=locale) for row in page.rows], page.total, choices
