"""How messages outside the app are worded: both languages, a preview, and a new version for each change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.i18n import msg, translate
from estate_app.notification import wordings
from estate_app.notification.wordings import WordingRow
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.messages.present import event_word
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.when import moment_text

_SEE = (Permission.announce, Permission.notices_read)


@dataclass(frozen=True, slots=True)
class WordingCard:
    """One message in one language."""

    key: str = ""
    message_id: str = ""
    locale: str = ""
    language: str = ""
    event: str = ""
    own: str = ""
    text: str = ""
    preview: str = ""
    parts: str = ""
    version: str = ""
    is_own: bool = True


class WordingsState(rx.State):
    """Every message that goes outside, and the one whose form is open."""

    rows: list[WordingCard] = []
    chosen: WordingCard = WordingCard()
    can_write: bool = False
    is_saving: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(*_SEE)
    async def load(self) -> None:
        """Read every message and its wordings."""
        self.chosen, self.is_saving, self.field_errors = WordingCard(), False, {}
        await self._refresh(me())

    @rx.event
    @requires(Permission.announce)
    async def open_form(self, key: str) -> None:
        """Show the form of one message; an empty key closes it."""
        self.chosen, self.field_errors = next((one for one in self.rows if one.key == key), WordingCard()), {}

    @rx.event
    @requires(Permission.announce)
    async def save(self, form: dict[str, Any]) -> Any:
        """Say it otherwise from now on; an empty field goes back to the house's own words."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            if not self.chosen.key:
                raise NotFoundError
            words = {"message_id": self.chosen.message_id, "locale": self.chosen.locale, "text": str(form.get("text", ""))}
            await in_uow(wordings.write_wording, me(), **words)
            self.chosen = WordingCard()
            await self._refresh(me())
            yield toast_done(await say(self, msg("Saved. It holds for the next message")))
        finally:
            self.is_saving = False

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        found, now = await in_uow(_read, actor)
        self.rows = [_card(number, row, now, locale) for number, row in enumerate(found, 1)]
        self.can_write, self.stage = actor.scope(Permission.announce).is_everywhere, READY


def _card(number: int, row: WordingRow, now: datetime, locale: str) -> WordingCard:
    version = translate(msg("The house's own words"), locale)
    if row.text and row.written_at:
        version = translate(
            msg("Version {number}, {time}", number=row.version, time=moment_text(row.written_at, now=now, locale=locale)), locale
        )
    return WordingCard(
        key=str(number),
        message_id=row.message_id,
        locale=row.locale,
        language="中文" if row.locale == "zh" else "English",
        event=event_word(row.event, locale=locale),
        own=row.own,
        text=row.text,
        preview=row.preview,
        parts=translate(msg("{count} SMS parts", count=row.parts), locale),
        version=version,
        is_own=not row.text,
    )


def _read(uow: UnitOfWork, actor: Actor) -> tuple[list[WordingRow], datetime]:
    return wordings.list_wordings(uow.session, actor, now=uow.now), uow.now
