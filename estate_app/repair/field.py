"""Steps that a technician's phone took without a network: replayed in order, each validated as if it were taken now, each once.

Order of locks: the phone's key first, so that two replays of one step wait for each other, then whatever the step itself takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import local
from estate_app.kit.i18n import Message, msg
from estate_app.repair import arrival, checklist, materials, work
from estate_app.repair.arrival import NO_PROOF, Proof
from estate_app.repair.field_models import FieldStep
from estate_app.repair.models import OrderStatus, OrderStep, PauseReason, RepairOrder
from estate_app.repair.reach import lock_job
from estate_app.repair.rules import UNDER_REPAIR, trusted_client_time

NOT_YOURS = msg("This order is not yours any more: somebody else has it, or it is over")


class Outcome(StrEnum):
    """What became of a step: done now, done before, or refused and left to the person."""

    done = "done"
    already_done = "already_done"
    conflict = "conflict"


@dataclass(frozen=True, slots=True)
class Written:
    """What was typed and taken with a step; a step reads what it needs."""

    note: str = ""
    reason: str = ""
    photo_ids: tuple[str, ...] = ()
    signature_id: str | None = None
    labour_minutes: int = 0
    stock_item_id: int = 0
    quantity_milli: int = 0
    item: str = ""
    proof: Proof = NO_PROOF


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the phone tells it; `is_kept` says that the person insists after a conflict."""

    key: str
    order_id: int
    action: str
    client_at: datetime
    written: Written = Written()
    is_kept: bool = False


_Take = Callable[[UnitOfWork, Actor, int, Written, datetime | None], object]
STEPS: Mapping[str, _Take] = {
    "accept": lambda u, a, o, _, at: work.accept(u, a, order_id=o, client_at=at),
    "decline": lambda u, a, o, w, at: work.decline(u, a, order_id=o, reason=w.reason, note=w.note, client_at=at),
    "set_out": lambda u, a, o, _, at: work.set_out(u, a, order_id=o, client_at=at),
    "arrive": lambda u, a, o, w, at: arrival.arrive(u, a, order_id=o, proof=w.proof, client_at=at),
    "start": lambda u, a, o, _, at: work.start(u, a, order_id=o, client_at=at),
    "pause": lambda u, a, o, w, at: work.pause(u, a, order_id=o, reason=_pause_reason(w.reason), note=w.note, client_at=at),
    "resume": lambda u, a, o, _, at: work.resume(u, a, order_id=o, client_at=at),
    "note": lambda u, a, o, w, at: work.add_note(u, a, order_id=o, note=w.note, photo_ids=w.photo_ids, client_at=at),
    "photo": lambda u, a, o, w, at: work.add_photos(u, a, order_id=o, photo_ids=w.photo_ids, client_at=at),
    "material": lambda u, a, o, w, at: materials.add_material(
        u, a, order_id=o, stock_item_id=w.stock_item_id, quantity_milli=w.quantity_milli, client_at=at
    ),
    "check": lambda u, a, o, w, at: checklist.tick(u, a, order_id=o, item=w.item, client_at=at),
    "uncheck": lambda u, a, o, w, at: checklist.tick(u, a, order_id=o, item=w.item, is_done=False, client_at=at),
    "complete": lambda u, a, o, w, at: work.complete(
        u, a, order_id=o, note=w.note, labour_minutes=w.labour_minutes, photo_ids=w.photo_ids, signature_id=w.signature_id, client_at=at
    ),
}
STEP_NAMES: Mapping[str, Message] = {
    "accept": msg("Accept the order"),
    "decline": msg("Decline the order"),
    "set_out": msg("Set out"),
    "arrive": msg("Arrival at the door"),
    "start": msg("Start repair"),
    "pause": msg("Pause the repair"),
    "resume": msg("Go on with the repair"),
    "note": msg("Note of what was found"),
    "photo": msg("Photos of the place"),
    "material": msg("Use of material"),
    "check": msg("Tick on the checklist"),
    "uncheck": msg("Tick taken back"),
    "complete": msg("Finish repair"),
}
_ONCE = frozenset({"accept", "set_out", "start", "complete"})


def replay(uow: UnitOfWork, actor: Actor, step: Step) -> Outcome:
    """Take a step that a phone tells of, once; the phone's time is kept on it.

    A step that the person insists on is taken with the server's time; where the order no longer allows it, its words and photos
    are filed as a note.

    Raises:
        ConflictError: the order does not allow it, or the phone's clock cannot be believed. Nothing has changed then.
        NotFoundError: the order is not (any more) the actor's.
    """
    actor.require(Permission.work_orders)
    if step.action not in STEPS:
        raise InvalidError(msg("This step is unknown; update the page"), field="action")
    if not _claim(uow, actor, step):
        return Outcome.already_done
    order = _own(uow, actor, step.order_id)
    if _has_happened(uow, actor, order, step.action):
        return Outcome.already_done
    client_at = trusted_client_time(step.client_at, uow.now)
    if client_at is None and not step.is_kept:
        raise ConflictError(_clock_words(step.client_at, uow.now), field="at")
    _take(uow, actor, order, step, client_at)
    return Outcome.done


def _claim(uow: UnitOfWork, actor: Actor, step: Step) -> bool:
    """Write the phone's key down; False when it has been. A refused step takes its key back with everything else."""
    own = select(RepairOrder.id).where(RepairOrder.id == step.order_id)
    if uow.session.exec(own).first() is None:
        raise NotFoundError(NOT_YOURS)
    row = {
        "account_id": actor.id, "client_key": step.key, "order_id": step.order_id, "action": step.action,
        "client_at": step.client_at, "at": uow.now,
    }  # fmt: skip
    added = insert(FieldStep).values(row).on_conflict_do_nothing(index_elements=["account_id", "client_key"])
    return uow.session.execute(added.returning(col(FieldStep.id))).first() is not None


def _own(uow: UnitOfWork, actor: Actor, order_id: int) -> RepairOrder:
    try:
        return lock_job(uow, actor, order_id)
    except NotFoundError as error:
        raise NotFoundError(NOT_YOURS) from error


def _take(uow: UnitOfWork, actor: Actor, order: RepairOrder, step: Step, client_at: datetime | None) -> None:
    try:
        STEPS[step.action](uow, actor, step.order_id, step.written, client_at)
    except ConflictError:
        # A refusal comes before the first change of a service, so that the words can still be filed here.
        has_words = bool(step.written.note.strip() or step.written.photo_ids)
        if not (step.is_kept and has_words and order.status in UNDER_REPAIR):
            raise
        work.add_note(
            uow, actor, order_id=step.order_id, note=step.written.note, photo_ids=step.written.photo_ids, client_at=client_at
        )  # fmt: skip


def _has_happened(uow: UnitOfWork, actor: Actor, order: RepairOrder, action: str) -> bool:
    """Whether the order shows already what the step would bring about, done from another device."""
    if action == "pause":
        return order.status is OrderStatus.paused
    if action == "resume":
        return order.status is OrderStatus.working
    if action not in _ONCE or order.assigned_at is None:
        return False
    mine = select(OrderStep.id).where(OrderStep.order_id == order.id, OrderStep.actor_id == actor.id, OrderStep.action == action)
    return uow.session.exec(mine.where(col(OrderStep.at) >= order.assigned_at)).first() is not None


def _clock_words(client_at: datetime, now: datetime) -> Message:
    told, here = (f"{local(at):%Y-%m-%d %H:%M}" for at in (client_at, now))
    return msg(
        "The phone noted {phone}, and here it is {server}: more than a day ago, or ahead. Keep it, and the server's time stands on it",
        phone=told,
        server=here,
    )


def _pause_reason(words: str) -> PauseReason:
    if words not in set(PauseReason):
        raise InvalidError(msg("Choose a reason from the list"), field="reason")
    return PauseReason(words)
