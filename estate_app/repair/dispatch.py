"""Who takes an order: at once by score, then by offers that time out, by a dispatcher's hand, or a queue that says why.

Order of locks: the order's row, then the estate's dispatch lock (a day's minutes are counted under it), then the technician's row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, bindparam, text, update
from sqlmodel import col, select

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.i18n import msg
from estate_app.prepared import Asked, Prepared, answered
from estate_app.repair.decisions import packed
from estate_app.repair.facts import asked_facts, facts_for
from estate_app.repair.models import (
    DispatchDecision,
    Offer,
    OfferOutcome,
    OrderStatus,
    QueueReason,
    RepairOrder,
    Technician,
    Trade,
    Urgency,
)  # fmt: skip
from estate_app.repair.modes import Choice, choose, leave_queue, open_to_all
from estate_app.repair.promise import settle_pause
from estate_app.repair.reach import lock_managed
from estate_app.repair.rules import QUEUE_NAMES, WITH_TECHNICIAN, ensure_can_move
from estate_app.repair.scoring import Exclusion, Facts, Ranking, queue_reason, rank
from estate_app.repair.step import add_step, checked_reason, key_of, move, tell_dispatchers, tell_technician
from estate_app.repair.terms import Terms, asked_terms, terms_of
from estate_app.repair.weights import Policy

_BATCH = 50
_LOCK = Prepared(
    text(
        # The statement of the facts takes longer to plan anew than to run; until the commit PostgreSQL keeps to the plan that it has.
        "SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
        " pg_advisory_xact_lock_shared(hashtextextended('repair:dispatch', 0)),"
        " pg_advisory_xact_lock(hashtextextended('repair:dispatch:' || CAST(:estate_id AS text), 0))"
    )
)
_TAKE_TURN = Prepared(
    update(Technician)
    .where(
        col(Technician.account_id) == bindparam("technician_id"),
        col(Technician.last_assigned_at).is_not_distinct_from(bindparam("before", type_=DateTime(timezone=True))),
    )
    .values(last_assigned_at=bindparam("now"))
)
_LOCK_ALL = text("SELECT pg_advisory_xact_lock(hashtextextended('repair:dispatch', 0))")
# What a person may overrule: all but that somebody has left or is away.
_OVERRULED = frozenset(Exclusion) - {Exclusion.inactive, Exclusion.on_leave}


@dataclass(frozen=True, slots=True)
class Found:
    """Whom an order goes to, or why to nobody, with the ranking and the rules behind it; the technician's turn is taken."""

    choice: Choice
    ranking: Ranking
    policy: Policy
    chosen: Facts | None


def dispatch_order(uow: UnitOfWork, actor: Actor, order: RepairOrder) -> bool:
    """Offer an order to the best candidate, or queue it with the reason; the caller holds the order's lock. Answers whether one was found.

    Raises:
        ConflictError: somebody has it already, or it is over.
    """
    found = find_technician(uow, order)
    carry_out(uow, actor, order, found)
    return found.choice.technician_id is not None


def find_technician(uow: UnitOfWork, order: RepairOrder) -> Found:
    """Choose who takes an order and take that person's turn; from here to the commit no other order of the estate is dispatched.

    Raises:
        ConflictError: somebody has it already, or it is over.
    """
    ensure_can_move(order.status, OrderStatus.assigned)
    _lock_dispatch(uow, order)
    terms = terms_of(uow.session, order, uow.now)
    while True:
        facts = facts_for(uow.session, order, terms.need, uow.now)
        ranking = rank(terms.need, facts)
        choice = choose(uow, order, ranking, terms)
        if choice.technician_id is None:
            return Found(choice, ranking, terms.policy, None)
        if _book(uow, choice.technician_id, ranking):
            return Found(choice, ranking, terms.policy, next(one for one in facts if one.technician_id == choice.technician_id))


def asked_dispatch(order: RepairOrder, trade: Trade, now: datetime) -> tuple[Asked, ...]:
    """What `find_technician` asks, in its order: the lock first, so that the facts are those that hold under it."""
    return _asked_lock(order), asked_terms(order), asked_facts(order, trade, now)


def carry_out(uow: UnitOfWork, actor: Actor, order: RepairOrder, found: Found) -> None:
    """Make the offer that was found, or let the order wait; the reasons are kept."""
    choice = found.choice
    if choice.technician_id is None:
        _queue(uow, actor, order, found.ranking, found.policy, choice.reason)
        return
    _decide(uow, actor, order, found.ranking, choice.technician_id, choice.mode)
    _offer(uow, actor, order, choice.technician_id, found.policy, "assign")


def assign_by_hand(
    uow: UnitOfWork, actor: Actor, *, order_id: int, technician_id: int, reason: str = "", seen_technician_id: int | None = None
) -> RepairOrder:
    """Give an order to a technician of the dispatcher's choice.

    `seen_technician_id` is who held it on the dispatcher's screen (None: nobody). A reason is needed unless the choice is the
    recommended one for a waiting order.

    Raises:
        ConflictError: somebody else was faster, or the order's state does not allow it.
        InvalidError: the reason is missing, or the technician is unknown, not active or on leave.
    """
    order = lock_managed(uow, actor, order_id, Permission.repairs_dispatch)
    if order.technician_id != seen_technician_id:
        raise ConflictError(msg("Somebody else has assigned this order meanwhile; look at it again"))
    _ensure_not_merged(order)
    ensure_can_move(order.status, OrderStatus.assigned)
    if technician_id == order.technician_id:
        raise ConflictError(msg("This technician has the order already"))
    ranking, policy = _book_by_hand(uow, order, technician_id)
    is_recommended = ranking.best is not None and ranking.best.technician_id == technician_id and order.technician_id is None
    why = checked_reason(reason, is_required=not is_recommended)
    drop_offer(uow, order, OfferOutcome.withdrawn, why)
    _decide(uow, actor, order, ranking, technician_id, "by_hand", why)
    _offer(uow, actor, order, technician_id, policy, "assign_by_hand", why)
    return order


def pass_on(
    uow: UnitOfWork,
    actor: Actor,
    order: RepairOrder,
    outcome: OfferOutcome,
    action: str,
    *,
    reason: str = "",
    note: str = "",
    client_at: datetime | None = None,
) -> None:
    """Take an order from its technician and ask the next one; with nobody left it waits in the queue with the reason."""
    drop_offer(uow, order, outcome, reason)
    move(uow, actor, order, OrderStatus.submitted, action, reason=reason, note=note, client_at=client_at)
    release(order, uow.now)
    dispatch_order(uow, SYSTEM, order)


def release(order: RepairOrder, now: datetime) -> None:
    """Forget the technician and what belongs to that assignment; the promise stays, a running pause is settled."""
    settle_pause(order, now)
    if order.accepted_at is not None:
        order.warned_percent = 0
    order.technician_id = order.assigned_at = order.accepted_at = None


def drop_offer(uow: UnitOfWork, order: RepairOrder, outcome: OfferOutcome, reason: str) -> None:
    """Settle the current technician's offer, so that the same person is not asked again at once."""
    live = (OfferOutcome.open, OfferOutcome.accepted)
    uow.session.execute(
        update(Offer)
        .where(col(Offer.order_id) == order.id, col(Offer.technician_id) == order.technician_id, col(Offer.outcome).in_(live))
        .values(outcome=outcome, answered_at=uow.now, reason=reason)
    )


def expire_offers(uow: UnitOfWork, *, limit: int = _BATCH) -> int:
    """Pass on every order whose offer went unanswered; rows that another process holds are left to it."""
    due = (
        select(RepairOrder)
        .join(Offer, col(Offer.order_id) == RepairOrder.id)
        .where(Offer.outcome == OfferOutcome.open, Offer.expires_at <= uow.now, RepairOrder.status == OrderStatus.assigned)
        .order_by(col(RepairOrder.id))
        .limit(limit)
        .with_for_update(of=RepairOrder, skip_locked=True)
    )
    orders = uow.session.exec(due.execution_options(populate_existing=True)).all()
    _lock_batch(uow, orders)
    for order in orders:
        pass_on(uow, SYSTEM, order, OfferOutcome.timed_out, "time_out")
    return len(orders)


def retry_queue(uow: UnitOfWork, *, limit: int = 4 * _BATCH, estate_ids: Iterable[int] | None = None) -> int:
    """Try the waiting orders again, of some estates or of all, emergencies first; answers how many found a technician."""
    waiting = (
        select(RepairOrder)
        .where(RepairOrder.status == OrderStatus.submitted, col(RepairOrder.merged_into_id).is_(None))
        .where(col(RepairOrder.queue_reason).is_distinct_from(QueueReason.open_to_all))
        .order_by(col(RepairOrder.urgency) != Urgency.emergency, col(RepairOrder.submitted_at), col(RepairOrder.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if estate_ids is not None:
        waiting = waiting.where(col(RepairOrder.estate_id).in_(list(estate_ids)))
    orders = uow.session.exec(waiting.execution_options(populate_existing=True)).all()
    _lock_batch(uow, orders)
    return sum(dispatch_order(uow, SYSTEM, order) for order in orders)


def hold_orders(uow: UnitOfWork, technician_id: int) -> list[RepairOrder]:
    """Lock the orders that a technician has and stop dispatch, before the technician's own row is locked.

    An order that came meanwhile is taken too; one that somebody is busy with at this moment is not waited for, because that would turn
    the order of locks round. It stays with the technician, who can return it, and `free_absent` finds it when they are on leave.
    """
    held = (
        select(RepairOrder)
        .where(RepairOrder.technician_id == technician_id, col(RepairOrder.status).in_(WITH_TECHNICIAN))
        .order_by(col(RepairOrder.id))
        .execution_options(populate_existing=True)
    )
    orders = list(uow.session.exec(held.with_for_update()))
    uow.session.execute(_LOCK_ALL)
    late = held.where(col(RepairOrder.id).not_in([key_of(order) for order in orders]))
    return [*orders, *uow.session.exec(late.with_for_update(skip_locked=True))]


def free_orders(uow: UnitOfWork, actor: Actor, orders: Sequence[RepairOrder], *, reason: str) -> int:
    """Take orders that `hold_orders` has locked from a technician who is away and find others; answers how many."""
    actor.require(Permission.technicians_edit, Permission.repairs_dispatch)
    for order in orders:
        pass_on(uow, actor, order, OfferOutcome.withdrawn, "release", reason=reason)
    return len(orders)


def hand_over(
    uow: UnitOfWork,
    actor: Actor,
    order: RepairOrder,
    technician_id: int,
    reason: str,
    client_at: datetime | None = None,
    *,
    mode: str = "transfer",
    tolerated: frozenset[Exclusion] = _OVERRULED,
) -> None:
    """Pass an order to a named technician, who still has to accept it: a colleague, the first who grabbed it, or by a plan.

    Whoever is excluded for a reason that is not tolerated cannot be chosen.
    """
    ranking, policy = _book_by_hand(uow, order, technician_id, tolerated)
    drop_offer(uow, order, OfferOutcome.withdrawn, reason)
    release(order, uow.now)
    _decide(uow, actor, order, ranking, technician_id, mode, reason)
    _offer(uow, actor, order, technician_id, policy, mode, reason, client_at)


def _weigh(uow: UnitOfWork, order: RepairOrder, terms: Terms) -> Ranking:
    return rank(terms.need, facts_for(uow.session, order, terms.need, uow.now))


def _lock_dispatch(uow: UnitOfWork, order: RepairOrder) -> None:
    """One decision at a time in an estate, so that two orders never fill the same free minutes; none while a batch runs."""
    answered(uow.session, _asked_lock(order))


def _asked_lock(order: RepairOrder) -> Asked:
    return _LOCK.asked(estate_id=order.estate_id)


def _lock_batch(uow: UnitOfWork, orders: Sequence[RepairOrder]) -> None:
    """Be alone, before several orders touch several technicians' rows in whatever order."""
    if orders:
        uow.session.execute(_LOCK_ALL)


def _book_by_hand(
    uow: UnitOfWork, order: RepairOrder, technician_id: int, tolerated: frozenset[Exclusion] = _OVERRULED
) -> tuple[Ranking, Policy]:
    """Take the turn of a technician of somebody's choice, and give the ranking that it stands beside, with the rules."""
    _lock_dispatch(uow, order)
    terms = terms_of(uow.session, order, uow.now)
    while True:
        ranking = _weigh(uow, order, terms)
        _ensure_assignable(ranking, technician_id, tolerated)
        if _book(uow, technician_id, ranking):
            return ranking, terms.policy


def _book(uow: UnitOfWork, technician_id: int, ranking: Ranking) -> bool:
    """Take a technician's turn; False when another estate has given them an order since they were ranked."""
    ranked = next((c for c in ranking.candidates if c.technician_id == technician_id), None)
    if ranked is None:
        taken = update(Technician).where(col(Technician.account_id) == technician_id).values(last_assigned_at=uow.now)
        return uow.session.execute(taken).rowcount == 1  # type: ignore[attr-defined, no-any-return]
    return _TAKE_TURN.run(uow.session, technician_id=technician_id, before=ranked.last_assigned_at, now=uow.now) == 1


def _ensure_not_merged(order: RepairOrder) -> None:
    if order.merged_into_id is not None:
        raise ConflictError(msg("This report belongs to an incident; assign the order that is worked on for all"))


def _ensure_assignable(ranking: Ranking, technician_id: int, tolerated: frozenset[Exclusion] = _OVERRULED) -> None:
    if any(c.technician_id == technician_id for c in ranking.candidates):
        return
    why = next((e for e in ranking.exclusions if e.technician_id == technician_id), None)
    if why is None:
        raise InvalidError(msg("Choose a technician from the list"), field="technician_id")
    if why.reason not in tolerated:
        raise InvalidError(msg("{name} cannot take it: {fact}", name=why.name, fact=why.fact), field="technician_id")


def _offer(
    uow: UnitOfWork,
    actor: Actor,
    order: RepairOrder,
    technician_id: int,
    policy: Policy,
    action: str,
    reason: str = "",
    client_at: datetime | None = None,
) -> None:
    if order.technician_id is not None:
        uow.notify(f"tech:{order.technician_id}")
    release(order, uow.now)
    leave_queue(order)
    order.technician_id, order.assigned_at = technician_id, uow.now
    minutes = policy.answer_minutes(order.urgency)
    expires = uow.now + timedelta(minutes=minutes)
    offer = {"order_id": key_of(order), "technician_id": technician_id, "offered_at": uow.now, "expires_at": expires}
    uow.append(Offer, offer | {"outcome": OfferOutcome.open})
    move(uow, actor, order, OrderStatus.assigned, action, reason=reason, client_at=client_at)
    title = msg("New order {number}", number=order.number)
    body = msg(
        "{number}: please answer within {minutes} minutes. {description}",
        number=order.number,
        minutes=minutes,
        description=order.description[:60],
    )
    if actor.account_id != technician_id:
        tell_technician(uow, order, "offered", title, body, urgent=order.urgency is Urgency.emergency)


def _queue(uow: UnitOfWork, actor: Actor, order: RepairOrder, ranking: Ranking, policy: Policy, reason: QueueReason | None) -> None:
    """Let an order wait; a decision is kept only when the reason is new, and dispatchers are told once for each reason."""
    passed = (OfferOutcome.declined, OfferOutcome.timed_out, OfferOutcome.withdrawn)
    has_passed = uow.session.exec(select(Offer.id).where(Offer.order_id == order.id, col(Offer.outcome).in_(passed))).first() is not None
    why = reason or queue_reason(ranking, has_passed=has_passed)
    if why is order.queue_reason:
        return
    order.queue_reason, order.queued_at = why, order.queued_at or uow.now
    if why is QueueReason.open_to_all:
        add_step(uow, actor, order, "open", reason=why)
        open_to_all(uow, order, ranking.candidates, policy)
        _decide(uow, actor, order, ranking, None, "grab", why)
        return
    _decide(uow, actor, order, ranking, None, "queue", why)
    add_step(uow, actor, order, "queue", reason=why)
    title = msg("Order {number} has no technician", number=order.number)
    tell_dispatchers(
        uow, order, "unassigned", title, QUEUE_NAMES[QueueReason(why)], dedupe=f"order:{order.id}:queue:{why}:{uow.now:%Y%m%d}"
    )


def _decide(
    uow: UnitOfWork, actor: Actor, order: RepairOrder, ranking: Ranking, technician_id: int | None, mode: str, reason: str = ""
) -> None:
    candidates, exclusions = packed(ranking)
    row: dict[str, Any] = {
        "order_id": key_of(order),
        "technician_id": technician_id,
        "mode": mode,
        "at": uow.now,
        "actor_id": actor.account_id,
        "reason": reason,
        "candidates": candidates,
        "exclusions": exclusions,
    }
    uow.append(DispatchDecision, row)
