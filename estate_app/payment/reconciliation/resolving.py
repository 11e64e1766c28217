"""Resolves differences, each by name and with a reason: book the money, give it back, hold it, take the fee, or note it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.payment.gateway_registry import channels, merchant
from estate_app.payment.gateways.contract import ChannelRefund, RefundState
from estate_app.payment.models import Payment, PaymentStatus, Refund
from estate_app.payment.reconciliation.adjusting import ADJUSTMENTS, adjustments, decide, off_fen, propose
from estate_app.payment.reconciliation.comparing import SUBJECT, post_fees
from estate_app.payment.reconciliation.models import Action, Difference, ItemState, ReconciliationItem, ReconciliationRun
from estate_app.payment.refund_outcome import apply_refund
from estate_app.payment.refunds import propose_refund
from estate_app.payment.settle import CURRENCY, settle
from estate_app.payment.suspense import Claim, hold

MAX_NOTE = 200
SOURCE = "statement"
ACTIONS: Mapping[Difference, tuple[Action, ...]] = {
    Difference.channel_only: (Action.book, Action.refund, Action.suspend, Action.note),
    Difference.status: (Action.book, Action.note),
    Difference.fee: (Action.accept_fee, Action.note),
    Difference.refund: (Action.note,),
    Difference.amount: (Action.note,),
    Difference.platform_only: (Action.note,),
    Difference.matched: (),
}


@dataclass(frozen=True, slots=True)
class _Case:
    """A difference with its run and our payment, all locked."""

    item: ReconciliationItem
    run: ReconciliationRun
    payment: Payment | None


def allowed(kind: Difference, *, is_refund: bool, has_payment: bool, is_paid: bool, off: int = 0) -> tuple[Action, ...]:
    """What can be done about a difference by one person. Money of an order that we do not know cannot be refunded from here.

    `off` is what the channel has more than our books, in fen.
    """
    actions = adjustments(kind, is_refund=is_refund, is_paid=is_paid, off_fen=off) + ACTIONS[kind]
    if kind is Difference.status and not is_refund:
        actions = (Action.book, Action.refund, Action.note)
    if Action.refund in actions and (not has_payment or is_paid):
        actions = tuple(action for action in actions if action is not Action.refund)
    return actions


def resolve_item(uow: UnitOfWork, actor: Actor, *, item_id: int, action: Action, note: str) -> ReconciliationItem:
    """Resolve one difference; money moves through the same functions as a callback's, once. An adjustment is only proposed.

    Raises:
        ConflictError: it is resolved already, its day is closed, or the money does not fit any more.
        InvalidError: no reason, or an action that this difference does not allow.
    """
    actor.require(Permission.reconcile)
    case = _lock(uow, actor, item_id)
    item = case.item
    if item.state is not ItemState.open or case.run.closed_at is not None:
        raise ConflictError(msg("This is resolved already"))
    if not note.strip() or len(note) > MAX_NOTE:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_NOTE), field="note")
    is_paid = case.payment is not None and case.payment.status is PaymentStatus.paid
    has_payment, off = case.payment is not None, off_fen(item)
    if action not in allowed(item.kind, is_refund=item.is_refund, has_payment=has_payment, is_paid=is_paid, off=off):
        raise InvalidError(msg("This difference cannot be resolved in this way"), field="action")
    if action in ADJUSTMENTS and case.payment is not None:
        propose(uow, actor, item, case.payment, action, note.strip())
        return item
    outcome = _act(uow, actor, case, action, note.strip())
    item.state, item.action, item.note, item.outcome = ItemState.resolved, action, note.strip(), outcome
    item.resolved_at, item.resolved_by = uow.now, actor.account_id
    if action is Action.accept_fee:
        post_fees(uow, actor, case.run)
    fact: dict[str, object] = {"kind": item.kind.value, "action": action.value, "outcome": outcome, "note": note.strip()}
    record(uow, actor, "reconcile:resolve", "reconciliation_item", item_id, before={"state": "open"}, after=fact)
    uow.notify(SUBJECT)
    return item


def decide_adjustment(uow: UnitOfWork, actor: Actor, *, item_id: int, is_approved: bool) -> ReconciliationItem:
    """Approve another person's proposal to adjust the books, which moves the money, or reject it.

    Raises:
        ConflictError: it is decided already, one's own, or the money is not where it was any more.
    """
    actor.require(Permission.refunds_approve)
    case = _lock(uow, actor, item_id, Permission.refunds_approve)
    if case.item.state is not ItemState.proposed or case.run.closed_at is not None:
        raise ConflictError(msg("This adjustment is decided already"))
    decide(uow, actor, case.item, case.run, case.payment, is_approved=is_approved)
    return case.item


def _lock(uow: UnitOfWork, actor: Actor, item_id: int, permission: Permission = Permission.reconcile) -> _Case:
    """Lock the run first, then the line; a line of an estate that is not the actor's does not exist."""
    run_id = uow.session.scalar(select(col(ReconciliationItem.run_id)).where(col(ReconciliationItem.id) == item_id))
    if run_id is None:
        raise NotFoundError
    run = uow.session.get_one(ReconciliationRun, run_id, with_for_update=True, populate_existing=True)
    item = uow.session.get(ReconciliationItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise NotFoundError
    payment = uow.session.get(Payment, item.payment_id, with_for_update=True, populate_existing=True) if item.payment_id else None
    if not actor.scope(permission).covers(estate_id=payment.estate_id if payment else None):
        raise NotFoundError
    return _Case(item, run, payment)


def _act(uow: UnitOfWork, actor: Actor, case: _Case, action: Action, note: str) -> str:
    """Do what was chosen, and say in one word what came of it."""
    if action is Action.book:
        return _finish_refund(uow, case) if case.item.is_refund else _book(uow, case)
    if action is Action.refund:
        return _give_back(uow, actor, case, note)
    if action is Action.suspend:
        is_money = case.payment is not None
        hold(uow, case.payment, _claim(case), reason="from_statement", is_money=is_money)
        return "held"
    return "noted" if action is Action.note else "posted"


def _claim(case: _Case) -> Claim:
    item, channel = case.item, case.run.channel
    ours = merchant(channel).merchant_id if channel in channels() else ""
    owner = case.payment.merchant_id if case.payment is not None else ours
    return Claim(channel, item.number, item.reference, item.channel_fen or 0, CURRENCY, owner, SOURCE)


def _book(uow: UnitOfWork, case: _Case) -> str:
    """The channel has the money: settle the payment, exactly as its callback would have; what does not fit is held."""
    claim = _claim(case)
    number = case.payment.number if case.payment is not None else claim.number
    return settle(
        uow,
        channel=claim.channel,
        number=number,
        transaction_id=claim.transaction_id,
        amount_fen=claim.amount_fen,
        currency=claim.currency,
        merchant=claim.merchant,
        paid_at=case.item.channel_at,
        source=SOURCE,
    ).value


def _finish_refund(uow: UnitOfWork, case: _Case) -> str:
    item = case.item
    number = uow.session.scalar(select(col(Refund.number)).where(col(Refund.id) == item.refund_id)) or item.number
    amount = abs(item.channel_fen or 0)
    refund = apply_refund(uow, answer=ChannelRefund(number, RefundState.success, item.reference, amount, item.channel_at))
    if refund is None:
        raise ConflictError(msg("There is no refund with this number here"))
    return refund.status.value


def _give_back(uow: UnitOfWork, actor: Actor, case: _Case, note: str) -> str:
    """Book the money first, so that the books show it, then propose its refund, which a second person approves."""
    _book(uow, case)
    payment = case.payment
    if payment is None or payment.status is not PaymentStatus.paid:
        raise ConflictError(msg("This money does not fit its payment and cannot be refunded from here; hold it instead"))
    propose_refund(uow, actor, payment_id=payment.id or 0, amount_fen=payment.amount_fen, reason=note)
    return "refund_proposed"
