"""The log of messages: filtered by state and channel, every attempt, and another try for what failed."""

from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import PageRequest
from estate_app.notification import queries, service
from estate_app.notification.models import NoticeChannel, OutboxState
from estate_app.notification.queries import OutboxFilter
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.messages.present import (
    AttemptCard,
    MessageRow,
    channel_options,
    present_attempt,
    present_message,
    state_options,
)
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ = Permission.notices_read


class MessagesState(rx.State):
    """What was sent outside, and what became of it."""

    rows: list[MessageRow] = []
    pager: Pager = Pager()
    state: str = ""
    channel: str = ""
    states: list[Option] = []
    channels: list[Option] = []
    opened: int = 0
    attempts: list[AttemptCard] = []
    retrying: int = 0
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for, and stay live."""
        locale = await locale_of(self)
        self.states, self.channels = state_options(locale=locale), channel_options(locale=locale)
        await self._refresh(me())
        watch(self, service.SENDER_TOPIC)

    @rx.event
    @requires(_READ)
    async def open_attempts(self, message_id: int) -> None:
        """Show every attempt to send one message; 0 closes."""
        self.attempts = await in_uow(_attempts, me(), message_id, await locale_of(self)) if message_id else []
        self.opened = message_id

    @rx.event
    @requires(Permission.announce)
    async def retry(self, message_id: int) -> Any:
        """Send a message that failed once more."""
        self.retrying = message_id
        yield
        try:
            await in_uow(service.retry_message, me(), message_id=message_id)
            await self._refresh(me())
            yield toast_done(await say(self, msg("The message is sent again")))
        finally:
            self.retrying = 0

    async def _refresh(self, actor: Actor) -> None:
        query, locale = read_query(self), await locale_of(self)
        self.state = query.get("state", "") if query.get("state") in set(OutboxState) else ""
        self.channel = query.get("channel", "") if query.get("channel") in set(NoticeChannel) else ""
        request = PageRequest(page_of(query), page_size_of(query))
        wanted = OutboxFilter(
            state=OutboxState(self.state) if self.state else None, channel=NoticeChannel(self.channel) if self.channel else None
        )
        self.rows, total = await in_uow(_read, actor, wanted, request, locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=total, locale=locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, wanted: OutboxFilter, request: PageRequest, locale: str) -> tuple[list[MessageRow], int]:
    page = queries.list_outbox(uow.session, actor, filter=wanted, page=request)
    may_retry = actor.can(Permission.announce)
    return [present_message(row, now=uow.now, locale=locale, may_retry=may_retry) for row in page.rows], page.total


def _attempts(uow: UnitOfWork, actor: Actor, message_id: int, locale: str) -> list[AttemptCard]:
    return [present_attempt(row, locale=locale) for row in queries.list_attempts(uow.session, actor, message_id=message_id)]
