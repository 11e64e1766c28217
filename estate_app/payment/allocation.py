"""How a payment is put on bills: in the estate's written order, whole or in part, and what is beyond them to the room's balance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.rules.allocation import AllocationOrder, Owed, allocate
from estate_app.billing.settlement import LockedBill
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan
from estate_app.payment.desk_models import PaymentPolicy
from estate_app.property.queries import ensure_estate

ORDERS: Mapping[AllocationOrder, Message] = {
    AllocationOrder.principal_first: msg("The oldest bill first; of each bill the fee itself before its late fee"),
    AllocationOrder.late_fee_first: msg("The oldest bill first; of each bill its late fee before the fee itself"),
}
"""The written orders, as payers and cashiers read them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a payment will pay: so much of each bill, and so much for the room's balance."""

    items: Mapping[int, int] = field(default_factory=dict)
    prepaid_fen: int = 0

    @property
    def amount_fen(self) -> int:
        """The whole payment."""
        return sum(self.items.values()) + self.prepaid_fen


def plan_payment(session: Session, bills: Sequence[LockedBill], amount_fen: int | None = None, *, may_exceed: bool = False) -> Plan:
    """Put an amount on locked bills of one estate in its order; without an amount everything that they ask for is paid.

    Raises:
        InvalidError: the amount is not above zero, or beyond what is owed where nothing may go to the balance.
    """
    owed = sum(bill.owed_fen for bill in bills)
    if amount_fen is None or amount_fen == owed:
        return Plan({bill.id: bill.owed_fen for bill in bills if bill.owed_fen})
    if amount_fen <= 0:
        raise InvalidError(msg("Write an amount above zero"), field="amount")
    if amount_fen > owed and not may_exceed:
        raise InvalidError(msg("These bills ask for ¥{amount}; write at most that", amount=format_yuan(owed)), field="amount")
    return _spread(amount_fen, bills, allocation_order(session, bills[0].estate_id))


def _spread(amount_fen: int, bills: Sequence[LockedBill], order: AllocationOrder) -> Plan:
    """A late fee is a bill of its own; it is met together with the bill that was late."""
    groups: dict[int, list[LockedBill]] = {}
    for bill in sorted(bills, key=lambda one: one.id):
        groups.setdefault(bill.for_bill_id or bill.id, []).append(bill)
    owed: list[Owed] = []
    by_key: dict[str, list[LockedBill]] = {}
    for head, members in groups.items():
        late = sum(bill.owed_fen for bill in members if bill.for_bill_id)
        principal = sum(bill.owed_fen for bill in members) - late
        # The rule sorts what is due on one day by text: the older month first, then the older bill.
        key = f"{min(bill.period for bill in members):%Y%m}-{head:020d}"
        by_key[key] = members
        owed.append(Owed(key, min(bill.due_on for bill in members), principal, late))
    found = allocate(amount_fen, owed, order)
    items: dict[int, int] = {}
    for part in found.parts:
        left = {False: part.principal_fen, True: part.late_fee_fen}
        for bill in by_key[part.bill_id]:
            is_late = bill.for_bill_id is not None
            taken = min(left[is_late], bill.owed_fen)
            if taken:
                items[bill.id] = taken
                left[is_late] -= taken
    return Plan(items, found.surplus_fen)


def allocation_order(session: Session, estate_id: int) -> AllocationOrder:
    """The order in which an estate puts part payments on bills."""
    policy = session.get(PaymentPolicy, estate_id)
    return policy.allocation_order if policy else AllocationOrder.principal_first


def change_order(uow: UnitOfWork, actor: Actor, *, estate_id: int, order: AllocationOrder) -> None:
    """Change an estate's order; payments that are planned already keep theirs."""
    actor.require(Permission.tariffs_edit)
    ensure_estate(uow.session, actor, estate_id, Permission.tariffs_edit)
    before = allocation_order(uow.session, estate_id)
    policy = uow.session.get(PaymentPolicy, estate_id, with_for_update=True) or PaymentPolicy(
        estate_id=estate_id, changed_by=actor.id, changed_at=uow.now
    )
    policy.allocation_order, policy.changed_by, policy.changed_at = order, actor.id, uow.now
    uow.session.add(policy)
    record(uow, actor, "payment:policy", "estate", estate_id, before={"order": before.value}, after={"order": order.value})
