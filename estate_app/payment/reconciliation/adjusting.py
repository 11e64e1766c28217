"""Adjusts the books to what a channel has settled: one person proposes how, with a reason, another approves, and only then money moves.

A payment of which the channel holds less is reversed, so that its bills ask again, or the company bears the difference; of what
it holds more, the room gets a balance or the company keeps it. The ledger's clearing account then is what the channel holds.
"""

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.booking import CLEARING
from estate_app.payment.models import Payment
from estate_app.payment.reconciliation.comparing import SUBJECT
from estate_app.payment.reconciliation.models import Action, Difference, ItemState, ReconciliationItem, ReconciliationRun
from estate_app.payment.refunds import reverse_payment

ADJUSTMENTS = (Action.reverse, Action.absorb, Action.credit)
DECISIONS = (Action.approve, Action.reject)
_ITEM = "reconciliation_item"
_KINDS = (Difference.amount, Difference.platform_only)


def adjustments(kind: Difference, *, is_refund: bool, is_paid: bool, off_fen: int) -> tuple[Action, ...]:
    """How the books can be adjusted to a channel that has `off_fen` more than they; only what is booked here can be."""
    if kind not in _KINDS or is_refund or not is_paid or not off_fen:
        return ()
    return (Action.credit, Action.absorb) if off_fen > 0 else (Action.reverse, Action.absorb)


def off_fen(item: ReconciliationItem) -> int:
    """What the channel has more than our books, in fen."""
    return (item.channel_fen or 0) - (item.local_fen or 0)


def propose(uow: UnitOfWork, actor: Actor, item: ReconciliationItem, payment: Payment, action: Action, note: str) -> None:
    """Propose to adjust a locked, open difference; nothing moves yet, and a second person is asked."""
    ensure_fresh(uow, actor)
    item.state, item.action, item.note, item.outcome = ItemState.proposed, action, note, ""
    item.proposed_at, item.proposed_by = uow.now, actor.account_id
    fact: dict[str, object] = {"kind": item.kind.value, "action": action.value, "amount_fen": off_fen(item), "note": note}
    record(uow, actor, "reconcile:propose", "reconciliation_item", item.id or 0, before={"state": "open"}, after=fact)
    people = managers_with(uow.session, Permission.refunds_approve, estate_id=payment.estate_id)
    tell(
        uow,
        [person for person in people if person != actor.account_id],
        event="adjustment",
        title=msg("An adjustment of ¥{amount} waits for approval", amount=format_yuan(off_fen(item))),
        body=msg("{name} proposes it for payment {number}: {reason}", name=actor.name, number=payment.number, reason=note),
        link="/manage/reconciliation",
        dedupe=f"adjustment:{item.id}:{uow.now.timestamp():.0f}",
    )
    uow.notify(SUBJECT)


def decide(
    uow: UnitOfWork, actor: Actor, item: ReconciliationItem, run: ReconciliationRun, payment: Payment | None, *, is_approved: bool
) -> None:
    """Approve or reject a locked proposal; approved, it moves the money, rejected, the difference is open again.

    Raises:
        ConflictError: one's own proposal, or the money is not where it was any more.
    """
    if item.proposed_by == actor.account_id:
        raise ConflictError(msg("Who proposes an adjustment cannot decide it"))
    if item.action not in ADJUSTMENTS or payment is None:
        raise ConflictError(msg("This adjustment is decided already"))
    before: dict[str, object] = {"state": "proposed", "action": item.action.value, "note": item.note}
    if not is_approved:
        item.state, item.action, item.note, item.proposed_at, item.proposed_by = ItemState.open, None, "", None, None
        record(uow, actor, "reconcile:reject", "reconciliation_item", item.id or 0, before=before, after={"state": "open"})
        uow.notify(SUBJECT)
        return
    ensure_fresh(uow, actor)
    if item.action is Action.reverse:
        reverse_payment(uow, actor, payment, amount_fen=-off_fen(item), reason=item.note, proposed_by=item.proposed_by)
    else:
        _post(uow, actor, item, run, payment)
    item.state, item.outcome, item.resolved_at, item.resolved_by = ItemState.resolved, "adjusted", uow.now, actor.account_id
    after: dict[str, object] = {"state": "resolved", "amount_fen": off_fen(item)}
    record(uow, actor, "reconcile:approve", "reconciliation_item", item.id or 0, before=before, after=after)
    uow.notify(SUBJECT)
    uow.notify(f"payment:{payment.id}")


def _post(uow: UnitOfWork, actor: Actor, item: ReconciliationItem, run: ReconciliationRun, payment: Payment) -> None:
    """Bring the clearing account to what the channel holds, against the room's balance or the company's own account."""
    fen, is_rooms = off_fen(item), item.action is Action.credit
    other = LedgerAccount.prepaid if is_rooms else LedgerAccount.channel_difference
    lines = (
        Entry(CLEARING[run.channel], fen, payment.estate_id),
        Entry(other, -fen, payment.estate_id, payment.room_id if is_rooms else None),
    )
    memo = f"{payment.number} {item.note}"
    post(uow, actor, kind=JournalKind.adjustment, subject=_ITEM, subject_id=item.id or 0, lines=lines, memo=memo)
    if is_rooms:
        uow.notify(f"bill:{payment.room_id}")
