"""Which way a ranked order goes: to the best, to the next in turn, open to all, or to the dispatcher's queue."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from estate_app.db import UnitOfWork
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.repair.dispatch_models import DispatchMode, GrabOffer
from estate_app.repair.models import DispatchDecision, QueueReason, RepairOrder, Technician, Urgency
from estate_app.repair.scoring import Candidate, Ranking
from estate_app.repair.step import key_of
from estate_app.repair.terms import Terms
from estate_app.repair.weights import Policy


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is asked and by which mode; nobody, with the reason to wait for where the ranking itself gives none."""

    technician_id: int | None
    mode: str = "auto"
    reason: QueueReason | None = None


def choose(uow: UnitOfWork, order: RepairOrder, ranking: Ranking, terms: Terms) -> Choice:
    """Choose among the candidates by the estate's rules; an emergency is offered to the best in any case."""
    best = ranking.best
    if best is None:
        return Choice(None)
    if order.urgency is Urgency.emergency:
        return Choice(best.technician_id)
    if not terms.policy.is_auto or best.total < terms.policy.auto_points:
        return Choice(None, reason=QueueReason.by_hand)
    if terms.mode is DispatchMode.round_robin:
        return Choice(_next_in_turn(uow, ranking), terms.mode.value)
    if terms.mode is DispatchMode.grab and not _was_open(uow, order):
        return Choice(None, reason=QueueReason.open_to_all)
    return Choice(best.technician_id)


def open_to_all(uow: UnitOfWork, order: RepairOrder, candidates: tuple[Candidate, ...], policy: Policy) -> None:
    """Let everybody who qualifies take an order until a time, and tell them together."""
    ids = [c.technician_id for c in candidates]
    until = uow.now + timedelta(minutes=policy.grab_minutes)
    rows = [{"order_id": key_of(order), "technician_id": who, "opened_at": uow.now, "expires_at": until} for who in ids]
    statement = insert(GrabOffer).values(rows)
    fresh = {"opened_at": statement.excluded.opened_at, "expires_at": statement.excluded.expires_at}
    uow.session.execute(statement.on_conflict_do_update(index_elements=["order_id", "technician_id"], set_=fresh))
    for who in ids:
        uow.notify(f"tech:{who}")
    title = msg("Order {number} is open: whoever is first takes it", number=order.number)
    body = msg("Open for {minutes} minutes. {description}", minutes=policy.grab_minutes, description=order.description[:60])
    tell(uow, ids, event="repair_grab", title=title, body=body, link="/tech")


def leave_queue(order: RepairOrder) -> None:
    """Forget why an order waited and since when: somebody has been found."""
    order.queue_reason = order.queued_at = None
    order.escalated = 0


def _next_in_turn(uow: UnitOfWork, ranking: Ranking) -> int:
    """Whoever was given an order least recently."""
    ids = [c.technician_id for c in ranking.candidates]
    turn = col(Technician.last_assigned_at).asc().nulls_first()
    first = select(Technician.account_id).where(col(Technician.account_id).in_(ids)).order_by(turn, col(Technician.account_id))
    return uow.session.exec(first).first() or ids[0]


def _was_open(uow: UnitOfWork, order: RepairOrder) -> bool:
    """An order is open to all once; when nobody took it, the best is asked."""
    before = select(DispatchDecision.id).where(DispatchDecision.order_id == order.id, DispatchDecision.mode == DispatchMode.grab)
    return uow.session.exec(before.limit(1)).first() is not None
