"""The dispatch board: what waits, who does what, who should take the order in view, and the assignment by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.repair import board, decisions, dispatch
from estate_app.repair.board import Board
from estate_app.repair.scoring import Ranking
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.dispatch import present
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option


@dataclass(frozen=True, slots=True)
class _Seen:
    board: Board
    ranking: Ranking | None
    now: datetime


class DispatchState(rx.State):
    """The board of the estate in view; the order in view stands in the URL."""

    queue: list[present.QueueCard] = []
    lanes: list[present.LaneRow] = []
    axis: present.Axis = present.Axis([], -1, "")
    on_duty: int = 0
    order: present.Suggestion = present.Suggestion()
    candidates: list[present.CandidateCard] = []
    excluded: list[Option] = []
    stage: str = LOADING
    picking: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    _technician_seen: int | None = None

    @rx.event
    @requires(Permission.repairs_dispatch, Permission.repairs_read)
    async def load(self) -> None:
        """Read the board and stay live: whoever has it open sees every move."""
        await self._refresh(me())
        watch(self, f"orders:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, wanted = await locale_of(self), read_query(self).get("order", "")
        seen = await in_uow(_read, actor, await chosen_estate(self), int(wanted) if wanted.isdigit() else 0)
        self.queue = [present.queue_card(order, locale=locale) for order in seen.board.queue]
        self.axis, self.lanes = present.board_lanes(seen.board, seen.now, locale=locale)
        self.on_duty = seen.board.on_duty_count
        row = next((o for o in seen.board.queue if str(o.id) == wanted), seen.board.queue[0] if seen.board.queue else None)
        self.order = present.suggestion(row, locale=locale) if row else present.Suggestion()
        self.candidates = present.ranking_cards(seen.ranking, locale=locale) if seen.ranking else []
        self.excluded = present.exclusion_options(seen.ranking.exclusions, locale=locale) if seen.ranking else []
        self._technician_seen = row.technician_id if row else None
        self.stage = READY

    @rx.event
    @requires(Permission.repairs_dispatch, Permission.repairs_read)
    async def open_order(self, order_id: str) -> rx.event.EventSpec:
        """Look at a waiting order."""
        return go(self, order=order_id)

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def assign(self, technician_id: str) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give the order in view to the recommended technician, or ask for a reason when it is another."""
        self.field_errors = {}
        if not self.candidates or technician_id != self.candidates[0].id:
            self.picking = technician_id
            return
        self.is_saving = True
        yield
        try:
            yield await self._assign(technician_id, "")
        except InvalidError as error:
            # Somebody else has become the better choice meanwhile: the dialog asks for the reason.
            self.picking = technician_id if error.field == "reason" else ""
            raise
        finally:
            self.is_saving = False

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def overrule(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give it to somebody else, with the reason that is logged."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            yield await self._assign(self.picking, str(form.get("reason", "")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def keep(self) -> None:
        """Close the dialog; nothing happens."""
        self.picking, self.field_errors = "", {}

    async def _assign(self, technician_id: str, reason: str) -> rx.event.EventSpec:
        name = next((c.name for c in self.candidates if c.id == technician_id), "")
        await in_uow(
            dispatch.assign_by_hand,
            me(),
            order_id=int(self.order.order_id or 0),
            technician_id=int(technician_id) if technician_id.isdigit() else 0,
            reason=reason,
            seen_technician_id=self._technician_seen,
        )
        self.picking = ""
        await self._refresh(me())
        return toast_done(await say(self, msg("Assigned to {name}", name=name)))


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, order_id: int) -> _Seen:
    seen = board.board(uow.session, actor, estate_id, now=uow.now)
    chosen = next((o.id for o in seen.queue if o.id == order_id), seen.queue[0].id if seen.queue else 0)
    ranking = decisions.candidates_for(uow.session, actor, chosen, now=uow.now) if chosen else None
    return _Seen(seen, ranking, uow.now)
