"""A resident's feedback: the form with the list below it, and one thread."""

from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.feedback import service
from estate_app.feedback.models import FeedbackKind
from estate_app.feedback.queries import FeedbackRow, own_feedback
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ui.components.upload import draft_cleared, uploaded_ids
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.common.feedback import FeedbackCard, feedback_card, kind_options
from estate_app.ui.pages.common.thread_state import ThreadView
from estate_app.ui.query import page_of, read_query
from estate_app.ui.session import chosen_room
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_OWN = Permission.own_bills
_SIZE = 10


class OwnFeedbackState(rx.State):
    """The form and the list; `order` and `bill` are what the address names, such as from an order's page."""

    rows: list[FeedbackCard] = []
    pager: Pager = Pager()
    kinds: list[Option] = []
    order: str = ""
    bill: str = ""
    draft: str = ""
    has_room: bool = True
    is_saving: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read what was told so far; what is typed stays in the browser."""
        query = read_query(self)
        self.order, self.bill = _digits(query.get("order", "")), _digits(query.get("bill", ""))
        self.draft = f"feedback-{me().id}"
        self.has_room = await chosen_room(self) > 0
        await self._refresh(me())

    @rx.event
    @requires(_OWN)
    async def give(self, form: dict[str, Any]) -> Any:
        """Tell the estate and go to the thread."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            row_id = await in_uow(_give, me(), _fields(self, form, await chosen_room(self)))
            yield draft_cleared(self.draft)
            yield rx.redirect(f"/feedback/{row_id}")
        finally:
            self.is_saving = False

    async def _refresh(self, actor: Actor) -> None:
        locale, request = await locale_of(self), PageRequest(page_of(read_query(self)), _SIZE)
        found, now = await in_uow(_list, actor, request)
        self.rows = [feedback_card(row, now=now, locale=locale, for_staff=False) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=_SIZE, total=found.total, locale=locale)
        self.kinds = kind_options(locale=locale)
        self.stage = READY


class OwnThreadState(ThreadView, rx.State):
    """One thread of the resident's."""

    @rx.event
    @requires(_OWN)
    async def close(self, form: dict[str, Any]) -> Any:
        """End the thread and say with stars how it went."""
        stars = _digits(str(form.get("satisfaction", "")))
        async for event in self._end(msg("Thank you. This feedback is closed"), int(stars) if stars else None):
            yield event


def _fields(state: OwnFeedbackState, form: dict[str, Any], room_id: int) -> dict[str, object]:
    photo_ids = uploaded_ids(form, "photo_ids")
    if photo_ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
    kind = str(form.get("kind", ""))
    if kind not in set(FeedbackKind):
        raise InvalidError(msg("Choose what it is"), field="kind")
    return {
        "room_id": room_id,
        "kind": FeedbackKind(kind),
        "text": str(form.get("text", "")),
        "is_anonymous": bool(form.get("is_anonymous")),
        "order_id": int(state.order) if state.order else None,
        "bill_id": int(state.bill) if state.bill else None,
        "photo_ids": photo_ids,
    }


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 12 else ""


def _give(uow: UnitOfWork, actor: Actor, fields: dict[str, Any]) -> int:
    return service.give_feedback(uow, actor, **fields).id


def _list(uow: UnitOfWork, actor: Actor, request: PageRequest) -> tuple[Page[FeedbackRow], datetime]:
    return own_feedback(uow.session, actor, now=uow.now, page=request), uow.now
