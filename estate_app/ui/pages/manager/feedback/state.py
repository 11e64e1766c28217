"""Feedback as the estate works on it: the list with its figures, and one thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.feedback.models import FeedbackKind, FeedbackStatus
from estate_app.feedback.queries import FeedbackFigures, FeedbackFilter, FeedbackRow, feedback_figures, list_feedback
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.common.feedback import FeedbackCard, feedback_card, kind_options, status_options
from estate_app.ui.pages.common.thread_state import ThreadView
from estate_app.ui.pages.manager.feedback.present import Filters, figures_kpis, kind_bars, month_bars
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Bar, Kpi, Option, Pager, make_pager

_DO = Permission.feedback


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[FeedbackRow]
    figures: FeedbackFigures
    now: datetime


class FeedbackState(rx.State):
    """The list; its filters are the address."""

    rows: list[FeedbackCard] = []
    pager: Pager = Pager()
    filters: Filters = Filters()
    kinds: list[Option] = []
    states: list[Option] = []
    kpis: list[Kpi] = []
    by_kind: list[Bar] = []
    by_month: list[Bar] = []
    stage: str = LOADING

    @rx.event
    @requires(_DO)
    async def load(self) -> None:
        """Read what the address asks for and stay live."""
        await self._refresh(me())
        watch(self, "feedback")

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        kind, status = query.get("kind", ""), query.get("status", "")
        wanted = FeedbackFilter(
            q=query.get("q", "")[:80],
            kind=FeedbackKind(kind) if kind in set(FeedbackKind) else None,
            status=FeedbackStatus(status) if status in set(FeedbackStatus) else None,
            estate_id=estate_id or None,
            late=query.get("late") == "1",
        )
        request = PageRequest(page_of(query), page_size_of(query))
        seen = await in_uow(_look, actor, wanted, request)
        self.filters = Filters.of(wanted)
        self.rows = [feedback_card(row, now=seen.now, locale=locale, for_staff=True) for row in seen.page.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.kinds, self.states = kind_options(locale=locale), status_options(locale=locale)
        self.kpis = figures_kpis(seen.figures, locale=locale)
        self.by_kind, self.by_month = kind_bars(seen.figures, locale=locale), month_bars(seen.figures, locale=locale)
        self.stage = READY


class ThreadState(ThreadView, rx.State):
    """One thread as the estate answers it."""

    _for_staff: ClassVar[bool] = True
    _sent: ClassVar[Message] = msg("Answered; the resident is told")

    @rx.event
    @requires(_DO)
    async def close(self) -> Any:
        """End the thread; the resident is asked for stars."""
        async for event in self._end(msg("Closed; the resident is asked for stars")):
            yield event


def _look(uow: UnitOfWork, actor: Actor, wanted: FeedbackFilter, request: PageRequest) -> _Seen:
    page = list_feedback(uow.session, actor, filter=wanted, now=uow.now, page=request)
    return _Seen(page, feedback_figures(uow.session, actor, now=uow.now, estate_id=wanted.estate_id), uow.now)
