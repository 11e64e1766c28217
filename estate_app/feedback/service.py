"""Feedback of residents: told, answered, talked over, closed and judged. Who asked to stay unnamed leaves no name behind."""

from collections.abc import Sequence
from typing import TypeVar

from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.access.serial import give_back, next_serial
from estate_app.billing.queries import bill_rows
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.feedback.models import Feedback, FeedbackKind, FeedbackReply, FeedbackStatus
from estate_app.feedback.rules import ANSWER_WITHIN, KIND_NAMES, MAX_PHOTOS, MAX_TEXT, MIN_TEXT
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaUse
from estate_app.media.service import attach
from estate_app.notification.service import tell
from estate_app.property.queries import own_room
from estate_app.repair.reach import read_order

ENTITY = "feedback"
_Written = TypeVar("_Written", Feedback, FeedbackReply)
_NOBODY = Actor(None, "匿名住户", None)


def give_feedback(  # noqa: PLR0913 -- the fields of one form
    uow: UnitOfWork,
    actor: Actor,
    *,
    room_id: int,
    kind: FeedbackKind,
    text: str,
    is_anonymous: bool = False,
    order_id: int | None = None,
    bill_id: int | None = None,
    photo_ids: Sequence[str] = (),
    client_key: str | None = None,
) -> Feedback:
    """Tell the estate of an own room something; its due clock starts. The same `client_key` gives back what it made the first time.

    Raises:
        InvalidError: the text is too short or too long, or an unnamed feedback names an order or a bill, which would name its author.
        NotFoundError: the room, the order or the bill is not the actor's.
    """
    actor.require(Permission.own_bills)
    room = own_room(uow.session, actor, room_id, business_date(uow.now), sees_repairs=False)
    words = _good_text(text)
    _ensure_things(uow, actor, order_id, bill_id, is_anonymous=is_anonymous)
    series = f"feedback:{business_date(uow.now):%Y%m}"
    # The counter is locked until the end: whoever waited for it sees what the same key has made meanwhile.
    serial = next_serial(uow.session, series)
    if (known := _known(uow, Feedback, actor, client_key)) is not None:
        give_back(uow.session, series)
        return known
    row = Feedback(
        number=f"FK{business_date(uow.now):%Y%m}-{serial:04d}",
        estate_id=room.estate_id,
        author_id=actor.id,
        room_id=None if is_anonymous else room_id,
        is_anonymous=is_anonymous,
        kind=kind,
        text=words,
        order_id=order_id,
        bill_id=bill_id,
        created_at=uow.now,
        due_at=uow.now + ANSWER_WITHIN[kind],
        client_key=client_key,
    )
    uow.session.add(row)
    uow.flush()
    attach(uow, actor, file_ids=photo_ids, to=ENTITY, to_id=row.id, use=MediaUse.report, max_photos=MAX_PHOTOS, max_videos=0)
    record(uow, _named(actor, row), "feedback:give", ENTITY, row.id, after={"number": row.number, "kind": kind.value})
    _tell_staff(uow, row)
    return row


def reply(uow: UnitOfWork, actor: Actor, *, feedback_id: int, text: str, client_key: str | None = None) -> FeedbackReply:
    """Write below a feedback: the estate's word answers it, the author's opens it again. The same `client_key` writes once.

    Raises:
        ConflictError: it is closed.
        NotFoundError: it is neither the actor's own nor of an estate that the actor answers for.
    """
    row, is_staff = _lock(uow, actor, feedback_id)
    if (known := _known(uow, FeedbackReply, actor, client_key)) is not None:
        return known
    words = _good_text(text, least=1)
    if row.status is FeedbackStatus.closed:
        raise ConflictError(msg("This feedback is closed. Give a new one"))
    written = FeedbackReply(
        feedback_id=row.id, author_id=actor.id, is_staff=is_staff, text=words, created_at=uow.now, client_key=client_key
    )
    uow.session.add(written)
    before = row.status
    if is_staff:
        row.status, row.answered_at = FeedbackStatus.answered, row.answered_at or uow.now
        _tell_author(uow, row, words)
    else:
        if before is FeedbackStatus.answered:
            row.status, row.due_at, row.reminded_at = FeedbackStatus.open, uow.now + ANSWER_WITHIN[row.kind], None
        _tell_staff(uow, row)
    fact: dict[str, object] = {"status": row.status.value}
    record(uow, _named(actor, row), "feedback:reply", ENTITY, row.id, before={"status": before.value}, after=fact)
    uow.flush()
    _notify(uow, row)
    return written


def close(uow: UnitOfWork, actor: Actor, *, feedback_id: int, satisfaction: int | None = None) -> Feedback:
    """End a thread. The author may say with 1 to 5 stars how it went; the estate closes only what it has answered.

    Raises:
        ConflictError: it is closed already, or the estate has not answered yet.
    """
    row, is_staff = _lock(uow, actor, feedback_id)
    if row.status is FeedbackStatus.closed and (is_staff or satisfaction is None or row.satisfaction is not None):
        raise ConflictError(msg("This feedback is closed already"))
    if is_staff and row.status is FeedbackStatus.open:
        raise ConflictError(msg("Answer the feedback before you close it"))
    if satisfaction is not None and (is_staff or not 1 <= satisfaction <= 5):
        raise InvalidError(msg("Give 1 to 5 stars"), field="satisfaction")
    before = row.status
    row.status, row.closed_at = FeedbackStatus.closed, row.closed_at or uow.now
    row.satisfaction = satisfaction if not is_staff else row.satisfaction
    fact: dict[str, object] = {"status": "closed", "satisfaction": row.satisfaction}
    record(uow, _named(actor, row), "feedback:close", ENTITY, row.id, before={"status": before.value}, after=fact)
    if is_staff:
        title = msg("Your feedback {number} is closed", number=row.number)
        link = f"/feedback/{row.id}"
        tell(uow, [row.author_id], event="feedback_closed", title=title, body=msg("Please say with stars how it went"), link=link)
    uow.flush()
    _notify(uow, row)
    return row


def _known(uow: UnitOfWork, kind: type[_Written], actor: Actor, client_key: str | None) -> _Written | None:
    """What the actor has written with this key before."""
    if client_key is None:
        return None
    return uow.session.exec(select(kind).where(col(kind.author_id) == actor.id, col(kind.client_key) == client_key)).first()


def _lock(uow: UnitOfWork, actor: Actor, feedback_id: int) -> tuple[Feedback, bool]:
    """The row, locked, and whether the actor speaks for the estate."""
    actor.require(Permission.own_bills, Permission.feedback)
    row = uow.session.exec(select(Feedback).where(col(Feedback.id) == feedback_id).with_for_update()).first()
    if row is not None and row.author_id == actor.id:
        return row, False
    if row is None or not actor.scope(Permission.feedback).covers(estate_id=row.estate_id):
        raise NotFoundError
    return row, True


def _ensure_things(uow: UnitOfWork, actor: Actor, order_id: int | None, bill_id: int | None, *, is_anonymous: bool) -> None:
    """Let a feedback speak of one's own order and bill, and of none where its author stays unnamed."""
    if is_anonymous and (order_id or bill_id):
        raise InvalidError(msg("An order or bill shows who you are. Take it away, or give your name"), field="is_anonymous")
    today = business_date(uow.now)
    if order_id is not None:
        read_order(uow.session, actor, order_id, today)
    if bill_id is not None and not bill_rows(uow.session, actor, (bill_id,), on=today):
        raise NotFoundError


def _good_text(text: str, *, least: int = MIN_TEXT) -> str:
    words = text.strip()
    if not least <= len(words) <= MAX_TEXT:
        raise InvalidError(msg("Write {least} to {most} characters", least=least, most=MAX_TEXT), field="text")
    return words


def _named(actor: Actor, row: Feedback) -> Actor:
    """Who stands in the audit trail: nobody, where the author asked to stay unnamed."""
    return _NOBODY if row.is_anonymous and row.author_id == actor.account_id else actor


def _tell_staff(uow: UnitOfWork, row: Feedback) -> None:
    people = managers_with(uow.session, Permission.feedback, estate_id=row.estate_id)
    title = msg("{kind} {number} waits for an answer", kind=KIND_NAMES[row.kind], number=row.number)
    tell(uow, people, event="feedback_waits", title=title, body=msg("{text}", text=row.text[:120]), link=f"/manage/feedback/{row.id}")
    _notify(uow, row)


def _tell_author(uow: UnitOfWork, row: Feedback, words: str) -> None:
    title = msg("The estate answered your feedback {number}", number=row.number)
    tell(uow, [row.author_id], event="feedback_answered", title=title, body=msg("{text}", text=words[:120]), link=f"/feedback/{row.id}")


def _notify(uow: UnitOfWork, row: Feedback) -> None:
    uow.notify("feedback")
    uow.notify(f"feedback:{row.id}")
