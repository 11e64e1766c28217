"""The dispatch board: what waits, who does what, who should take the order in view, and every way to assign by hand."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.property.queries import visible_buildings
from estate_app.repair import board, decisions, dispatch, incidents, weights
from estate_app.repair.board import Board
from estate_app.repair.board_filter import READ
from estate_app.repair.queries import OrderRow
from estate_app.repair.scoring import Ranking
from estate_app.repair.weights import Policy
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.dispatch import present
from estate_app.ui.pages.manager.dispatch.map_present import read_filters
from estate_app.ui.pages.manager.dispatch.map_state import BoardMapState
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option


@dataclass(frozen=True, slots=True)
class _Seen:
    board: Board
    order: OrderRow | None
    ranking: Ranking | None
    policy: Policy
    incidents: int
    now: datetime


class DispatchState(rx.State):
    """The board of the estate in view; the order in view stands in the URL."""

    queue: list[present.QueueCard] = []
    lanes: list[present.LaneRow] = []
    axis: present.Axis = present.Axis([], -1, "")
    head: present.Head = present.Head()
    order: present.Suggestion = present.Suggestion()
    candidates: list[present.CandidateCard] = []
    excluded: list[Option] = []
    stage: str = LOADING
    move: present.Move = present.Move()
    is_saving: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.repairs_dispatch, Permission.repairs_read)
    async def load(self) -> None:
        """Read the board and stay live: whoever has it open sees every move."""
        await self._refresh(me())
        watch(self, f"orders:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        await (await self.get_state(BoardMapState))._refresh(actor)
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, await chosen_estate(self), read_query(self))
        self.queue = [present.queue_card(o, locale=locale, wait=seen.board.waits.get(o.id), now=seen.now) for o in seen.board.queue]
        best = seen.ranking.best if seen.ranking and seen.order and seen.order.technician_id is None else None
        best_id = best.technician_id if best else None
        self.axis, lanes = present.board_lanes(seen.board, seen.now, locale=locale, order=seen.order, best_id=best_id)
        self.lanes = [lane for lane in lanes if int(lane.id) in seen.board.shown]
        self.head = present.Head(seen.board.on_duty_count, seen.policy.is_auto, seen.policy.auto_points, seen.incidents)
        self.order = present.suggestion(seen.order, locale=locale) if seen.order else present.Suggestion()
        ranking = seen.ranking or Ranking((), ())
        self.candidates = present.ranking_cards(ranking, locale=locale, lanes=seen.board.lanes, order=seen.order, now=seen.now)
        self.excluded = present.exclusion_options(ranking.exclusions, locale=locale)
        self.stage = READY

    @rx.event
    @requires(Permission.repairs_dispatch, Permission.repairs_read)
    async def open_order(self, order_id: str) -> rx.event.EventSpec:
        """Look at an order that waits or stands on a lane."""
        return go(self, order=order_id)

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def switch_auto(self) -> rx.event.EventSpec:
        """Let orders be dispatched by themselves, or leave each to the dispatchers."""
        is_auto = not self.head.is_auto
        await in_uow(weights.switch_auto, me(), estate_id=await chosen_estate(self), is_auto=is_auto)
        await self._refresh(me())
        on, off = (
            msg("Orders are dispatched by themselves again"),
            msg("New orders wait for a dispatcher; emergencies still go out at once"),
        )
        return toast_done(await say(self, on if is_auto else off))

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def assign(self, technician_id: str) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give the order in view to the recommended technician, or ask for a reason when it is another."""
        name = next((c.name for c in self.candidates if c.id == technician_id), "")
        seen = present.Move(self.order.order_id, technician_id, self.order.number, name, self.order.holder_id)
        is_best = bool(self.candidates) and technician_id == self.candidates[0].id and not self.order.holder_id
        async for event in self._try(seen, is_best=is_best):
            yield event

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def drop(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give the order that was dragged to the technician on whose lane it was dropped."""
        row, ranking = await in_uow(_one, me(), _number(form.get("order_id")))
        lane = next((lane for lane in self.lanes if lane.id == str(form.get("technician_id", ""))), None)
        if lane is None or lane.id == str(row.technician_id or ""):
            return
        is_best = ranking.best is not None and str(ranking.best.technician_id) == lane.id and row.technician_id is None
        move = present.Move(str(row.id), lane.id, row.number, lane.name, str(row.technician_id or ""))
        async for event in self._try(move, is_best=is_best):
            yield event

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def reassign(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give the order in view to the technician of the menu, with the reason of the menu."""
        self.field_errors = {}
        lane = next((lane for lane in self.lanes if lane.id == str(form.get("technician_id", ""))), None)
        if lane is None:
            raise InvalidError(msg("Choose a technician from the list"), field="technician_id")
        move = present.Move(self.order.order_id, lane.id, self.order.number, lane.name, self.order.holder_id)
        async for event in self._save(move, str(form.get("why", ""))):
            yield event

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def overrule(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give it to somebody else, with the reason that is logged."""
        self.field_errors = {}
        async for event in self._save(self.move, str(form.get("reason", ""))):
            yield event

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def keep(self) -> None:
        """Close the dialog; nothing happens."""
        self.move, self.field_errors = present.Move(), {}

    async def _try(self, move: present.Move, *, is_best: bool) -> AsyncIterator[rx.event.EventSpec | None]:
        self.field_errors = {}
        if not is_best:
            self.move = move
            return
        try:
            async for event in self._save(move, ""):
                yield event
        except InvalidError as error:
            # Somebody else has become the better choice meanwhile: the dialog asks for the reason.
            self.move = move if error.field == "reason" else present.Move()
            raise

    async def _save(self, move: present.Move, reason: str) -> AsyncIterator[rx.event.EventSpec | None]:
        self.is_saving = True
        yield None
        try:
            ids = {"order_id": _number(move.order_id), "technician_id": _number(move.technician_id)}
            seen = _number(move.seen_technician_id) or None
            await in_uow(dispatch.assign_by_hand, me(), reason=reason, seen_technician_id=seen, **ids)
            self.move = present.Move()
            await self._refresh(me())
            yield toast_done(await say(self, msg("Assigned to {name}", name=move.name)))
        finally:
            self.is_saving = False


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _one(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[OrderRow, Ranking]:
    row = board.order_on_board(uow.session, actor, order_id, now=uow.now)
    return row, decisions.candidates_for(uow.session, actor, order_id, now=uow.now)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, query: dict[str, str]) -> _Seen:
    buildings = [b for b in visible_buildings(uow.session, actor, *READ) if b.estate_id == estate_id]
    _, wanted = read_filters(query, buildings)
    seen, order_id = board.board(uow.session, actor, estate_id, now=uow.now, filter=wanted), _number(query.get("order", ""))
    chosen, ranking = (seen.queue[0] if seen.queue else None), None
    if order_id:
        with suppress(NotFoundError):  # an old address: the first of the queue is in view
            chosen = board.order_on_board(uow.session, actor, order_id, now=uow.now)
    if chosen is not None and chosen.completed_at is None:
        ranking = decisions.candidates_for(uow.session, actor, chosen.id, now=uow.now)
    proposals = incidents.live_incidents(uow.session, actor, estate_id, now=uow.now)
    return _Seen(seen, chosen, ranking, weights.policy_of(uow.session, estate_id), len(proposals), uow.now)
