"""What a technician does with an order. `client_at` is when the phone says it happened; replayed steps keep it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.i18n import msg
from estate_app.media.models import MediaUse
from estate_app.media.service import attach
from estate_app.repair.arrival import note_missing
from estate_app.repair.checklist import ensure_ticked
from estate_app.repair.dispatch import hand_over, pass_on
from estate_app.repair.materials import charge_fen
from estate_app.repair.models import Offer, OfferOutcome, OrderStatus, PauseReason, RepairOrder
from estate_app.repair.promise import settle_pause
from estate_app.repair.reach import lock_job, lock_under_repair
from estate_app.repair.rules import DECLINE_REASONS, MAX_PHOTOS, MAX_VIDEOS, STATUS_NAMES, UNDER_REPAIR, ensure_can_move
from estate_app.repair.step import (
    ENTITY,
    add_step,
    checked_note,
    checked_reason,
    happened_at,
    key_of,
    move,
    tell_dispatchers,
    tell_resident,
)

MAX_LABOUR_MINUTES = 24 * 60


def accept(uow: UnitOfWork, actor: Actor, *, order_id: int, client_at: datetime | None = None) -> RepairOrder:
    """Take the order that was offered; late is better than never while nobody else has been asked."""
    order = lock_job(uow, actor, order_id)
    at = happened_at(uow, actor, order, client_at)
    move(uow, actor, order, OrderStatus.accepted, "accept", client_at=client_at)
    order.accepted_at = at
    uow.session.execute(
        update(Offer)
        .where(col(Offer.order_id) == order.id, col(Offer.outcome) == OfferOutcome.open)
        .values(outcome=OfferOutcome.accepted, answered_at=uow.now)
    )
    title = msg("{name} takes your repair {number}", name=actor.name, number=order.number)
    tell_resident(uow, order, "accepted", title, msg("{name} has accepted it and will come to you", name=actor.name))
    return order


def decline(uow: UnitOfWork, actor: Actor, *, order_id: int, reason: str, note: str = "", client_at: datetime | None = None) -> RepairOrder:
    """Pass on an order that was offered, with a listed reason; the next candidate is asked at once."""
    order = lock_job(uow, actor, order_id)
    if reason not in DECLINE_REASONS:
        raise InvalidError(msg("Choose a reason from the list"), field="reason")
    words = checked_note(note, missing=msg("Say why in a few words") if reason == "other" else None)
    if order.status is not OrderStatus.assigned:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    pass_on(uow, actor, order, OfferOutcome.declined, "decline", reason=reason, note=words, client_at=client_at)
    return order


def set_out(uow: UnitOfWork, actor: Actor, *, order_id: int, client_at: datetime | None = None) -> RepairOrder:
    """Say that one is on the way."""
    order = lock_job(uow, actor, order_id)
    move(uow, actor, order, OrderStatus.on_the_way, "set_out", client_at=client_at)
    title = msg("{name} is on the way to you", name=actor.name)
    tell_resident(uow, order, "on_the_way", title, msg("{number}: the technician has set out", number=order.number))
    return order


def start(uow: UnitOfWork, actor: Actor, *, order_id: int, client_at: datetime | None = None) -> RepairOrder:
    """Begin the repair at the place."""
    order = lock_job(uow, actor, order_id)
    if order.status is OrderStatus.paused:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    at = happened_at(uow, actor, order, client_at)
    move(uow, actor, order, OrderStatus.working, "start", client_at=client_at)
    order.started_at = order.started_at or at
    note_missing(uow, actor, order, client_at)
    return order


def pause(
    uow: UnitOfWork, actor: Actor, *, order_id: int, reason: PauseReason, note: str = "", client_at: datetime | None = None
) -> RepairOrder:
    """Rest the repair for a listed reason; the clock of the promise stops."""
    order = lock_job(uow, actor, order_id)
    at = happened_at(uow, actor, order, client_at)
    move(uow, actor, order, OrderStatus.paused, "pause", reason=reason, note=checked_note(note), client_at=client_at)
    order.pause_reason, order.paused_at = reason, at
    title = msg("Your repair {number} is paused", number=order.number)
    tell_resident(uow, order, "paused", title, msg("The technician had to pause; the promised time moves by the pause"))
    return order


def resume(uow: UnitOfWork, actor: Actor, *, order_id: int, client_at: datetime | None = None) -> RepairOrder:
    """Go on after a pause; the promise moves by the working time that the pause took."""
    order = lock_job(uow, actor, order_id)
    if order.status is not OrderStatus.paused:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    settle_pause(order, happened_at(uow, actor, order, client_at))
    move(uow, actor, order, OrderStatus.working, "resume", client_at=client_at)
    return order


def add_note(
    uow: UnitOfWork, actor: Actor, *, order_id: int, note: str, photo_ids: Sequence[str] = (), client_at: datetime | None = None
) -> RepairOrder:
    """Write down what was found, with photos from before the repair."""
    order = lock_under_repair(uow, actor, order_id)
    words = checked_note(note, missing=None if photo_ids else msg("Write a note or add a photo"))
    _attach(uow, actor, order, photo_ids, MediaUse.before)
    add_step(uow, actor, order, "note" if words else "photo", note=words, client_at=client_at)
    return order


def add_photos(
    uow: UnitOfWork,
    actor: Actor,
    *,
    order_id: int,
    photo_ids: Sequence[str],
    use: MediaUse = MediaUse.after,
    client_at: datetime | None = None,
) -> RepairOrder:
    """Add photos from before or after the repair."""
    order = lock_under_repair(uow, actor, order_id)
    if use not in {MediaUse.before, MediaUse.after} or not photo_ids:
        raise InvalidError(msg("Add a photo from before or after the repair"), field="photo_ids")
    _attach(uow, actor, order, photo_ids, use)
    add_step(uow, actor, order, "photo", reason=use, client_at=client_at)
    return order


def complete(
    uow: UnitOfWork,
    actor: Actor,
    *,
    order_id: int,
    note: str,
    labour_minutes: int = 0,
    photo_ids: Sequence[str] = (),
    signature_id: str | None = None,
    client_at: datetime | None = None,
) -> RepairOrder:
    """Finish the repair with what was done; paid material needs the resident's signature."""
    order = lock_job(uow, actor, order_id)
    ensure_can_move(order.status, OrderStatus.completed)
    words = checked_note(note, missing=msg("Write what was done; the resident reads it"))
    if not 0 <= labour_minutes <= MAX_LABOUR_MINUTES:
        raise InvalidError(msg("Give the minutes of work, at most 24 hours"), field="labour_minutes")
    ensure_ticked(uow, order)
    owed_fen = charge_fen(uow, order)
    if signature_id is None and owed_fen > 0:
        raise InvalidError(msg("The material is charged; let the resident sign first"), field="signature_id")
    _attach(uow, actor, order, photo_ids, MediaUse.after)
    if signature_id is not None:
        attach(
            uow, actor, file_ids=[signature_id], to=ENTITY, to_id=key_of(order), use=MediaUse.signature, max_photos=1, max_videos=0
        )  # fmt: skip
    order.labour_minutes, order.charge_fen = labour_minutes, owed_fen or None
    order.completed_at = happened_at(uow, actor, order, client_at)
    move(uow, actor, order, OrderStatus.completed, "complete", note=words, client_at=client_at)
    title = msg("Your repair {number} is done", number=order.number)
    body = msg("{name} has finished. Please rate it within 15 days, or reopen it if it is not right", name=actor.name)
    tell_resident(uow, order, "completed", title, body, with_followers=True)
    return order


def give_back(uow: UnitOfWork, actor: Actor, *, order_id: int, reason: str, client_at: datetime | None = None) -> RepairOrder:
    """Return an accepted order that one cannot do, with the reason; another technician is looked for."""
    order = lock_job(uow, actor, order_id)
    why = checked_reason(reason)
    if order.status not in UNDER_REPAIR:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    pass_on(uow, actor, order, OfferOutcome.withdrawn, "return", reason=why, client_at=client_at)
    title = msg("{name} has returned order {number}", name=actor.name, number=order.number)
    tell_dispatchers(uow, order, "returned", title, msg("{reason}", reason=why))
    return order


def transfer(
    uow: UnitOfWork, actor: Actor, *, order_id: int, technician_id: int, reason: str, client_at: datetime | None = None
) -> RepairOrder:
    """Hand one's order over to a named colleague, who still has to accept it."""
    order = lock_job(uow, actor, order_id)
    why = checked_reason(reason)
    ensure_can_move(order.status, OrderStatus.assigned)
    if technician_id == actor.id:
        raise InvalidError(msg("Choose a colleague"), field="technician_id")
    hand_over(uow, actor, order, technician_id, why, client_at)
    return order


def _attach(uow: UnitOfWork, actor: Actor, order: RepairOrder, photo_ids: Sequence[str], use: MediaUse) -> None:
    attach(uow, actor, file_ids=photo_ids, to=ENTITY, to_id=key_of(order), use=use, max_photos=MAX_PHOTOS, max_videos=MAX_VIDEOS)
