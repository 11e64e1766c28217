"""How the company says its messages outside the app: in both languages, previewed, kept by version.

A wording stands for one message of the code, named by its English sentence; it may say it otherwise but must keep its places.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import LOCALES, Message, msg, translate
from estate_app.notification.models import OutboxMessage, Wording
from estate_app.notification.rules import sms_parts
from estate_app.notification.text import unpack

MAX_TEXT = 300
_RECENT = timedelta(days=180)
_PLACE = re.compile(r"\{(\w+)\}")
_SAMPLES = {
    "name": "王建国", "number": "2026-0001", "phone": "027-8888 0000", "day": "2026-11-20", "time": "10:30", "days": "3", "minutes": "5",
    "count": "2", "amount": "250.88", "yuan": "250.88", "room": "3-2-1501", "code": "048213", "place": "3 栋 2 单元 1501",
}  # fmt: skip
_SEE = (Permission.announce, Permission.notices_read)


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One message in one language: the house's own words, what the company says instead, and how it reads when filled."""

    message_id: str
    event: str
    locale: str
    own: str
    text: str
    version: int
    preview: str
    parts: int
    written_at: datetime | None


def list_wordings(session: Session, actor: Actor, *, now: datetime) -> list[WordingRow]:
    """Every message that went outside within half a year, in both languages, previewed with samples: what it said stays its receiver's."""
    actor.require(*_SEE)
    key = OutboxMessage.body["id"].astext  # type: ignore[attr-defined]  # a JSON column
    says_something = (key != "", ~key.regexp_match(r"^\{\w+\}$"))
    newest = select(func.max(OutboxMessage.id)).where(col(OutboxMessage.created_at) > now - _RECENT, *says_something).group_by(key)
    sent = session.exec(select(OutboxMessage).where(col(OutboxMessage.id).in_(newest)).order_by(col(OutboxMessage.event))).all()
    found = [(unpack(one.body), one.event) for one in sent]
    known = _newest(session, {(message.id, locale) for message, _ in found for locale in LOCALES})
    return [_row(message, event, locale, known.get((message.id, locale))) for message, event in found for locale in LOCALES]


def write_wording(uow: UnitOfWork, actor: Actor, *, message_id: str, locale: str, text: str) -> Wording:
    """Say a message otherwise from now on; an empty text goes back to the house's own words. What went out stays as it was.

    Raises:
        InvalidError: a place is missing or unknown, or the text is too long.
        NotFoundError: no such message ever went outside.
    """
    actor.require(Permission.announce)
    if not actor.scope(Permission.announce).is_everywhere:
        raise NotFoundError
    key = OutboxMessage.body["id"].astext  # type: ignore[attr-defined]  # a JSON column
    known = uow.session.exec(select(OutboxMessage.id).where(key == message_id).limit(1)).first()
    if locale not in LOCALES or known is None:
        raise NotFoundError
    words = text.strip()
    if len(words) > MAX_TEXT:
        raise InvalidError(msg("Write at most {count} characters", count=MAX_TEXT), field="text")
    places = sorted(set(_PLACE.findall(message_id)))
    if words and (sorted(set(_PLACE.findall(words))) != places or not _can_fill(words, places)):
        raise InvalidError(_must_keep(places), field="text")
    uow.session.exec(select(func.pg_advisory_xact_lock(func.hashtext(f"wording:{locale}:{message_id}")))).one()
    before = _newest(uow.session, {(message_id, locale)}).get((message_id, locale))
    version = before.version + 1 if before else 1
    row = Wording(message_id=message_id, locale=locale, version=version, text=words, written_by=actor.id, written_at=uow.now)
    uow.session.add(row)
    uow.flush()
    record(uow, actor, "notice:wording", "wording", row.id, before={"text": before.text if before else ""}, after={"text": words})
    return row


def current_wordings(session: Session, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The wordings that hold for some messages and languages; those said in the house's own words are left out."""
    return {key: row.text for key, row in _newest(session, wanted).items() if row.text}


def reword(text: str, body: Message, locale: str) -> str:
    """Fill a wording with a message's parameters."""
    return text.format(**{name: translate(value, locale) if isinstance(value, Message) else value for name, value in body.params})


def _newest(session: Session, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Wording]:
    if not wanted:
        return {}
    pair = tuple_(col(Wording.message_id), col(Wording.locale))
    rows = session.exec(select(Wording).where(pair.in_(wanted)).order_by(col(Wording.version)))
    return {(row.message_id, row.locale): row for row in rows}


def _row(message: Message, event: str, locale: str, said: Wording | None) -> WordingRow:
    own = translate(message.id, locale)
    text = said.text if said else ""
    preview = (text or own).format(**{name: _SAMPLES.get(name, "…") for name, _ in message.params})
    version, at = (said.version, said.written_at) if said else (0, None)
    return WordingRow(message.id, event, locale, own, text, version, preview, sms_parts(preview), at)


def _can_fill(text: str, places: list[str]) -> bool:
    try:
        text.format(**dict.fromkeys(places, "x"))
    except (ValueError, KeyError, IndexError):
        return False
    return True


def _must_keep(places: list[str]) -> Message:
    if not places:
        return msg("This message has no places to fill; write it without braces")
    return msg("Keep exactly these places: {places}", places=" ".join(f"{{{one}}}" for one in places))
