"""What the pages of reconciliation show: a channel's day, and one line with both sides and what may be done about it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.reconciliation.adjusting import DECISIONS, off_fen
from estate_app.payment.reconciliation.models import Action, Difference, ItemState, ReconciliationItem, ReconciliationRun, RunStatus
from estate_app.payment.reconciliation.resolving import allowed
from estate_app.property.queries import room_label


@dataclass(frozen=True, slots=True)
class DayOfChannel:
    """One channel on a day; amounts in fen, net of refunds. `fee_fen` is what the channel kept."""

    run_id: int
    channel: Channel
    on: date
    status: RunStatus
    problem: str
    local_count: int
    local_fen: int
    channel_count: int
    channel_fen: int
    fee_fen: int
    open: int
    resolved: int
    matched: int
    done_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line with both sides; amounts in fen, refunds negative, None where a side is missing."""

    id: int
    channel: Channel
    on: date
    kind: Difference
    state: ItemState
    is_refund: bool
    number: str
    reference: str
    local_reference: str
    place: str
    payer: str
    payment_id: int | None
    local_fen: int | None
    channel_fen: int | None
    asked_fen: int | None
    expected_fee_fen: int | None
    channel_fee_fen: int | None
    local_state: str
    channel_state: str
    local_at: datetime | None
    channel_at: datetime | None
    actions: tuple[Action, ...]
    action: Action | None
    outcome: str
    note: str
    proposed_by: str
    proposed_at: datetime | None
    resolved_by: str
    resolved_at: datetime | None

    @property
    def off_fen(self) -> int:
        """What the channel has more than our books."""
        return (self.channel_fen or 0) - (self.local_fen or 0)


def day_row(run: ReconciliationRun, closer: str | None, name: str | None, sha: str | None, sums: tuple[int, ...]) -> DayOfChannel:
    """A run with its figures: to do, resolved, matched, then counts and sums of both sides, and the fees."""
    to_do, resolved, matched, local_count, local, channel_count, channel, fee = sums
    return DayOfChannel(
        run_id=run.id or 0,
        channel=run.channel,
        on=run.business_on,
        status=run.status,
        problem=run.problem,
        local_count=local_count,
        local_fen=local,
        channel_count=channel_count,
        channel_fen=channel,
        fee_fen=fee,
        open=to_do,
        resolved=resolved,
        matched=matched,
        done_at=run.done_at,
        closed_at=run.closed_at,
        closed_by=closer or "",
        file_name=name or "",
        sha256=sha or "",
    )


def item_row(actor: Actor, found: Sequence[Any]) -> ItemRow:
    """One line of a query with its run, payment, place and people."""
    item, run, payment, building, unit, code, payer, resolver, proposer = found
    return ItemRow(
        id=item.id or 0,
        channel=run.channel,
        on=run.business_on,
        kind=item.kind,
        state=item.state,
        is_refund=item.is_refund,
        number=item.number,
        reference=item.reference,
        local_reference=item.local_reference,
        place=room_label(building, unit or "", code or "") if building else "",
        payer=payer or "",
        payment_id=item.payment_id,
        local_fen=item.local_fen,
        channel_fen=item.channel_fen,
        asked_fen=payment.amount_fen if payment else None,
        expected_fee_fen=item.expected_fee_fen,
        channel_fee_fen=item.channel_fee_fen,
        local_state=item.local_state,
        channel_state=item.channel_state,
        local_at=item.local_at,
        channel_at=item.channel_at,
        actions=() if run.closed_at else _actions(actor, item, payment),
        action=item.action,
        outcome=item.outcome,
        note=item.note,
        proposed_by=proposer or "",
        proposed_at=item.proposed_at,
        resolved_by=resolver or "",
        resolved_at=item.resolved_at,
    )


def _actions(actor: Actor, item: ReconciliationItem, payment: Payment | None) -> tuple[Action, ...]:
    """What the actor may do about a line now: resolve it, or decide another's proposal."""
    if item.state is ItemState.proposed:
        return DECISIONS if actor.can(Permission.refunds_approve) and item.proposed_by != actor.account_id else ()
    if item.state is not ItemState.open or not actor.can(Permission.reconcile):
        return ()
    is_paid = payment is not None and payment.status is PaymentStatus.paid
    return allowed(item.kind, is_refund=item.is_refund, has_payment=payment is not None, is_paid=is_paid, off=off_fen(item))
