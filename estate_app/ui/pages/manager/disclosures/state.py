"""One version of a quarter: written while it is a draft, published by another person, corrected by a new version."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError, NotFoundError
from estate_app.feedback import disclosures as service
from estate_app.feedback.disclosure_models import Side
from estate_app.feedback.disclosure_queries import DisclosureItem, DisclosureView, read_disclosure
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan, parse_yuan
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.common.disclosure import ReportCard, report_card
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY

_READ = (Permission.announce, Permission.notices_read)
_DO = Permission.announce


@dataclass(frozen=True, slots=True)
class LineCard:
    """One item of a draft, as its row and its form show it; a position of 0 is a new one."""

    position: int = 0
    side: str = Side.income.value
    name: str = ""
    amount: str = ""
    yuan: str = ""
    note: str = ""
    is_income: bool = True


@dataclass(frozen=True, slots=True)
class Duties:
    """Who wrote it, who published it, and what the reader may do."""

    drafter: str = ""
    publisher: str = ""
    can_write: bool = False
    can_publish: bool = False
    is_own: bool = False
    estate_id: int = 0
    quarter: str = ""


class DisclosureState(rx.State):
    """The version, its lines while it is a draft, and the form that is open."""

    shown: ReportCard = ReportCard()
    lines: list[LineCard] = []
    duties: Duties = Duties()
    chosen: LineCard = LineCard()
    opened: str = ""
    busy: str = ""
    is_missing: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(*_READ)
    async def load(self) -> None:
        """Read the version of the address."""
        self.opened, self.busy, self.field_errors = "", "", {}
        await self._refresh(me())

    @rx.event
    @requires(_DO)
    async def open_form(self, name: str, position: int) -> None:
        """Show the form of an item (0: a new one), of the remarks, or a question; an empty name closes."""
        self.chosen = next((one for one in self.lines if one.position == position), LineCard())
        self.opened, self.field_errors = name if name in {"line", "note", "publish", "discard"} else "", {}

    @rx.event
    @requires(_DO)
    async def save_line(self, form: dict[str, Any]) -> Any:
        """Add the item, or change it."""
        async for event in self._doing("line", msg("Saved"), _put, _line(form), self.chosen.position or None):
            yield event

    @rx.event
    @requires(_DO)
    async def remove_line(self, position: int) -> Any:
        """Take an item out."""
        async for event in self._doing("remove", msg("Removed"), _remove, position):
            yield event

    @rx.event
    @requires(_DO)
    async def save_note(self, form: dict[str, Any]) -> Any:
        """Keep the remarks, and add the pictures."""
        photo_ids = uploaded_ids(form, "photo_ids")
        if photo_ids is None:
            raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
        async for event in self._doing("note", msg("Saved"), _note, str(form.get("note", "")), photo_ids):
            yield event

    @rx.event
    @requires(_DO)
    async def publish(self) -> Any:
        """Publish what another has written."""
        async for event in self._doing("publish", msg("Published. Residents find it in their inbox"), _publish):
            yield event

    @rx.event
    @requires(_DO)
    async def correct(self) -> Any:
        """Begin a new version with the same items, and go there."""
        draft_id = await in_uow(_correct, me(), self.duties.estate_id, date.fromisoformat(self.duties.quarter))
        yield rx.redirect(f"/manage/income/{draft_id}")

    @rx.event
    @requires(_DO)
    async def discard(self) -> Any:
        """Throw the draft away and go back to the list."""
        await in_uow(service.discard_draft, me(), disclosure_id=path_number(self))
        yield toast_done(await say(self, msg("The draft is discarded")))
        yield rx.redirect("/manage/income")

    async def _doing(self, busy: str, done: Message, act: Any, *values: object) -> Any:
        """Act on the version with its button busy, then read it anew and say that it is done."""
        self.field_errors, self.busy = {}, busy
        yield
        try:
            await in_uow(act, me(), path_number(self), *values)
            self.opened = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.busy = ""

    async def _refresh(self, actor: Actor) -> None:
        try:
            found, now = await in_uow(_read, actor, path_number(self))
        except NotFoundError:
            self.is_missing, self.stage = True, READY
            return
        self.shown = report_card(found, now=now, locale=await locale_of(self))
        self.lines = [_card(number, one) for number, one in enumerate(found.items, 1)]
        self.duties = _duties(found, actor)
        self.is_missing, self.stage = False, READY


def _card(number: int, one: DisclosureItem) -> LineCard:
    plain, yuan = format_yuan(one.amount_fen), format_yuan(one.amount_fen, sign=True)
    return LineCard(number, one.side.value, one.name, plain, yuan, one.note, one.side is Side.income)


def _duties(found: DisclosureView, actor: Actor) -> Duties:
    can = actor.scope(_DO).covers(estate_id=found.row.estate_id)
    is_own = found.drafted_by == actor.account_id
    return Duties(
        found.drafter, found.publisher, can, can and not is_own and bool(found.items), is_own, found.row.estate_id,
        found.row.quarter_on.isoformat(),
    )  # fmt: skip


def _line(form: dict[str, Any]) -> service.Line:
    side = str(form.get("side", ""))
    if side not in set(Side):
        raise InvalidError(msg("Choose income or spending"), field="side")
    amount = parse_yuan(str(form.get("amount", "")), field="amount")
    return service.Line(Side(side), str(form.get("name", "")), amount, str(form.get("note", "")))


def _put(uow: UnitOfWork, actor: Actor, disclosure_id: int, line: service.Line, position: int | None) -> None:
    service.put_line(uow, actor, disclosure_id=disclosure_id, line=line, position=position)


def _remove(uow: UnitOfWork, actor: Actor, disclosure_id: int, position: int) -> None:
    service.remove_line(uow, actor, disclosure_id=disclosure_id, position=position)


def _note(uow: UnitOfWork, actor: Actor, disclosure_id: int, note: str, photo_ids: list[str]) -> None:
    service.save_note(uow, actor, disclosure_id=disclosure_id, note=note, photo_ids=photo_ids)


def _publish(uow: UnitOfWork, actor: Actor, disclosure_id: int) -> None:
    service.publish_disclosure(uow, actor, disclosure_id=disclosure_id)


def _correct(uow: UnitOfWork, actor: Actor, estate_id: int, quarter_on: date) -> int:
    return service.open_draft(uow, actor, estate_id=estate_id, quarter_on=quarter_on).id


def _read(uow: UnitOfWork, actor: Actor, disclosure_id: int) -> tuple[DisclosureView, datetime]:
    return read_disclosure(uow.session, actor, disclosure_id, now=uow.now), uow.now
