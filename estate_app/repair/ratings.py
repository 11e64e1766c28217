"""Ratings: the resident's stars and words, the technician's answer, and the score that dispatch uses."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from estate_app.access.activity import note as note_activity
from estate_app.access.actor import Actor
from estate_app.access.models import ActivityKind
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaUse
from estate_app.media.service import attach
from estate_app.repair.appeal_models import RatingAppeal, Verdict
from estate_app.repair.models import OrderStatus, Rating, RepairOrder, Technician
from estate_app.repair.reach import lock_job, lock_own
from estate_app.repair.rules import LOW_REASONS, LOW_STARS, MAX_PHOTOS, RATE_WITHIN, STATUS_NAMES
from estate_app.repair.step import ENTITY, add_step, key_of, move, tell_resident, tell_technician

PRIOR_MILLI = 4500
PRIOR_WEIGHT = 10.0
HALF_LIFE = timedelta(days=180)
_FORGOTTEN_AFTER = HALF_LIFE * 10
_MAX_TEXT = 500
_STARS = range(1, 6)


def rate(
    uow: UnitOfWork,
    actor: Actor,
    *,
    order_id: int,
    quality: int,
    attitude: int,
    timeliness: int,
    reasons: Sequence[str] = (),
    text: str = "",
    photo_ids: Sequence[str] = (),
) -> Rating:
    """Rate a completed repair once, within 15 days; two stars or fewer want a reason. The order is closed by it.

    Raises:
        ConflictError: not completed, too late, or rated already.
        InvalidError: stars outside 1–5, no reason for a low score, or one's own work.
    """
    order = lock_own(uow, actor, order_id)
    _ensure_ratable(uow, actor, order)
    words, why = _checked(quality, attitude, timeliness, reasons, text)
    rating = Rating(
        order_id=key_of(order),
        account_id=actor.id,
        technician_id=order.technician_id or 0,
        quality=quality,
        attitude=attitude,
        timeliness=timeliness,
        reasons=why,
        text=words,
        at=uow.now,
    )
    uow.session.add(rating)
    attach(uow, actor, file_ids=photo_ids, to=ENTITY, to_id=key_of(order), use=MediaUse.rating, max_photos=MAX_PHOTOS, max_videos=0)
    if order.status is OrderStatus.completed:
        move(uow, actor, order, OrderStatus.closed, "rate")
        order.closed_at = uow.now
    else:
        add_step(uow, actor, order, "rate")
    note_activity(uow, actor, ActivityKind.repair_rated, estate_id=order.estate_id, subject_id=order.id)
    refresh_score(uow, rating.technician_id)
    body = msg("Quality {quality}, attitude {attitude}, timeliness {timeliness}", quality=quality, attitude=attitude, timeliness=timeliness)
    tell_technician(uow, order, "rated", msg("Order {number} was rated", number=order.number), body)
    return rating


def reply(uow: UnitOfWork, actor: Actor, *, order_id: int, text: str) -> Rating:
    """Answer the rating of one's own repair, once."""
    order = lock_job(uow, actor, order_id)
    rating = uow.session.exec(select(Rating).where(Rating.order_id == order.id)).first()
    if rating is None:
        raise NotFoundError
    if rating.reply:
        raise ConflictError(msg("You have answered this rating already"))
    words = text.replace("\x00", "").strip()
    if not words:
        raise InvalidError(msg("Write an answer"), field="text")
    if len(words) > _MAX_TEXT:
        raise InvalidError(msg("Write at most {count} characters", count=_MAX_TEXT), field="text")
    rating.reply, rating.replied_at = words, uow.now
    add_step(uow, actor, order, "reply")
    tell_resident(uow, order, "replied", msg("{name} has answered your rating", name=actor.name), msg("{text}", text=words))
    return rating


def adjusted_score(ratings: Iterable[tuple[int, datetime]], now: datetime) -> int:
    """Weigh ratings (sum of three stars, when) against ten ratings of 4.5; each counts half after 180 days. In thousandths."""
    weight, total = PRIOR_WEIGHT, PRIOR_WEIGHT * PRIOR_MILLI
    for stars, at in ratings:
        share = 0.5 ** (max(now - at, timedelta()) / HALF_LIFE)
        weight += share
        total += share * stars * 1000 / 3
    return int(total / weight + 0.5)


def counted() -> ColumnElement[bool]:
    """The WHERE clause of the ratings that count: those that did not fall by an appeal."""
    fell = select(RatingAppeal.id).where(RatingAppeal.rating_id == Rating.id, RatingAppeal.verdict == Verdict.granted)
    return ~fell.exists()


def refresh_score(uow: UnitOfWork, technician_id: int) -> None:
    """Reckon a technician's score anew from the ratings that count."""
    technician = uow.session.get_one(Technician, technician_id, with_for_update=True)
    recent = select(Rating).where(Rating.technician_id == technician_id, col(Rating.at) > uow.now - _FORGOTTEN_AFTER)
    ratings = uow.session.exec(recent.where(counted())).all()
    technician.score_milli = adjusted_score(((r.quality + r.attitude + r.timeliness, r.at) for r in ratings), uow.now)
    technician.score_count = len(ratings)
    uow.flush()


def _ensure_ratable(uow: UnitOfWork, actor: Actor, order: RepairOrder) -> None:
    if order.status not in {OrderStatus.completed, OrderStatus.closed} or order.completed_at is None or order.technician_id is None:
        raise ConflictError(msg("The order is {state} now; it can be rated once it is done", state=STATUS_NAMES[order.status]))
    if order.technician_id == actor.id:
        raise ConflictError(msg("Nobody rates their own work"))
    if uow.now - order.completed_at > RATE_WITHIN:
        raise ConflictError(msg("A repair can be rated within {days} days", days=RATE_WITHIN.days))
    if uow.session.exec(select(Rating.id).where(Rating.order_id == order.id)).first() is not None:
        raise ConflictError(msg("This repair has been rated already"))


def _checked(quality: int, attitude: int, timeliness: int, reasons: Sequence[str], text: str) -> tuple[str, list[str]]:
    for field, stars in (("quality", quality), ("attitude", attitude), ("timeliness", timeliness)):
        if stars not in _STARS:
            raise InvalidError(msg("Give one to five stars"), field=field)
    why = list(dict.fromkeys(reasons))
    if any(r not in LOW_REASONS for r in why):
        raise InvalidError(msg("Choose a reason from the list"), field="reasons")
    if min(quality, attitude, timeliness) <= LOW_STARS and not why:
        raise InvalidError(msg("Please tell us what was not right"), field="reasons")
    words = text.replace("\x00", "").strip()
    if len(words) > _MAX_TEXT:
        raise InvalidError(msg("Write at most {count} characters", count=_MAX_TEXT), field="text")
    return words, why
