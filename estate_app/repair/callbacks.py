"""Calling back after a low rating: who has to be called, what was said, and until when somebody is still on the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.repair.callback_models import CallOutcome, RatingCall
from estate_app.repair.models import Rating, RepairOrder
from estate_app.repair.reach import lock_managed, managed
from estate_app.repair.rules import LOW_STARS
from estate_app.repair.step import ENTITY, announce, key_of

CALL = (Permission.repairs_dispatch, Permission.repairs_report)
"""Dispatchers and customer service call; both have the phone number of the order."""
CALL_WITHIN = timedelta(days=30)
_MAX_NOTE = 500
_READ = Permission.repairs_read


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call: what became of it, what was said, who called and when."""

    outcome: CallOutcome
    note: str
    caller: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToCall:
    """A low rating that nobody has settled yet; `calls` is how often somebody tried."""

    order_id: int
    number: str
    stars: int
    text: str
    technician_id: int
    technician: str
    rated_at: datetime
    calls: int


def note_call(uow: UnitOfWork, actor: Actor, *, order_id: int, outcome: str, note: str) -> RatingCall:
    """Note a call to the resident after a low rating; the resident and the technician do not read it.

    Raises:
        ConflictError: the rating is not a low one, or it is one's own repair.
        InvalidError: no outcome was chosen, or nothing is noted.
    """
    order = lock_managed(uow, actor, order_id, *CALL)
    rating = uow.session.exec(select(Rating).where(Rating.order_id == order.id)).first()
    if rating is None:
        raise NotFoundError
    if outcome not in set(CallOutcome):
        raise InvalidError(msg("Choose what became of the call"), field="outcome")
    words = note.replace("\x00", "").strip()
    if not words:
        raise InvalidError(msg("Note what was said, in a few words"), field="call_note")
    if len(words) > _MAX_NOTE:
        raise InvalidError(msg("Write at most {count} characters", count=_MAX_NOTE), field="call_note")
    if min(rating.quality, rating.attitude, rating.timeliness) > LOW_STARS:
        raise ConflictError(msg("Only ratings of two stars or fewer are called back"))
    if order.technician_id == actor.account_id:
        raise ConflictError(msg("Somebody else calls about your own repair"))
    made = RatingCall(rating_id=rating.id, outcome=CallOutcome(outcome), note=words, called_by=actor.id, at=uow.now)
    uow.session.add(made)
    record(uow, actor, "repair:call_back", ENTITY, key_of(order), after={"outcome": made.outcome, "note": words})
    announce(uow, order)
    uow.flush()
    return made


def calls_of(session: Session, actor: Actor, order_id: int) -> list[CallRow]:
    """The calls about an order's rating within the manager's scope, the newest first."""
    actor.require(_READ)
    found = session.exec(
        select(RatingCall)
        .join(Rating, col(Rating.id) == col(RatingCall.rating_id))
        .join(RepairOrder, col(RepairOrder.id) == col(Rating.order_id))
        .where(Rating.order_id == order_id, managed(actor, _READ))
        .order_by(col(RatingCall.id).desc())
    ).all()
    names = people(session, [call.called_by for call in found])
    return [CallRow(call.outcome, call.note, names[call.called_by].name, call.at) for call in found]


def to_call(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None, limit: int = 20) -> tuple[list[ToCall], int]:
    """The low ratings of the last 30 days without a settled call, the oldest first, and how many there are in all."""
    actor.require(_READ)
    settled = select(RatingCall.id).where(RatingCall.rating_id == Rating.id, RatingCall.outcome == CallOutcome.settled)
    tried = select(func.count()).where(RatingCall.rating_id == Rating.id).scalar_subquery()
    clauses = [managed(actor, _READ), _is_low(), col(Rating.at) > now - CALL_WITHIN, ~settled.exists()]
    if estate_id is not None:
        clauses.append(col(RepairOrder.estate_id) == estate_id)
    joined = select(Rating, RepairOrder.number, tried).join(RepairOrder, col(RepairOrder.id) == col(Rating.order_id)).where(*clauses)
    total = select(func.count()).select_from(Rating).join(RepairOrder, col(RepairOrder.id) == col(Rating.order_id)).where(*clauses)
    rows = session.execute(joined.order_by(col(Rating.at), col(Rating.id)).limit(limit)).all()
    return _rows(session, ((row[0], row[1], row[2]) for row in rows)), session.scalar(total) or 0


def _rows(session: Session, found: Iterable[tuple[Rating, str, int]]) -> list[ToCall]:
    rows = list(found)
    names = people(session, [rating.technician_id for rating, _, _ in rows])
    return [
        ToCall(
            rating.order_id, number, min(rating.quality, rating.attitude, rating.timeliness), rating.text, rating.technician_id,
            names[rating.technician_id].name, rating.at, calls,
        )
        for rating, number, calls in rows
    ]  # fmt: skip


def _is_low() -> ColumnElement[bool]:
    return or_(*(col(stars) <= LOW_STARS for stars in (Rating.quality, Rating.attitude, Rating.timeliness)))
