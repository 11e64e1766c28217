"""The checklist on a job's page: each line a box; what is ticked is kept at once."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.repair import checklist
from estate_app.repair.checklist import CheckItem
from estate_app.ui.components.badge import tag
from estate_app.ui.components.card import card
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.guard import me, requires
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.query import path_number
from estate_app.ui.text import t
from estate_app.ui.when import clock_text

_WORK = Permission.work_orders


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the checklist."""

    text: str
    is_required: bool
    is_done: bool
    note: str


class ChecklistState(rx.State):
    """The checklist of the job in view."""

    lines: list[CheckLine] = []

    @rx.var
    def done(self) -> int:
        """How many lines are ticked."""
        return sum(line.is_done for line in self.lines)

    @rx.event
    @requires(_WORK)
    async def load(self) -> None:
        """Read the checklist of the job of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        found = await in_uow(_read, actor, path_number(self))
        self.lines = [CheckLine(i.text, i.is_required, i.is_done, f"{i.by} {clock_text(i.at)}" if i.at else "") for i in found]

    @rx.event
    @requires(_WORK)
    async def tick(self, text: str, is_done: bool) -> None:
        """Tick a line, or take the tick back."""
        try:
            await in_uow(checklist.tick, me(), order_id=path_number(self), item=text, is_done=is_done)
        finally:
            await self._refresh(me())


def checklist_card(*, is_open: Var[bool]) -> rx.Component:
    """The lines; they can be ticked while the repair is going on."""
    state = ChecklistState
    shown = card(
        stack(rx.foreach(state.lines, lambda line: _line(line, is_open)), gap="2"),
        title=t("Checklist"),
        context=t("{done} of {total} ticked", done=state.done, total=state.lines.length()),
        testid="checklist",
    )
    return rx.cond(state.lines.length() > 0, shown, rx.fragment())


def _line(line: Var[CheckLine], is_open: Var[bool]) -> rx.Component:
    box = rx.el.input(
        type="checkbox",
        checked=line.is_done,
        disabled=~is_open,
        on_change=lambda checked: ChecklistState.tick(line.text, checked),
        custom_attrs=_kept(line, is_open),
        data_testid="check-line",
    )
    label = rx.el.label(box, rx.el.span(line.text), class_name="check grow")
    needed = rx.cond(line.is_required & ~line.is_done, tag(t("Required"), tone="orange"), rx.fragment())
    note = words(line.note, size="1", soft=True, extra="nowrap")
    identity = {"data-order": JobState.view.head.id, "data-place": JobState.view.head.place}
    return row(label, needed, note, extra="between", key=line.text, custom_attrs=identity)


def _kept(line: Var[CheckLine], is_open: Var[bool]) -> dict[str, Any]:
    """What assets/js/field.js needs to tick the line without a network."""

    def word(value: Var[bool]) -> Var[str]:
        return rx.cond(value, "true", "false")

    return {
        "data-field-check": line.text,
        "data-done": word(line.is_done),
        "data-required": word(line.is_required),
        "data-open": word(is_open),
    }


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> list[CheckItem]:
    return checklist.read_checklist(uow.session, actor, order_id, now=uow.now)
